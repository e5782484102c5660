package support;

import static java.nio.file.StandardOpenOption.READ;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One attempt at a rewrite, with the lock held: {@link #replace} either puts the new log in the
 * place of the old one or leaves everything as it was; {@link #settle} then brings it to rest.
 */
final class Attempt implements Closeable {
  private static final byte[] NEWLINE = {'\n'};

  private final Rewrite.Job job;
  private final Path live;
  private final Backup backup;
  private final Machine machine;
  private final Disk disk;
  private final Cancellation cancellation;
  private final StagedFile staged;
  private final FileChannel source;
  private final Snapshot original;
  private final List<Path> removedCheckpoints = new ArrayList<>();
  private boolean backupWritten;

  /** The log is not what it was when this attempt began; nothing has been changed. */
  static final class LogChanged extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** Something that a step does to the disk. */
  private interface Action<E extends Exception> {
    void run() throws IOException, E;
  }

  /**
   * Notes what the log is like; writes nothing.
   *
   * @param live the log with symbolic links resolved
   */
  Attempt(Rewrite.Job job, Path live, Backup backup, Machine machine, Cancellation cancellation)
      throws IOException {
    this.job = job;
    this.live = live;
    this.backup = backup;
    this.machine = machine;
    this.disk = machine.disk();
    this.cancellation = cancellation;
    this.staged = new StagedFile(live, machine, cancellation);
    this.original = Snapshot.of(live);
    this.source = FileChannel.open(live, READ);
  }

  Snapshot original() {
    return original;
  }

  FileChannel source() {
    return source;
  }

  /** Closes the old log, which is held open so that its last bytes can be looked at to the end. */
  @Override
  public void close() throws IOException {
    source.close();
  }

  /**
   * Puts the new log in the place of the old one.
   *
   * @param leftovers staged files of interrupted runs, to be removed
   * @param checkpoints replay checkpoints, to be removed
   * @throws Failure if it could not be done, after undoing what was
   * @throws LogChanged if somebody else changed the log, after undoing what was done
   */
  void replace(List<Path> leftovers, List<Path> checkpoints) throws LogChanged {
    try {
      step("remove what an interrupted run left", () -> removeAll(leftovers));
      step("stage rewritten file", this::stage);
      step("look at the log again", this::requireUnchanged);
      step("write backup " + backup.path(), this::backUp);
      step("remove replay checkpoint", () -> removeCheckpoints(checkpoints));
      step("rename temp over audit log", () -> disk.rename(staged.path(), live));
    } catch (Failure failure) {
      throw failure.withState(undo());
    } catch (LogChanged | RuntimeException | Error e) {
      undo();
      throw e;
    }
  }

  /**
   * Brings the new log to rest: on stable storage, its backup closed to others, and nothing left in
   * the old file that is not in it.
   *
   * @return how many bytes were carried over from the old file
   * @throws Failure if something of that failed; the new log is in place all the same
   */
  long settle() {
    long[] carriedOver = {0};
    try {
      step("flush the log's folder", () -> disk.flushFolder(Links.folderOf(live)));
      step("close backup " + backup.path(), this::closeBackup);
      step("carry over late lines", () -> carriedOver[0] = carryOver());
      step("verify the new log", () -> requireTarget(live));
      return carriedOver[0];
    } catch (Failure failure) {
      throw failure.withState(
          "%s is the new log, whole; the old one, whole, is %s".formatted(live, backup.path()));
    }
  }

  private static <E extends Exception> void step(String doing, Action<E> action) throws E {
    try {
      action.run();
    } catch (IOException e) {
      throw Failure.unchanged(
          Exit.FAILED,
          doing + ": " + Failure.reason(e),
          "mend the cause, and run the same command again");
    }
  }

  private void removeAll(List<Path> leftovers) throws IOException {
    for (Path leftover : leftovers) {
      disk.remove(leftover);
    }
  }

  private void stage() throws IOException, LogChanged {
    try {
      if (job.target() instanceof Target.Restored restored) {
        stageRestored(restored);
      } else {
        stage(content(job, live, source, original.size()));
      }
    } catch (IOException e) {
      // Also what truncating or overwriting the log meanwhile looks like.
      throwIfChanged();
      throw e;
    }
  }

  private void stage(StagedFile.Content content) throws IOException {
    staged.write(content, original, original.permissions());
    staged.prove(content);
    requireTarget(staged.path());
  }

  /**
   * What the new log will hold, where it is made of the old one.
   *
   * @param size how much of the old log is meant
   */
  static StagedFile.Content content(Rewrite.Job job, Path live, FileChannel source, long size)
      throws IOException {
    return job.target() instanceof Target.WithHeader header
        ? new StagedFile.Content(header.line(), source, 0, size, true)
        : new StagedFile.Content(new byte[0], source, AuditLog.bodyOffset(live), size, true);
  }

  private void stageRestored(Target.Restored restored) throws IOException {
    try (FileChannel backup = FileChannel.open(restored.backup(), READ)) {
      if (!restored.discardNewer()) {
        requireNothingNewer(live, source, restored.backup(), backup, cancellation);
      }
      stage(StagedFile.Content.copyOf(backup, backup.size()));
    }
  }

  /**
   * A backup may take the log's place only if every entry of the log is in it.
   *
   * @throws Failure if the log holds more or other bytes behind its header
   */
  static void requireNothingNewer(
      Path live, FileChannel log, Path backup, FileChannel old, Cancellation cancellation)
      throws IOException {
    long body = AuditLog.bodyOffset(live);
    long common = FileBytes.commonPrefix(log, body, old, 0, log.size() - body, cancellation);
    long newer = log.size() - body - common;
    boolean isAddedNewline =
        newer == 1 && common == old.size() && FileBytes.holds(log, log.size() - 1, NEWLINE);
    if (newer > 0 && !isAddedNewline) {
      throw Failure.unchanged(
          Exit.FAILED,
          "%s has %d bytes of entries that are not in %s".formatted(live, newer, backup),
          "roll back without --from-backup to keep them, or give --discard-newer to give them up");
    }
  }

  private void requireTarget(Path log) throws IOException {
    AuditLog.Format format = AuditLog.format(log);
    boolean isTarget =
        job.target() instanceof Target.WithHeader header
            ? format.equals(new AuditLog.Format.Headed(header.version(), true))
            : job.target().isReachedBy(format);
    if (!isTarget) {
      throw new IOException(log + ": is not of the format that it was to become");
    }
  }

  /** The last look before the old log is touched: it must be what was staged. */
  private void requireUnchanged() throws IOException, LogChanged {
    cancellation.check("before the log was replaced");
    Preflight.requireNoWriter(live, machine.openFiles(), job.choices().force());
    throwIfChanged();
    if (!staged.isStillOurs()) {
      throw new IOException(staged.path() + ": was replaced by another file");
    }
  }

  /** With {@code --force} a writer may go on appending; what it appends is carried over. */
  private void throwIfChanged() throws IOException, LogChanged {
    boolean unchanged =
        Snapshot.find(live)
            .filter(
                now ->
                    now.isUnchangedSince(original)
                        || job.choices().force()
                            && now.isSameFileAs(original)
                            && now.size() >= original.size())
            .isPresent();
    if (!unchanged) {
      throw new LogChanged();
    }
  }

  private void backUp() throws IOException {
    if (backup.isToBeWritten()) {
      backup.write(live, source, original, machine, cancellation);
      backupWritten = true;
    }
    // Its bytes need not be on stable storage yet: a server does not flush what it appends.
    disk.flush(backup.path());
    disk.flushFolder(Links.folderOf(backup.path()));
    requireBackupForWriters();
  }

  /** Lines that a writer appends to the old file later are only kept if the backup is that file. */
  private void requireBackupForWriters() throws IOException {
    if (!isBackupTheOldFile() && !machine.openFiles().writersOf(live).writers().isEmpty()) {
      throw Failure.unchanged(
          Exit.BUSY,
          "audit file %s is open for writing, and %s could only be a copy of it"
              .formatted(live, backup.path()),
          "stop the writer, or keep the backup on the log's own file system");
    }
  }

  private boolean isBackupTheOldFile() throws IOException {
    return Snapshot.of(backup.path()).isSameFileAs(original);
  }

  private void removeCheckpoints(List<Path> checkpoints) throws IOException {
    for (Path checkpoint : checkpoints) {
      removedCheckpoints.add(checkpoint);
      Checkpoints.remove(checkpoint, disk);
    }
  }

  /**
   * Leaves the disk as it was.
   *
   * @return in what state every file is now
   */
  private String undo() {
    List<String> state = new ArrayList<>();
    state.add(live + " is as it was");
    for (Path checkpoint : removedCheckpoints) {
      if (!Files.exists(checkpoint, LinkOption.NOFOLLOW_LINKS)) {
        state.add(checkpoint + " was removed, so the server replays the whole log once");
      }
    }
    undo(staged::discard, staged.path(), state);
    undo(this::removeBackup, backup.path(), state);
    return String.join("; ", state);
  }

  private static void undo(Action<RuntimeException> action, Path path, List<String> state) {
    try {
      action.run();
    } catch (IOException e) {
      state.add("%s could not be removed again (%s)".formatted(path, Failure.reason(e)));
    }
  }

  /** Only while the log is there, whole: otherwise its bytes may be nowhere else. */
  private void removeBackup() throws IOException {
    boolean logIsThere =
        Snapshot.find(live)
            .filter(now -> now.isSameFileAs(original) && now.size() >= original.size())
            .isPresent();
    if (backupWritten && logIsThere) {
      disk.remove(backup.path());
      disk.flushFolder(Links.folderOf(backup.path()));
    }
  }

  private void closeBackup() throws IOException {
    if (isBackupTheOldFile() && original.permissions() != Backup.PERMISSIONS) {
      disk.setPermissions(backup.path(), Backup.PERMISSIONS);
      disk.flush(backup.path());
    }
  }

  private long carryOver() throws IOException {
    return new LateLines(source, original.size()).carryOver(live, disk);
  }
}
