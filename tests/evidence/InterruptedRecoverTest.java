import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.files.Disk;
import support.files.HookedDisk;
import support.log.LogNames;

/**
 * What a {@code recover} that died within a line leaves is not called damage: the line stands whole
 * in the backup, and every command says to run {@code recover} again.
 */
class InterruptedRecoverTest {
  private static final String OLD = LiveLog.entries("old", 1, 5);
  private static final String LATE = LiveLog.entries("late", 10, 3);
  private static final String LINE = LiveLog.entry("late", 10);
  private static final String NEW = LiveLog.entries("newcomer", 20, 3);
  private static final String NAMED = "'migrate recover'";

  @TempDir Path folder;
  private LiveLog live;
  private Path backup;
  private String before;

  @BeforeEach
  void aLogMigratedUnderAWriter() throws IOException {
    live = LiveLog.migratedUnderAWriter(folder, OLD);
    backup = live.file(".v040-backup");
    before = live.read();
  }

  /** Lets {@code recover} die when so much of what it appends has been written. */
  private void strike(int bytes) throws IOException {
    strike(OLD.length(), bytes);
  }

  private void strike(int migrated, int bytes) throws IOException {
    String late = Files.readString(backup).substring(migrated);
    live.disk =
        new HookedDisk(
            (effect, path) -> {
              if (effect.equals("write")) {
                LiveLog.append(live.log, late.substring(0, bytes));
                throw new FileSystemException(path.toString(), null, "No space left on device");
              }
            });
    live.run("recover").assertIsError(1, "bring lines over from");
    live.disk = Disk.real();
  }

  private void assertEveryCommandNamesIt(String log, int missing) throws IOException {
    Run verify = live.run("verify");
    verify.assertIsError(6, NAMED);
    assertTrue(verify.stderr().contains("nothing is lost"), verify::toString);
    assertFalse(verify.stderr().contains("another copy"), verify::toString);
    Run status = live.done("status");
    assertTrue(status.stdout().contains("belongs to " + live.log), status::toString);
    assertTrue(status.stdout().contains(": %d in it only".formatted(missing)));
    assertTrue(status.stdout().contains("'migrate recover' was interrupted"), status::toString);
    assertTrue(live.done("status", "--json").stdout().contains("\"command\" : \"recover\""));
    for (String option : List.of("--dry-run", "--to=1", "--from-backup")) {
      live.run("rollback", option).assertIsError(4, NAMED);
    }
    Run plan = live.done("recover", "--dry-run");
    String told = "would bring over %d line(s)".formatted(missing);
    assertTrue(plan.stdout().contains(told), plan::toString);
    assertEquals(log, live.read());
  }

