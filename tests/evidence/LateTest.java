import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.files.Disk;
import support.files.HookedDisk;
import support.log.LogNames;

/** What a writer appends to the old file after a migration under it: told, and brought over. */
class LateTest {
  private static final String OLD = LiveLog.entries("old", 1, 5);
  private static final String LATE = LiveLog.entries("late", 10, 3);
  private static final String NEW = LiveLog.entries("newcomer", 20, 3);

  @TempDir Path folder;
  private LiveLog live;
  private Path backup;
  private String header;

  @BeforeEach
  void aLogMigratedUnderAWriter() throws IOException {
    live = LiveLog.migratedUnderAWriter(folder, OLD);
    backup = live.file(".v040-backup");
    header = live.read().substring(0, live.read().indexOf('\n') + 1);
  }

  private void assertMissing(int lines) {
    Run verify = live.done("verify");
    String told = "%d line(s) of".formatted(lines);
    assertEquals(lines > 0, verify.stdout().contains(told), verify::toString);
    Run status = live.done("status");
    String shown = ": %d in it only".formatted(lines);
    assertEquals(lines > 0, status.stdout().contains(shown), status::toString);
    assertEquals(lines > 0 ? 6 : 0, live.run("verify", "--strict").exit());
  }

  @Test
  void linesThatAreInTheBackupOnlyAreToldAndBroughtOverOnce() throws IOException {
    LiveLog.append(backup, LATE);
    live.append(NEW);
    assertMissing(3);
    String before = live.read();
    assertTrue(live.done("recover", "--dry-run").stdout().contains("would bring over 3 line(s)"));
    assertEquals(before, live.read());
    live.done("recover");
    assertEquals(header + OLD + NEW + LATE, live.read());
    assertMissing(0);
    live.done("recover");
    assertEquals(header + OLD + NEW + LATE, live.read());
    assertEquals(OLD + LATE, Files.readString(backup));
    assertFalse(Files.exists(LogNames.lock(live.log)));
  }

  @Test
  void linesInAnotherOrderThanInTheBackupAreNoDamage() throws IOException {
    LiveLog.append(backup, LATE);
    live.append(LiveLog.entry("newcomer", 30) + LATE + NEW);
    assertMissing(0);
    live.done("rollback");
    assertEquals(OLD + LiveLog.entry("newcomer", 30) + LATE + NEW, live.read());
  }

  /** Only by what was made of the later backup it shows that the earlier one may have grown. */
  @Test
  void soTheyAreInTheBackupsOfBothMigrationsOfALogThatWentBack() throws IOException {
    String late = LiveLog.entries("lates", 10, 3);
    String then = LiveLog.entries("newer", 20, 3);
    String later = LiveLog.entries("later", 40, 2);
    String older = LiveLog.entries("older", 30, 2);
    LiveLog.append(backup, late);
    live.append(then);
    live.done("rollback");
    LiveLog.append(live.file(".v041-backup"), older);
    live.clock = Clock.offset(live.clock, Duration.ofHours(1));
    live.migrate();
    Path second = live.file(".v040-backup.1");
    LiveLog.append(second, later);
    Files.setLastModifiedTime(second, FileTime.from(live.clock.instant().plusSeconds(60)));
    live.done("verify");
    live.done("recover");
    assertEquals(
        OLD + then + late + later + older, live.read().substring(live.read().indexOf('\n') + 1));
    live.done("verify", "--strict");
  }

  @Test
  void aRollbackCountsThemAndTheyCanBeBroughtOverBehindIt() throws IOException {
    LiveLog.append(backup, LATE);
    live.append(NEW);
    Run rollback = live.done("rollback");
    assertInOrder(rollback.stderr(), "3 line(s) of ", "'migrate recover'");
    live.done("recover");
    assertEquals(OLD + NEW + LATE, live.read());
  }

