package support.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import support.files.FileBytes;
import support.files.Machine;
import support.files.Snapshot;
import support.log.LogNames;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;

/**
 * The lock that keeps two runs from working on one log. It is a kernel lock on a file of its own
 * beside the log: a lock on the log itself would go with the rename. The kernel frees it when its
 * holder dies, but also as soon as this process closes any descriptor of the lock file (fcntl(2)):
 * as long as the lock is held, what was opened of the file stays open.
 *
 * <p>The file is removed when the run ends. One that is found and not locked was left by a run that
 * was interrupted, which is how the next run knows. It holds no data: besides its holder it has the
 * run's {@link Journal}, for the next one.
 */
public final class RunLock implements Closeable {
  private static final Duration POLL = Duration.ofMillis(20);

  /** As long as a name may come and go before that is called a run at work. */
  private static final Duration MOST_BEHIND_DEADLINE = Duration.ofSeconds(2);

  private final Path place;
  private final FileChannel channel;
  private final FileChannel witness;
  private final String firstLine;
  private final Journal own;
  private final Optional<Journal> interrupted;
  private boolean keepFile;

  private RunLock(
      Path place,
      FileChannel channel,
      FileChannel witness,
      String firstLine,
      Journal own,
      Optional<Journal> interrupted) {
    this.place = place;
    this.channel = channel;
    this.witness = witness;
    this.firstLine = firstLine;
    this.own = own;
    this.interrupted = interrupted;
  }

