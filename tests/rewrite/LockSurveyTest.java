package support.survey;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.files.Snapshot;
import support.log.LogNames;

/** What is said of a lock file, from what the kernel reports of locks. */
class LockSurveyTest {
  private static final long GONE = 4_000_001; // more than Linux gives
  private static final String ELSEWHERE = " processes=pid:[1]";

  @TempDir Path folder;

  private String lockFile(String more) throws IOException {
    Path lock = LogNames.lock(folder.resolve("audit.jsonl"));
    Files.writeString(lock, "agentguard migrate lock pid=%d word=0%s\n".formatted(GONE, more));
    return Long.toString(Snapshot.of(lock).inode());
  }

  private LockSurvey.State stateWith(String kernelLocks) throws IOException {
    Path locks = Files.writeString(folder.resolve("locks"), kernelLocks);
    return LockSurvey.of(folder.resolve("audit.jsonl"), locks).state();
  }

  private static String ours() throws IOException {
    return " processes=" + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
  }

  private static String line(long pid, String device, String inode) {
    return "1: POSIX  ADVISORY  WRITE %d %s:%s 0 EOF\n".formatted(pid, device, inode);
  }

  @Test
  void aLockOfThisProcessNumberIsHeldWhateverItsDevice() throws IOException {
    String inode = lockFile(ours());
    assertEquals(LockSurvey.State.HELD, stateWith(line(GONE, "00:2a", inode)));
  }

  /** On another file system another file may have the same number. */
  @Test
  void aLockOfAnotherProcessOnAnotherDeviceIsAnothers() throws IOException {
    String inode = lockFile(ours());
    assertEquals(LockSurvey.State.LEFT_BEHIND, stateWith(line(77, "00:ff", inode)));
    assertEquals(LockSurvey.State.LEFT_BEHIND, stateWith(line(GONE, "00:ff", inode + "1")));
  }

  /** A process in a container has another number outside. */
  @Test
  void aLockOnThisVeryFileIsHeldWhateverTheNumberOfItsProcess() throws IOException {
    String inode = lockFile(ELSEWHERE);
    long device = Snapshot.of(LogNames.lock(folder.resolve("audit.jsonl"))).device();
    String name = "%02x:%02x".formatted(device >> 8 & 0xfff, device & 0xff | device >> 12 & ~0xff);
    assertEquals(LockSurvey.State.HELD, stateWith(line(77, name, inode)));
  }

  @Test
  void aLockOfAnotherContainerCannotBeTold() throws IOException {
    lockFile(ELSEWHERE);
    assertEquals(LockSurvey.State.UNKNOWN, stateWith(""));
  }

  @Test
  void aLockOfAProcessThatIsGoneWasLeftBehind() throws IOException {
    lockFile(ours());
    assertEquals(LockSurvey.State.LEFT_BEHIND, stateWith(""));
    lockFile("");
    assertEquals(LockSurvey.State.LEFT_BEHIND, stateWith(""), "of an earlier release");
  }

  @Test
  void whereTheKernelTellsNothingItGoesByTheProcess() throws IOException {
    Path absent = folder.resolve("absent");
    Path log = folder.resolve("audit.jsonl");
    lockFile(ours());
    assertEquals(LockSurvey.State.LEFT_BEHIND, LockSurvey.of(log, absent).state());
    lockFile(ELSEWHERE);
    assertEquals(LockSurvey.State.UNKNOWN, LockSurvey.of(log, absent).state());
  }
}
