package support.rewrite;

import support.run.ErrorCode;
import support.run.Exit;
import support.run.Template;

/**
 * The errors of a rewrite: what it looks at before its first write, its steps, and what is in its
 * way.
 */
public enum RewriteErrors implements ErrorCode {
  FOLDER_NOT_WRITABLE(
      Exit.FAILED,
      "folder <folder> cannot be written by this user",
      "make the folder writable for this user, or run as root",
      "The new log or its backup could not be put there.",
      "Make the folder writable for the owner of the log, or run as root."),
  FOLDER_OF_ANOTHER_USER(
      Exit.FAILED,
      "folder <folder> cannot be written by this user",
      "run as the user with id <user>, or as root",
      "The same, and the log belongs to another user.",
      "Run as the user whose id `next` names, or as root; that user must be able to write "
          + "the folder."),
  FOLDER_CLOSED_TO_ROOT(
      Exit.FAILED,
      "folder <folder> cannot be written, not even by root, as which this runs",
      "run as the owner of the folder; on NFS root is nobody there, and in a container root may"
          + " lack CAP_DAC_OVERRIDE",
      "Root may not do everything: NFS exports with root_squash, and containers without that"
          + " capability.",
      "Run as the owner of the folder, or on the file server."),
  FOLDER_READ_ONLY(
      Exit.FAILED,
      "folder <folder> is on a file system that is mounted read-only",
      "mount it for writing, and run the same command again",
      "Meant so, or the kernel did it after a disk error.",
      "Read the kernel's log, and copy the log away if it tells of errors; then mount for "
          + "writing."),
  NO_SPACE_FOR_LOG(
      Exit.FAILED,
      "folder <folder> has too little space: <needed> bytes are needed, <free> are free",
      "free some space there: the new log needs it beside the old one",
      "Old and new log do not fit side by side.",
      "Free space, but delete no backups or archives for it."),
  NO_SPACE_FOR_BACKUP(
      Exit.FAILED,
      "folder <folder> has too little space: <needed> bytes are needed, <free> are free",
      "free some space, or give another folder with --backup-dir",
      "The same of the folder of backups, which is on another file system.",
      "As the row above, or give another `--backup-dir`."),
  NO_BACKUP_FOLDER(
      Exit.FAILED,
      "backup folder <folder> does not exist, or is no folder",
      "create it, or give another one with --backup-dir",
      "The old log could not be kept, or its backup not be looked for.",
      "Create the folder; it may be a disk that is not mounted."),
  LOG_OF_ANOTHER_USER(
      Exit.FAILED,
      "audit file <log> belongs to another user, whom this user cannot give the new log to",
      "run as the user with id <user>, or as root",
      "The service could not open the new log.",
      "Run as the user whose id `next` names, or as root."),
  LOG_OF_ANOTHER_GROUP(
      Exit.FAILED,
      "audit file <log> is of group <group>, which this user is no member of",
      "run as root, or make this user a member of that group and log in again",
      "The new log could not be given to that group, whose members then could not read it.",
      "Run as root, or join the group that the error names."),
  MARKED_IMMUTABLE(
      Exit.FAILED,
      "<file> is marked immutable (chattr +i): nobody can replace the log",
      "let root take the mark away by 'chattr -i', and run the same command again",
      "The mark is on the log or on its folder. Somebody protects it from being changed.",
      "Let root take it away by `chattr -i`, migrate, and set it again if it is still wanted."),
  MARKED_APPEND_ONLY(
      Exit.FAILED,
      "<file> is marked append-only (chattr +a): nobody can replace the log",
      "let root take the mark away by 'chattr -a', and run the same command again",
      "The same for a mark with which a log can still be written to.",
      "Let root take it away by `chattr -a`, migrate, and set it again on the new log."),
  MOUNT_OF_ITS_OWN(
      Exit.FAILED,
      "audit file <log> is a mount of its own, and no other file can take its name",
      "run where that file really is (outside the container), or mount its folder instead of it",
      "A container that was given the one file (`docker run -v file:file`) cannot replace it.",
      "Migrate outside the container, which then has to be started again to see the new log; or "
          + "mount the folder."),
  ACCESS_LIST_NOT_CARRIED(
      Exit.FAILED,
      "audit file <log> or its folder has an access-control list, and nothing is installed here"
          + " that could give it to the new log",
      "install getfacl and setfacl (package acl), or give --without-acl: then the log's owner and"
          + " others keep what they may, and its group may nothing",
      "A user or a group could read the log that the mode does not name, or could not; the mode"
          + " alone would let in others.",
      "Install `getfacl` and `setfacl` (package `acl`). `--without-acl` gives the list up."),
  BACKUP_IN_THE_WAY(
      Exit.FAILED,
      "<backup> is in the way of the backup: it is not a regular file",
      RewriteErrors.MOVE_AWAY,
      "Somebody put a link or a folder there. Nothing is written through it.",
      "Find out who, above all in a folder that others can write; move it away."),
  TOO_MANY_BACKUPS(
      Exit.FAILED,
      "there are <n> backups of <log> already",
      "move the old backups to another folder",
      "Something migrates and rolls back again and again.",
      "Stop that; move the backups elsewhere, and keep them."),
  WOULD_DISCARD_ENTRIES(
      Exit.FAILED,
      "<log> has <n> bytes of entries that are not in <backup>",
      "roll back without --from-backup to keep them, or give --discard-newer to give them " + "up",
      "Restoring this backup would lose them. They were logged since, or the backup is "
          + "damaged.",
      "Roll back without `--from-backup`, which loses nothing."),
  NOTE_BACKUP_FAILED(
      Exit.FAILED,
      "note the backup in the lock file: <reason>",
      "<advice>",
      "The log was not touched yet.",
      "Fix the cause, and run again."),
  REMOVE_LEFTOVERS_FAILED(
      Exit.FAILED,
      "remove what an interrupted run left: <reason>",
      "<advice>",
      "The log was not touched yet; a part of an earlier new log is still there.",
      "Fix the cause, and run again: it removes it."),
  STAGE_FAILED(
      Exit.FAILED,
      "stage rewritten file: <reason>",
      "<advice>",
      "The new log could not be made, or not flushed. The old one stands.",
      "Fix the cause, often a quota or a limit."),
  STAGED_IS_OF_ANOTHER_FORMAT(
      Exit.FAILED,
      "<file>: is not of the format that it was to become",
      RewriteErrors.RUN_AGAIN,
      "As the row above.",
      "As the row above."),
  LOOK_AGAIN_FAILED(
      Exit.FAILED,
      "look at the log again: <reason>",
      "<advice>",
      "The log could not be looked at just before it was to be replaced. Somebody may have "
          + "moved it.",
      "Stop what rotates it; find the log; run again."),
  STAGED_WAS_REPLACED(
      Exit.FAILED,
      "<file>: was replaced by another file",
      RewriteErrors.RUN_AGAIN,
      "Somebody put another file in the place of the new log. It was not used.",
      "Find out who can write in this folder."),
  WRITE_BACKUP_FAILED(
      Exit.FAILED,
      "write backup <backup>: <reason>",
      "<advice>",
      "The old log could not be kept, so it was not replaced.",
      "Fix the cause, or give another `--backup-dir`."),
  REMOVE_CHECKPOINT_FAILED(
      Exit.FAILED,
      "remove replay checkpoint: <reason>",
      "<advice>",
      "With a stale checkpoint a server would skip entries, so the log was not replaced.",
      "Run as a user who may remove it."),
  RENAME_FAILED(
      Exit.FAILED,
      "rename temp over audit log: <reason>",
      "<advice>",
      "The old log stands. It may be immutable.",
      "See `lsattr`; free it with `chattr -i` or `-a`."),
  FLUSH_FOLDER_FAILED(
      Exit.FAILED,
      "flush the log's folder: <reason>",
      "<advice>",
      "The new log is in place, whole, but may not outlive a power cut.",
      "Fix the disk, and run again: it flushes."),
  CLOSE_BACKUP_FAILED(
      Exit.FAILED,
      "close backup <backup>: <reason>",
      "<advice>",
      "The new log is in place; others may still read its backup.",
      "Run again: it sets the mode to 600."),
  CARRY_OVER_FAILED(
      Exit.FAILED,
      "carry over what was appended meanwhile: <reason>",
      "<advice>",
      "The new log is in place; the entries appended last are in the backup only.",
      "Keep the backup; fix the cause, and run again: it counts their bytes."),
  VERIFY_NEW_LOG_FAILED(
      Exit.FAILED,
      "verify the new log: <reason>",
      "<advice>",
      "The new log is in place, and could not be read back there.",
      "Do not start the server. Compare with the backup by `verify`."),
  NEW_LOG_IS_OF_ANOTHER_FORMAT(
      Exit.FAILED,
      "<log>: is not of the format that it was to become",
      RewriteErrors.RUN_AGAIN,
      "Somebody replaced or removed the new log. The old one is the backup.",
      "Do not start the server. Find out who; compare by `verify`."),
  REMOVE_LOCK_FAILED(
      Exit.FAILED,
      "remove the lock file: <reason>",
      "<advice>",
      "All is done but this.",
      "Run again: it removes it."),
  RECOVERY_FAILED(
      Exit.FAILED,
      "finish what an interrupted run left: <reason>",
      RewriteErrors.RUN_AGAIN,
      "The log is whole. Its backup may still be open to others, or a part of a new log "
          + "lie about.",
      "Fix the cause, and run again."),
  RUN_JUST_INTERRUPTED(
      Exit.BUSY,
      "a run of <id> on audit file <log> was interrupted just now",
      "run the same command again: what that run left is finished first",
      "Another migration's run died while this one waited for it.",
      "Run the same command again."),
  RUN_TO_BE_FINISHED(
      Exit.BUSY,
      "a run of <id> on audit file <log> was interrupted, and is to be finished first",
      "run <command> again, which finishes what that run left",
      "Its command finishes it, and `recover` does not.",
      "Run the command again that `next` names."),
  OPEN_FOR_WRITING(
      Exit.BUSY,
      "audit file <log> is open for writing by <processes>",
      "stop it first; --force migrates anyway, and carries over what is appended meanwhile",
      "What they write after the migration would go to the old file.",
      "Stop them."),
  OPEN_FOR_WRITING_AND_COPIED(
      Exit.BUSY,
      "audit file <log> is open for writing, and <backup> could only be a copy of it",
      "stop the writer, or keep the backup on the log's own file system",
      "Even with `--force`: what a writer appends later would be in no file with a name.",
      "Stop the writer, or keep the backup on the log's file system."),
  OPEN_FOR_WRITING_AND_NOT_KEPT(
      Exit.BUSY,
      "archive <log> is open for writing by <processes>, and no backup of it is to be kept",
      "stop it first, or migrate this archive with a backup: without --no-archive-backup",
      "Even with `--force`: what they write later would be in no file with a name.",
      "Stop them, or keep a backup of this archive."),
  KEEPS_CHANGING(
      Exit.BUSY,
      "audit file <log> keeps changing: something writes to it or replaces it",
      "stop the server and whatever rotates the log, and run the same command again",
      "Three attempts found another log than they had copied.",
      "Stop the server and the rotation."),
  LINES_ARE_COMPRESSED(
      Exit.REFUSED,
      "audit file <log> is compressed, and lines of a compressed log are not edited",
      "decompress it, run the same command on that, and compress it again",
      "What edits lines would have to compress all of it anew; its old bytes would be gone.",
      "Decompress it first, and compress it again afterwards."),
  HEADER_IS_COMPRESSED_WITH_ENTRIES(
      Exit.REFUSED,
      "the header of <log> is compressed together with entries, and nothing is compressed anew",
      "leave it as it is; to change its header, decompress it, run the same command on that, and"
          + " compress it again",
      "The log had its header when it was compressed.",
      "Leave it. To change its header, decompress it first."),
  EDIT_LEAVES_NO_LOG(
      Exit.REFUSED,
      "what the edit would leave of <log> is no log of its version: <reason>",
      "look at the first lines of the log; the edit drops the entries before something else",
      "The first lines that would remain are none of AgentGuard's, so no reader could know the"
          + " log; or a header within it would come to its beginning.",
      "Find out what wrote the lines that remain; nothing was changed."),
  BACKUP_EMPTY(
      Exit.UNVERIFIED,
      "backup <backup> is empty",
      "keep the log as it is, and look for another copy of the backup",
      "Somebody emptied it. It never is when it is made.",
      "Look for a copy of it."),
  LOG_NOT_AS_MADE(
      Exit.UNVERIFIED,
      "<log> does not begin with what was made of <backup>",
      "keep both files as they are; compare them, and restore what is damaged from another copy",
      "Log or backup was changed just now, while the lines were to be restored.",
      "Keep both. A third copy tells which.");

  private static final String RUN_AGAIN = "fix the cause, and run the same command again";
  private static final String MOVE_AWAY = "find out who put it there, and move it away";

  private final Entry entry;

  RewriteErrors(Exit exit, String what, String next, String meaning, String remedy) {
    entry = new Entry(exit, what, next, meaning, remedy);
  }

  /**
   * Of the error of a step: what the step does.
   *
   * @param places a value for each place in that
   */
  String doing(Object... places) {
    String what = entry.what().text();
    return new Template(what.substring(0, what.lastIndexOf(": <reason>"))).fill(places);
  }

  @Override
  public Entry entry() {
    return entry;
  }
}
