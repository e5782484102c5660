import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.files.Disk;
import support.files.HookedDisk;
import support.files.Machine;
import support.files.OpenFiles;
import support.log.LogNames;
import support.run.Cancellation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Several migrations on one log: the version on disk decides, and each step is its own's to judge.
 */
class ChainTest {
  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:0%dZ\",\"agent_id\":\"legacy-a\",\"request\":{\"scope\":\"shell\",\"command\":\"ls\"},\"result\":{\"decision\":\"ALLOW\",\"reason\":\"ok\"},\"duration_ms\":1}\n";
  private static final String ENTRIES = ENTRY.formatted(0) + ENTRY.formatted(1);
  private static final String CREATED = "\"created_at\":\"2026-04-18T00:00:00.123456789Z\"";
  private static final String V2 = "{\"_meta\":{\"schema_version\":2," + CREATED + "}}\n";
  private static final String V3 =
      "{\"_meta\":{\"schema_version\":3," + CREATED + ",\"era\":{\"n\": 1}}}\n";
  private static final String V4 = V3.replace(":3,", ":4,");
  private static final String RENAMED = ENTRIES.replace("legacy-a", "legacy-alpha");

  @TempDir Path folder;
  private Path log;
  private Disk disk = Disk.real();

  @BeforeEach
  void aLegacyLog() throws IOException {
    log = Files.writeString(folder.resolve("audit.jsonl"), ENTRIES);
  }

  private Run run(migrate.Registry registry, String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--audit-log";
    all[arguments.length + 1] = log.toString();
    OpenFiles nobody = file -> new OpenFiles.Answer(List.of(), true);
    return Run.here(
        FixedClock.CLOCK,
        new Machine(disk, nobody, new Random()),
        new Cancellation(),
        host -> MigrateCommand.run(() -> registry, host, all));
  }

  private Run run(String... arguments) {
    return run(TestMigrations.registry(), arguments);
  }

  private Run done(String... arguments) {
    Run run = run(arguments);
    assertEquals(0, run.exit(), run::toString);
    return run;
  }

  private String log() throws IOException {
    return Files.readString(log);
  }

