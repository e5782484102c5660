import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a process: what it understands, what it refuses, what it says. */
class CommandLineTest {
  private static final String LOG =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"}}\n";

  /** Nobody reads any more when the tool begins. */
  private static final String UNREAD = "exec 3> >(true); wait $!; exec \"$@\" >&3";

  @TempDir Path folder;

  private Path log() throws IOException {
    return Files.writeString(folder.resolve("audit.jsonl"), LOG);
  }

  private Run migrate(String... args) {
    return Run.tool(folder, args);
  }

  /** Java would look for a log of another name, and find nothing to do. */
  @Test
  void aNameThatIsNoUtf8IsRefused() throws IOException {
    Run run = Run.toolInShell("exec \"$@\" startup --audit-log $'b\\xe4d.jsonl'", folder);
    run.assertIsError(2, "is no path in this locale");
  }

  /** They could move the cursor of a terminal, or begin a line that looks like one of ours. */
  @Test
  void whatANameHidesIsShownEscaped() throws IOException {
    String hidden = "a\u001b[2K\nb\u202e.jsonl";
    String shown = "a\\u001b[2K\\u000ab\\u202e.jsonl";
    Files.writeString(folder.resolve(hidden), LOG);
    for (String command : List.of("", "status", "rollback --dry-run", "verify", "rollback")) {
      String[] words = (command + " --audit-log").strip().split(" ");
      String[] arguments =
          Stream.concat(Stream.of(words), Stream.of(hidden)).toArray(String[]::new);
      Run run = migrate(arguments);
      assertTrue((run.stdout() + run.stderr()).contains(shown), run::toString);
      assertFalse((run.stdout() + run.stderr()).matches("(?s).*[\\e\u202e].*"), run::toString);
    }
    Run json = migrate("status", "--json", "--audit-log", hidden);
    assertTrue(json.stdout().contains("a\\u001B[2K\\nb"), json::toString);
  }

  /** What a run leaves that dies right behind its rename. */
  @Test
  void aRollbackClosesTheBackupOfAnInterruptedMigration() throws IOException {
    log();
    assertEquals(0, migrate().exit());
    Path backup = folder.resolve("audit.jsonl.v040-backup").toRealPath();
    Files.setAttribute(backup, "unix:mode", 0644);
    Path lock = folder.resolve("audit.jsonl.migrate.lock");
    Files.writeString(
        lock, "agentguard migrate lock pid=1 word=0000000000000000\nbackup=%s\n".formatted(backup));
    Run run = migrate("rollback");
    assertEquals(0, run.exit(), run::toString);
    assertEquals(0600, (Integer) Files.getAttribute(backup, "unix:mode") & 07777);
    assertTrue(Files.notExists(lock));
  }

  @Test
  void aPipeIsNoBackup() throws IOException {
    log();
    assertEquals(0, migrate().exit());
    Run.of(folder, Map.of(), "mkfifo", "pipe");
    migrate("verify", "--backup", "pipe").assertIsError(5, "backup pipe is no log");
    migrate("rollback", "--from-backup", "--backup", "pipe")
        .assertIsError(5, "backup pipe is no log");
  }

  @Test
  void anEmptyBackupIsNotRestored() throws IOException {
    log();
    assertEquals(0, migrate().exit());
    Files.createFile(folder.resolve("empty"));
    migrate("rollback", "--from-backup", "--discard-newer", "--backup", "empty")
        .assertIsError(6, "backup empty is empty");
    assertTrue(Files.readString(folder.resolve("audit.jsonl")).endsWith(LOG));
  }