  /** The header of the second migration is younger than what was appended before. */
  @Test
  void soTheyCanBehindAnotherMigration() throws IOException {
    LiveLog.append(backup, LATE);
    live.append(NEW);
    live.done("rollback");
    live.append(LiveLog.entry("newcomer", 30));
    live.clock = Clock.offset(live.clock, Duration.ofMinutes(1));
    live.migrate();
    String log = live.read();
    assertMissing(3);
    assertTrue(live.done("rollback", "--dry-run").stderr().contains("3 line(s) of "));
    live.done("recover");
    assertEquals(log + LATE, live.read());
    assertMissing(0);
  }

  @Test
  void aLineThatRepeatsIsMissingAsOftenAsTheBackupHasItMoreOften() throws IOException {
    String line = LiveLog.entry("late", 10);
    LiveLog.append(backup, line + line + line);
    live.append(NEW + line);
    live.done("recover");
    assertEquals(header + OLD + NEW + line + line + line, live.read());
  }

  @Test
  void whatTwoBackupsHaveIsBroughtOverOnce() throws IOException {
    LiveLog.append(backup, LATE);
    Files.copy(backup, live.file(".v040-backup.1"), StandardCopyOption.COPY_ATTRIBUTES);
    live.done("recover");
    assertEquals(header + OLD + LATE, live.read());
  }

  @Test
  void aDryRunCountsEachLineOnceToo() throws IOException {
    live.write(live.read() + NEW.strip()); // its last line is ended first
    LiveLog.append(backup, LATE);
    Files.writeString(live.file(".v040-backup.1"), OLD + LATE + LiveLog.entry("more", 50));
    Files.writeString(live.file(".v040-backup.2"), OLD + LATE);
    Run plan = live.done("recover", "--dry-run");
    Run run = live.done("recover");
    assertEquals(header + OLD + NEW + LATE + LiveLog.entry("more", 50), live.read());
    assertEquals(run.stdout().replace("brought", "would bring"), plan.stdout());
  }

  /** That it lacks no line of its backups would be false. */
  @Test
  void ofALogThatWasEmptiedNothingIsClaimed() throws IOException {
    live.write("");
    Run recover = live.done("recover");
    assertTrue(recover.stdout().contains("cannot be told"), recover::toString);
    assertFalse(recover.stdout().contains("lacks no line"), recover::toString);
    live.run("recover", "--strict").assertIsError(6, "cannot be told");
    assertEquals("", live.read());
  }

  @Test
  void aLogThatDoesNotExistIsNotSaidToLackNothing() throws IOException {
    Files.delete(live.log);
    Files.delete(backup);
    live.run("recover").assertIsError(1, "no such file or directory");
  }

  /** To an archive nothing is ever appended. */
  @Test
  void linesOfALogThatWasRotatedSinceStayWhereTheyAre() throws IOException {
    LiveLog.append(backup, LATE);
    Path archive = live.rotate("20260417T093000Z");
    live.append(NEW);
    String log = live.read();
    Run recover = live.done("recover");
    assertTrue(
        recover
            .stdout()
            .contains(
                "3 line(s) of %d bytes stay in %s only; they are of %s, which was rotated since"
                    .formatted(LATE.length(), backup, archive)),
        recover::toString);
    assertEquals(log, live.read());
    assertInOrder(live.done("status").stdout(), ": 3 in it only", "; keep it\n");
  }

  /** Another command than the one that was interrupted might undo what was wanted. */
  @Test
  void whatAnotherRunLeftIsFinishedByTheCommandThatWasInterrupted() throws IOException {
    LiveLog.append(backup, LATE);
    Map<String, String> commands = Map.of("forward", "'migrate'", "backward", "'migrate rollback'");
    for (Map.Entry<String, String> command : commands.entrySet()) {
      String journal =
          "agentguard migrate lock pid=1 word=0\nmigration=v040_to_v041\ndirection=%s\n";
      Files.writeString(LogNames.lock(live.log), journal.formatted(command.getKey()));
      Run run = live.run("recover");
      run.assertIsError(4, "was interrupted, and is to be finished first");
      assertTrue(run.stderr().contains("next: run %s again".formatted(command.getValue())));
    }
  }