  /**
   * Takes the lock, waiting for another holder as long as asked.
   *
   * @param log the real log, symbolic links resolved
   * @param own what this run is about to do
   * @throws Failure with {@link Exit#BUSY} and the holder's process id if it stays taken, with
   *     {@link Exit#FAILED} if something else stands at the lock's name
   * @throws IOException if the lock file cannot be written
   */
  public static RunLock acquire(
      Path log, Journal own, Duration timeout, Machine machine, Monitor monitor)
      throws IOException {
    Path file = LogNames.lock(log);
    Path place = machine.disk().at(file);
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      Optional<RunLock> lock = tryAcquire(file, place, own, machine.random().nextLong());
      if (lock.isPresent()) {
        return lock.get();
      }
      monitor.check("while waiting for the lock " + file);
      if (System.nanoTime() >= deadline) {
        requireGone(log, file, deadline);
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

  /** A run whose lock file is gone by now has ended, and the next try may succeed. */
  private static void requireGone(Path log, Path file, long deadline) throws IOException {
    Optional<LockHolder> holder = holder(file);
    boolean isGone = holder.isEmpty() && Files.notExists(file, NOFOLLOW_LINKS);
    if (isGone && System.nanoTime() - deadline < MOST_BEHIND_DEADLINE.toNanos()) {
      return;
    }
    LockErrors error =
        holder.filter(LockHolder::isStopped).isPresent()
            ? LockErrors.ANOTHER_RUN_STOPPED
            : LockErrors.ANOTHER_RUN;
    String process = holder.map(h -> Long.toString(h.pid())).orElse("unknown");
    throw Failure.of(error, log, process, file);
  }

  /** One that has just come may not have written its number yet. */
  private static Optional<LockHolder> holder(Path file) throws IOException {
    Optional<LockHolder> holder = Optional.empty();
    for (int i = 0; i < 10 && holder.isEmpty(); i++) {
      try {
        holder = LockHolder.in(file);
      } catch (NoSuchFileException e) {
        return holder; // it has ended just now
      }
      if (holder.isEmpty()) {
        pause();
      }
    }
    return holder;
  }

  /**
   * @param place where it is reached, through the folder that is held
   */
  private static Optional<RunLock> tryAcquire(Path file, Path place, Journal own, long word)
      throws IOException {
    boolean isNew = !requireOurs(file, place);
    FileChannel channel =
        FileChannel.open(
            place,
            Set.of(CREATE, READ, WRITE, NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Optional<RunLock> held = Optional.empty();
    try {
      Optional<Snapshot> open = Snapshot.ofOpen(channel);
      if (isLocked(channel) && isAt(place, open)) {
        held = hold(file, place, channel, own, word);
      }
      return held;
    } catch (IOException e) {
      if (isNew) {
        removeIfEmpty(place);
      }
      throw e instanceof FileSystemException
          ? e
          : new FileSystemException(file.toString(), null, e.getMessage());
    } finally {
      if (held.isEmpty()) {
        channel.close();
      }
    }
  }

  /** Where others may write the folder, what was opened may be theirs, under another name. */
  private static boolean isAt(Path place, Optional<Snapshot> open) throws IOException {
    Optional<Snapshot> found = Snapshot.find(place).filter(LockFile::mayBeOurs);
    return found.isPresent() && (open.isEmpty() || open.get().isSameFileAs(found.get()));
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // held by another run in this process
    }
  }

  /**
   * What is left where the disk was too full for its content. One that was there before stays,
   * empty or not: it is how an interrupted run is known.
   */
  private static void removeIfEmpty(Path place) throws IOException {
    if (Snapshot.find(place)
        .filter(found -> found.isRegularFile() && found.size() == 0)
        .isPresent()) {
      Files.deleteIfExists(place);
    }
  }

  /**
   * Nothing is ever written to a file that someone else has put at this name.
   *
   * @return whether there is a file
   */
  private static boolean requireOurs(Path file, Path place) throws IOException {
    Optional<Snapshot> found = Snapshot.find(place);
    if (found.isPresent() && !LockFile.mayBeOurs(found.get())) {
      throw notOurs(file);
    }
    return found.isPresent();
  }

  private static Failure notOurs(Path file) {
    return Failure.of(LockErrors.LOCK_IN_THE_WAY, file);
  }

  /**
   * Another run may have removed the file between our opening and our locking it. So a word that is
   * ours alone goes through the channel, and is looked for at the name.
   */
  private static Optional<RunLock> hold(
      Path file, Path place, FileChannel channel, Journal own, long word) throws IOException {
    String earlier = read(channel);
    if (!LockFile.isOurs(earlier)) {
      throw notOurs(file);
    }
    String firstLine = LockHolder.line(LockFile.MAGIC, word);
    Optional<Journal> interrupted =
        earlier.isEmpty() ? Optional.empty() : Optional.of(Journal.parse(earlier));
    write(channel, firstLine, interrupted.orElse(own));
    FileChannel witness;
    try {
      witness = FileChannel.open(place, READ, NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (!FileBytes.holds(witness, 0, firstLine.getBytes(UTF_8))) {
      witness.close();
      return Optional.empty();
    }
    return Optional.of(new RunLock(place, channel, witness, firstLine, own, interrupted));
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(LockFile.LONGEST_CONTENT);
    FileBytes.read(channel, 0, content);
    return new String(content.array(), 0, content.position(), UTF_8);
  }

  private static void write(FileChannel channel, String firstLine, Journal journal)
      throws IOException {
    String content = firstLine + "\n" + journal.text();
    ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(UTF_8));
    channel.write(bytes, 0);
    channel.truncate(bytes.limit());
  }

  /** Whether the file was there already, and its holder was not. */
  public boolean followsInterruptedRun() {
    return interrupted.isPresent();
  }

  /** What the run left that was interrupted; until {@link #noteBackup}, the file still says it. */
  public Optional<Journal> interrupted() {
    return interrupted;
  }

  /**
   * Records for the next run, should this one be interrupted, where the old log is kept.
   *
   * @param backup null where it is not
   * @param tornEnd see {@link Journal}
   */
  public void noteBackup(Path backup, OptionalLong tornEnd) throws IOException {
    write(channel, firstLine, backup == null ? own.withoutBackup() : own.with(backup, tornEnd));
    channel.force(true);
  }

  /** Records for the next run that this one, a {@code recover}, is about to append lines. */
  public void noteRecover() throws IOException {
    write(channel, firstLine, Journal.ofRecover());
    channel.force(true);
  }

  /**
   * Leaves the file where it is, so that the next run looks after what this one could not finish.
   */
  public void keepForNextRun() {
    keepFile = true;
  }

  /**
   * Removes the file, with nothing left to finish.
   *
   * @throws IOException if it cannot be removed; then it stays, and the next run tries again
   */
  public void remove() throws IOException {
    Files.deleteIfExists(place);
    keepFile = true;
  }

  /**
   * Frees the lock. The file goes first: once the lock is free, it may be another run's. One that
   * cannot be removed here, after a failure, is the next run's to remove.
   */
  @Override
  public void close() {
    try (channel;
        witness) {
      if (!keepFile) {
        Files.deleteIfExists(place);
      }
    } catch (IOException e) {
      // said above
    }
  }
}
