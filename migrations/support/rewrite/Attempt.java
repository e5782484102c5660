package support.rewrite;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import support.access.AccessControl.Access;
import support.files.Disk;
import support.files.FileBytes;
import support.files.Links;
import support.files.Machine;
import support.files.OpenFiles;
import support.files.Snapshot;
import support.lock.RunLock;
import support.log.AuditLog;
import support.log.Checkpoints;
import support.log.LogNames;
import support.run.Failure;
import support.run.FileFault;
import support.run.IoRunnable;
import support.run.IoSupplier;
import support.run.Monitor;
import support.staging.Metadata;
import support.staging.StagedFile;

/**
 * One attempt at a rewrite, with the lock held: {@link #replace} either puts the new log in the
 * place of the old one or leaves everything as it was; {@link #finish} then brings it to rest.
 */
final class Attempt {
  private final Job job;
  private final RunLock lock;
  private final OldLog old;
  private final Access access;
  private final Path live;
  private final Backup backup;
  private final Machine machine;
  private final Disk disk;
  private final Monitor monitor;
  private final StagedFile staged;
  private final List<Path> removedCheckpoints = new ArrayList<>();
  private OptionalLong tornEnd = OptionalLong.empty();
  private boolean backupBegun;
  private long longLines;
  private OpenFiles.Answer writers;

  /**
   * @param access who may use the old log besides what its mode says
   */
  Attempt(
      Job job,
      RunLock lock,
      OldLog old,
      Access access,
      Backup backup,
      Machine machine,
      Monitor monitor) {
    this.job = job;
    this.lock = lock;
    this.old = old;
    this.access = access;
    this.live = old.path();
    this.backup = backup;
    this.machine = machine;
    this.disk = machine.disk();
    this.monitor = monitor;
    this.staged = StagedFile.ofLog(live, machine, monitor);
  }

  /**
   * Puts the new log in the place of the old one.
   *
   * @param leftovers staged files of interrupted runs, to be removed
   * @param checkpoints replay checkpoints, to be removed
   * @param checkpointPlaces where there may be some
   * @throws Failure if it could not be done, after undoing what was
   * @throws OldLog.Changed if somebody else changed the log, after undoing what was done
   */
  void replace(List<Path> leftovers, List<Path> checkpoints, List<Path> checkpointPlaces)
      throws OldLog.Changed {
    try {
      step(this::noteBackup, RewriteErrors.NOTE_BACKUP_FAILED);
      step(() -> removeAll(leftovers), RewriteErrors.REMOVE_LEFTOVERS_FAILED);
      step(this::stage, RewriteErrors.STAGE_FAILED);
      step(this::requireUnchanged, RewriteErrors.LOOK_AGAIN_FAILED);
      if (backup.isKept()) {
        step(this::backUp, RewriteErrors.WRITE_BACKUP_FAILED, backup.path());
      }
      step(
          () -> removeCheckpoints(checkpoints, checkpointPlaces),
          RewriteErrors.REMOVE_CHECKPOINT_FAILED);
      // Flushing took its time; from this look to the rename there is nothing more than that.
      step(this::requireStillUnchanged, RewriteErrors.LOOK_AGAIN_FAILED);
      step(() -> disk.rename(staged.path(), live), RewriteErrors.RENAME_FAILED);
    } catch (Failure failure) {
      throw failure.withStates(undo());
    } catch (OldLog.Changed changed) {
      throw new OldLog.Changed(undo());
    } catch (RuntimeException | Error e) {
      undo();
      throw e;
    }
  }

  /**
   * Brings the new log to rest: on stable storage, its backup closed to others, and nothing left in
   * the old file that is not in it.
   *
   * @return what was found late in the old file
   * @throws Failure if something of that failed; the new log is in place all the same
   */
  LateLines.Found finish() {
    try {
      step(() -> disk.flushFolder(Links.folderOf(live)), RewriteErrors.FLUSH_FOLDER_FAILED);
      if (backup.isKept()) {
        step(this::closeBackup, RewriteErrors.CLOSE_BACKUP_FAILED, backup.path());
      }
      LateLines.Found found = find(this::carryOver, RewriteErrors.CARRY_OVER_FAILED);
      step(
          () -> requireTarget(live, RewriteErrors.NEW_LOG_IS_OF_ANOTHER_FORMAT),
          RewriteErrors.VERIFY_NEW_LOG_FAILED);
      step(lock::remove, RewriteErrors.REMOVE_LOCK_FAILED);
      return found;
    } catch (Failure failure) {
      throw failure.withState(
          backup.isKept()
              ? "%s is the new log, whole; the old one, and what was appended to it meanwhile, is %s"
                  .formatted(live, backup.path())
              : "%s is the new log, whole, and ends in the old one".formatted(live));
    }
  }