  private String backup(String suffix) throws IOException {
    return Files.readString(folder.resolve("audit.jsonl" + suffix));
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private void append(String text) throws IOException {
    Files.writeString(log, text, StandardOpenOption.APPEND);
  }

  private void failAt(String effect, String nameEnd, int time) {
    AtomicInteger times = new AtomicInteger();
    disk =
        new HookedDisk(
            (e, path) -> {
              if (e.equals(effect)
                  && path.toString().endsWith(nameEnd)
                  && times.incrementAndGet() == time) {
                throw new java.nio.file.FileSystemException(path.toString(), null, "No way");
              }
            });
  }

  private static List<String> states(Run status) {
    JsonNode document = JsonMapper.shared().readTree(status.stdout());
    return document.path("migrations").valueStream().map(m -> m.path("status").asString()).toList();
  }

  // ---------------------------------------------------------------- there

  @Test
  void aRunGoesToTheNewestVersionAndEachStepKeepsItsOwnBackup() throws IOException {
    Run run = done();
    assertTrue(run.stdout().contains("3 migration(s) processed"), run::toString);
    assertEquals(V4 + RENAMED, log());
    assertEquals(ENTRIES, backup(".v040-backup"));
    assertEquals(V2 + ENTRIES, backup(".second_header-backup"));
    assertEquals(V3 + ENTRIES, backup(".raising_lines-backup"));
    assertEquals(4, names().size());
    done("verify");
    assertTrue(run().stdout().contains("0 migration(s) processed"));
  }

  @Test
  void startupGoesAllTheWayToo() throws IOException {
    done("startup");
    assertEquals(V4 + RENAMED, log());
    assertTrue(done("startup").stderr().contains("no migrations needed"));
  }

  @Test
  void aDryRunTellsTheWholeChainAndStatusWhatWaits() throws IOException {
    Run dry = done("--dry-run");
    assertTrue(dry.stderr().contains("would then run second_header (2 -> 3)"), dry::toString);
    assertTrue(dry.stderr().contains("would then run raising_lines (3 -> 4)"), dry::toString);
    assertTrue(dry.stdout().contains("3 migration(s) processed"), dry::toString);
    assertEquals(ENTRIES, log());
    Run status = run("status", "--json", "--check");
    assertEquals(3, status.exit());
    assertEquals(List.of("pending", "waiting", "waiting", "on_demand"), states(status));
    assertTrue(status.stdout().contains("\"pending\" : 3"), status::toString);
    Path metrics = folder.resolve("migrate.prom");
    done("status", "--metrics-file", metrics.toString());
    assertTrue(Files.readString(metrics).contains("_migration_pending 3\n"));
    done();
    assertEquals(List.of("done", "done", "done", "on_demand"), states(done("status", "--json")));
  }

  @Test
  void aFailureSaysWhatWasDoneBeforeIt() throws IOException {
    failAt("rename", "audit.jsonl", 2);
    Run run = run("--json");
    assertEquals(1, run.exit(), run::toString);
    assertEquals(V2 + ENTRIES, log());
    String state = JsonMapper.shared().readTree(run.stdout()).at("/error/state").asString();
    assertTrue(state.startsWith("v040_to_v041 (1 -> 2) is done; "), state);
    assertFalse(state.contains("nothing was changed"), state);
  }

  @Test
  void everyByteOfAHeaderButItsVersionStays() throws IOException {
    String odd =
        "\n{ \"_meta\" : { \"rotated_from\":\"caf\u00e9.1\", \"schema_version\" :  2 , "
            + CREATED
            + " } , \"seal\":[1.10]}\n";
    Files.writeString(log, odd + ENTRIES);
    done("--id", "second_header");
    assertEquals(
        odd.replace(":  2 ", ":  3 ").replace(" } ,", " ,\"era\":{\"n\": 1}} ,") + ENTRIES, log());
    Files.writeString(log, log().replace(", \"seal\":[1.10]", ""));
    Files.delete(folder.resolve("audit.jsonl.second_header-backup"));
    done("rollback");
    assertEquals(odd.replace(", \"seal\":[1.10]", "") + ENTRIES, log());
  }

  /** What a later release has put there, its own way back may take away; ours must not. */
  @Test
  void noWayBackLeadsPastAHeaderWithKeysThatNobodyHereKnows() throws IOException {
    for (String id : List.of("v040_to_v041", "second_header", "raising_lines")) {
      done("--id", id);
      String migrated = log();
      String sealed = migrated.replaceFirst("}\n", ",\"seal\":1}\n");
      Files.writeString(log, sealed);
      for (String options : List.of("", "--dry-run", "--to 1", "--from-backup")) {
        run(("rollback " + options).strip().split(" ")).assertIsError(5, "keys besides _meta");
        assertEquals(sealed, log());
      }
      Files.writeString(log, migrated);
    }
    Files.writeString(log, log().replaceFirst("}\n", ",\"seal\":1}\n"));
    done("rollback", "--from-backup", "--discard-newer");
    assertEquals(V3 + ENTRIES, log());
  }

  /** The header of a log that keeps its version stays as it is. */
  @Test
  void editedLinesAreRestoredBehindSuchAHeader() throws IOException {
    String sealed = V2.replace("}}", "},\"seal\":1}") + ENTRIES;
    Files.writeString(log, sealed);
    done("--id", "mask_lines");
    assertTrue(log().contains("**") && log().contains("seal"));
    done("rollback", "--id", "mask_lines");
    assertEquals(sealed, log());
  }

  // ---------------------------------------------------------------- the version decides

  @Test
  void aMigrationNeverTouchesALogOfALaterVersion() throws IOException {
    done();
    for (String[] command :
        new String[][] {{"--id", "v040_to_v041"}, {"rollback", "--id", "v040_to_v041"}}) {
      Run run = run(command);
      run.assertIsError(5, "goes from version 1 to 2");
      assertTrue(run.stderr().contains("undo raising_lines first"), run::toString);
    }
    assertEquals(V4 + RENAMED, log());
  }

  @Test
  void aMigrationThatComesTooEarlyNamesTheOneToRunFirst() throws IOException {
    Run run = run("--id", "raising_lines");
    run.assertIsError(5, "raising_lines goes from version 3 to 4");
    assertTrue(run.stderr().contains("run v040_to_v041 first"), run::toString);
    assertEquals(ENTRIES, log());
  }

  @Test
  void aHeaderBehindAnyAmountOfBlanksIsEditedInItsPlace() throws IOException {
    String blanks = " ".repeat(2 << 20) + "\n";
    Files.writeString(log, blanks + V2 + ENTRIES);
    done("status");
    done("--id", "second_header");
    assertEquals(blanks + V3 + ENTRIES, log());
  }

  @Test
  void verifyProvesTheStepThatLedToTheVersionOnDisk() throws IOException {
    Files.writeString(log, ENTRIES);
    assertEquals(0, run(migrate.Registry.of(new v040_to_v041())).exit());
    Run verified = done("verify");
    assertTrue(verified.stdout().contains("schema version 2"), verified::toString);
    Files.writeString(log, log().replace("legacy-a", "legacy-b"));
    run("verify").assertIsError(6, "no file here was made of backup");
    run("rollback").assertIsError(6, "no file here was made of backup");
  }

  @Test
  void whatIsDamagedInAStepIsFoundByItsOwnProof() throws IOException {
    done();
    Files.writeString(
        log, log().replace("1Z\",\"agent_id\":\"legacy-alpha", "1Z\",\"agent_id\":\"legacy-omega"));
    run("verify").assertIsError(6, "does not stand in");
    run("rollback").assertIsError(6, "");
  }

  @Test
  void aHeaderThatItsMigrationDidNotMakeIsNotProven() throws IOException {
    Files.writeString(log, V2 + ENTRIES);
    done("--id", "second_header");
    done("verify", "--id", "second_header");
    Files.writeString(log, log().replace("{\"n\": 1}", "{\"n\": 2}"));
    run("verify", "--id", "second_header")
        .assertIsError(6, "the header is not what was made of that of ");
  }

  @Test
  void theNewestVersionIsTheRegistrys() throws IOException {
    Files.writeString(log, V2.replace(":2,", ":5,") + ENTRIES);
    run().assertIsError(5, "has schema_version=5; this binary understands up to 4");
    run(migrate.Registry.of(new v040_to_v041())).assertIsError(5, "understands up to 2");
  }

  /** The first migration may have nothing to do with it. */
  @Test
  void aLogThatIsNotUnderstoodIsRefusedByTheNewestMigration() throws IOException {
    for (String version : List.of("9", "\"2\"", "{")) {
      Files.writeString(log, V2.replace(":2,", ":" + version + ",") + ENTRIES);
      for (String command : List.of("--json", "startup --json", "--reset-checkpoint --json")) {
        Run run = run(command.split(" "));
        assertEquals(5, run.exit(), run::toString);
        assertTrue(run.stdout().contains("\"detect raising_lines: "), run::toString);
        assertFalse(run.stdout().contains("v040_to_v041"), run::toString);
      }
    }
  }

  // ---------------------------------------------------------------- and back

  @Test
  void aRollbackGoesOneStepBackAndKeepsWhatWasAppended() throws IOException {
    done();
    append(ENTRY.formatted(2));
    done("rollback");
    assertEquals(V3 + ENTRIES + ENTRY.formatted(2), log());
    done("rollback");
    assertEquals(V2 + ENTRIES + ENTRY.formatted(2), log());
    assertEquals(V3 + ENTRIES + ENTRY.formatted(2), backup(".second_header-rollback-backup"));
    done("rollback");
    assertEquals(ENTRIES + ENTRY.formatted(2), log());
    assertTrue(done("rollback").stderr().contains("no _meta header; nothing to do"));
  }

  @Test
  void aRollbackToAVersionGoesThereAndNoFurther() throws IOException {
    done();
    Run dry = done("rollback", "--to", "1", "--dry-run");
    assertTrue(dry.stderr().contains("would then roll back v040_to_v041 (2 -> 1)"), dry::toString);
    done("rollback", "--to", "2");
    assertEquals(V2 + ENTRIES, log());
    done("rollback", "--to", "2");
    assertEquals(V2 + ENTRIES, log());
    run("rollback", "--to", "3").assertIsError(5, "is of version 2, which is before version 3");
    run("rollback", "--to", "9").assertIsError(2, "there is no version 9");
    done("rollback", "--to", "1");
    assertEquals(ENTRIES, log());
  }

  @Test
  void aBackupIsRestoredForOneStepOnly() throws IOException {
    done();
    run("rollback", "--from-backup", "--to", "1").assertIsError(2, "more than one step");
    done("rollback", "--from-backup", "--discard-newer", "--to", "3");
    assertEquals(V3 + ENTRIES, log());
  }

  // ---------------------------------------------------------------- lines

  @Test
  void aMigrationThatKeepsTheVersionRunsByItsIdOnly() throws IOException {
    append(ENTRY.formatted(2).replace("ok", "drop me"));
    done();
    assertFalse(Files.exists(folder.resolve("audit.jsonl.mask_lines-backup")));
    String before = log();
    done("--id", "mask_lines");
    assertEquals(V4 + RENAMED.replace(":\"ls\"", ":\"**\""), log());
    assertEquals(before, backup(".mask_lines-backup"));
    done("verify", "--id", "mask_lines");
    Run again = done("--id", "mask_lines");
    assertTrue(
        again.stderr().contains("no line of the audit log is to be changed"), again.stderr());
    append(ENTRY.formatted(3));
    done("rollback", "--id", "mask_lines");
    assertEquals(before + ENTRY.formatted(3), log());
    assertTrue(done("rollback", "--id", "mask_lines").stderr().contains("as they were"));
  }

  @Test
  void aTornLastLineIsEditedAndEnded() throws IOException {
    append(ENTRY.formatted(2).strip());
    done("--id", "mask_lines");
    assertEquals((ENTRIES + ENTRY.formatted(2)).replace(":\"ls\"", ":\"**\""), log());
  }

  /** Once, before it is brought to stable storage. */
  private void changeStaged(ChangeOfFile change) {
    AtomicBoolean done = new AtomicBoolean();
    disk =
        new HookedDisk(
            (effect, path) -> {
              if (effect.equals("flush")
                  && path.toString().endsWith(".tmp")
                  && !done.getAndSet(true)) {
                change.on(path);
              }
            });
  }

  private interface ChangeOfFile {
    void on(Path file) throws IOException;
  }

  @Test
  void editedLinesThatReadBackDifferentlyDoNotTakeTheLogsPlace() throws IOException {
    changeStaged(
        staged ->
            Files.writeString(staged, Files.readString(staged).replace(":\"**\"", ":\"ls\"")));
    Run run = run("--id", "mask_lines");
    assertEquals(1, run.exit(), run::toString);
    assertTrue(run.stderr().contains("does not read back"), run.stderr());
    assertEquals(ENTRIES, log());
  }

  @Test
  void aLineThatComesWhileTheOthersAreEditedIsEditedToo() throws IOException {
    changeStaged(staged -> append(ENTRY.formatted(7)));
    done("--id", "mask_lines", "--force");
    assertEquals((ENTRIES + ENTRY.formatted(7)).replace(":\"ls\"", ":\"**\""), log());
  }

  @Test
  void linesThatWereAllDroppedComeBack() throws IOException {
    String dropped = ENTRIES.replace("ok", "drop me");
    Files.writeString(log, dropped);
    done("--id", "mask_lines");
    assertEquals("", log());
    done("rollback", "--id", "mask_lines");
    assertEquals(dropped, log());
    done("--id", "mask_lines");
    done("rollback", "--id", "mask_lines", "--from-backup");
    assertEquals(dropped, log());
  }

  /** Behind the log's own, it would count as that, and what was made of the backup be unknown. */
  @Test
  void aHeaderWithinTheLogIsNotBroughtToItsBeginning() throws IOException {
    String header = "{\"_meta\":{\"schema_version\":3}}\n";
    String twoHeaders = header + ENTRIES.replace("ok", "drop me") + header + ENTRIES;
    Files.writeString(log, twoHeaders);
    String refusal = "a second header would stand behind the first";
    run("--id", "mask_lines", "--dry-run").assertIsError(5, refusal);
    run("--id", "mask_lines").assertIsError(5, refusal);
    assertEquals(twoHeaders, log());
  }

  @Test
  void aBackupOfEditedLinesIsNotRestoredOverEntriesThatItLacks() throws IOException {
    done("--id", "mask_lines");
    append(ENTRY.formatted(5));
    Run refused = run("rollback", "--id", "mask_lines", "--from-backup");
    assertEquals(1, refused.exit(), refused::toString);
    String newer = "%d bytes of entries".formatted(ENTRY.formatted(5).length());
    assertTrue(refused.stderr().contains(newer), refused.stderr());
    done("rollback", "--id", "mask_lines", "--from-backup", "--discard-newer");
    assertEquals(ENTRIES, log());
  }

  // ---------------------------------------------------------------- what was interrupted

  /** Killed: the lock file stays, with its journal. */
  private void leaveLock(String migration, String direction, String suffix) throws IOException {
    Files.writeString(
        LogNames.lock(log),
        "agentguard migrate lock pid=1 word=0000000000000000\nmigration=%s\ndirection=%s\nbackup=%s\n"
            .formatted(migration, direction, folder.resolve("audit.jsonl" + suffix)));
  }

  @Test
  void onlyTheMigrationThatTheJournalNamesFinishesIt() throws IOException {
    done();
    done("rollback", "--to", "3");
    leaveLock("second_header", "forward", ".second_header-backup");
    Files.setAttribute(folder.resolve("audit.jsonl.second_header-backup"), "unix:mode", 0644);
    Run run = done("--id", "raising_lines");
    assertTrue(
        run.stderr().contains("finishing an interrupted run of second_header"), run.stderr());
    assertEquals(
        0600,
        (Integer)
                Files.getAttribute(folder.resolve("audit.jsonl.second_header-backup"), "unix:mode")
            & 07777);
    assertFalse(Files.exists(LogNames.lock(log)));
    assertEquals(V4 + RENAMED, log());
  }

  @Test
  void aJournalOfAMigrationThatIsNotHereIsRefused() throws IOException {
    done();
    leaveLock("from_elsewhere", "forward", ".from_elsewhere-backup");
    Path checkpoint =
        Files.writeString(folder.resolve("audit.jsonl.replay-checkpoint"), "{\"offset\":1}");
    for (String[] command :
        new String[][] {{}, {"startup"}, {"rollback"}, {"--reset-checkpoint"}}) {
      Run run = run(command);
      run.assertIsError(1, "an interrupted run of from_elsewhere");
      assertTrue(run.stderr().contains("from_elsewhere.java"), run::toString);
    }
    assertEquals(V4 + RENAMED, log());
    assertTrue(Files.exists(checkpoint), "what is refused is refused before anything is removed");
    assertTrue(Files.exists(LogNames.lock(log)));
    done("verify");
    assertTrue(Files.exists(LogNames.lock(log)), "verify finishes nothing");
  }

  @Test
  void anInterruptedRollbackIsFinishedAndGoesNoFurther() throws IOException {
    done();
    done("rollback", "--to", "2");
    leaveLock("second_header", "backward", ".second_header-rollback-backup");
    Run run = done("rollback");
    assertTrue(run.stderr().contains("an earlier run was interrupted"), run::toString);
    assertEquals(V2 + ENTRIES, log());
    assertFalse(Files.exists(LogNames.lock(log)));
  }

  @Test
  void aRunBehindAnInterruptedRollbackFinishesThatFirst() throws IOException {
    done();
    done("rollback", "--to", "2");
    leaveLock("second_header", "backward", ".second_header-rollback-backup");
    done();
    assertEquals(V4 + RENAMED, log());
    assertFalse(Files.exists(LogNames.lock(log)));
  }
}
