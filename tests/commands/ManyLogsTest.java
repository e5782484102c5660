import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Several logs in one run: which ones, in which order, and what one has to do with another. */
class ManyLogsTest {
  @TempDir Path folder;
  private LogsFolder logs;

  @BeforeEach
  void begin() {
    logs = new LogsFolder(folder);
  }

  /** The logs that had their turns, in their order. */
  static List<String> turns(Run run) {
    return Pattern.compile("(?m)^migrate: log \\d+ of \\d+: (.*)$")
        .matcher(run.stderr())
        .results()
        .map((MatchResult turn) -> turn.group(1))
        .toList();
  }

  // ------------------------------------------------------------ which logs

  @Test
  void logsThatAreNamedHaveTheirTurnsInThatOrder() throws IOException {
    logs.log("b.jsonl", 2);
    logs.log("a.jsonl", 3);
    Run run = logs.run(0, "--audit-log", "b.jsonl", "--audit-log", "a.jsonl");
    assertEquals(List.of("b.jsonl", "a.jsonl"), turns(run));
    logs.requireMigrated("a.jsonl", 3);
    logs.requireMigrated("b.jsonl", 2);
    assertTrue(run.stdout().endsWith("migrate: 2 log(s): 2 done\n"), run::toString);
  }

  @Test
  void aPatternIsExpandedInTheOrderOfNamesAndInAnyPartOfThePath() throws IOException {
    for (String tenant : List.of("t2", "t10", "t1", ".hidden")) {
      logs.log(tenant + "/audit.jsonl", 1);
    }
    Run run = logs.run(0, "--audit-log", "*/audit.jsonl");
    assertEquals(List.of("t1/audit.jsonl", "t10/audit.jsonl", "t2/audit.jsonl"), turns(run));
    logs.requireOld(".hidden/audit.jsonl", 1);
  }

  @Test
  void aPatternLeavesOutAndCountsWhatStandsBesideALog() throws IOException {
    List<String> beside =
        List.of(
            "audit.jsonl.1",
            "audit.jsonl.2.gz",
            "audit.jsonl.3.xz",
            "audit.jsonl-20260417",
            "audit.jsonl.20260417T093000Z",
            "audit.jsonl.v040-backup",
            "audit.jsonl.1.archive.v040-backup.2",
            "audit.jsonl.migrate.lock",
            "audit.jsonl.replay-checkpoint",
            "audit.jsonl.overflow.jsonl",
            "audit.jsonl.overflow.jsonl.draining.7",
            "audit.jsonl.prom");
    for (String name : beside) {
      logs.write(name, "what it is does not matter");
    }
    logs.log("audit.jsonl", 1);
    logs.log("audit-eu.jsonl", 1);
    Run run = logs.run(0, "--dry-run", "--audit-log", "audit*");
    assertEquals(List.of("audit-eu.jsonl", "audit.jsonl"), turns(run));
    assertTrue(
        run.stderr().contains("note: 12 file(s) that match audit* are left out"), run::toString);
  }

  @Test
  void whatExistsAsItIsWrittenIsNoPattern() throws IOException {
    logs.log("audit*.jsonl", 1);
    logs.log("audit-eu.jsonl", 1);
    Run run = logs.run(0, "--audit-log", "audit*.jsonl");
    assertTrue(run.stdout().equals("migrate: 1 migration(s) processed\n"), run::toString);
    logs.requireMigrated("audit*.jsonl", 1);
    logs.requireOld("audit-eu.jsonl", 1);
  }

  @ParameterizedTest
  @CsvSource({
    "*.json, look for the logs",
    "*.jsonl, 'audit.jsonl is not there, and archives of it are: name it itself'",
    "audit[.jsonl, look for the logs",
    "*/audit.jsonl, look for the logs",
    "audit.jsonl.?, 1 file(s) that match stand beside a log"
  })
  void aPatternThatMatchesNoLogRunsNothing(String pattern, String advice) throws IOException {
    logs.log("audit.log", 1);
    logs.log("audit.jsonl.1", 1);
    Run run = logs.run(2, "--audit-log", "audit.log", "--audit-log", pattern);
    run.assertIsError(2, "--audit-log " + pattern + " matches no log");
    assertTrue(run.stderr().contains("next: " + advice), run::toString);
    logs.requireOld("audit.log", 1);
  }

