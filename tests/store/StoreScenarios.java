package support.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.run.Exit;
import support.run.Failure;

/** What holds of any store behind an import: of its status, its proof and its way back. */
abstract class StoreScenarios {
  static final String HEADER =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-04-17T09:30:00Z\"}}\n";

  @TempDir(factory = support.files.RamDisk.class)
  Path folder;

  StoreScene scene;

  abstract StoreScene newScene(Path where);

  @BeforeEach
  final void begin() {
    scene = newScene(folder);
  }

  final void append(String name, String text) throws IOException {
    Files.writeString(scene.file(name), text, StandardOpenOption.APPEND);
  }

  final void rename(String from, String to) throws IOException {
    Files.move(scene.file(from), scene.file(to));
  }

  final Failure assertFails(Exit exit, org.junit.jupiter.api.function.Executable what) {
    Failure failure = assertThrows(Failure.class, what);
    assertEquals(exit, failure.exit(), failure.getMessage() + "; " + failure.next());
    return failure;
  }

  final List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  // ------------------------------------------------------------ status, verify, rollback

  final VerifyResult verified() throws IOException {
    return scene.store().verify(scene.logs(), false);
  }

  final StoreStatus status() throws IOException {
    return scene.store().status(scene.logs());
  }

  final List<String> states() throws IOException {
    return status().files().stream().map(StoreStatus.FileStatus::state).toList();
  }

  @Test
  void statusSaysHowFarTheStoreIs() throws IOException {
    scene.write("audit.jsonl.1", StoreScene.entries(0, 5));
    scene.write("audit.jsonl", StoreScene.entries(5, 9));
    assertEquals(List.of("pending", "pending"), states());
    scene.importAll();
    assertEquals(List.of("done", "done"), states());
    append("audit.jsonl", StoreScene.entry(9));
    assertEquals(List.of("done", "pending"), states());
    scene.isWritten = true;
    assertEquals(List.of("done", "following"), states());
  }

  @Test
  void statusCountsWhatWasImportedOfFilesThatAreGone() throws IOException {
    scene.write("audit.jsonl.1", StoreScene.entries(0, 20));
    scene.write("audit.jsonl", StoreScene.entries(20, 40));
    scene.importAll();
    rename("audit.jsonl.1", "audit.jsonl.2");
    assertEquals(0, status().goneFiles());
    Files.delete(scene.file("audit.jsonl.2"));
    assertEquals(List.of("done"), states());
    assertEquals(1, status().goneFiles());
    assertEquals(20, status().goneEntries());
    Files.delete(scene.log());
    assertEquals(new StoreStatus(List.of(), 2, 40, null), status());
    LogFiles mistyped = scene.logs("adit.jsonl");
    assertFails(Exit.FAILED, () -> scene.store().status(mistyped));
  }

  @Test
  void verifyNamesTheFirstRowThatDiffers() throws Exception {
    scene.write("audit.jsonl", HEADER + StoreScene.entries(0, 30));
    scene.importAll();
    scene.sql("UPDATE audit_entries SET command = 'rm' WHERE duration_ms = 17");
    Failure failure = assertFails(Exit.UNVERIFIED, this::verified);
    assertTrue(failure.getMessage().contains("line 19 "), failure.getMessage());
    assertTrue(failure.getMessage().endsWith("column command"), failure.getMessage());
    Files.delete(scene.log());
    failure = assertFails(Exit.UNVERIFIED, this::verified);
    assertTrue(failure.getMessage().contains("was changed since"), failure.getMessage());
  }

