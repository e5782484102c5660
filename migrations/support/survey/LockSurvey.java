package support.survey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import support.files.Snapshot;
import support.log.LogNames;
import support.rewrite.RunLock;

/**
 * The lock of a log, looked at without touching it.
 *
 * @param path the lock file
 * @param state who has it
 * @param pid the process that wrote its number into it, or null
 */
public record LockSurvey(String path, State state, Long pid) {
  private static final Path KERNEL_LOCKS = Path.of("/proc/locks");

  /** Who has the lock. */
  public enum State {
    /** There is no lock file: nobody is at work, and nobody was interrupted. */
    FREE,
    /** A run is at work. */
    HELD,
    /** A run was interrupted; the next one finishes what it left. */
    LEFT_BEHIND,
    /** Something stands at the name that is no lock file of this tool. */
    NOT_OURS
  }

  /**
   * Looks at it.
   *
   * @param live the log, symbolic links resolved
   * @throws IOException if the lock file cannot be read
   */
  public static LockSurvey of(Path live) throws IOException {
    Path file = LogNames.lock(live);
    try {
      Optional<Snapshot> found = Snapshot.find(file);
      if (found.isEmpty()) {
        return new LockSurvey(file.toString(), State.FREE, null);
      }
      if (!RunLock.isOurs(file, found.get())) {
        return new LockSurvey(file.toString(), State.NOT_OURS, null);
      }
      Long pid = RunLock.holderIn(file).orElse(null);
      boolean held = isHeld(found.get(), pid);
      return new LockSurvey(file.toString(), held ? State.HELD : State.LEFT_BEHIND, pid);
    } catch (NoSuchFileException e) {
      return new LockSurvey(file.toString(), State.FREE, null); // its run has just ended
    }
  }

  /**
   * As the kernel tells it; where it does not, a lock is taken for held while its process lives.
   */
  private static boolean isHeld(Snapshot file, Long pid) throws IOException {
    if (!Files.isReadable(KERNEL_LOCKS)) {
      return pid != null && ProcessHandle.of(pid).isPresent();
    }
    String inode = ":" + file.inode() + " ";
    List<String> locks = Files.readAllLines(KERNEL_LOCKS);
    return locks.stream().anyMatch(lock -> lock.contains(inode));
  }
}
