import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the tool itself has made beside a log is evidence, and not changed for being named. */
class OwnNamesTest {
  private static final String OLD = LiveLog.entries("old", 1, 5);

  @TempDir Path folder;

  @Test
  void anIdOfOneWordIsRefusedSinceItsBackupsWouldNotBeRecognised() {
    HeaderMigration.Spec spec = new HeaderMigration.Spec("third", 3, 4, "Any");
    assertThrows(IllegalArgumentException.class, () -> new HeaderMigration(spec) {});
  }

  static Stream<String> namesOfBackups() {
    return Stream.of(".v040-backup", ".v041-backup", ".v041-discarded", ".mask_lines-backup")
        .flatMap(suffix -> Stream.of(suffix, suffix + ".1", ".1.archive" + suffix));
  }

  static List<String[]> commandsThatWrite() {
    return List.of(
        new String[] {},
        new String[] {"--dry-run"},
        new String[] {"--reset-checkpoint"},
        new String[] {"--archives"},
        new String[] {"--id", "v040_to_v041"},
        new String[] {"--id", "mask_lines"},
        new String[] {"startup"},
        new String[] {"rollback"},
        new String[] {"rollback", "--to", "1"},
        new String[] {"rollback", "--id", "v040_to_v041", "--dry-run"},
        new String[] {"recover"});
  }

  @ParameterizedTest
  @MethodSource("namesOfBackups")
  void noCommandChangesABackupThatIsNamedAsTheLog(String suffix) throws IOException {
    LiveLog backup = new LiveLog(folder, "audit.jsonl" + suffix);
    backup.write(OLD);
    Files.writeString(Path.of(backup.log + ".replay-checkpoint"), "{\"offset\":1}");
    Tree before = Tree.of(folder);
    for (String[] command : commandsThatWrite()) {
      Run run = backup.run(command);
      run.assertIsError(5, "audit file %s is a backup by its name".formatted(backup.log));
      assertTrue(run.stderr().contains("nothing was changed"), run::toString);
      assertTrue(run.stderr().contains("copy the backup under another name"), run::toString);
      assertEquals(List.of(), before.differencesTo(Tree.of(folder)));
    }
  }

  /** To migrate it first, as is advised of any other log without a header, would be refused. */
  @ParameterizedTest
  @MethodSource("namesOfBackups")
  void verifyAdvisesNothingOfItThatWouldBeRefused(String suffix) throws IOException {
    LiveLog backup = new LiveLog(folder, "audit.jsonl" + suffix);
    backup.write(OLD);
    Run verify = backup.run("verify");
    verify.assertIsError(5, "audit file %s is a backup by its name".formatted(backup.log));
    assertTrue(verify.stderr().contains("copy the backup under another name"), verify::toString);
  }

  @Test
  void norDoesAnyTakeTheFileOfARunForALog() throws IOException {
    for (String suffix : List.of(".migrate.lock", ".migrate.0123456789abcdef.tmp")) {
      LiveLog file = new LiveLog(folder, "audit.jsonl" + suffix);
      file.write(OLD);
      for (String[] command : commandsThatWrite()) {
        file.run(command).assertIsError(5, "has the name of what a run makes for itself");
        assertEquals(OLD, file.read());
      }
    }
  }

  @Test
  void aLinkThatLeadsToABackupIsNoWayRound() throws IOException {
    Path backup = Files.writeString(folder.resolve("audit.jsonl.v040-backup"), OLD);
    LiveLog link = new LiveLog(folder);
    Files.createSymbolicLink(link.log, backup.getFileName());
    link.run().assertIsError(5, backup + " is a backup by its name");
    assertEquals(OLD, Files.readString(backup));
  }

  @Test
  void itMayBeReadAndStatusSaysWhatARunWould() throws IOException {
    LiveLog backup = new LiveLog(folder, "audit.jsonl.v040-backup");
    backup.write(OLD);
    Run status = backup.done("status");
    assertTrue(status.stdout().contains("entries: 5"), status::toString);
    assertTrue(status.stdout().contains("blocked: "), status::toString);
    backup.run("status", "--check").assertIsError(5, "is a backup by its name");
    Files.copy(backup.log, folder.resolve("copy.jsonl"));
    new LiveLog(folder, "copy.jsonl").migrate();
  }

  @Test
  void amongSeveralLogsItIsRefusedAloneAndTheOthersHaveTheirTurns() throws IOException {
    LogsFolder logs = new LogsFolder(folder);
    logs.log("a.jsonl", 2);
    logs.log("a.jsonl.v040-backup.1", 2);
    logs.log("b.jsonl", 3);
    Run run =
        logs.run(
            5,
            "--audit-log",
            "a.jsonl",
            "--audit-log",
            "a.jsonl.v040-backup.1",
            "--audit-log",
            "b.jsonl");
    assertTrue(run.stderr().contains("a.jsonl.v040-backup.1 is a backup by its name"));
    assertTrue(run.stdout().contains("2 done"), run::toString);
    logs.requireMigrated("a.jsonl", 2);
    logs.requireOld("a.jsonl.v040-backup.1", 2);
    logs.requireMigrated("b.jsonl", 3);
  }

  @Test
  void statusOfSeveralLogsSaysSoQuicklyToo() throws IOException {
    LogsFolder logs = new LogsFolder(folder);
    logs.log("a.jsonl", 2);
    for (String name : List.of("a.jsonl.v040-backup", "a.jsonl.migrate.lock")) {
      logs.log(name, 2);
      for (String[] how : List.of(new String[] {}, new String[] {"--quick"})) {
        List<String> command = new ArrayList<>(List.of("status", "--check"));
        command.addAll(List.of(how));
        command.addAll(List.of("--audit-log", "a.jsonl", "--audit-log", name));
        Run status = logs.run(5, command.toArray(String[]::new));
        assertTrue(status.stdout().contains("blocked "), status::toString);
        assertTrue(status.stderr().contains(name), status::toString);
      }
    }
  }
}