  /** Their server is down, and logrotate has just been there. */
  @ParameterizedTest
  @ValueSource(strings = {"*/audit.jsonl", "*/*.jsonl", "{t1,t2,t3}/a*"})
  void aPatternNamesTheArchivesWhoseLogIsNotThere(String pattern) throws IOException {
    logs.log("t1/audit.jsonl", 1);
    logs.log("t1/audit.jsonl.1", 1);
    logs.log("t2/audit.jsonl.1", 1);
    logs.log("t2/audit.jsonl.2", 1);
    logs.log("t2/audit.jsonl.1.archive.v040-backup.1", 1);
    logs.log("t3/audit.jsonl.20260417T093000Z", 1);
    Run run = logs.run(0, "--archives", "--audit-log", pattern);
    assertEquals(List.of("t1/audit.jsonl.1", "t1/audit.jsonl"), turns(run));
    String note =
        "note: 2 log(s) that match %s are not there, and archives of theirs are, such as"
            + " t2/audit.jsonl: not looked at; name such a log itself\n";
    assertTrue(run.stderr().contains(note.formatted(pattern)), run::toString);
    logs.run(0, "--archives", "--audit-log", "t2/audit.jsonl", "--audit-log", "t3/audit.jsonl");
    logs.requireMigrated("t2/audit.jsonl.2", 1);
    logs.requireMigrated("t3/audit.jsonl.20260417T093000Z", 1);
  }

  @Test
  void twoNamesOfOneFileAreOneLog() throws IOException {
    Path log = logs.log("audit.jsonl", 2);
    Files.createSymbolicLink(folder.resolve("link.jsonl"), log);
    Run run =
        logs.run(
            0,
            "--audit-log",
            "link.jsonl",
            "--audit-log",
            "./audit.jsonl",
            "--audit-log",
            "*.jsonl");
    assertEquals(List.of("link.jsonl"), turns(run));
    logs.requireMigrated("audit.jsonl", 2);
  }

