package support.rewrite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import support.access.AccessControl.Access;
import support.files.Disk;
import support.files.Links;
import support.files.Machine;
import support.files.OpenFiles;
import support.files.Snapshot;
import support.lock.Journal;
import support.lock.RunLock;
import support.log.AuditLog;
import support.log.Checkpoints;
import support.log.LogNames;
import support.log.LogNames.BackupName;
import support.run.Exit;
import support.run.Failure;
import support.run.IoSupplier;
import support.run.Monitor;
import support.staging.EditedLines;
import support.staging.StagedFile;

/**
 * The durable rewrite: makes another log of a log so that at any moment, whatever dies, the log's
 * name denotes the old bytes or the new ones, whole, and that a complete backup of the old ones
 * exists before the new ones take their place.
 *
 * <ol>
 *   <li>look before the first write ({@link #plan}), then lock;
 *   <li>stage the new log beside the old one, flushed, and read it back;
 *   <li>look again: the old log must be what was staged;
 *   <li>back up the old log, flushed; remove the checkpoints, flushed;
 *   <li>rename the staged log over the old one, flushed;
 *   <li>look back for what was appended to the old file meanwhile, and carry it over.
 * </ol>
 *
 * <p>Up to the rename every failure is undone, but for the checkpoints. From then on nothing is
 * undone: the lock file stays behind, and the next run finishes what is left ({@link
 * #finishInterrupted}).
 */
public final class Rewrite {
  /** How often a run starts over when the log changes under its hands. */
  private static final int ATTEMPTS = 3;

  private final Job job;
  private final Machine machine;
  private final Disk disk;
  private final Monitor monitor;
  private final Path live;

  /** Told once, as the log is: where its name leads elsewhere for a moment, nothing is removed. */
  private final List<Path> checkpointPlaces;

  /**
   * What a run would do, found without writing anything.
   *
   * @param originalBytes the size of the log as it is
   * @param made what it will be
   * @param backup where the log as it is will be kept
   * @param backupIsAnotherFile whether it is no name of the old log itself: what a process that has
   *     that open still appends is not in the backup
   * @param otherNames how many further names (hard links) the old log has besides its backup
   * @param checkpoints the replay checkpoints that will be removed
   * @param leftovers what interrupted runs left, which will be removed
   * @param writers who has the log open for writing, and whether all processes could be seen
   * @param access who may use the log besides what its mode says
   */
  public record Plan(
      long originalBytes,
      Made made,
      Backup backup,
      boolean backupIsAnotherFile,
      int otherNames,
      List<Path> checkpoints,
      List<Path> leftovers,
      OpenFiles.Answer writers,
      Access access) {}

  /**
   * What is made of a log.
   *
   * @param bytes the size of it
   * @param endsTornLine whether the last line is torn, and a newline is added
   * @param changedLines how many lines an edit changes
   * @param droppedLines how many it drops
   */
  public record Made(long bytes, boolean endsTornLine, long changedLines, long droppedLines) {
    private static Made of(NewLog log) {
      return new Made(
          log.content().size(), log.endsTornLine(), log.lines().changed(), log.lines().dropped());
    }

    /** Whether an edit changes or drops any. */
    public boolean hasEditedLines() {
      return changedLines + droppedLines > 0;
    }
  }

  /** What came of a run. */
  public sealed interface Outcome {}

  /**
   * The log was rewritten.
   *
   * @param plan what the run set out to do
   * @param writers who had the log open for writing when it was replaced
   * @param finalBytes the size of the new log
   * @param carriedOverBytes what was appended to the old log meanwhile and is in the new one too
   * @param unfinishedBytes what was appended meanwhile, ends no line, and is in the backup only
   * @param longLines how many lines are so long that every release's reader stops at the first
   */
  public record Rewritten(
      Plan plan,
      OpenFiles.Answer writers,
      long finalBytes,
      long carriedOverBytes,
      long unfinishedBytes,
      long longLines)
      implements Outcome {}

  /** The log is what it was to become, and nothing of an interrupted run is left. */
  public record AlreadyDone() implements Outcome {}

  /**
   * The log needs no rewrite; what an interrupted run had left beside it is finished.
   *
   * @param bytesOnlyInBackup how many bytes at the end of that run's backup are not in the log
   */
  public record Finished(long bytesOnlyInBackup) implements Outcome {}

