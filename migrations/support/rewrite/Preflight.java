package support.rewrite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import support.access.AccessControl;
import support.access.AccessControl.Access;
import support.access.AccessControl.Known;
import support.files.Links;
import support.files.OpenFiles;
import support.files.Snapshot;
import support.run.Failure;

/** What is looked at before the first write. It only looks. */
final class Preflight {
  private static final Path THIS_PROCESS = Path.of("/proc/self");

  private Preflight() {}

  /** A log must be replaceable by a file of the same owner. */
  static void requireReplaceable(
      Path log, Snapshot original, Path backupFolder, AccessControl access) throws IOException {
    Replaceable replaceable = new Replaceable(THIS_PROCESS);
    replaceable.requireUnmarked(log, access);
    requirePermissions(log, original, backupFolder);
    replaceable.requireNoMount(log);
    replaceable.requireMemberOfItsGroup(log, original);
  }

  private static void requirePermissions(Path log, Snapshot original, Path backupFolder)
      throws IOException {
    requireWritable(Links.folderOf(log), original);
    if (backupFolder != null) {
      if (!Files.isDirectory(backupFolder)) {
        throw Failure.of(RewriteErrors.NO_BACKUP_FOLDER, backupFolder);
      }
      requireWritable(backupFolder, original);
    }
    OptionalInt user = userId();
    if (user.isPresent() && user.getAsInt() != 0 && user.getAsInt() != original.uid()) {
      throw Failure.of(RewriteErrors.LOG_OF_ANOTHER_USER, log, original.uid());
    }
  }

  /** The numeric id that this process acts as, where the system reports it (Linux). */
  static OptionalInt userId() throws IOException {
    return Files.exists(THIS_PROCESS)
        ? OptionalInt.of((Integer) Files.getAttribute(THIS_PROCESS, "unix:uid"))
        : OptionalInt.empty();
  }

  private static void requireWritable(Path folder, Snapshot original) throws IOException {
    if (Files.isWritable(folder)) {
      return;
    }
    if (isMountedReadOnly(folder)) {
      throw Failure.of(RewriteErrors.FOLDER_READ_ONLY, folder);
    }
    OptionalInt user = userId();
    if (user.isPresent() && user.getAsInt() == 0) {
      throw Failure.of(RewriteErrors.FOLDER_CLOSED_TO_ROOT, folder);
    }
    throw user.isPresent() && user.getAsInt() == original.uid()
        ? Failure.of(RewriteErrors.FOLDER_NOT_WRITABLE, folder)
        : Failure.of(RewriteErrors.FOLDER_OF_ANOTHER_USER, folder, original.uid());
  }

  /** In some containers Java cannot find out. */
  private static boolean isMountedReadOnly(Path folder) {
    try {
      return Files.getFileStore(folder).isReadOnly();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Nobody is to lose or to get the use of the log by a rewrite.
   *
   * @param withoutAcl whether the operator gives a list up
   */
  static void requireCarriable(Path log, Access access, boolean withoutAcl) {
    if (access.known() == Known.THAT_THERE_IS_ONE && !withoutAcl) {
      throw Failure.of(RewriteErrors.ACCESS_LIST_NOT_CARRIED, log);
    }
  }

  /**
   * @param needed bytes that will be written to files in the folder
   * @param error what it is that there is less
   */
  static void requireSpace(Path folder, long needed, RewriteErrors error) {
    // Not asked of a FileStore, which Java cannot find in some containers.
    long free = folder.toFile().getUsableSpace();
    if (free < needed) {
      throw Failure.of(error, folder, needed, free);
    }
  }

  /**
   * What a process appends to the old file after it was replaced is only kept if the backup is that
   * file, and not a copy of it.
   *
   * @param answer who has the log open
   */
  static void requireNobodyForCopy(Path log, Path backup, OpenFiles.Answer answer) {
    if (!answer.writers().isEmpty()) {
      throw Failure.of(RewriteErrors.OPEN_FOR_WRITING_AND_COPIED, log, backup);
    }
  }

  /**
   * A process that has the log open goes on writing to the old file.
   *
   * @param isKept whether the old file is, as a backup; else what such a process writes is lost
   * @return who has it open, where that is not refused
   */
  static OpenFiles.Answer requireNoWriter(
      Path log, OpenFiles openFiles, boolean force, boolean isKept) throws IOException {
    OpenFiles.Answer answer = openFiles.holdersOf(log);
    if (!answer.writers().isEmpty() && !isKept) {
      throw Failure.of(RewriteErrors.OPEN_FOR_WRITING_AND_NOT_KEPT, log, answer.names());
    }
    if (!answer.writers().isEmpty() && !force) {
      throw Failure.of(RewriteErrors.OPEN_FOR_WRITING, log, answer.names());
    }
    return answer;
  }
}
