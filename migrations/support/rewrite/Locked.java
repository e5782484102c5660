package support.rewrite;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import support.files.Links;
import support.files.Machine;
import support.files.Snapshot;
import support.lock.Journal;
import support.lock.RunLock;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;

/** Work on a log under its lock that is no rewrite. */
public final class Locked {
  /**
   * What is done under the lock.
   *
   * @param <T> what comes of it
   */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it; the lock file goes behind it, unless it keeps that. */
    T with(RunLock lock) throws IOException;
  }

  private Locked() {}

  /**
   * Does it, unless another run holds the lock, or left work that only its migration may finish.
   *
   * @param live the log, symbolic links resolved
   * @throws Failure with {@link Exit#BUSY}; else as the work
   * @throws IOException as the work, or if the lock file cannot be written
   */
  public static <T> T on(
      Path live, Duration timeout, Machine machine, Monitor monitor, Work<T> work)
      throws IOException {
    return machine
        .disk()
        .holding(
            List.of(Links.folderOf(live)), () -> locked(live, timeout, machine, monitor, work));
  }

  private static <T> T locked(
      Path live, Duration timeout, Machine machine, Monitor monitor, Work<T> work)
      throws IOException {
    if (Snapshot.find(machine.disk().at(live)).filter(Snapshot::isRegularFile).isEmpty()) {
      throw Failure.of(RewriteErrors.KEEPS_CHANGING, live);
    }
    Journal none = Journal.begin("", Journal.Direction.FORWARD);
    try (RunLock lock = RunLock.acquire(live, none, timeout, machine, monitor)) {
      Optional<Journal> other = lock.interrupted().filter(j -> !j.migration().isEmpty());
      if (other.isPresent()) {
        lock.keepForNextRun();
        boolean isForward = other.get().direction() == Journal.Direction.FORWARD;
        String command = isForward ? "'migrate'" : "'migrate rollback'";
        throw Failure.of(RewriteErrors.RUN_TO_BE_FINISHED, other.get().migration(), live, command);
      }
      return work.with(lock);
    }
  }
}