  /**
   * @throws IOException if the log is a symbolic link that cannot be followed
   */
  public Rewrite(Job job, Machine machine, Monitor monitor) throws IOException {
    this.job = job;
    this.machine = machine;
    this.disk = machine.disk();
    this.monitor = monitor;
    this.live = job.options().besideLog() ? job.log() : Links.resolve(job.log());
    this.checkpointPlaces = Checkpoints.concernedBy(job.log(), live, job.checkpoint());
  }

  /**
   * Whether an earlier run of this migration was interrupted; only looks. It may also be at work.
   *
   * @throws IOException if the lock file cannot be read
   */
  public boolean wasInterrupted() throws IOException {
    return Journal.find(live).filter(journal -> journal.isOf(job.migration())).isPresent();
  }

  /**
   * Looks at everything that a run depends on; writes nothing.
   *
   * @throws Failure if a run could not succeed as things stand
   * @throws IOException if something cannot be looked at
   */
  public Plan plan() throws IOException {
    return looking(this::look);
  }

  /**
   * What is reached through a folder that only somebody else's work holds is reached no more once
   * that ends. Whether all folders are there, the look itself finds out.
   */
  private <T> T looking(IoSupplier<T> work) throws IOException {
    return disk.holding(folders().stream().filter(Files::isDirectory).toList(), work);
  }

  private Plan look() throws IOException {
    try (OldLog old = OldLog.open(live, disk)) {
      Preflight.requireReplaceable(live, old.snapshot(), job.backupFolder(), machine.access());
      OpenFiles.Answer writers =
          Preflight.requireNoWriter(
              live, machine.openFiles(), job.options().force(), job.keepsBackup(live));
      return plan(old, findBackup(old, writers), writers);
    } catch (OldLog.Changed e) {
      throw keepsChanging();
    }
  }

  /**
   * Reads what of the log a run reads only while it works.
   *
   * @throws IOException if it is compressed, and cannot be decompressed to its end
   */
  public void requireSound() throws IOException {
    AuditLog.requireSound(live, monitor);
  }

  private Plan plan(OldLog old, Backup backup, OpenFiles.Answer writers) throws IOException {
    Access access = machine.access().look(live, old.snapshot().permissions());
    Preflight.requireCarriable(live, access, job.options().withoutAcl());
    boolean copied = isToBeCopied(backup, old);
    boolean isAnotherFile = copied || !backup.isKept() || backup.state() == Backup.State.SAME_BYTES;
    if (isAnotherFile && backup.isKept()) {
      Preflight.requireNobodyForCopy(live, backup.path(), writers);
    }
    try (NewLog replacement = NewLog.of(job, old, monitor)) {
      Made made = Made.of(replacement);
      requireSpace(old, backup, made.bytes(), copied);
      return new Plan(
          old.size(),
          made,
          backup,
          isAnotherFile,
          otherNames(old, backup),
          Checkpoints.existing(checkpointPlaces),
          leftovers(old.snapshot(), firstBackup()),
          writers,
          access);
    }
  }

  private static int otherNames(OldLog old, Backup backup) {
    int own = backup.state() == Backup.State.THE_LOG ? 2 : 1;
    return Math.max(0, old.snapshot().links() - own);
  }

  /**
   * @param writers what they still append to the old file, also those that cannot be seen, is only
   *     kept where that is the backup; on another file system it never is
   */
  private Backup findBackup(OldLog old, OpenFiles.Answer writers) throws IOException {
    if (!job.keepsBackup(live)) {
      return Backup.notKept();
    }
    boolean isCopyEnough =
        writers.writers().isEmpty() && (writers.complete() || isElsewhere(firstBackup(), old));
    return Backup.find(live, job.backupSuffix(), job.backupFolder(), isCopyEnough, monitor);
  }

  private Path firstBackup() {
    return LogNames.backup(live, job.backupSuffix(), job.backupFolder(), 0);
  }

  /** Whether the backup cannot be a second name of the old log. */
  private static boolean isToBeCopied(Backup backup, OldLog old) throws IOException {
    return backup.isToBeWritten() && isElsewhere(backup.path(), old);
  }

  private static boolean isElsewhere(Path backup, OldLog old) throws IOException {
    return Snapshot.of(Links.folderOf(backup)).device() != old.snapshot().device();
  }