  @Test
  void anArchiveWhoseNameCannotBeExpressedIsNoBug() throws IOException {
    Files.writeString(
        folder.resolve("audit.jsonl"),
        "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-04-17T09:30:00Z\",\"rotated_from\":"
            + "\"\\ud800\"}}\n");
    Run run = migrate("status");
    assertEquals(0, run.exit(), run::toString);
    assertTrue(run.stdout().contains("(no file name)"), run::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "statsu, status or startup",
    "verfy, verify or recover",
    "list, --list",
    "status quick, --quick",
    "--dry, --dry-run",
    "status --backup, --backup-dir",
    "audit.jsonl, --audit-log audit.jsonl",
    "status audit.jsonl, --audit-log audit.jsonl",
  })
  void whatIsMistypedIsGuessed(String arguments, String meant) throws IOException {
    log();
    Run run = migrate(arguments.split(" "));
    run.assertIsError(2, "");
    String next = "  next: did you mean %s? see 'migrate".formatted(meant);
    assertTrue(run.stderr().contains(next), run::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--nonsense",
        "nonsense",
        "--id",
        "--id a --id b",
        "--list --dry-run",
        "--list --id v040_to_v041",
        "--list --reset-checkpoint",
        "--dry-run startup",
        "--audit-log audit.jsonl startup",
        "startup --dry-run",
        "startup --list",
        "demo --dry-run",
        "demo nonsense",
        "--lock-timeout soon",
        "--lock-timeout -1",
      })
  void whatIsNotUnderstoodRunsNothing(String arguments) throws IOException {
    Path log = log();
    Run run = migrate(arguments.split(" "));
    run.assertIsError(2, "");
    assertEquals("", run.stdout());
    assertEquals(LOG, Files.readString(log));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void aPathOfNoCharactersIsNotUnderstood() throws IOException {
    log();
    migrate("--audit-log", "").assertIsError(2, "--audit-log needs a path");
    migrate("startup", "--backup-dir", "").assertIsError(2, "--backup-dir needs a path");
  }

  @Test
  void aPathMayBeginWithAnAtSignAndHoldSpacesAndQuotes() throws IOException {
    Path log = Files.writeString(folder.resolve("@a 'log\" of 'mine.jsonl"), LOG);
    Run run = migrate("--audit-log", log.getFileName().toString());
    assertEquals(0, run.exit(), run::toString);
    assertTrue(Files.exists(folder.resolve("@a 'log\" of 'mine.jsonl.v040-backup")));
  }

  @Test
  void theDefaultLogIsAuditJsonlInTheWorkingFolder() throws IOException {
    Path log = log();
    Run run = migrate();
    assertEquals("migrate: 1 migration(s) processed\n", run.stdout(), run::toString);
    assertTrue(Files.readString(log).startsWith("{\"_meta\":{\"schema_version\":2,"));
  }

  @Test
  void listPrintsTheRegistryToTheLetter() {
    assertEquals(
        "Registered migrations:\n"
            + "  v040_to_v041  1 -> 2  Add schema-v2 _meta header to an existing audit log"
            + " (preserves a .v040-backup rollback copy)\n",
        migrate("--list").stdout());
  }

  @Test
  void versionAndHelpSayWhatTheyShould() {
    assertEquals("agentguard-migrate " + migrate.VERSION + "\n", migrate("--version").stdout());
    Run help = migrate("--help");
    assertEquals(0, help.exit());
    assertTrue(help.stdout().contains("--reset-checkpoint"), help::toString);
    assertTrue(help.stdout().contains("startup"), help::toString);
    assertTrue(migrate("startup", "--help").stdout().contains("--audit-log"));
  }

  @Test
  void textsAreTheSameInEveryLocale() throws IOException {
    Files.writeString(folder.resolve("audit.jsonl"), "{\"_meta\":{\"schema_version\":999}}\n");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    Run run = Run.of(folder, Map.of("LC_ALL", "C", "LANG", "C"), java, "-cp", classPath, "all");
    assertTrue(run.stderr().contains(" — upgrade the binary"), run::toString);
  }

  @Test
  void resultsThatCannotBeWrittenAreAnError() throws IOException {
    log();
    Run run = Run.toolInShell("exec \"$@\" > /dev/full", folder, "--list");
    run.assertIsError(1, "standard output could not be written");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--list", "--help", "status", "status --json", "--quiet --json", "demo"})
  void whereNobodyReadsTheResultsNothingIsSaid(String arguments) throws IOException {
    log();
    Run run = Run.toolInShell(UNREAD, folder, arguments.split(" "));
    assertEquals(141, run.exit(), run::toString);
    assertFalse(run.stderr().contains("standard output"), run::toString);
    run.assertShowsNoTrace();
  }

  /** What went wrong before is still said. */
  @Test
  void anErrorIsToldAlsoWhereNobodyReadsTheResults() {
    Run run = Run.toolInShell(UNREAD, folder, "--json", "--id", "nonsense");
    run.assertIsError(1, "migration not found");
  }

  @Test
  void aFileThatMayNotBeReadIsAnError() throws IOException {
    Path log = log();
    Files.delete(log);
    Files.createSymbolicLink(log, log);
    migrate().assertIsError(1, "audit.jsonl");
  }

  @Test
  void aNamedPipeIsRefusedWithoutWaitingForAWriter() {
    assertEquals(0, Run.of(folder, Map.of(), "mkfifo", "audit.jsonl").exit());
    assertEachCommandRefuses("is a device or a pipe");
  }

  @Test
  void aFolderIsRefused() throws IOException {
    Files.createDirectory(folder.resolve("audit.jsonl"));
    assertEachCommandRefuses("is a folder, not a regular file");
  }

  private void assertEachCommandRefuses(String why) {
    migrate().assertIsError(5, why);
    for (String command : List.of("startup", "rollback", "recover", "verify")) {
      migrate(command).assertIsError(5, why);
    }
  }

  @Test
  void aLogWhoseFolderIsMissingIsATypingError() {
    migrate("startup", "--audit-log", "not/yet/audit.jsonl")
        .assertIsError(1, "not/yet/audit.jsonl");
  }

  @Test
  void aPathWithoutAFileNameIsNotUnderstood() {
    migrate("--audit-log", "/", "--reset-checkpoint").assertIsError(2, "--audit-log");
  }

  @Test
  void aCheckpointIsNotResetWhereTheLogIsRefused() throws IOException {
    Files.writeString(folder.resolve("audit.jsonl"), "{\"_meta\":{\"schema_version\":3}}\n");
    Path checkpoint = Files.writeString(folder.resolve(".replay-checkpoint"), "{\"offset\":1}");
    migrate("--reset-checkpoint").assertIsError(5, "schema_version=3");
    assertTrue(Files.exists(checkpoint));
  }

  @Test
  void aFailureBehindAResetSaysThatTheCheckpointIsGone() throws IOException {
    log();
    Files.createDirectory(folder.resolve("audit.jsonl.v040-backup"));
    Files.writeString(folder.resolve(".replay-checkpoint"), "{\"offset\":1}");
    Run run = migrate("--reset-checkpoint");
    run.assertIsError(1, "is in the way of the backup");
    assertTrue(run.stderr().contains("but the checkpoint was removed, as asked"), run::toString);
  }

  @Test
  void aWorkingFolderThatTheLocaleCannotExpressIsAnError() throws IOException {
    Path strange = Files.createDirectory(folder.resolve("caf\u00e9"));
    Files.writeString(strange.resolve("audit.jsonl"), LOG);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    String script = "cd caf*; '%s' -cp '%s' all".formatted(java, classPath);
    Run run = Run.of(folder, Map.of("LC_ALL", "C", "LANG", "C"), "bash", "-c", script);
    if (run.exit() != 0) { // newer JDKs express it all the same
      run.assertIsError(1, "the working folder cannot be expressed in this locale");
    }
  }

  @Test
  void aRunWithoutRightsSaysWhoseRightsAreNeeded() throws IOException {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Run.of(folder, Map.of(), "id", "-u").stdout().equals("0\n"), "only root can change users");
    Path log = log();
    Files.setAttribute(log, "unix:uid", 65534);
    Files.setAttribute(folder, "unix:mode", 0755);
    Files.setAttribute(log, "unix:mode", 0644);
    Path jars = Files.createDirectory(folder.resolve("jars"));
    Run run = Run.toolAs(65534, jars, folder);
    run.assertIsError(1, "cannot be written by this user");
    assertEquals(LOG, Files.readString(log));
  }

  @Test
  void demoShowsAMigrationInAFolderThatStays() throws IOException {
    Run run = migrate("demo");
    assertEquals(0, run.exit(), run::toString);
    List<String> lines = run.stdout().lines().toList();
    Path where = Path.of(lines.get(lines.size() - 1).replace("Look around: ", ""));
    assertTrue(Files.readString(where.resolve("audit.jsonl")).startsWith("{\"_meta\":"));
    assertTrue(Files.exists(where.resolve("audit.jsonl.v040-backup")));
    assertTrue(run.stdout().contains("would prepend _meta"), run::toString);
    assertTrue(run.stdout().contains("migrate: 0 migration(s) processed"), run::toString);
    for (String name : List.of("audit.jsonl", "audit.jsonl.v040-backup")) {
      Files.delete(where.resolve(name));
    }
    Files.delete(where);
  }
}