  @Test
  void aPatternWhoseLogIsRotatedAwayDuringTheRunIsNoError() throws IOException {
    Path log = logs.log("a.jsonl", 1);
    logs.log("b.jsonl", 1);
    logs.before(
        (effect, path) -> {
          if (effect.equals("rename") && path.getFileName().toString().equals("b.jsonl")) {
            Files.move(log, folder.resolve("a.jsonl.1"));
          }
        });
    Run run = logs.run(0, "--jobs", "1", "--audit-log", "a.*", "--audit-log", "b.jsonl");
    assertFalse(run.stderr().contains("matches no log"), run::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--checkpoint", "verify --backup", "rollback --from-backup --backup"})
  void whatIsOfOneLogCannotBeNamedForSeveral(String option) throws IOException {
    logs.log("a.jsonl", 1);
    logs.log("b.jsonl", 1);
    String[] words = (option + " some-file --audit-log").split(" ");
    String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = "*.jsonl";
    logs.run(2, all).assertIsError(2, "names a file of one log, and there are 2");
    logs.requireOld("a.jsonl", 1);
  }

  @Test
  void metricsNeverTakeThePlaceOfALogThatAPatternFinds() throws IOException {
    logs.log("a.jsonl", 1);
    logs.log("b.jsonl", 1);
    Run run = logs.run(2, "--audit-log", "*.jsonl", "--metrics-file", "b.jsonl");
    run.assertIsError(2, "--metrics-file b.jsonl has a name of the log");
    logs.requireOld("a.jsonl", 1);
  }

  // ------------------------------------------------------------ each by itself

  @Test
  void whatFailsForOneTouchesNoOther() throws IOException {
    logs.log("a.jsonl", 1);
    logs.write("b.jsonl", LogsFolder.NO_LOG);
    logs.log("c.jsonl", 1);
    Run run = logs.run(5, "--audit-log", "*.jsonl");
    logs.requireMigrated("a.jsonl", 1);
    logs.requireMigrated("c.jsonl", 1);
    assertEquals(LogsFolder.NO_LOG, Files.readString(folder.resolve("b.jsonl")));
    assertTrue(run.stderr().contains("migrate: b.jsonl: "), run::toString);
    assertTrue(
        run.stdout().endsWith("migrate: 3 log(s): 2 done, 1 refused\nmigrate: refused: b.jsonl\n"),
        run::toString);
  }

  @Test
  void theWorstOfThemIsTheExitCode() throws IOException {
    logs.write("a.jsonl", LogsFolder.NO_LOG);
    logs.log("b.jsonl", 1);
    logs.run(5, "--audit-log", "*.jsonl");
    logs.write("b.jsonl.v040-backup", "damaged");
    assertEquals(6, logs.run("verify", "--audit-log", "*.jsonl").exit());
    assertEquals(6, logs.run("verify", "--audit-log", "b.jsonl", "--audit-log", "a.jsonl").exit());
    logs.log("c.jsonl", 1);
    logs.run(3, "status", "--check", "--audit-log", "c.jsonl", "--audit-log", "b.jsonl");
    logs.run(5, "status", "--check", "--audit-log", "*.jsonl");
  }

  @Test
  void startupBeginsNoLogBehindOneThatFailed() throws IOException {
    logs.log("a.jsonl", 1);
    logs.write("b.jsonl", LogsFolder.NO_LOG);
    logs.log("c.jsonl", 1);
    Run run = logs.run(5, "startup", "--jobs", "1", "--audit-log", "*.jsonl");
    logs.requireMigrated("a.jsonl", 1);
    logs.requireOld("c.jsonl", 1);
    assertTrue(
        run.stderr().contains("1 other log(s) were begun; 1 log(s) were not begun"), run::toString);
    assertTrue(run.stdout().endsWith("migrate: not begun: c.jsonl\n"), run::toString);
  }

  @Test
  void anInterruptLeavesEachAsItWasOrMigratedAndSaysWhich() throws IOException {
    for (String name : List.of("a.jsonl", "b.jsonl", "c.jsonl")) {
      logs.log(name, 2);
    }
    logs.interruptBefore("create", "b.jsonl.migrate.");
    Run run = logs.run(130, "--jobs", "1", "--audit-log", "*.jsonl");
    logs.requireMigrated("a.jsonl", 2);
    logs.requireOld("b.jsonl", 2);
    logs.requireOld("c.jsonl", 2);
    assertEquals(List.of("a.jsonl", "a.jsonl.v040-backup", "b.jsonl", "c.jsonl"), logs.names());
    assertTrue(
        run.stdout()
            .endsWith(
                "migrate: 3 log(s): 1 done, 1 interrupted, 1 not begun\n"
                    + "migrate: interrupted: b.jsonl\nmigrate: not begun: c.jsonl\n"),
        run::toString);
  }

  @Test
  void quietNamesTheLogThatFailed() throws IOException {
    logs.log("a.jsonl", 1);
    logs.write("b.jsonl", LogsFolder.NO_LOG);
    Run run = logs.run(5, "--quiet", "--audit-log", "*.jsonl");
    assertEquals("", run.stdout());
    assertTrue(run.stderr().startsWith("migrate: b.jsonl: "), run::toString);
  }

  // ------------------------------------------------------------ for programs

  @Test
  void theDocumentHasAnEntryForEachLog() throws IOException {
    OutputSchema schema = new OutputSchema();
    logs.log("a.jsonl", 1);
    logs.write("b.jsonl", LogsFolder.NO_LOG);
    logs.log("c.jsonl", 1);
    Run run = logs.run(5, "startup", "--jobs", "1", "--json", "--audit-log", "*.jsonl");
    JsonNode document = schema.requireValid(run.stdout());
    assertEquals("refused", document.get("result").asString());
    assertFalse(document.has("audit_log"));
    JsonNode entries = document.get("logs");
    assertEquals(3, entries.size());
    assertEquals("done", entries.get(0).get("result").asString());
    assertEquals(document.get("error"), entries.get(1).get("error"));
    assertEquals("not_begun", entries.get(2).get("result").asString());
    assertEquals(3, schema.requireValid(status(0)).get("logs").size());
  }

  private String status(int exit) {
    return logs.run(exit, "status", "--json", "--audit-log", "*.jsonl").stdout();
  }

  @Test
  void theFormOfTheDocumentGoesByTheCommandLineAndNotByWhatIsThere() throws IOException {
    logs.log("a.jsonl", 1);
    String[] one = {"status", "--json", "--audit-log", "a.jsonl"};
    assertFalse(new OutputSchema().requireValid(logs.run(0, one).stdout()).has("logs"));
    for (String several : List.of("--archives --audit-log a.jsonl", "--audit-log a.*")) {
      Run run = logs.run(0, ("status --json " + several).split(" "));
      assertEquals(1, new OutputSchema().requireValid(run.stdout()).get("logs").size());
    }
  }

  @Test
  void metricsNameTheLog() throws IOException {
    logs.log("a.jsonl", 2);
    logs.write("b.jsonl", LogsFolder.NO_LOG);
    logs.run(5, "--audit-log", "*.jsonl", "--metrics-file", "logs.prom");
    String metrics = Files.readString(folder.resolve("logs.prom")).replace(folder + "/", "");
    String prefix = "agentguard_audit_migration_";
    for (String sample :
        List.of(
            "exit_code{command=\"migrate\"} 5",
            "exit_code{command=\"migrate\",log=\"a.jsonl\"} 0",
            "exit_code{command=\"migrate\",log=\"b.jsonl\"} 5",
            "entries{log=\"a.jsonl\"} 2",
            "status{id=\"v040_to_v041\",from=\"1\",to=\"2\",status=\"ran\",log=\"a.jsonl\"} 1")) {
      assertTrue(metrics.contains(prefix + sample + "\n"), () -> sample + " in " + metrics);
    }
  }

  // ------------------------------------------------------------ space

  /** What an archive without a backup needs is there for a while: for each that is at work. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void whatIsNeededForAWhileIsNeededByThoseAtWork(int jobs) throws IOException {
    long bytes = 0;
    for (int i = 0; i < 3; i++) {
      bytes += Files.size(logs.log(i + ".jsonl", 1));
      long largest = Files.size(logs.log(i + ".jsonl.1", 50 - 10 * i));
      bytes += i < jobs ? largest : 0;
      logs.log(i + ".jsonl.2", 3);
    }
    Run run =
        logs.run(
            0,
            "--dry-run",
            "--archives",
            "--no-archive-backup",
            "--jobs",
            "" + jobs,
            "--audit-log",
            "*.jsonl");
    assertTrue(run.stderr().contains("9 rewrites need %d bytes".formatted(bytes)), run::toString);
  }

  @Test
  void withoutRoomForAllNothingIsBegunAndTheSumIsNamed() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("small"), 900 << 10)) {
      assertEquals(folder.resolve("small"), disk.folder());
      for (String name : List.of("small/a.jsonl", "small/b.jsonl", "small/c.jsonl")) {
        logs.log(name, 1000);
      }
      long sum = 3 * Files.size(folder.resolve("small/a.jsonl"));
      for (String option : List.of("--verbose", "--dry-run")) {
        Run run = logs.run(1, option, "--audit-log", "small/*.jsonl");
        run.assertIsError(1, "3 rewrites need %d bytes together in small".formatted(sum));
        logs.requireOld("small/a.jsonl", 1000);
        assertEquals(3, logs.names().size());
      }
      logs.run(0, "--audit-log", "small/a.jsonl");
    }
  }
}