  /**
   * @param error what ends it: its text says first what is done
   * @param places of that
   */
  private <E extends Exception> void step(
      IoRunnable<E> action, RewriteErrors error, Object... places) throws E {
    try {
      monitor.during(error.doing(places), 0, action);
    } catch (IOException e) {
      throw failed(error, e, places);
    }
  }

  private <T> T find(IoSupplier<T> action, RewriteErrors error, Object... places) {
    try {
      return monitor.search(error.doing(places), 0, action);
    } catch (IOException e) {
      throw failed(error, e, places);
    }
  }

  private static Failure failed(RewriteErrors error, IOException e, Object... places) {
    if (e instanceof FileFault) {
      return Failure.of(e).within(error.doing(places));
    }
    List<Object> all = new ArrayList<>(List.of(places));
    all.add(Failure.reason(e));
    all.add(whatToDo(e));
    return Failure.of(error, all.toArray());
  }

  private static String whatToDo(IOException e) {
    return Failure.reason(e).endsWith("Operation not permitted")
        ? "see with lsattr whether the log is immutable or append-only; if so, free it with chattr"
        : "fix the cause, and run the same command again";
  }

  private LateLines.Found carryOver() throws IOException {
    if (job.takesBytesAsTheyAre(live) && !(backup.isKept() && old.encoding().isCompressed())) {
      return new LateLines(old.bytes(), old.size(), null, monitor).carryOverAsTheyAre(live, disk);
    }
    if (old.encoding().isCompressed()) {
      return new LateMembers(old.bytes(), old.size(), monitor).carryOver(live, disk);
    }
    return new LateLines(old.bytes(), old.size(), job.target().edit(), monitor)
        .carryOver(live, tornEnd, disk);
  }

  /** Durably: after a power cut the lock file is how the next run knows that there was this one. */
  private void noteBackup() throws IOException {
    tornEnd = job.target().tornEnd();
    lock.noteBackup(backup.path(), tornEnd);
    disk.flushFolder(Links.folderOf(live));
  }

  private void removeAll(List<Path> leftovers) throws IOException {
    for (Path leftover : leftovers) {
      disk.remove(leftover);
    }
  }

  private void stage() throws IOException, OldLog.Changed {
    try (NewLog replacement = NewLog.of(job, old, monitor)) {
      staged.write(replacement.content(), metadata());
      requireTarget(staged.path(), RewriteErrors.STAGED_IS_OF_ANOTHER_FORMAT);
      longLines = replacement.longLines(staged.path());
    } catch (IOException e) {
      // Also what truncating or overwriting the log meanwhile looks like.
      old.requireUnchanged(job.options().force());
      throw e;
    }
  }

  /** How old an archive is decides when it is removed. */
  private Metadata metadata() throws IOException {
    Metadata metadata =
        Metadata.of(disk.at(live), old.snapshot(), access, job.options().withoutAcl());
    return LogNames.isArchive(live) ? metadata.keepingTime() : metadata;
  }

  /** How many lines of the new log are so long that every release's reader stops at the first. */
  long longLines() {
    return longLines;
  }

  /** Who had the old log open for writing right before it was replaced. */
  OpenFiles.Answer writers() {
    return writers;
  }

  private void requireTarget(Path log, RewriteErrors error) throws IOException {
    if (!job.target().isSound(AuditLog.format(log))) {
      throw new FileFault(error, log);
    }
  }

  /** The old log must be what was staged, before it is touched. */
  private void requireUnchanged() throws IOException, OldLog.Changed {
    monitor.check("before the log was replaced");
    writers =
        Preflight.requireNoWriter(
            live, machine.openFiles(), job.options().force(), backup.isKept());
    requireSameAccess();
    requireStillUnchanged();
  }

  /** The new log must not have a list that was changed since. */
  private void requireSameAccess() throws IOException, OldLog.Changed {
    if (access.own() != null && !machine.access().listOf(live).equals(access.own())) {
      throw new OldLog.Changed();
    }
  }

