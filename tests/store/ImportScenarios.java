package support.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import support.rows.GoTime;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;
import support.store.Store;

/** What holds of an import into any store, and of what an operator wants of it. */
abstract class ImportScenarios extends RejectScenarios {
  // ------------------------------------------------------------ exactly once

  @Test
  void whateverBecomesOfAFileNothingComesInTwice() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 20));
    assertEquals(20, scene.importAll());
    append("audit.jsonl", StoreScene.entries(20, 25));
    assertEquals(5, scene.importAll());
    rename("audit.jsonl", "audit.jsonl.1");
    scene.write("audit.jsonl", HEADER + StoreScene.entries(40, 45));
    append("audit.jsonl.1", StoreScene.entries(25, 40));
    assertEquals(20, scene.importAll());
    Files.write(
        scene.file("audit.jsonl.2.gz"),
        StoreScene.gzip(Files.readAllBytes(scene.file("audit.jsonl.1"))));
    assertEquals(0, scene.importAll());
    Files.delete(scene.file("audit.jsonl.1"));
    assertEquals(0, scene.importAll());
    scene.write("audit.jsonl.20260417T093000Z", HEADER + StoreScene.entries(0, 40));
    scene.write("audit.jsonl", StoreScene.entries(40, 45));
    assertEquals(0, scene.importAll());
    scene.write("audit.jsonl", HEADER + HEADER + StoreScene.entries(40, 46));
    assertEquals(1, scene.importAll());
    scene.assertHas(0, 46);
    assertEquals(46, verified().entries());
  }

  @Test
  void twoFilesOfTheSameContentAreOneInADryRunToo() throws IOException {
    scene.write("audit.jsonl.1", StoreScene.entries(0, 20));
    scene.write("audit.jsonl.2", StoreScene.entries(0, 20));
    scene.write("audit.jsonl.3", StoreScene.entries(0, 12));
    scene.write("audit.jsonl", StoreScene.entries(20, 30));
    ImportOptions dry = StoreScene.USUAL.asDryRun();
    long planned = scene.imported(scene.logs(), dry).entries();
    assertEquals(scene.importAll(), planned);
    assertEquals(30, planned);
  }

  @Test
  void interruptedAnywhereTheNextRunGoesOn() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 60));
    for (int checks = 1; ; checks++) {
      scene.monitor = Moments.interruptedAtCheck(checks);
      try {
        scene.importAll();
        break;
      } catch (Failure failure) {
        assertEquals(Exit.INTERRUPTED, failure.exit());
      }
    }
    scene.monitor = Monitor.silent();
    assertEquals(0, scene.importAll());
    scene.assertHas(0, 60);
    assertEquals(60, verified().entries());
  }

  @Test
  void anInterruptedRunSaysHowThingsStand() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 60));
    scene.monitor = Moments.interruptedAtCheck(5);
    Failure failure = assertFails(Exit.INTERRUPTED, scene::importAll);
    assertEquals(
        "at least %d row(s) were imported; %s".formatted(scene.rows().size(), Store.WHOLE_CHUNKS),
        failure.state());
    assertTrue(!scene.rows().isEmpty());
    scene.monitor = Moments.interruptedAtCheck(1);
    failure = assertFails(Exit.INTERRUPTED, () -> scene.store().rollback(null, false));
    assertTrue(
        failure.state().matches("at least \\d+ row\\(s\\) were removed; .*"), failure.state());
  }

  private static final List<String> INDEXES =
      List.of("idx_audit_agent", "idx_audit_decision", "idx_audit_scope", "idx_audit_tenant_ts");

  private void importInterrupted() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 60));
    scene.monitor = Moments.interruptedAtCheck(3);
    assertFails(Exit.INTERRUPTED, scene::importAll);
    scene.monitor = Monitor.silent();
  }

  private boolean dryRunWarnsOfServers() throws IOException {
    ImportResult dry = scene.imported(scene.logs(), StoreScene.USUAL.asDryRun());
    return dry.notes().toString().contains("no server must start");
  }

  /** Sorting once takes less time; a run that ends before it leaves that to the next one. */
  @Test
  void theIndexesOfANewTableComeLastAndTheRunSaysSo() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 60));
    assertTrue(dryRunWarnsOfServers());
    importInterrupted();
    assertEquals(List.of(), scene.indexes());
    assertEquals(1, scene.told.size());
    assertTrue(scene.told.get(0).contains("no server must start"), scene.told.get(0));
    assertTrue(dryRunWarnsOfServers());
    List<String> indexesBefore = new ArrayList<>();
    scene.monitor = Moments.afterAdvances(9, () -> indexesBefore.addAll(indexes()));
    scene.importAll();
    assertEquals(List.of(), indexesBefore);
    assertEquals(INDEXES, scene.indexes());
    assertEquals(2, scene.told.size());
    assertEquals(scene.told.get(0), scene.told.get(1));
    assertFalse(dryRunWarnsOfServers());
    append("audit.jsonl", StoreScene.entry(60));
    scene.importAll();
    assertEquals(2, scene.told.size());
    scene.assertHas(0, 61);
  }

  private List<String> indexes() {
    try {
      return scene.indexes();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** In an open store they are there from the beginning, and stay. */
  @Test
  void aServerThatStartedBetweenHasMadeTheIndexes() throws Exception {
    importInterrupted();
    scene.startServer();
    scene.sql(
        "INSERT INTO audit_entries (timestamp, duration_ms) VALUES ('2026-04-18T00:00:00Z', 60)");
    assertFalse(dryRunWarnsOfServers());
    assertTrue(scene.importAll() > 0);
    assertEquals(1, scene.told.size());
    assertEquals(INDEXES, scene.indexes());
    scene.assertHas(0, 61);
  }

  @Test
  void aServerThatStartsMeanwhileAllTheSameDoesNoHarm() throws Exception {
    importInterrupted();
    scene.monitor =
        Moments.afterAdvances(
            9,
            () -> {
              try {
                scene.startServer();
              } catch (SQLException e) {
                throw new AssertionError(e);
              }
            });
    scene.importAll();
    assertEquals(INDEXES, scene.indexes());
    scene.assertHas(0, 60);
    assertEquals(60, verified().entries());
  }

  /** What a server has of its own is no table of ours, whatever else is missing. */
  @Test
  void aTableWithRowsOfAServerGetsItsIndexesFirst() throws Exception {
    importInterrupted();
    scene.sql("INSERT INTO audit_entries (timestamp) VALUES ('2026-04-18T00:00:00Z')");
    Failure failure = interruptedAgain();
    assertTrue(failure.state().contains("imported"), failure.state());
    assertEquals(INDEXES, scene.indexes());
  }

  private Failure interruptedAgain() {
    scene.monitor = Moments.interruptedAtCheck(5);
    return assertFails(Exit.INTERRUPTED, scene::importAll);
  }

  @Test
  void anInterruptedImportIsRolledBackToATableAsTheServerMakesIt() throws Exception {
    importInterrupted();
    scene.store().rollback(scene.logs(), false);
    assertEquals(List.of(), scene.rows());
    assertEquals(INDEXES, scene.indexes());
    assertEquals(List.of("audit_entries"), scene.tables());
  }

  /** The server waits for 5 s, as a connection of it does here. */
  @Test
  void aWriterGetsItsTurn() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 1));
    scene.importAll();
    append("audit.jsonl", StoreScene.entries(1, 200));
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 20; i++) {
                  scene.sql(
                      scene.isPostgres() ? "SELECT 1" : "PRAGMA busy_timeout = 5000",
                      "INSERT INTO audit_entries (timestamp) VALUES ('by the server')");
                }
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    writer.start();
    assertEquals(199, scene.importAll());
    writer.join();
    assertEquals(List.of("20"), scene.query("SELECT count(*) FROM audit_entries WHERE id >= 1"));
    assertEquals(200, verified().entries());
  }

  @Test
  void aFileThatDiffersFromWhatWasImportedIsRefused() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 40));
    scene.importAll();
    String changed = StoreScene.entries(0, 30) + StoreScene.entry(99) + StoreScene.entries(31, 50);
    scene.write("audit.jsonl", changed);
    Failure failure = assertFails(Exit.REFUSED, scene::importAll);
    assertTrue(failure.getMessage().contains("from line 31 on"), failure.getMessage());
    scene.assertHas(0, 40);
    scene.write("copy.jsonl", changed);
    LogFiles copy = scene.logs("copy.jsonl");
    failure = assertFails(Exit.REFUSED, () -> scene.imported(copy, StoreScene.USUAL));
    assertTrue(
        failure.getMessage().contains("begins as %s, ".formatted(scene.log())),
        failure.getMessage());
    String advice = "'rollback --audit-log %s'".formatted(scene.log());
    assertTrue(failure.next().contains(advice), failure.next());
    scene.store().rollback(scene.logs(), false);
    assertEquals(50, scene.imported(copy, StoreScene.USUAL).entries());
  }

  @Test
  void anEarlierCopyAddsNothing() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 40));
    scene.importAll();
    for (int length : new int[] {3, 20, 39}) {
      scene.write("audit.jsonl", StoreScene.entries(0, length));
      ImportResult result = scene.imported();
      assertEquals(0, result.entries(), "of " + length);
      assertTrue(result.notes().toString().contains("earlier copy"), result.notes().toString());
    }
    scene.write("audit.jsonl", StoreScene.entries(0, 20) + StoreScene.entry(90));
    assertFails(Exit.REFUSED, scene::importAll);
  }

  /** The clock is asked right before a chunk is written. */
  @Test
  void aLogThatIsTruncatedMeanwhileIsReadAnew() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 20));
    scene.clock =
        Moments.clockThat(
            () -> {
              scene.write("audit.jsonl.1", StoreScene.entries(0, 20));
              scene.write("audit.jsonl", StoreScene.entries(20, 45));
            });
    assertEquals(25, scene.importAll());
    scene.clock = Clock.systemUTC();
    assertEquals(20, scene.importAll());
    assertEquals(45, scene.rows().size());
    assertEquals(45, verified().entries());
  }

  /** Its place in what the store knows was looked for in a file that is another one by now. */
  @Test
  void aLogThatIsTruncatedWhileWhatIsKnownOfItIsReadIsReadAnew() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 200));
    scene.chunk = 1 << 20;
    scene.importAll();
    for (String log : List.of(StoreScene.entries(200, 210), StoreScene.entries(300, 510))) {
      scene.monitor =
          Moments.afterAdvances(
              1,
              () -> {
                scene.write("audit.jsonl.1", StoreScene.entries(0, 200));
                scene.write("audit.jsonl", log);
              });
      assertEquals(log.lines().count(), scene.imported(scene.logs(), StoreScene.USUAL).entries());
      scene.monitor = Monitor.silent();
      scene.write("audit.jsonl", StoreScene.entries(0, 200));
    }
    assertEquals(420, scene.rows().size());
  }

  // ------------------------------------------------------------ the last line

  @Test
  void aLastLineWithoutItsNewlineWaitsWhereSomebodyWrites() throws Exception {
    String whole = StoreScene.entries(0, 3);
    scene.write("audit.jsonl", whole.substring(0, whole.length() - 1));
    scene.isWritten = true;
    ImportResult result = scene.imported();
    assertEquals(2, result.entries());
    assertTrue(result.notes().toString().contains("line 3, which waits"), result.notes() + "");
    assertEquals(List.of("done"), states());
    scene.isWritten = false;
    assertEquals(1, scene.importAll());
    append("audit.jsonl", "\n" + StoreScene.entry(3));
    assertEquals(1, scene.importAll());
    scene.assertHas(0, 4);
  }

  @Test
  void aTornLastLineWaitsAndIsNoReject() throws Exception {
    String whole = StoreScene.entries(0, 3);
    scene.write("audit.jsonl.1", whole.substring(0, whole.length() - 9));
    scene.write("audit.jsonl", StoreScene.entries(10, 11));
    ImportResult result = scene.imported();
    assertEquals(3, result.entries());
    assertEquals(0, result.rejectCount());
    assertEquals(List.of(0, 1, 10), scene.seconds());
  }

  @Test
  void aHeaderIsNoRowWhereverItStands() throws Exception {
    String log = HEADER + StoreScene.entries(0, 9) + "\n" + HEADER + StoreScene.entries(9, 20);
    scene.write("audit.jsonl", log);
    assertEquals(20, scene.importAll());
    scene.write("audit.jsonl", log.replace(HEADER, ""));
    assertEquals(0, scene.importAll());
    scene.assertHas(0, 20);
    assertEquals(20, verified().entries());
  }

  // ------------------------------------------------------------ what is wanted

  @Test
  void onlyEntriesFromATimeOn() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 30));
    GoTime since = GoTime.parse("2026-04-17T00:00:10Z").orElseThrow();
    ImportOptions options = new ImportOptions(false, since, null, null, null, false);
    ImportResult result = scene.imported(scene.logs(), options);
    assertEquals(20, result.entries());
    assertEquals(10, result.leftOut());
    scene.assertHas(10, 30);
    assertEquals(20, verified().entries());
    assertFails(Exit.REFUSED, scene::importAll);
  }

  @Test
  void aSecondLogNeedsATenant() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 10));
    scene.write("other.jsonl", StoreScene.entries(10, 20));
    assertFails(
        Exit.REFUSED,
        () -> scene.imported(scene.logs("audit.jsonl", "other.jsonl"), StoreScene.USUAL));
    scene.importAll();
    LogFiles other = scene.logs("other.jsonl");
    Failure failure = assertFails(Exit.REFUSED, () -> scene.imported(other, StoreScene.USUAL));
    assertTrue(failure.getMessage().contains(scene.log().toString()), failure.getMessage());
    scene.assertHas(0, 10);
    ImportOptions tenant = new ImportOptions(false, null, "host-2", null, null, false);
    assertEquals(10, scene.imported(other, tenant).entries());
    append("audit.jsonl", StoreScene.entries(20, 25));
    assertEquals(5, scene.importAll());
    append("other.jsonl", StoreScene.entries(25, 26));
    assertFails(Exit.REFUSED, () -> scene.imported(other, StoreScene.USUAL));
    assertEquals(
        List.of("host-2", "local"),
        scene.query("SELECT DISTINCT tenant_id FROM audit_entries ORDER BY 1"));
  }

  /** An installation moved to another folder, or a copy was imported while the server ran. */
  @Test
  void aLogThatWasMovedIsNoSecondLog() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 10));
    scene.importAll();
    Files.move(scene.log(), scene.file("moved.jsonl"));
    append("moved.jsonl", StoreScene.entries(10, 30));
    LogFiles moved = scene.logs("moved.jsonl");
    ImportOptions tenant = new ImportOptions(false, null, "host-2", null, null, false);
    assertFails(Exit.REFUSED, () -> scene.imported(moved, tenant));
    assertEquals(20, scene.imported(moved, StoreScene.USUAL).entries());
    scene.assertHas(0, 30);
  }

  @Test
  void anEarlierCopyIsNoSecondLogHoweverShortItIs() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 20));
    scene.importAll();
    for (int copied : new int[] {1, 10}) {
      scene.write("copy.jsonl", StoreScene.entries(0, copied));
      assertEquals(0, scene.imported(scene.logs("copy.jsonl"), StoreScene.USUAL).entries());
    }
  }

  @Test
  void aDryRunWritesNothing() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 20));
    ImportResult result = scene.imported(scene.logs(), StoreScene.USUAL.asDryRun());
    assertEquals(20, result.entries());
    assertFalse(Files.exists(scene.databaseFile()));
    if (scene.isPostgres()) {
      assertEquals(List.of(), scene.tables());
    }
    scene.importAll();
    append("audit.jsonl", StoreScene.entry(20));
    List<String> before = names();
    assertEquals(1, scene.imported(scene.logs(), StoreScene.USUAL.asDryRun()).entries());
    assertEquals(before, names());
    scene.assertHas(0, 20);
  }

  @Test
  void aNewerLogIsRefused() throws IOException {
    scene.write("audit.jsonl", HEADER.replace(":2", ":3") + StoreScene.entry(0));
    assertFails(Exit.REFUSED, scene::importAll);
    assertFalse(Files.exists(scene.databaseFile()));
  }

  // ------------------------------------------------------------ the table

  @Test
  void aTableOfAnotherShapeIsRefused() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.sql("CREATE TABLE audit_entries (id INTEGER PRIMARY KEY, timestamp TEXT)");
    assertFails(Exit.REFUSED, scene::importAll);
    assertFails(Exit.REFUSED, () -> scene.store().status(scene.logs()));
    assertEquals(List.of("audit_entries"), scene.tables());
  }

  @Test
  void columnsAtTheEndThatHaveDefaultsAreFine() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.importAll();
    scene.sql("ALTER TABLE audit_entries ADD COLUMN more TEXT NOT NULL DEFAULT 'x'");
    append("audit.jsonl", StoreScene.entry(3));
    assertEquals(1, scene.importAll());
  }
}
