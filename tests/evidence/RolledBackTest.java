import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The step that led to a log without a header may be a rollback: then it is proven against the
 * backup that this has made.
 */
class RolledBackTest {
  private static final String OLD = LiveLog.entries("old", 1, 5);
  private static final String NEW = LiveLog.entries("newcomer", 10, 3);
  private static final String LATER = LiveLog.entries("later", 20, 2);
  private static final String[] DISCARDING = {"rollback", "--from-backup", "--discard-newer"};
  private static final int UNVERIFIED = 6;

  @TempDir Path folder;
  private LiveLog live;

  @BeforeEach
  void aMigratedLogThatWentOn() throws IOException {
    live = new LiveLog(folder);
    live.write(OLD);
    live.migrate();
    live.append(NEW);
  }

  private void assertHeaderIsMissed() {
    live.run("verify").assertIsError(UNVERIFIED, "line 1, byte 0: there is no header");
  }

  @Test
  void itIsProvenAgainstTheBackupOfTheRollback() throws IOException {
    live.done("rollback");
    live.append(LATER);
    Run verify = live.done("verify", "--strict");
    assertTrue(
        verify
            .stdout()
            .contains(
                "%s has no header, as of schema version 1, and 10 entries".formatted(live.log)),
        verify::toString);
    assertTrue(
        verify
            .stdout()
            .contains(
                "holds the %d bytes of %s unchanged, and %d bytes that were appended since"
                    .formatted((OLD + NEW).length(), live.file(".v041-backup"), LATER.length())),
        verify::toString);
    assertTrue(
        verify.stdout().contains("holds the %d bytes of ".formatted(OLD.length())),
        verify::toString);
  }

  @Test
  void soItIsWhereTheOperatorNamesThatBackup() {
    live.done("rollback");
    live.done("verify", "--backup", live.file(".v041-backup").toString());
  }

  @Test
  void damageIsFoundAsInAMigratedLog() throws IOException {
    live.done("rollback");
    live.write(live.read().replace("\"duration_ms\":11}", "\"duration_ms\":71}"));
    live.run("verify").assertIsError(UNVERIFIED, "differs from its backup");
  }

  /** It is no late line that the log lacks, though what was restored may go on otherwise there. */
  @Test
  void soItIsRightBehindWhatHadBeenMigrated() throws IOException {
    live.done("rollback");
    String changed = live.read().replace("\"duration_ms\":10}", "\"duration_ms\":70}");
    live.write(changed);
    live.run("verify").assertIsError(UNVERIFIED, "differs from its backup");
    live.run("recover");
    assertEquals(changed, live.read());
    live.append(LATER);
    live.run("verify").assertIsError(UNVERIFIED, "differs from its backup");
  }

  @Test
  void soItIsWhereNoOtherLineFollowed() throws IOException {
    live.write(live.read().replace(NEW, LiveLog.entry("newcomer", 10)));
    live.done("rollback");
    live.write(live.read().replace("\"duration_ms\":10}", "\"duration_ms\":70}"));
    live.run("verify").assertIsError(UNVERIFIED, "differs from its backup");
  }

  @Test
  void aLineThatIsDamagedSinceIsFound() throws IOException {
    live.done("rollback");
    live.append("{\"torn\n");
    live.run("verify").assertIsError(UNVERIFIED, "the line is not JSON");
  }

  @Test
  void whatWasDiscardedIsNoLoss() {
    live.done(DISCARDING);
    Run verify = live.done("verify");
    assertTrue(verify.stdout().contains("no header, as of schema version 1"), verify::toString);
  }

  @Test
  void aLogThatWasMigratedAgainMayNotLoseItsHeader() throws IOException {
    live.done("rollback");
    live.append(LATER);
    live.migrate();
    live.write(live.read().substring(live.read().indexOf('\n') + 1));
    assertHeaderIsMissed();
  }

  @Test
  void norMayOneThatWasMigratedAgainBehindADecisionToDiscard() throws IOException {
    live.done(DISCARDING);
    live.append(LATER);
    live.migrate();
    live.write(live.read().substring(live.read().indexOf('\n') + 1));
    assertHeaderIsMissed();
  }

  @Test
  void aLogThatWasTruncatedSinceIsAnotherOne() throws IOException {
    live.done("rollback");
    Files.copy(live.log, live.file(".1"));
    live.write(LATER);
    assertHeaderIsMissed();
  }

  @Test
  void ofSeveralMigrationsTheStepBackToTheFirstVersionCounts() throws IOException {
    live.done();
    live.done("rollback", "--to", "1");
    live.append(LATER);
    live.done("verify");
    assertEquals(OLD + NEW + LATER, live.read());
  }
}
