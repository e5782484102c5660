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
 * beside the log: a lock on the log itself would go with the rename. The kernel frees it when its
 * holder dies, but also as soon as this process closes any other descriptor of the lock file
 * (fcntl(2)): once the lock is held, the file must not be opened again.
 *
 * <p>The file is removed when the run ends. One that is found and not locked was left by a run that
 * was interrupted, which is how the next run knows (see {@link #wasLeftBehind}). It holds no data:
 * besides its holder it names the backup of the run, for the next one to look after.
 */
final class RunLock implements Closeable {
  private static final String MAGIC = "agentguard migrate lock";
  private static final String BACKUP = "\nbackup=";
  private static final int LONGEST_CONTENT = 16 * 1024;
  private static final Duration POLL = Duration.ofMillis(20);

  private final Path file;
  private final FileChannel channel;
  private final String firstLine;
  private final boolean followsInterruptedRun;
  private final Optional<Path> earlierBackup;
  private boolean keepFile;

  private RunLock(Path file, FileChannel channel, String firstLine, String earlier) {
    this.file = file;
    this.channel = channel;
    this.firstLine = firstLine;
    this.followsInterruptedRun = !earlier.isEmpty();
    this.earlierBackup = backupIn(earlier);
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
      Optional<FileLock> lock = tryLock(channel);
      Optional<RunLock> held =
          lock.isPresent() ? hold(file, channel, lock.get(), word) : Optional.empty();
      if (held.isEmpty()) {
        channel.close();
      }
      return held;
    } catch (IOException | RuntimeException e) {
      removeIfEmpty(file);
      channel.close();
      throw e;
    }
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty(); // held by another run in this process
    }
  }

  /** What is left where the disk was too full for its content. */
  private static void removeIfEmpty(Path file) throws IOException {
    if (Snapshot.find(file)
        .filter(found -> found.isRegularFile() && found.size() == 0)
        .isPresent()) {
      Files.deleteIfExists(file);
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
   * ours alone goes through the channel, and is looked for at the name. Looking drops the lock; it
   * is taken again, and from then on the file is only looked at from outside.
   */
  private static Optional<RunLock> hold(Path file, FileChannel channel, FileLock held, long word)
      throws IOException {
    String earlier = read(channel);
    if (!isOurs(earlier)) {
      throw notOurs(file);
    }
    String firstLine = "%s pid=%d word=%016x".formatted(MAGIC, ProcessHandle.current().pid(), word);
    RunLock lock = new RunLock(file, channel, firstLine, earlier);
    lock.write(lock.earlierBackup);
    Optional<Snapshot> named = Snapshot.find(file);
    if (!holds(file, firstLine) || !isSame(named, Snapshot.find(file))) {
      return Optional.empty();
    }
    held.release();
    if (tryLock(channel).isEmpty() || !isSame(named, Snapshot.find(file))) {
      return Optional.empty();
    }
    lock.write(lock.earlierBackup);
    return Optional.of(lock);
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(LONGEST_CONTENT);
    FileBytes.read(channel, 0, content);
    return new String(content.array(), 0, content.position(), UTF_8);
  }

  /** A crash may have left less of it than was written, or NULs. */
  private static boolean isOurs(String content) {
    return content.startsWith(MAGIC) || MAGIC.startsWith(content) || content.matches("\\x00*");
  }

  private static Optional<Path> backupIn(String content) {
    int at = content.indexOf(BACKUP);
    return at < 0
        ? Optional.empty()
        : Optional.of(Path.of(content.substring(at + BACKUP.length()).split("\n", 2)[0]));
  }

  private void write(Optional<Path> backup) throws IOException {
    String content = firstLine + backup.map(path -> BACKUP + path).orElse("") + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(content.getBytes(UTF_8)), 0);
  }

  private static boolean holds(Path file, String firstLine) throws IOException {
    try {
      return Files.readString(file).startsWith(firstLine);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static boolean isSame(Optional<Snapshot> one, Optional<Snapshot> other) {
    return one.isPresent() && other.isPresent() && one.get().isSameFileAs(other.get());
  }

  /** Whether the file was there already, and its holder was not. */
  boolean followsInterruptedRun() {
    return followsInterruptedRun;
  }

  /** The backup of the interrupted run that left the file, as far as it got. */
  Optional<Path> earlierBackup() {
    return earlierBackup;
  }

  /** Tells the next run, should this one be interrupted, where the old log is kept. */
  void noteBackup(Path backup) throws IOException {
    write(Optional.of(backup.toAbsolutePath()));
    channel.force(true);
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

  /**
   * Frees the lock. The file goes first: once the lock is free, it may be another run's. One that
   * cannot be removed or closed does no harm: the next run finds nothing to finish, and tries
   * again.
   */
  @Override
  public void close() {
    try (channel) {
      if (!keepFile) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // said above
    }
  }
}