  @Test
  void anUnfinishedLineIsNotBroughtOver() throws IOException {
    LiveLog.append(backup, LATE + "{\"torn");
    live.append(NEW);
    live.done("recover");
    assertEquals(header + OLD + NEW + LATE, live.read());
    Run verify = live.done("verify");
    assertTrue(verify.stdout().contains("6 bytes of an unfinished line"), verify::toString);
  }

  @Test
  void aProcessThatStillWritesToTheBackupIsNamedAndWaitedFor() throws IOException {
    LiveLog.append(backup, LATE);
    live.openForWriting(backup);
    live.run("recover").assertIsError(4, "is open for writing by process 42 (agentguard)");
    String told = live.done("verify").stdout();
    assertInOrder(told, "process 42 (agentguard) still writes to", "once that is restarted");
    told = live.done("status").stdout();
    assertInOrder(told, "process 42 (agentguard): still writing", "once that is restarted");
    told = live.done("rollback", "--dry-run").stderr();
    assertInOrder(told, "process 42 (agentguard) still writes to", "once that is restarted");
  }

  /** What has to be done first stands first, or it would be refused. */
  private static void assertInOrder(String text, String first, String second) {
    int place = text.indexOf(first);
    assertTrue(place >= 0 && text.indexOf(second) > place, text);
  }

  @Test
  void whoeverGoesOnWritingIsToldOfBeforeAndAfterTheRunWithWhatToDoThen() throws IOException {
    live.done("rollback");
    live.openForWriting(live.log);
    for (String option : new String[] {"--dry-run", "--verbose"}) {
      Run run = live.migrate("--force", option);
      assertInOrder(run.stderr(), "process 42 (agentguard)", "then run 'migrate recover'");
    }
  }

  /** An entry is logged when it is made, mostly; one that was cut off was so before. */
  @Test
  void linesOlderThanTheHeaderMayHaveBeenCutOff() throws IOException {
    LiveLog.append(backup, LATE);
    String cut = "3 line(s) of %d bytes are in %s only".formatted(LATE.length(), backup);
    String why =
        " only, and the first is older than the header of the log: they were cut off the log, or"
            + " appended there later; bring them over with 'migrate recover'\n";
    assertInOrder(live.done("verify").stdout(), cut, why);
    assertInOrder(live.done("status").stdout(), "cut off or late: 3 in it", why);
    assertTrue(live.done("status", "--json").stdout().contains("\"may_be_cut_off\" : true"));
    Files.writeString(backup, OLD + LATE.replace("2025", "2099"));
    String late = "3 line(s) of %d bytes that were appended to %s later";
    assertInOrder(
        live.done("verify").stdout(), late.formatted(LATE.length(), backup), "'migrate recover'");
    assertInOrder(live.done("status").stdout(), "late lines: 3 in it only;", "'migrate recover'");
  }

  @Test
  void aServerThatWritesToTheLogIsNoObstacle() throws IOException {
    LiveLog.append(backup, LATE);
    live.append(NEW);
    live.openForWriting(live.log);
    live.done("recover");
    assertEquals(header + OLD + NEW + LATE, live.read());
  }

  @Test
  void aLineThatIsBeingWrittenIsNeverJoined() throws IOException {
    LiveLog.append(backup, LATE);
    live.append(NEW.strip());
    live.openForWriting(live.log);
    live.run("recover").assertIsError(4, "its last line has no end yet");
    assertEquals(header + OLD + NEW.strip(), live.read());
    live.openForWriting(backup.resolveSibling("nothing"));
    live.done("recover");
    assertEquals(header + OLD + NEW + LATE, live.read());
  }