  /** For the new log, and for the backup where it is a copy. */
  private void requireSpace(OldLog old, Backup backup, long finalBytes, boolean copied) {
    Path folder = Links.folderOf(live);
    Preflight.requireSpace(folder, finalBytes, RewriteErrors.NO_SPACE_FOR_LOG);
    if (copied) {
      Path backupFolder = Links.folderOf(backup.path());
      Preflight.requireSpace(backupFolder, old.size(), RewriteErrors.NO_SPACE_FOR_BACKUP);
    }
  }

  private List<Path> leftovers(Snapshot log, Path backup) throws IOException {
    Set<Integer> owners = new HashSet<>(List.of(log.uid()));
    Preflight.userId().ifPresent(owners::add);
    List<Path> leftovers = new ArrayList<>(StagedFile.leftoversOfLog(live, owners));
    leftovers.addAll(StagedFile.leftoversOfBackups(backup, live, owners));
    return leftovers;
  }

  /**
   * Rewrites the log; or, where it is what it is to become, finishes what an interrupted run of the
   * same migration left.
   *
   * @throws Failure if it could not be done; its state says how every file is now
   * @throws IOException if something could not be looked at; nothing was changed then
   */
  public Outcome run() throws IOException {
    if (isReached()) {
      return wasInterrupted() ? finishInterrupted() : new AlreadyDone();
    }
    return looking(
        () -> {
          Plan before = monitor.search("look before the first write", 0, this::look);
          return holding(() -> runLocked(before.writers()));
        });
  }

