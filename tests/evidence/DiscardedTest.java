import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.files.Disk;
import support.files.HookedDisk;
import support.log.LogNames;

/**
 * What a rollback discards since the operator said so is kept, and is no late line: to bring it
 * over would undo what the operator decided.
 */
class DiscardedTest {
  private static final String OLD = LiveLog.entries("old", 1, 5);
  private static final String NEW = LiveLog.entries("newcomer", 20, 3);
  private static final String[] ROLLBACK = {"rollback", "--from-backup", "--discard-newer"};

  @TempDir Path folder;
  private LiveLog live;
  private Path discarded;
  private String log;

  @BeforeEach
  void aMigratedLogThatWentOn() throws IOException {
    live = new LiveLog(folder);
    live.write(OLD);
    live.migrate();
    live.append(NEW);
    log = live.read();
    discarded = live.file(".v041-discarded");
  }

  @Test
  void theRollbackSaysWhereItIs() throws IOException {
    Run rollback = live.done(ROLLBACK);
    assertTrue(rollback.stderr().contains("is in %s only".formatted(discarded)));
    assertEquals(OLD, live.read());
    assertEquals(log, Files.readString(discarded));
    assertFalse(Files.exists(live.file(".v041-backup")));
  }

  @Test
  void nothingAdvisesToBringItOver() throws IOException {
    live.done(ROLLBACK);
    assertNothingIsAdvised();
    assertEquals(OLD, live.read());
    live.migrate();
    assertNothingIsAdvised();
    Run verify = live.done("verify", "--strict");
    assertTrue(verify.stdout().contains(discarded + " is the log as it was before"));
    assertFalse(verify.stdout().contains("recover"), verify::toString);
    live.done("status", "--strict");
    Run rollback = live.done("rollback");
    assertFalse(rollback.stderr().contains("recover"), rollback::toString);
  }

  private void assertNothingIsAdvised() {
    Run status = live.done("status");
    String shown = "v041-discarded: %d bytes, discarded".formatted(log.length());
    assertTrue(status.stdout().contains(shown), status::toString);
    assertFalse(status.stdout().contains("recover"), status::toString);
    Run recover = live.done("recover", "--strict");
    assertTrue(recover.stdout().contains("lacks no line"), recover::toString);
  }

  @Test
  void whoStillWritesToItIsNamed() {
    live.done(ROLLBACK);
    live.migrate();
    live.openForWriting(discarded);
    assertTrue(live.done("verify").stdout().contains("(agentguard) still writes to " + discarded));
    assertTrue(live.done("status").stdout().contains("process 42 (agentguard): still writing"));
  }

  @Test
  void whatAProcessGoesOnWritingIsSaidToBeDiscardedToo() {
    live.openForWriting(live.log);
    Run rollback = live.done(ROLLBACK[0], ROLLBACK[1], ROLLBACK[2], "--force");
    String told = "still writes to %s; restart it now: what it writes there is discarded, too";
    assertTrue(rollback.stderr().contains(told.formatted(discarded)), rollback::toString);
    assertFalse(rollback.stderr().contains("recover"), rollback::toString);
  }

  @Test
  void itsNameTakesItBack() throws IOException {
    live.done(ROLLBACK);
    Files.move(discarded, live.file(".v041-backup"));
    live.done("recover");
    assertEquals(OLD + NEW, live.read());
  }

  /** Lines that were logged during the rollback are in both, behind what was discarded. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void soItDoesWhereLinesWereCarriedOverMeanwhile(int count) throws IOException {
    String lines = LiveLog.entries("newcomer", 20, count);
    String carried = LiveLog.entries("carried", 30, 2);
    live.write(log.replace(NEW, lines));
    live.disk = new HookedDisk((effect, path) -> appendBeforeRename(effect, carried));
    live.done(ROLLBACK[0], ROLLBACK[1], ROLLBACK[2], "--force");
    live.disk = Disk.real();
    assertEquals(OLD + carried, live.read());
    assertTakenBack(carried, lines);
    live.migrate();
    live.done("verify", "--strict");
  }

  private void appendBeforeRename(String effect, String lines) throws IOException {
    if (effect.equals("rename")) {
      LiveLog.append(live.log, lines);
    }
  }

  /** As two entries of one agent are. */
  @Test
  void soItDoesOfASingleLineThatIsNearlyThatWhichTheLogGoesOnWith() throws IOException {
    live.write(log.replace(NEW, LiveLog.entry("newcomer", 20)));
    live.done(ROLLBACK);
    String since = LiveLog.entry("newcomer", 21);
    live.append(since);
    assertTakenBack(since, LiveLog.entry("newcomer", 20));
  }

  private void assertTakenBack(String since, String lines) throws IOException {
    Files.move(discarded, live.file(".v041-backup"));
    Run status = live.done("status");
    String shown = "late lines: %d in it only".formatted(lines.lines().count());
    assertTrue(status.stdout().contains(shown), status::toString);
    live.done("recover", "--strict");
    assertEquals(OLD + since + lines, live.read());
    live.done("verify", "--strict");
    live.done("recover", "--strict");
    assertEquals(OLD + since + lines, live.read());
  }

  @Test
  void soItIsWhereTheRollbackWasInterrupted() throws IOException {
    live.done(ROLLBACK);
    leaveLock(discarded);
    Run again = live.done("rollback");
    assertTrue(again.stderr().contains("an earlier run was interrupted"), again::toString);
    assertFalse(again.stderr().contains("recover"), again::toString);
  }

  /** Both names stood for the log that was to be replaced. */
  @Test
  void anotherDecisionAfterAnInterruptionCounts() throws IOException {
    Path kept = live.file(".v041-backup");
    Files.createLink(kept, live.log);
    leaveLock(kept);
    live.done(ROLLBACK);
    assertFalse(Files.exists(kept));
    assertNothingIsAdvised();
    live.write(log);
    Files.delete(discarded);
    Files.createLink(discarded, live.log);
    leaveLock(discarded);
    live.done("rollback");
    assertFalse(Files.exists(discarded));
    assertEquals(log, Files.readString(kept));
    assertEquals(OLD + NEW, live.read());
  }

  private void leaveLock(Path backup) throws IOException {
    String journal =
        "agentguard migrate lock pid=1 word=0\nmigration=v040_to_v041\ndirection=backward\n";
    Files.writeString(LogNames.lock(live.log), journal + "backup=%s\n".formatted(backup));
  }

  @Test
  void ofAnotherMigrationItHasItsName() throws IOException {
    live.done("--id", "mask_lines");
    live.append(LiveLog.entry("late", 40));
    live.done("rollback", "--id", "mask_lines", "--from-backup", "--discard-newer");
    assertEquals(log, live.read());
    assertTrue(Files.exists(live.file(".mask_lines-rollback-discarded")));
    Run status = live.done("status");
    assertTrue(status.stdout().contains("rollback-discarded: "), status::toString);
    assertFalse(status.stdout().contains("recover"), status::toString);
  }
}
