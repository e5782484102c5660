package support;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The durable rewrite: makes another log of a log so that at any moment, whatever dies, the log's
 * name stands for the old bytes or the new ones, whole, and that a complete backup of the old ones
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
 * <p>Up to the rename every failure is undone. From then on nothing is undone: the lock file stays
 * behind, and the next run finishes what is left ({@link #finishInterrupted}).
 */
public final class Rewrite {
  /** How often a run starts over when the log changes under its hands. */
  private static final int ATTEMPTS = 3;

  private final Job job;
  private final Machine machine;
  private final Disk disk;
  private final Cancellation cancellation;
  private final Path live;

  /**
   * What is to be done.
   *
   * @param log the log as the operator named it
   * @param target what it is to become
   * @param backupSuffix what the backup's name adds to the log's
   * @param backupFolder where the backup goes, or null for the log's own folder
   * @param checkpoint where the replay checkpoint is, or null for the usual places
   */
  public record Job(
      Path log,
      Target target,
      String backupSuffix,
      Path backupFolder,
      Path checkpoint,
      Choices choices) {}

  /**
   * What a run would do, found without writing anything.
   *
   * @param originalBytes the size of the log as it is
   * @param finalBytes the size of the log as it will be
   * @param backup where it will be kept
   * @param backupToBeWritten false where the backup is there already
   * @param otherBackups existing backups with other bytes, which stay
   * @param newlineMissing whether the last line is torn, and a newline will be added
   * @param checkpoints the replay checkpoints that will be removed
   * @param leftovers what interrupted runs left, which will be removed
   * @param sawAllProcesses whether every process could be asked for the log
   */
  public record Plan(
      long originalBytes,
      long finalBytes,
      Path backup,
      boolean backupToBeWritten,
      List<Path> otherBackups,
      boolean newlineMissing,
      List<Path> checkpoints,
      List<Path> leftovers,
      boolean sawAllProcesses) {}

  /**
   * What a run did.
   *
   * @param plan what it set out to do
   * @param finalBytes the size of the new log
   * @param carriedOverBytes what was appended to the old log meanwhile and is in the new one too
   */
  public record Outcome(Plan plan, long finalBytes, long carriedOverBytes) {}

  /**
   * @throws IOException if the log is a symbolic link that cannot be followed
   */
  public Rewrite(Job job, Machine machine, Cancellation cancellation) throws IOException {
    this.job = job;
    this.machine = machine;
    this.disk = machine.disk();
    this.cancellation = cancellation;
    this.live = Links.resolve(job.log());
  }

  /**
   * Whether an earlier run of this tool was interrupted; only looks. It may also be at work now.
   *
   * @param log the log as the operator named it
   */
  public static boolean wasInterrupted(Path log) throws IOException {
    return RunLock.wasLeftBehind(Links.resolve(log));
  }

  /**
   * Looks at everything that a run depends on; writes nothing.
   *
   * @throws Failure if a run could not succeed as things stand
   * @throws IOException if something cannot be looked at
   */
  public Plan plan() throws IOException {
    try (FileChannel source = FileChannel.open(live, READ)) {
      return plan(Snapshot.of(live), source, findBackup());
    }
  }

  private Plan plan(Snapshot original, FileChannel source, Backup backup) throws IOException {
    Preflight.requirePermissions(live, original, job.backupFolder());
    boolean sawAllProcesses =
        Preflight.requireNoWriter(live, machine.openFiles(), job.choices().force());
    long finalBytes = finalBytes(source, original);
    requireSpace(original, backup, finalBytes);
    return new Plan(
        original.size(),
        finalBytes,
        backup.path(),
        backup.state() != Backup.State.SAME_BYTES,
        backup.others(),
        !(job.target() instanceof Target.Restored)
            && !StagedFile.endsInNewline(source, original.size()),
        Checkpoints.existing(Checkpoints.places(job.log(), job.checkpoint())),
        leftovers(original),
        sawAllProcesses);
  }

  private Backup findBackup() throws IOException {
    return Backup.find(live, job.backupSuffix(), job.backupFolder(), cancellation);
  }

  private long finalBytes(FileChannel source, Snapshot original) throws IOException {
    if (job.target() instanceof Target.Restored restored) {
      try (FileChannel old = FileChannel.open(restored.backup(), READ)) {
        if (!restored.discardNewer()) {
          Attempt.requireNothingNewer(live, source, restored.backup(), old, cancellation);
        }
        return old.size();
      }
    }
    return Attempt.content(job, live, source, original.size()).size();
  }

  /** The new log, and the backup where it cannot be a second name of the old log. */
  private void requireSpace(Snapshot original, Backup backup, long finalBytes) throws IOException {
    Path folder = Links.folderOf(live);
    Path backupFolder = Links.folderOf(backup.path());
    boolean copied =
        backup.isToBeWritten() && Snapshot.of(backupFolder).device() != original.device();
    Preflight.requireSpace(folder, finalBytes);
    if (copied) {
      Preflight.requireSpace(backupFolder, original.size());
    }
  }

  private List<Path> leftovers(Snapshot original) throws IOException {
    Set<Integer> owners = new HashSet<>(List.of(original.uid()));
    Preflight.userId().ifPresent(owners::add);
    List<Path> leftovers = new ArrayList<>(StagedFile.leftovers(live, owners));
    Path firstBackup = Backup.name(live, job.backupSuffix(), job.backupFolder(), 0);
    leftovers.addAll(StagedFile.leftovers(firstBackup, owners));
    return leftovers;
  }

  /**
   * Rewrites the log.
   *
   * @return nothing if another run has done it in the meantime
   * @throws Failure if it could not be done; its state says how every file is now
   * @throws IOException if something could not be looked at; nothing was changed then
   */
  public Optional<Outcome> run() throws IOException {
    plan();
    try (RunLock lock = lock()) {
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        AuditLog.Format format = AuditLog.format(live);
        if (job.target().isReachedBy(format)) {
          return Optional.empty();
        }
        if (!job.target().startsFrom(format)) {
          throw keepsChanging();
        }
        try {
          return Optional.of(attempt(lock));
        } catch (Attempt.LogChanged e) {
          cancellation.check("before starting over");
        }
      }
      throw keepsChanging();
    }
  }

  private Failure keepsChanging() {
    return Failure.unchanged(
        Exit.BUSY,
        "audit file %s keeps changing: something writes to it or replaces it".formatted(live),
        "stop the server and whatever rotates the log, and run the same command again");
  }

  private RunLock lock() throws IOException {
    return RunLock.acquire(live, job.choices().lockTimeout(), machine.random(), cancellation);
  }

  private Outcome attempt(RunLock lock) throws IOException, Attempt.LogChanged {
    Backup backup = findBackup();
    try (Attempt attempt = new Attempt(job, live, backup, machine, cancellation)) {
      Plan plan = plan(attempt.original(), attempt.source(), backup);
      attempt.replace(plan.leftovers(), plan.checkpoints());
      lock.leaveBehind();
      long carriedOver = attempt.settle();
      lock.removeWhenClosed();
      return new Outcome(plan, plan.finalBytes() + carriedOver, carriedOver);
    }
  }

  /**
   * Finishes what an interrupted run left: stable storage, the backups' permissions, staged files,
   * the lock file. Does nothing to the log itself.
   *
   * @param backupSuffixes those of all runs that may have been interrupted on this log
   * @return how many bytes at the end of this job's latest backup are not in the log
   * @throws Failure with {@link Exit#BUSY} if that run is still at work
   * @throws IOException if something fails; running again tries again
   */
  public long finishInterrupted(List<String> backupSuffixes) throws IOException {
    RunLock lock = lock();
    lock.leaveBehind();
    try (lock) {
      Snapshot log = Snapshot.of(live);
      for (Path leftover : leftovers(log)) {
        disk.remove(leftover);
      }
      disk.flush(live);
      for (String suffix : backupSuffixes) {
        for (Path backup : Backup.existing(live, suffix, job.backupFolder())) {
          settleBackup(backup, log);
        }
      }
      disk.flushFolder(Links.folderOf(live));
      lock.removeWhenClosed();
      List<Path> own = Backup.existing(live, job.backupSuffix(), job.backupFolder());
      return own.isEmpty() ? 0 : bytesOnlyIn(own.get(own.size() - 1));
    }
  }

  /**
   * A backup that is the log itself was made by a run that went no further; one that still has the
   * log's permissions, by a run that did.
   */
  private void settleBackup(Path backup, Snapshot log) throws IOException {
    Snapshot found = Snapshot.of(backup);
    if (found.isSameFileAs(log)) {
      disk.remove(backup);
    } else {
      if (found.links() == 1
          && found.uid() == log.uid()
          && found.permissions() != Backup.PERMISSIONS) {
        disk.setPermissions(backup, Backup.PERMISSIONS);
      }
      disk.flush(backup);
    }
    disk.flushFolder(Links.folderOf(backup));
  }

  /** What a writer appended to the old file after the run that was interrupted had copied it. */
  private long bytesOnlyIn(Path backup) throws IOException {
    try (FileChannel log = FileChannel.open(live, READ);
        FileChannel old = FileChannel.open(backup, READ)) {
      long logBody = AuditLog.bodyOffset(live);
      long oldBody = AuditLog.bodyOffset(backup);
      long length = old.size() - oldBody;
      return length - FileBytes.commonPrefix(old, oldBody, log, logBody, length, cancellation);
    }
  }
}
