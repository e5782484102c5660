package support.rewrite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import support.files.AccessControl.Access;
import support.files.AccessControl.Known;
import support.files.Links;
import support.files.OpenFiles;
import support.files.Snapshot;
import support.run.Exit;
import support.run.Failure;

/** What is looked at before the first write. It only looks. */
final class Preflight {
  private static final Path THIS_PROCESS = Path.of("/proc/self");

  private Preflight() {}

  /** A log must be replaceable by a file of the same owner. */
  static void requirePermissions(Path log, Snapshot original, Path backupFolder)
      throws IOException {
    requireWritable(Links.folderOf(log), original);
    if (backupFolder != null) {
      if (!Files.isDirectory(backupFolder)) {
        throw Failure.unchanged(
            Exit.FAILED,
            "backup folder %s does not exist, or is no folder".formatted(backupFolder),
            "create it, or give another one with --backup-dir");
      }
      requireWritable(backupFolder, original);
    }
    OptionalInt user = userId();
    if (user.isPresent() && user.getAsInt() != 0 && user.getAsInt() != original.uid()) {
      throw cannot(
          "audit file %s belongs to another user, whom this user cannot give the new log to"
              .formatted(log),
          original);
    }
  }

  /** The numeric id that this process acts as, where the system tells it (Linux). */
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
      throw Failure.unchanged(
          Exit.FAILED,
          "folder %s is on a file system that is mounted read-only".formatted(folder),
          "mount it for writing, and run the same command again");
    }
    String what = "folder %s cannot be written by this user".formatted(folder);
    OptionalInt user = userId();
    throw user.isPresent() && user.getAsInt() == original.uid()
        ? Failure.unchanged(
            Exit.FAILED, what, "make the folder writable for this user, or run as root")
        : cannot(what, original);
  }

  /** In some containers Java cannot find out. */
  private static boolean isMountedReadOnly(Path folder) {
    try {
      return Files.getFileStore(folder).isReadOnly();
    } catch (IOException e) {
      return false;
    }
  }

  private static Failure cannot(String what, Snapshot original) {
    return Failure.unchanged(
        Exit.FAILED, what, "run as the user with id %d, or as root".formatted(original.uid()));
  }

  /**
   * Nobody is to lose or to get the use of the log by a rewrite.
   *
   * @param withoutAcl whether the operator gives a list up
   */
  static void requireCarriable(Path log, Access access, boolean withoutAcl) {
    if (access.known() == Known.THAT_THERE_IS_ONE && !withoutAcl) {
      throw Failure.unchanged(
          Exit.FAILED,
          "audit file %s or its folder has an access-control list, and nothing is installed here"
                  .formatted(log)
              + " that could give it to the new log",
          "install getfacl and setfacl (package acl), or give --without-acl: then the log's owner"
              + " and others keep what they may, and its group may nothing");
    }
  }

  /**
   * @param needed bytes that will be written to files in the folder
   * @param advice what to do where there is less
   */
  static void requireSpace(Path folder, long needed, String advice) {
    // Not asked of a FileStore, which Java cannot find in some containers.
    long free = folder.toFile().getUsableSpace();
    if (free < needed) {
      throw Failure.unchanged(
          Exit.FAILED,
          "folder %s has too little space: %d bytes are needed, %d are free"
              .formatted(folder, needed, free),
          advice);
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
      throw Failure.unchanged(
          Exit.BUSY,
          "audit file %s is open for writing, and %s could only be a copy of it"
              .formatted(log, backup),
          "stop the writer, or keep the backup on the log's own file system");
    }
  }

  /**
   * A process that has the log open goes on writing to the old file.
   *
   * @return who has it open, where that is not refused
   */
  static OpenFiles.Answer requireNoWriter(Path log, OpenFiles openFiles, boolean force)
      throws IOException {
    OpenFiles.Answer answer = openFiles.holdersOf(log);
    if (!answer.writers().isEmpty() && !force) {
      throw Failure.unchanged(
          Exit.BUSY,
          "audit file %s is open for writing by %s".formatted(log, answer.names()),
          "stop it first; --force migrates anyway, and carries over what is appended meanwhile");
    }
    return answer;
  }
}