  @Test
  void whatWasBroughtOverIsOnStableStorageBeforeItIsSaid() throws IOException {
    LiveLog.append(backup, LATE);
    HookedDisk watched = new HookedDisk((effect, path) -> {});
    live.disk = watched;
    live.done("recover");
    List<String> onTheLog =
        watched.effects().stream().filter(e -> e.endsWith(" audit.jsonl")).toList();
    assertEquals(List.of("append audit.jsonl", "write audit.jsonl", "flush audit.jsonl"), onTheLog);
  }

  @Test
  void anAppendThatWasCutShortIsDoneAgain() throws IOException {
    LiveLog.append(backup, LATE);
    live.append(LATE.substring(0, 20));
    Files.writeString(LogNames.lock(live.log), "agentguard migrate lock pid=1 word=0\n");
    live.done("recover");
    assertEquals(header + OLD + LATE.substring(0, 20) + "\n" + LATE, live.read());
    Run verify = live.done("verify");
    assertTrue(verify.stdout().contains("1 torn line(s)"), verify::toString);
    assertFalse(Files.exists(LogNames.lock(live.log)));
  }

  @Test
  void whereverAnAppendWasCutTheNextOneBringsEachLineOverOnce() throws IOException {
    LiveLog.append(backup, LATE);
    String before = live.read();
    int line = LATE.indexOf('\n') + 1;
    for (int written : new int[] {0, 1, line - 2, line, line + 1, LATE.length()}) {
      String part = LATE.substring(0, written);
      live.write(before + part);
      Files.writeString(LogNames.lock(live.log), "agentguard migrate lock pid=1 word=0\n");
      live.done("recover");
      int lines = part.lastIndexOf('\n') + 1;
      String torn = part.substring(lines);
      String rest = torn.isEmpty() ? "" : torn + "\n";
      assertEquals(before + LATE.substring(0, lines) + rest + LATE.substring(lines), live.read());
      live.done("verify");
      live.done("recover");
    }
  }

  @Test
  void aWriteThatFailsSaysThatTheBackupHasThemAll() throws IOException {
    LiveLog.append(backup, LATE);
    live.disk =
        new HookedDisk(
            (effect, path) -> {
              if (effect.equals("flush")) {
                throw new FileSystemException(path.toString(), null, "No space");
              }
            });
    Run run = live.run("recover");
    run.assertIsError(1, "bring lines over from");
    assertTrue(run.stderr().contains("the backup has all of them"), run::toString);
  }

  /** As a disk that becomes full does: what the message says to do must then do. */
  @Test
  void aWriteThatFailsHalfWayIsDoneAgain() throws IOException {
    LiveLog.append(backup, LATE);
    String torn = LATE.substring(0, 20);
    live.disk =
        new HookedDisk(
            (effect, path) -> {
              if (effect.equals("write")) {
                LiveLog.append(live.log, torn);
                throw new FileSystemException(path.toString(), null, "No space left on device");
              }
            });
    live.run("recover").assertIsError(1, "bring lines over from");
    live.disk = Disk.real();
    live.done("recover");
    assertEquals(header + OLD + torn + "\n" + LATE, live.read());
    assertFalse(Files.exists(LogNames.lock(live.log)));
  }

  @Test
  void damageWithinTheMigratedPartIsRefusedAsBefore() throws IOException {
    LiveLog.append(backup, LATE);
    live.append(NEW);
    live.write(live.read().replace("\"duration_ms\":3}", "\"duration_ms\":7}"));
    live.run("verify").assertIsError(6, "differs from its backup");
    live.run("rollback").assertIsError(6, "differs from its backup");
  }

  @Test
  void lateLinesOfAnEditedLogAreEditedOnTheirWay() throws IOException {
    live.done("--id", "mask_lines");
    LiveLog.append(live.file(".mask_lines-backup"), LATE);
    live.append(NEW);
    live.done("recover");
    assertTrue(live.read().endsWith(NEW + LATE.replace(":\"ls\"", ":\"**\"")), live.read());
    live.done("rollback", "--id", "mask_lines");
    assertTrue(live.read().startsWith(header + OLD), live.read());
  }
}
