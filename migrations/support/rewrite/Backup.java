package support.rewrite;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import support.files.Disk;
import support.files.FileBytes;
import support.files.Machine;
import support.files.Snapshot;
import support.log.LogNames;
import support.run.Failure;
import support.run.Monitor;
import support.staging.Metadata;
import support.staging.StagedFile;

/**
 * Where the bytes of a log are kept that a rewrite replaces. A backup is written once: an existing
 * one is never replaced, so the earliest state wins; where it holds other bytes, this run's
 * original is kept too, under the next free number.
 *
 * @param path where this run's original is or will be kept; null where it is not
 * @param state what stands there now
 * @param others earlier backups with other bytes, in the order of their numbers
 */
public record Backup(Path path, State state, List<Path> others) {
  /** What stands at the name of a backup. */
  public enum State {
    /** Nothing yet. */
    FREE,
    /** An empty file: where there are no hard links, a run reserves the name before it renames. */
    RESERVED,
    /** The log itself: a run made the link, and was interrupted before it replaced the log. */
    THE_LOG,
    /** Another file with the same bytes. */
    SAME_BYTES,
    /** The operator does without: the old bytes are the end of the new log. */
    NOT_KEPT
  }

  /** Far more than anybody migrates one log; a bound, so that a search always ends. */
  private static final int MOST_NUMBERS = 1000;

  static final int PERMISSIONS = 0600;

  /**
   * Finds the name for the backup of a log as it is now.
   *
   * @param folder where backups go, or null for the log's folder
   * @param isCopyEnough whether another file with the same bytes will do
   * @throws Failure if something that is no file stands at one of the names
   */
  static Backup find(Path log, String suffix, Path folder, boolean isCopyEnough, Monitor monitor)
      throws IOException {
    Snapshot original = Snapshot.of(log);
    List<Path> others = new ArrayList<>();
    for (int number = 0; number < MOST_NUMBERS; number++) {
      Path path = LogNames.backup(log, suffix, folder, number);
      Optional<Snapshot> found = Snapshot.find(path);
      if (found.isEmpty()) {
        return new Backup(path, State.FREE, others);
      }
      requireRegularFile(path, found.get());
      if (found.get().size() == 0) {
        // A name that an interrupted run reserved: no log that is empty is ever rewritten.
        return new Backup(path, State.RESERVED, others);
      }
      if (found.get().isSameFileAs(original)) {
        return new Backup(path, State.THE_LOG, others);
      }
      boolean mayBeSame = isCopyEnough && found.get().size() == original.size();
      if (mayBeSame && FileBytes.same(path, log, monitor)) {
        return new Backup(path, State.SAME_BYTES, others);
      }
      others.add(path);
    }
    throw Failure.of(RewriteErrors.TOO_MANY_BACKUPS, MOST_NUMBERS, log);
  }

  /** None at all. */
  static Backup notKept() {
    return new Backup(null, State.NOT_KEPT, List.of());
  }

  /** Whether there is one at all. */
  public boolean isKept() {
    return state != State.NOT_KEPT;
  }

  /** The backups of a log that are there, in the order of their numbers. */
  static List<Path> existing(Path log, String suffix, Path folder) {
    List<Path> existing = new ArrayList<>();
    for (int number = 0; number < MOST_NUMBERS; number++) {
      Path path = LogNames.backup(log, suffix, folder, number);
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        return existing;
      }
      existing.add(path);
    }
    return existing;
  }

  private static void requireRegularFile(Path path, Snapshot found) {
    if (!found.isRegularFile()) {
      throw Failure.of(RewriteErrors.BACKUP_IN_THE_WAY, path);
    }
  }

  /** No log that is empty is ever rewritten: an empty backup was emptied. */
  static void requireNotEmpty(Path backup, long size) {
    if (size == 0) {
      throw Failure.of(RewriteErrors.BACKUP_EMPTY, backup);
    }
  }

  /** Whether this run has to write the backup. */
  public boolean isToBeWritten() {
    return state == State.FREE || state == State.RESERVED;
  }

  /**
   * Keeps the original. Where it can be a second name of the same file, nothing is copied, and what
   * a writer still appends to the old file is in it too.
   *
   * @throws FileAlreadyExistsException if another file has got the name meanwhile
   * @throws IOException if neither a link nor a copy can be made
   */
  void write(OldLog old, Machine machine, Monitor monitor) throws IOException {
    if (state == State.RESERVED) {
      removeReservation(machine.disk());
    }
    try {
      machine.disk().link(path, old.path());
      requireOld(old);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      // Another file system, or one without hard links, or too many of them: keep a copy.
      copy(old, machine, monitor);
    }
  }

  /** The link is made of a name, and somebody may have put another file there just then. */
  private void requireOld(OldLog old) throws IOException {
    if (!old.isNamed(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
  }

  /** Another run may have put a backup there since. */
  private void removeReservation(Disk disk) throws IOException {
    Optional<Snapshot> found = Snapshot.find(path);
    if (found.isPresent()) {
      if (!found.get().isRegularFile() || found.get().size() > 0) {
        throw new FileAlreadyExistsException(path.toString());
      }
      disk.remove(path);
    }
  }

  private void copy(OldLog old, Machine machine, Monitor monitor) throws IOException {
    StagedFile staged = StagedFile.ofBackup(path, old.path(), machine, monitor);
    try {
      StagedFile.Content content = StagedFile.Content.copyOf(old.bytes(), old.size());
      staged.write(content, Metadata.forOwnerOnly(machine.disk().at(old.path()), old.snapshot()));
      putInPlace(staged.path(), machine.disk());
    } finally {
      staged.discard();
    }
  }

  /** A link never replaces a name; where there are no links, the name is reserved first. */
  private void putInPlace(Path staged, Disk disk) throws IOException {
    try {
      disk.link(path, staged);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      disk.create(path).close();
      try {
        disk.rename(staged, path);
      } catch (IOException failed) {
        disk.remove(path);
        throw failed;
      }
    }
  }
}