  /**
   * @param writers as they were seen before the first write; each attempt looks again before it
   *     replaces the log
   */
  private Outcome runLocked(OpenFiles.Answer writers) throws IOException {
    Set<String> states = new LinkedHashSet<>();
    try (RunLock lock = lock()) {
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        AuditLog.Format format = AuditLog.format(live);
        boolean wasEmptied =
            format instanceof AuditLog.Format.Empty && job.direction() == Journal.Direction.FORWARD;
        if (!wasEmptied && isReached(format)) {
          return lock.followsInterruptedRun() ? finish(lock) : new AlreadyDone();
        }
        if (wasEmptied || !job.target().startsFrom(format)) {
          throw keepsChanging();
        }
        if (lock.followsInterruptedRun()) {
          closeEarlierBackup(lock);
        }
        try {
          return attempt(lock, writers);
        } catch (OldLog.Changed e) {
          states.addAll(e.state());
          monitor.check("before starting over");
        }
      }
      throw keepsChanging();
    } catch (Failure failure) {
      throw states.isEmpty() ? failure : behind(states, failure);
    }
  }

  /**
   * Whether the log is what it is to become; only looks.
   *
   * @throws Failure if its format is not understood
   * @throws IOException if it cannot be read
   */
  public boolean isReached() throws IOException {
    return isReached(AuditLog.format(live));
  }

  /** Where lines are edited and the version stays, the edit itself has to tell. */
  private boolean isReached(AuditLog.Format format) throws IOException {
    Target target = job.target();
    if (target.from() != target.to() || target.edit() == null) {
      return target.isReachedBy(format);
    }
    if (format instanceof AuditLog.Format.Absent || format instanceof AuditLog.Format.Empty) {
      return true;
    }
    try (FileChannel log = FileChannel.open(live, StandardOpenOption.READ)) {
      long body = AuditLog.bodyOffset(live);
      return !EditedLines.isAnyToBeEdited(live, log, body, log.size(), target.edit(), monitor);
    }
  }

  /** Before this run's own backup takes the place of the earlier one's in the lock file. */
  private void closeEarlierBackup(RunLock lock) throws IOException {
    List<Path> backups = earlierBackup(lock).map(List::of).orElse(List.of());
    try {
      holdingFolderOf(
          backups,
          () -> {
            recovery(lock, backups).closeBackups(job.discardsNewer());
            return backups;
          });
    } catch (IOException e) {
      lock.keepForNextRun(); // with its note, for the next run
      throw e;
    }
  }

  /** The run that was interrupted may have been given another folder for its backup. */
  private <T> T holdingFolderOf(List<Path> backups, IoSupplier<T> work) throws IOException {
    Stream<Path> folders = backups.stream().map(Links::folderOf).filter(Files::isDirectory);
    return disk.holding(folders.toList(), work);
  }

  /** A failure of a later attempt, with what earlier ones could not undo. */
  private static Failure behind(Set<String> states, Failure failure) {
    if (!failure.state().equals(Failure.UNCHANGED)) {
      states.addAll(failure.states());
    }
    return failure.withStates(List.copyOf(states));
  }

  private Failure keepsChanging() {
    return Failure.of(RewriteErrors.KEEPS_CHANGING, live);
  }

  /**
   * All that is done to names in these folders is done in just these from now on. The first has the
   * log in it: where its name led elsewhere for a moment, nothing is done there.
   */
  private <T> T holding(IoSupplier<T> work) throws IOException {
    return disk.holding(
        folders(),
        () -> {
          if (Snapshot.find(disk.at(live)).filter(Snapshot::isRegularFile).isEmpty()) {
            throw keepsChanging();
          }
          return work.get();
        });
  }

  private Set<Path> folders() {
    Set<Path> folders = new LinkedHashSet<>(List.of(Links.folderOf(live)));
    folders.add(Links.folderOf(firstBackup()));
    checkpointPlaces.forEach(place -> folders.add(Links.folderOf(place)));
    return folders;
  }

  private RunLock lock() throws IOException {
    RunLock lock =
        monitor.search(
            "take the lock",
            0,
            () ->
                RunLock.acquire(
                    live, job.journal(), job.options().lockTimeout(), machine, monitor));
    Optional<Journal> other = lock.interrupted().filter(journal -> !journal.isOf(job.migration()));
    if (other.isEmpty()) {
      return lock;
    }
    lock.keepForNextRun();
    lock.close();
    throw Failure.of(RewriteErrors.RUN_JUST_INTERRUPTED, other.get().migration(), live);
  }

  /** Whoever may write the folder may have written the lock file: no other file is one to close. */
  private Optional<Path> earlierBackup(RunLock lock) {
    return lock.interrupted()
        .flatMap(Journal::backup)
        .filter(backup -> BackupName.of(live, backup).isPresent());
  }

  private static boolean keptBackup(RunLock lock) {
    return lock.interrupted().filter(Journal::isWithoutBackup).isEmpty();
  }

  /** What it noted; or, where it noted nothing, those that it may have made. */
  private List<Path> backupsOfInterrupted(RunLock lock) {
    if (!keptBackup(lock)) {
      return List.of();
    }
    return earlierBackup(lock)
        .map(List::of)
        .orElse(Backup.existing(live, job.backupSuffix(), job.backupFolder()));
  }

  private Recovery recovery(RunLock lock, List<Path> backups) {
    OptionalLong tornEnd = lock.interrupted().map(Journal::tornEnd).orElse(OptionalLong.empty());
    return new Recovery(live, backups, keptBackup(lock), tornEnd, job.target(), disk, monitor);
  }

  private Rewritten attempt(RunLock lock, OpenFiles.Answer writers)
      throws IOException, OldLog.Changed {
    try (OldLog old = OldLog.open(live, disk)) {
      Backup backup = findBackup(old, writers);
      Plan plan = plan(old, backup, writers);
      Attempt attempt = new Attempt(job, lock, old, plan.access(), backup, machine, monitor);
      attempt.replace(plan.leftovers(), plan.checkpoints(), checkpointPlaces);
      lock.keepForNextRun();
      LateLines.Found late = attempt.finish();
      return new Rewritten(
          plan,
          attempt.writers(),
          plan.made().bytes() + late.carriedOver(),
          late.carriedOver(),
          late.left(),
          attempt.longLines());
    }
  }

  /**
   * Finishes what an interrupted run left beside the log, and adds the newline that the log may
   * lack.
   *
   * @throws Failure with {@link Exit#BUSY} if that run is still at work, with {@link Exit#FAILED}
   *     if something could not be finished; running again tries again
   * @throws IOException if the lock file cannot be written
   */
  public Finished finishInterrupted() throws IOException {
    return holding(
        () -> {
          try (RunLock lock = lock()) {
            return finish(lock);
          }
        });
  }

  private Finished finish(RunLock lock) {
    lock.keepForNextRun();
    try {
      List<Path> backups = backupsOfInterrupted(lock);
      Path noted = earlierBackup(lock).orElse(firstBackup());
      long bytesOnlyInBackup =
          holdingFolderOf(
              List.of(noted),
              () -> recovery(lock, backups).finish(leftovers(Snapshot.of(live), noted)));
      lock.remove();
      return new Finished(bytesOnlyInBackup);
    } catch (IOException e) {
      throw Failure.of(RewriteErrors.RECOVERY_FAILED, Failure.reason(e))
          .withState("%s is whole; what was left beside it may still be there".formatted(live));
    }
  }
}
