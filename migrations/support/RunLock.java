package support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The lock that keeps two runs from working on one log. It is a kernel lock on a file of its own
 * beside the log: a lock on the log itself would go with the rename, and would be dropped whenever
 * the log is closed somewhere in this process. The kernel frees it when its holder dies.
 *
 * <p>The file is removed when the run ends. One that is found and not locked was left by a run that
 * was interrupted, which is how the next run knows (see {@link #wasLeftBehind}).
 */
final class RunLock implements Closeable {
  private static final String MAGIC = "agentguard migrate lock";
  private static final int LONGEST_CONTENT = 1024;
  private static final Duration POLL = Duration.ofMillis(20);

  private final Path file;
  private final FileChannel channel;
  private boolean keepFile;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** The lock file of a log: {@code <log>.migrate.lock}, in the folder of the real log. */
  static Path fileOf(Path log) {
    return log.resolveSibling(log.getFileName() + ".migrate.lock");
  }

  /** Whether an earlier run was interrupted, or one is at work now; only looks. */
  static boolean wasLeftBehind(Path log) {
    return Files.exists(fileOf(log), NOFOLLOW_LINKS);
  }

  /**
   * Takes the lock, waiting for another holder as long as asked.
   *
   * @param log the real log, symbolic links resolved
   * @throws Failure with {@link Exit#BUSY} and the holder's process id if it stays taken, with
   *     {@link Exit#FAILED} if something else stands at the lock's name
   * @throws IOException if the lock file cannot be written
   */
  static RunLock acquire(
      Path log, Duration timeout, RandomGenerator random, Cancellation cancellation)
      throws IOException {
    Path file = fileOf(log);
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      Optional<RunLock> lock = tryAcquire(file, random.nextLong());
      if (lock.isPresent()) {
        return lock.get();
      }
      cancellation.check("while waiting for the lock " + file);
      if (System.nanoTime() >= deadline) {
        throw busy(log, file);
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the lock", e);
    }
  }

  private static Failure busy(Path log, Path file) {
    return Failure.unchanged(
        Exit.BUSY,
        "audit file %s is being migrated by another run (%s, lock file %s)"
            .formatted(log, holder(file), file),
        "wait for that run to end, or give --lock-timeout to wait here");
  }

  private static String holder(Path file) {
    try {
      String content = Files.readString(file);
      int pid = content.indexOf("pid=");
      return pid < 0
          ? "process unknown"
          : "process " + content.substring(pid + 4).split("\\s", 2)[0];
    } catch (IOException e) {
      return "process unknown";
    }
  }

  private static Optional<RunLock> tryAcquire(Path file, long word) throws IOException {
    requireOurs(file);
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(CREATE, READ, WRITE, NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      if (tryLock(channel) != null && isStillTheFile(file, channel, word)) {
        return Optional.of(new RunLock(file, channel));
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by another run in this process
    }
  }

  /** Nothing is ever written to a file that someone else has put at this name. */
  private static void requireOurs(Path file) throws IOException {
    Optional<Snapshot> found = Snapshot.find(file);
    if (found.isPresent()
        && !(found.get().isRegularFile()
            && found.get().links() == 1
            && found.get().size() <= LONGEST_CONTENT)) {
      throw notOurs(file);
    }
  }

  private static Failure notOurs(Path file) {
    return Failure.unchanged(
        Exit.FAILED,
        "%s is in the way: it is not a lock file of this tool".formatted(file),
        "find out who put it there, and move it away");
  }

  /**
   * Another run may have removed the file between our opening and our locking it. So a word that is
   * ours alone goes through the channel, and is looked for at the name.
   */
  private static boolean isStillTheFile(Path file, FileChannel channel, long word)
      throws IOException {
    ByteBuffer found = ByteBuffer.allocate(LONGEST_CONTENT);
    channel.read(found, 0);
    String earlier = new String(found.array(), 0, found.position(), UTF_8);
    if (!earlier.startsWith(MAGIC) && !MAGIC.startsWith(earlier)) {
      throw notOurs(file);
    }
    String content = "%s pid=%d word=%016x\n".formatted(MAGIC, ProcessHandle.current().pid(), word);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(content.getBytes(UTF_8)), 0);
    try {
      return Files.readString(file).equals(content);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Leaves the file where it is, so that the next run looks after what this one could not finish.
   */
  void leaveBehind() {
    keepFile = true;
  }

  /** Undoes {@link #leaveBehind}: nothing is left to finish. */
  void removeWhenClosed() {
    keepFile = false;
  }

  /** Frees the lock. The file goes first: once the lock is free, it may be another run's. */
  @Override
  public void close() throws IOException {
    try (channel) {
      if (!keepFile) {
        Files.deleteIfExists(file);
      }
    }
  }
}