  @Test
  void verifyToleratesDeletedRowsAndFindsForeignOnes() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 30));
    scene.importAll();
    scene.sql("DELETE FROM audit_entries WHERE duration_ms IN (3, 17)");
    assertEquals(2, verified().deleted());
    Files.delete(scene.log());
    VerifyResult byDigests = verified();
    assertEquals(2, byDigests.deleted());
    assertEquals(28, byDigests.entries());
    scene.sql("INSERT INTO audit_entries (id, timestamp) VALUES (-7, 'x')");
    assertFails(Exit.UNVERIFIED, this::verified);
  }

  @Test
  void verifyOfNothingFails() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.importAll();
    scene.store().rollback(null, false);
    assertFails(Exit.UNVERIFIED, this::verified);
  }

  /** A new server has a log of nothing, and the switch to the store must not fail for that. */
  @Test
  void verifyOfLogsWithoutEntriesProvesThatNothingIsMissing() throws Exception {
    for (String log : new String[] {"", HEADER, StoreScene.entry(0).substring(0, 20)}) {
      scene.write("audit.jsonl", log);
      assertEquals(0, scene.importAll());
      assertEquals(0, verified().entries());
    }
    append("audit.jsonl", "\n");
    assertFails(Exit.UNVERIFIED, this::verified);
  }

  /** An import refuses to write over them, and advises to count them. */
  @Test
  void rowsWhoseRecordsAreGoneAreCountedAlsoWhereNothingElseWasImported() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.importAll();
    scene.sql("DROP TABLE agentguard_migrate_imports");
    assertTrue(assertFails(Exit.FAILED, scene::importAll).next().contains("'verify'"));
    Failure failure = assertFails(Exit.UNVERIFIED, this::verified);
    assertTrue(failure.getMessage().contains("3 row"), failure.getMessage());
  }

  @Test
  void filesThatAreGoneAreCountedByWhatTheyHeldAndNotByTheirNames() throws Exception {
    for (int i = 0; i < 3; i++) {
      scene.write("audit.jsonl", StoreScene.entries(10 * i, 10 * i + 5));
      scene.importAll();
    }
    String notes = verified().notes().toString();
    assertTrue(notes.contains("2 file(s) are gone"), notes);
  }

  @Test
  void verifyLooksAtThePlainFileWhereItsCompressionIsNotFinished() throws Exception {
    scene.write("audit.jsonl.1", StoreScene.entries(0, 5));
    scene.write("audit.jsonl", StoreScene.entries(5, 9));
    scene.importAll();
    scene.write("audit.jsonl.1.gz", "");
    assertEquals(9, verified().entries());
  }

  private VerifyResult verifiedWithoutUnreadable() throws IOException {
    return scene.store().verify(scene.logs(), true);
  }

  /** What can be read is proven in any case, and what was imported of the rest by its digests. */
  @Test
  void verifyGoesOnBehindAFileThatCannotBeRead() throws Exception {
    scene.write("audit.jsonl.1", StoreScene.entries(0, 20));
    scene.write("audit.jsonl", StoreScene.entries(20, 40));
    scene.importAll();
    byte[] zipped = StoreScene.gzip(Files.readAllBytes(scene.file("audit.jsonl.1")));
    Files.delete(scene.file("audit.jsonl.1"));
    for (int length : new int[] {0, 9, zipped.length - 3}) {
      Files.write(scene.file("audit.jsonl.1.gz"), java.util.Arrays.copyOf(zipped, length));
      for (VerifyResult result : List.of(verified(), verifiedWithoutUnreadable())) {
        assertEquals(40, result.entries());
        assertEquals(List.of(scene.file("audit.jsonl.1.gz").toString()), result.unreadable());
      }
      assertEquals(Exit.FAILED, verified().failure().exit());
      assertTrue(verified().failure().next().contains("--skip-unreadable"));
      assertNull(verifiedWithoutUnreadable().failure());
      String notes = verifiedWithoutUnreadable().notes().toString();
      assertTrue(notes.contains("audit.jsonl.1.gz"), notes);
    }
    for (int second : new int[] {3, 30}) {
      String change = "UPDATE audit_entries SET command = '%s' WHERE duration_ms = " + second;
      scene.sql(change.formatted("rm"));
      assertFails(Exit.UNVERIFIED, this::verified);
      assertFails(Exit.UNVERIFIED, this::verifiedWithoutUnreadable);
      scene.sql(change.formatted("ls"));
    }
  }

  @Test
  void verifyOfNothingButAFileThatCannotBeReadProvesNothing() throws Exception {
    scene.write("audit.jsonl.1.gz", "no gzip");
    scene.write("other.jsonl", StoreScene.entries(0, 3));
    scene.imported(scene.logs("other.jsonl"), StoreScene.USUAL);
    assertEquals(Exit.FAILED, verified().failure().exit());
    assertFails(Exit.UNVERIFIED, this::verifiedWithoutUnreadable);
  }

  /** The others are compared with their entries all the same. */
  @Test
  void verifyOfSeveralLogsOfWhichOneIsGone() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 10));
    scene.write("other.jsonl", StoreScene.entries(10, 20));
    scene.importAll();
    ImportOptions tenant = new ImportOptions(false, null, "host-2", null, null, false);
    scene.imported(scene.logs("other.jsonl"), tenant);
    Files.delete(scene.file("other.jsonl"));
    LogFiles both = scene.logs("other.jsonl", "audit.jsonl");
    VerifyResult result = scene.store().verify(both, false);
    assertEquals(20, result.entries());
    assertEquals(1, result.goneFiles());
    scene.sql("UPDATE audit_entries SET command = 'rm' WHERE duration_ms = 3");
    Failure failure = assertFails(Exit.UNVERIFIED, () -> scene.store().verify(both, false));
    assertTrue(failure.getMessage().endsWith("column command"), failure.getMessage());
    LogFiles mistyped = scene.logs("audit.jsonl", "adit.jsonl");
    failure = assertFails(Exit.FAILED, () -> scene.store().verify(mistyped, false));
    assertTrue(failure.getMessage().contains("adit.jsonl: no such file"), failure.getMessage());
  }

  @Test
  void rollbackRemovesOurRowsAndNoOthers() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 30));
    scene.write("other.jsonl", StoreScene.entries(30, 40));
    scene.importAll();
    ImportOptions tenant = new ImportOptions(false, null, "host-2", null, null, false);
    scene.imported(scene.logs("other.jsonl"), tenant);
    scene.sql("INSERT INTO audit_entries (timestamp, duration_ms) VALUES ('x', 99)");
    scene.sql("DELETE FROM audit_entries WHERE duration_ms = 5");
    rename("audit.jsonl", "elsewhere.jsonl");
    AuditStore.RolledBack done = scene.store().rollback(scene.logs("elsewhere.jsonl"), false);
    assertEquals(29, done.rows());
    assertEquals(1, done.deleted());
    assertEquals(11, scene.rows().size());
    assertEquals(List.of("agentguard_migrate_imports", "audit_entries"), scene.tables());
    assertEquals(10, scene.store().rollback(scene.logs("other.jsonl"), false).rows());
    assertEquals(List.of(99), scene.seconds());
    assertEquals(List.of("audit_entries"), scene.tables());
    assertEquals(0, scene.store().rollback(null, false).rows());
  }

  @Test
  void rollbackIsRefusedWhereARowWasChanged() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 30));
    scene.importAll();
    scene.sql("UPDATE audit_entries SET reason = 'other' WHERE duration_ms = 2");
    assertFails(Exit.REFUSED, () -> scene.store().rollback(null, false));
    assertEquals(30, scene.rows().size());
  }

  @Test
  void overflowIsToldOfAndLeftAlone() throws IOException {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.write("audit.jsonl.overflow.jsonl", StoreScene.entries(3, 5));
    scene.write("audit.jsonl.overflow.jsonl.draining.1", StoreScene.entries(5, 6));
    ImportResult result = scene.imported();
    assertEquals(3, result.entries());
    assertTrue(result.notes().toString().contains("overflow.jsonl has 2 line(s)"));
    assertTrue(result.notes().toString().contains("WARN: "), result.notes().toString());
  }
}