  private void requireStillUnchanged() throws IOException, OldLog.Changed {
    old.requireUnchanged(job.options().force());
    if (!staged.isStillOurs()) {
      throw new FileFault(RewriteErrors.STAGED_WAS_REPLACED, staged.path());
    }
  }

  private void backUp() throws IOException, OldLog.Changed {
    if (backup.isToBeWritten()) {
      writeBackup();
      // The link is made of a name, and somebody may have put another file there just then.
      old.requireUnchanged(job.options().force());
    }
    // Its bytes need not be on stable storage yet: a server does not flush what it appends.
    disk.flush(backup.path());
    disk.flushFolder(Links.folderOf(backup.path()));
    requireBackupForWriters();
  }

  /**
   * @throws OldLog.Changed where another file has got the backup's name meanwhile: it is not ours
   *     to undo, and the next attempt takes another name
   */
  private void writeBackup() throws IOException, OldLog.Changed {
    backupBegun = true;
    try {
      backup.write(old, machine, monitor);
    } catch (FileAlreadyExistsException e) {
      backupBegun = false;
      throw new OldLog.Changed();
    }
  }

  /** Lines that a writer appends to the old file later are only kept if the backup is that file. */
  private void requireBackupForWriters() throws IOException {
    if (!old.isNamed(backup.path())) {
      OpenFiles.Answer answer = machine.openFiles().holdersOf(live);
      Preflight.requireNobodyForCopy(live, backup.path(), answer);
    }
  }

  private void removeCheckpoints(List<Path> checkpoints, List<Path> places) throws IOException {
    for (Path checkpoint : checkpoints) {
      removedCheckpoints.add(checkpoint);
      Checkpoints.remove(checkpoint, disk);
    }
    // An interrupted run may have removed one where the removal is not on stable storage yet.
    Set<Path> folders = new LinkedHashSet<>();
    places.forEach(place -> folders.add(Links.folderOf(place)));
    folders.remove(Links.folderOf(live)); // flushed since
    for (Path folder : folders) {
      disk.flushFolder(folder);
    }
  }

  /**
   * Leaves the disk as it was, but for checkpoints: a server makes them again.
   *
   * @return in what state every file is now
   */
  private List<String> undo() {
    List<String> state = new ArrayList<>();
    state.add(
        (isLogUnchanged() ? "%s is as it was" : "this run did not change %s").formatted(live));
    for (Path checkpoint : removedCheckpoints) {
      if (!Files.exists(checkpoint, LinkOption.NOFOLLOW_LINKS)) {
        state.add(checkpoint + " was removed, so the server replays the whole log once");
      }
    }
    tryTo(staged::discard, staged.path(), state);
    if (backup.isKept()) {
      tryTo(this::removeBackup, backup.path(), state);
    }
    return state;
  }

  private boolean isLogUnchanged() {
    try {
      old.requireUnchanged(false);
      return true;
    } catch (IOException | OldLog.Changed e) {
      return false;
    }
  }

  private static void tryTo(IoRunnable<RuntimeException> action, Path path, List<String> state) {
    try {
      action.run();
    } catch (IOException e) {
      state.add("%s could not be removed again (%s)".formatted(path, Failure.reason(e)));
    }
  }

  /** Never the last name of the old file, and no copy that is not of the log as it stands there. */
  private void removeBackup() throws IOException {
    Optional<Snapshot> made = backupBegun ? Snapshot.find(backup.path()) : Optional.empty();
    if (made.isPresent() && isSpare(made.get())) {
      disk.remove(backup.path());
      disk.flushFolder(Links.folderOf(backup.path()));
    }
  }

  private boolean isSpare(Snapshot made) throws IOException {
    return made.isSameFileAs(old.snapshot())
        ? made.links() > 1
        : made.isRegularFile()
            && old.isNamed(live)
            && FileBytes.same(backup.path(), live, Monitor.silent());
  }

  /** Other names of the old file are not ours to close. */
  private void closeBackup() throws IOException {
    Snapshot found = Snapshot.of(backup.path());
    if (found.isSameFileAs(old.snapshot())
        && found.links() == 1
        && found.permissions() != Backup.PERMISSIONS) {
      disk.setPermissions(backup.path(), Backup.PERMISSIONS);
      disk.flush(backup.path());
    }
  }
}
