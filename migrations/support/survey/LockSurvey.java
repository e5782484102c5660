package support.survey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import support.files.Snapshot;
import support.lock.Journal;
import support.lock.LockErrors;
import support.lock.LockFile;
import support.lock.LockHolder;
import support.log.LogNames;
import support.run.ErrorCode;
import support.run.Failure;

/**
 * The lock of a log, looked at without touching it.
 *
 * @param path the lock file
 * @param state who has it
 * @param pid the process that wrote its number into it, or null
 * @param stopped whether that process has the lock and is suspended: it does not go on by itself
 * @param command {@code recover} where it is one that is at work or was interrupted; else null
 */
public record LockSurvey(String path, State state, Long pid, boolean stopped, String command) {
  private static final Path KERNEL_LOCKS = Path.of("/proc/locks");

  /** Who has the lock. */
  public enum State {
    /** There is no lock file: nobody is at work, and nobody was interrupted. */
    FREE,
    /** A run is at work. */
    HELD,
    /** A run was interrupted; the next one finishes what it left. */
    LEFT_BEHIND,
    /** It is of a run whose process cannot be seen from here, as one in another container. */
    UNKNOWN,
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
    return of(live, KERNEL_LOCKS);
  }

  /**
   * @param kernelLocks as proc(5) describes {@code /proc/locks}
   */
  static LockSurvey of(Path live, Path kernelLocks) throws IOException {
    Path file = LogNames.lock(live);
    try {
      Optional<Snapshot> found = Snapshot.find(file);
      if (found.isEmpty()) {
        return new LockSurvey(file.toString(), State.FREE, null, false, null);
      }
      if (!LockFile.isOurs(file, found.get())) {
        return new LockSurvey(file.toString(), State.NOT_OURS, null, false, null);
      }
      Optional<LockHolder> holder = LockHolder.in(file);
      Long pid = holder.map(LockHolder::pid).orElse(null);
      State state = state(found.get(), holder, kernelLocks);
      boolean isStopped = state == State.HELD && holder.filter(LockHolder::isStopped).isPresent();
      String command = Journal.isOfRecover(live) ? "recover" : null;
      return new LockSurvey(file.toString(), state, pid, isStopped, command);
    } catch (NoSuchFileException e) {
      return new LockSurvey(
          file.toString(), State.FREE, null, false, null); // its run has just ended
    }
  }

  /**
   * Why a run has to leave the log alone that another one is at work on.
   *
   * @param running the error where that one goes on by itself; it takes the log, the process and
   *     the lock file, as {@link LockErrors#ANOTHER_RUN_STOPPED} does
   */
  public Failure busy(Path log, ErrorCode running) {
    ErrorCode error = stopped ? LockErrors.ANOTHER_RUN_STOPPED : running;
    return Failure.of(error, log, pid == null ? "unknown" : pid.toString(), path);
  }

  private static State state(Snapshot file, Optional<LockHolder> holder, Path kernelLocks)
      throws IOException {
    if (!Files.isReadable(kernelLocks)) {
      return holder.isPresent() && holder.get().isAmongUs()
          ? isAlive(holder.get()) ? State.HELD : State.LEFT_BEHIND
          : State.UNKNOWN;
    }
    for (String line : Files.readAllLines(kernelLocks)) {
      if (KernelLock.parse(line).filter(lock -> lock.isOn(file, holder)).isPresent()) {
        return State.HELD;
      }
    }
    return holder.isEmpty() || holder.get().isAmongUs() ? State.LEFT_BEHIND : State.UNKNOWN;
  }

  private static boolean isAlive(LockHolder holder) {
    return ProcessHandle.of(holder.pid()).isPresent();
  }

  /** A line of {@code /proc/locks}. The device is another one than stat(2) reports on Btrfs. */
  private record KernelLock(long pid, int major, int minor, long inode) {
    private static final Pattern LINE =
        Pattern.compile(
            "\\d+: .* (?<pid>-?\\d+) (?<major>\\p{XDigit}+):(?<minor>\\p{XDigit}+):(?<inode>\\d+)"
                + " .*");

    static Optional<KernelLock> parse(String line) {
      Matcher lock = LINE.matcher(line);
      return lock.matches()
          ? Optional.of(
              new KernelLock(
                  Long.parseLong(lock.group("pid")),
                  Integer.parseInt(lock.group("major"), 16),
                  Integer.parseInt(lock.group("minor"), 16),
                  Long.parseLong(lock.group("inode"))))
          : Optional.empty();
    }

    /** A process in a container has another number here, and one that has just begun none yet. */
    boolean isOn(Snapshot file, Optional<LockHolder> holder) {
      boolean isHolder = holder.map(it -> it.isAmongUs() && it.pid() == pid).orElse(true);
      return inode == file.inode() && (isHolder || isDeviceOf(file));
    }

    private boolean isDeviceOf(Snapshot file) {
      return file.device() == device();
    }

    /** As stat(2) packs the two (makedev(3)). */
    private long device() {
      return (major & 0xfffL) << 8
          | minor & 0xffL
          | (minor & ~0xffL) << 12
          | (major & ~0xfffL) << 32;
    }
  }
}
