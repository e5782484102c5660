package support.evidence;

import support.comparison.ComparisonErrors;
import support.run.ErrorCode;
import support.run.Exit;

/** The faults that a proof of a log against its backup can find. */
public enum EvidenceErrors implements ErrorCode {
  BRING_OVER_FAILED(
      Exit.FAILED,
      "bring lines over from <backup>: <reason>",
      "fix the cause, and run the same command again",
      "A part of the lines may be in the log, the last one torn; the backup has all of them.",
      "Fix the cause, and run `recover` again."),
  BACKUP_OPEN_FOR_WRITING(
      Exit.BUSY,
      "backup <backup> is open for writing by <processes>",
      "restart that process, so that it writes to the log; then run the same command again",
      "They go on writing to the old file, so `recover` would not be done.",
      "Restart them; then run `recover` again."),
  LAST_LINE_BEING_WRITTEN(
      Exit.BUSY,
      "audit file <log> is being written: its last line has no end yet",
      "run the same command again",
      "Lines that were appended now would join it.",
      "Run `recover` again."),
  LATE_LINE_TOO_LONG(
      Exit.REFUSED,
      "<backup>, byte <byte>: the line is longer than 16 MiB, and cannot be brought over",
      "find out what wrote that line; no reader of any release takes it",
      "`recover` needs each line whole.",
      "Find out what wrote it; no release reads such a line."),
  NO_SPACE_FOR_LATE_LINES(
      Exit.FAILED,
      "folder <folder> has too little space: <needed> bytes are to be brought over, <free> are"
          + " free",
      "free some space there, and run the same command again",
      "The log would end in a torn line.",
      "Free space, but delete no backups or archives for it."),
  LOG_MISSING(
      Exit.UNVERIFIED,
      "<log> does not exist",
      "give the path of the log with --audit-log",
      "There is no log, and nothing of one.",
      "Give the path of the log; find out who removed it."),
  LOG_REMOVED(
      Exit.UNVERIFIED,
      "<log> does not exist, but its backup <backup> does, and there is no archive of it",
      "put the log back; or, if it was removed on purpose, move the backup away",
      "The log was removed, and not by a rotation.",
      "Put it back; or move the backup away, if it was removed on purpose."),
  LOG_EMPTY(
      Exit.UNVERIFIED,
      "<log> is empty: there is nothing to prove",
      EvidenceErrors.WHO_EMPTIED_IT,
      "A server is about to begin it, or somebody emptied it.",
      "Find out which."),
  LOG_EMPTIED(
      Exit.UNVERIFIED,
      "<log> is empty, and no archive here holds what was made of backup <backup>",
      EvidenceErrors.WHO_EMPTIED_IT,
      "Somebody emptied it; a rotation would have left an archive.",
      "Find out who. The backup holds what it was before the migration."),
  BACKUP_OF_NOTHING_HERE(
      Exit.UNVERIFIED,
      "no file here was made of backup <backup>: not <log>, and no archive of it",
      "find the file that was made of it; or, once you know what became of that, move the backup"
          + " away",
      "The log that was migrated is gone, or this is a backup of another one.",
      "Find that log; or move the backup away, once you know what became of it."),
  BACKUP_NOT_A_LOG(
      Exit.REFUSED,
      "backup <backup> is no log: <problem>",
      "give the path of the backup itself with --backup",
      "What `--backup` names is a folder, or another program's file.",
      "Give the path of the backup."),
  BACKUP_IS_THE_LOG(
      Exit.REFUSED,
      "backup <backup> is the log itself",
      "give the path of the backup itself with --backup",
      "`--backup` and `--audit-log` name one file.",
      "Give the path of the backup."),
  BACKUP_OF_ANOTHER_LOG(
      Exit.REFUSED,
      "backup <backup> may be of another log that keeps its backups there: no file here was made"
          + " of it, neither <log> nor an archive of that",
      "if it is the one to restore all the same, name it with --backup",
      "Several logs may share a `--backup-dir`, and what is there has only a name in common.",
      "Name the backup that is meant with `--backup`."),
  LOG_NOT_DECOMPRESSED(
      Exit.UNVERIFIED,
      "<reason>",
      "keep it, and look for another copy of it",
      "A compressed archive is cut short or damaged, or something stands behind its end.",
      "Look for a copy of it."),
  HEADER_MISSING(
      Exit.UNVERIFIED,
      "<log>, line 1, byte 0: there is no header",
      "migrate the log first; if it was migrated, find out what took its header away",
      "It was not migrated, or truncated by `copytruncate` since.",
      "`status` shows the backups. Migrate it, or find out what took the header."),
  HEADER_OF_ANOTHER_VERSION(
      Exit.UNVERIFIED,
      "<log>, line <line>, byte <byte>: no header of schema version <version> begins here",
      EvidenceErrors.KEEP_IT,
      "The log was emptied, or its first bytes were changed.",
      "Do not start the server on it. Look for a copy."),
  HEADER_DAMAGED(
      Exit.UNVERIFIED,
      "<log>, line <line>, byte <byte>: no header can be read here: <problem>",
      EvidenceErrors.KEEP_IT,
      "The header is torn or changed.",
      "As the row above."),
  HEADER_WITHOUT_TIME(
      Exit.UNVERIFIED,
      "<log>, line <line>, byte <byte>: the header does not say when the log was created",
      EvidenceErrors.KEEP_IT,
      "The header was changed: every release writes it.",
      "Compare with a copy."),
  BACKUP_MISSING(
      Exit.UNVERIFIED,
      "backup <backup> is missing",
      "say where it is with --backup or --backup-dir",
      "There is no file where `--backup` says.",
      "Correct the path."),
  HEADER_AMONG_ENTRIES(
      Exit.UNVERIFIED,
      "<log>, line <line>, byte <byte>: a header stands among the entries",
      EvidenceErrors.KEEP_IT,
      "Two logs were joined, or a header was written twice.",
      "Find out how; readers skip the line."),
  LINE_FOREIGN(
      Exit.UNVERIFIED,
      "<log>, line <line>, byte <byte>: the line is JSON, but no entry",
      EvidenceErrors.KEEP_IT,
      "It was not there when the log was migrated, and no AgentGuard writes it.",
      "Find out who writes to the log."),
  LINE_DAMAGED(
      Exit.UNVERIFIED,
      "<log>, line <line>, byte <byte>: the line is not JSON",
      EvidenceErrors.KEEP_IT,
      "Damaged since the migration.",
      "Look for a copy of the log."),
  LINE_TORN(
      Exit.UNVERIFIED,
      "<log>, line <line>, byte <byte>: the last line has no newline",
      "if a server is writing it just now, run the same command again; else keep the file as it"
          + " is, and look for another copy of it",
      "A server is writing it just now, or died while it did.",
      "With the server stopped, again; then the entry is torn."),
  LATE_LINE_UNFINISHED(
      Exit.UNVERIFIED,
      "<log>, line <line>, byte <byte>: 'migrate recover' has not finished this line",
      "run 'migrate recover' again: nothing is lost, a backup has the line whole",
      "A `recover` died within a late line, or is at work.",
      "Run `recover` again."),
  HEADER_NOT_AS_MADE(
      Exit.UNVERIFIED,
      "<log>, line <line>, byte <byte>: the header is not what was made of that of <backup>",
      ComparisonErrors.KEEP_BOTH,
      "The header was changed since the migration.",
      "Compare both files with a third copy.");

  /** There may be no backup to compare with. */
  private static final String KEEP_IT =
      "keep the file as it is, and its backups; restore what is damaged from another copy";

  private static final String WHO_EMPTIED_IT =
      "find out what emptied it; a log that a server has just begun is proven once it has its"
          + " header";

  private final Entry entry;

  EvidenceErrors(Exit exit, String what, String next, String meaning, String remedy) {
    entry = new Entry(exit, what, next, meaning, remedy);
  }

  @Override
  public Entry entry() {
    return entry;
  }
}
