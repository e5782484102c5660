import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.files.Disk;
import support.files.RamDisk;
import support.files.RecordingDisk;
import support.files.RecordingDisk.Remains;
import support.log.LogNames;

/**
 * Cuts the power after every effect of a {@code recover}, in the model of {@link RecordingDisk}:
 * what was there is there, and the next run brings over what is missing.
 */
class RecoverCutTest {
  private static final String LATE = LiveLog.entries("late", 10, 3);
  private static final String LOCK = "agentguard migrate lock pid=1 word=0\nrecover\n";

  @TempDir(factory = RamDisk.class)
  Path folder;

  private LiveLog live;
  private Path backup;
  private String before;
  private String kept;
  private RecordingDisk recorded;

  /** Nothing is in the log that was logged since: then a torn line hides most. */
  @BeforeEach
  void aLogThatLacksLinesOfItsBackup() throws IOException {
    live = new LiveLog(folder);
    live.write(LiveLog.entries("old", 1, 2));
    live.migrate("--force");
    backup = live.file(".v040-backup");
    LiveLog.append(backup, LATE);
    before = live.read();
    kept = Files.readString(backup);
    recorded = new RecordingDisk(Disk.real(), folder);
  }

  @Test
  void whateverACutLeavesNothingIsLostAndTheNextRunCompletesIt() throws IOException {
    recordRun(0);
    assertTrue(recorded.cuts().size() >= 16, "the model has too few states");
    for (Remains cut : recorded.cuts().keySet()) {
      restore(cut);
      String what = "%s: %s".formatted(recorded.cuts().get(cut), cut);
      assertTrue(live.read().startsWith(before), what);
      assertEquals(kept, Files.readString(backup), what);
      assertNoBeginningOfALateLineIsCalledDamage(what);
      live.done("recover");
      assertEquals(List.of(1L, 1L, 1L), copies(), what);
    }
  }

  /** The model does not know that the lock file is flushed before a line is written. */
  private void assertNoBeginningOfALateLineIsCalledDamage(String what) throws IOException {
    Path lock = LogNames.lock(live.log);
    boolean isLockWhole = Files.exists(lock) && Files.readString(lock).equals(LOCK);
    String written = live.read().substring(before.length());
    if (isLockWhole && LATE.startsWith(written)) { // and is not filled with zeros
      Run verify = live.run("verify");
      boolean isTorn = !(before + written).endsWith("\n");
      assertEquals(isTorn ? 6 : 0, verify.exit(), () -> what + verify);
      assertEquals(isTorn, verify.stderr().contains("'migrate recover'"), () -> what + verify);
    }
  }

  @Test
  void whatWasSaidToBeBroughtOverOutlivesACut() throws IOException {
    recordRun(0);
    assertEveryCutLeavesEachLateLine();
  }

  /** To the next run, what a killed one has written looks as if it had been there before. */
  @Test
  void soDoesWhatAKilledRunHadWritten() throws IOException {
    live.append(LATE);
    Files.writeString(LogNames.lock(live.log), LOCK);
    recordRun(LATE.length());
    assertEveryCutLeavesEachLateLine();
  }

  private void recordRun(int unflushedBytes) throws IOException {
    recorded.found(live.log, unflushedBytes);
    recorded.found(backup, 0);
    recorded.appears(LogNames.lock(live.log), LOCK);
    live.disk = recorded;
    live.done("recover");
    recorded.disappears(LogNames.lock(live.log));
    live.disk = Disk.real();
  }

  private void assertEveryCutLeavesEachLateLine() throws IOException {
    for (Remains cut : recorded.cutNow()) {
      restore(cut);
      assertEquals(List.of(1L, 1L, 1L), copies(), cut.toString());
    }
  }

  private void restore(Remains cut) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    cut.restoreTo(folder);
  }

  /** How often each late line stands in the log. */
  private List<Long> copies() throws IOException {
    List<String> lines = live.read().lines().toList();
    return LATE.lines().map(late -> lines.stream().filter(late::equals).count()).toList();
  }
}