  private void assertFinished(String log) throws IOException {
    live.done("recover");
    assertEquals(log, live.read());
    live.done("verify", "--strict");
    assertFalse(live.done("status").stdout().contains("in it only"));
    assertFalse(Files.exists(LogNames.lock(live.log)));
    live.done("rollback");
    live.done("verify", "--strict");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 110})
  void theBeginningOfTheFirstLateLineIsNoDamage(int bytes) throws IOException {
    LiveLog.append(backup, LATE);
    strike(bytes);
    String torn = LATE.substring(0, bytes);
    assertEveryCommandNamesIt(before + torn, 3);
    assertFinished(before + torn + "\n" + LATE);
  }

  @Test
  void norIsThatOfALaterOne() throws IOException {
    LiveLog.append(backup, LATE);
    strike(LINE.length() + 20);
    String written = LATE.substring(0, LINE.length() + 20);
    assertEveryCommandNamesIt(before + written, 2);
    assertFinished(before + written + "\n" + LATE.substring(LINE.length()));
  }

  @Test
  void norIsOneBehindWhatWasLoggedSince() throws IOException {
    LiveLog.append(backup, LATE);
    live.append(NEW);
    strike(20);
    String torn = LATE.substring(0, 20);
    assertEveryCommandNamesIt(before + NEW + torn, 3);
    assertFinished(before + NEW + torn + "\n" + LATE);
  }

  @Test
  void norIsALineThatLacksItsNewlineOnly() throws IOException {
    LiveLog.append(backup, LATE);
    strike(LINE.length() - 1);
    assertEveryCommandNamesIt(before + LINE.strip(), 2);
    assertFinished(before + LATE);
  }

  /** In a server's hands a line may be torn; not one that stands in the backup. */
  @Test
  void norIsItTakenForALineThatAServerIsWriting() throws IOException {
    LiveLog.append(backup, LATE);
    strike(20);
    live.openForWriting(live.log);
    live.run("verify").assertIsError(6, NAMED);
  }

  /** The log has no header then, and most of the line stands there. */
  @Test
  void norIsItBehindARollback() throws IOException {
    live.done("rollback");
    LiveLog.append(backup, LINE);
    int most = LINE.length() - 5;
    strike(most);
    live.run("verify").assertIsError(6, NAMED);
    live.done("recover");
    assertEquals(OLD + LINE.substring(0, most) + "\n" + LINE, live.read());
    live.done("verify", "--strict");
  }

  /** A server's start must not be kept up by it, nor its first entry joined to the line. */
  @Test
  void aRunThatComesBetweenEndsTheLineAndTheNextRecoverBringsItOver() throws IOException {
    String[] run = {"--id", "second_header"};
    live.done(run);
    backup = live.file(".second_header-backup");
    String log = live.read();
    LiveLog.append(backup, LINE);
    String torn = LINE.substring(0, LINE.length() - 5);
    strike(before.length(), torn.length());
    live.done(run);
    assertEquals(log + torn + "\n", live.read());
    live.done("recover");
    assertEquals(log + torn + "\n" + LINE, live.read());
    live.done("verify", "--strict");
  }

  @Test
  void soDoesTheMigrationOfALogThatWasRolledBack() throws IOException {
    live.done("rollback");
    LiveLog.append(backup, LINE);
    String torn = LINE.substring(0, LINE.length() - 5);
    strike(torn.length());
    live.clock = Clock.offset(live.clock, Duration.ofMinutes(1));
    live.migrate();
    assertTrue(live.done("verify").stdout().contains("1 line(s) of"));
    String log = live.read();
    assertTrue(log.endsWith(OLD + torn + "\n"), log);
    live.done("recover");
    assertEquals(log + LINE, live.read());
    live.done("verify", "--strict");
  }

  @Test
  void aLineThatNoBackupHasIsDamageAllTheSame() throws IOException {
    LiveLog.append(backup, LATE);
    strike(20);
    live.write(before + "{\"torn");
    Run verify = live.run("verify");
    verify.assertIsError(6, "the last line has no newline");
    assertFalse(verify.stderr().contains(NAMED), verify::toString);
  }

  /** A migration that was interrupted never leaves such a line without saying so. */
  @Test
  void withoutAnInterruptedRecoverALogThatWasCutIsDamaged() throws IOException {
    LiveLog.append(backup, LATE);
    live.append(LATE.substring(0, 20));
    live.run("verify").assertIsError(6, "ends before its backup");
    Files.writeString(
        LogNames.lock(live.log),
        "agentguard migrate lock pid=1 word=0\nmigration=v040_to_v041\ndirection=forward\n");
    live.run("verify").assertIsError(6, "ends before its backup");
  }

  @Test
  void damageBeforeItIsToldFirst() throws IOException {
    LiveLog.append(backup, LATE);
    live.append(NEW + "{\"torn\n");
    strike(20);
    live.run("verify").assertIsError(6, "not JSON");
    live.write(live.read().replace("\"duration_ms\":3}", "\"duration_ms\":7}"));
    live.run("verify").assertIsError(6, "differs from its backup");
  }
}
