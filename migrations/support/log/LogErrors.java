package support.log;

import support.run.ErrorCode;
import support.run.Exit;

/** The errors that are met where a log is recognised, or its checkpoint. */
public enum LogErrors implements ErrorCode {
  NO_LOG(
      Exit.FAILED,
      "stat audit log: <log>: no such file or directory",
      "give the path of the log with --audit-log",
      "There is no log, and `--id` and `rollback` need one.",
      "Give the path of the log; if it was there, find out who removed it."),
  NO_FOLDER_OF_LOG(
      Exit.FAILED,
      "stat audit log: <log>: its folder does not exist",
      "give the path of the log with --audit-log",
      "Mostly a mistyped path. No log was looked at.",
      "Correct `--audit-log`."),
  LINK_TO_NOTHING(
      Exit.FAILED,
      "audit file <log> is a symbolic link to a file that does not exist",
      "fix the link, or give the path of the log itself with --audit-log",
      "The log is elsewhere, or gone.",
      "Find it before a server begins a new one behind the link."),
  NOT_A_CHECKPOINT(
      Exit.FAILED,
      "<file> is not a replay checkpoint, and is not removed",
      "check the path given with --checkpoint, or move what stands there away",
      "The path may be that of a log.",
      "Correct `--checkpoint`, or move the file away."),
  HEADER_TOO_LONG(
      Exit.FAILED,
      "<log>: its header is longer than 1 MiB",
      "fix the cause, and run the same command again",
      "No release writes such a header.",
      "Find out what wrote it."),
  LOG_IS_A_FOLDER(
      Exit.REFUSED,
      "read meta: audit file <log> is a folder, not a regular file",
      LogErrors.GIVE_THE_LOG,
      "It is no log.",
      "Give the path of the log."),
  LOG_IS_A_DEVICE(
      Exit.REFUSED,
      "read meta: audit file <log> is a device or a pipe, not a regular file",
      LogErrors.GIVE_THE_LOG,
      "It is no log.",
      "Give the path of the log."),
  LOG_IS_AN_OPEN_FILE(
      Exit.REFUSED,
      "read meta: audit file <log> leads to what a process has open, and is no name of a file",
      LogErrors.GIVE_THE_LOG,
      "It is no log.",
      "Give the path of the log."),
  LOG_IS_A_BACKUP(
      Exit.REFUSED,
      "audit file <file> is a backup by its name, and no command changes one",
      "give the path of the log with --audit-log; or copy the backup under another name, and run"
          + " the same command on the copy",
      "A backup is evidence: a log is proven against it. `status` and `verify` may read it.",
      "Give the path of the log. To migrate a backup, copy it under another name first."),
  LOG_IS_OF_A_RUN(
      Exit.REFUSED,
      "audit file <file> has the name of what a run makes for itself, and is no log",
      LogErrors.GIVE_THE_LOG,
      "It is the lock file of a run, or what one has not finished.",
      "Give the path of the log; what an interrupted run has left, the next one removes."),
  LOG_IS_COMPRESSED(
      Exit.REFUSED,
      "read meta: audit file <log> is compressed (gzip), and its name does not end in .gz",
      "give it the name of an archive again, which ends in .gz, or give the path of the live log"
          + " with --audit-log",
      "By this name no AgentGuard reads it; a server would append plain lines to it.",
      "Give it its name as an archive, or give the path of the live log."),
  LOG_OF_ANOTHER_ENCODING(
      Exit.REFUSED,
      "read meta: audit file <log> is compressed with <encoding>, which no AgentGuard reads",
      "decompress it, or compress it with gzip; then run the same command on that",
      "An archive of logrotate with another `compresscmd`.",
      "Decompress it, or compress it with gzip."),
  COMPRESSED_DAMAGED(
      Exit.REFUSED,
      "read meta: audit file <reason>",
      "see whether something still writes to it; if not, put back a sound copy of the file",
      "The archive is cut short or damaged: `gzip -t` says the same. It was not touched.",
      "Keep it. Put a sound copy in its place, if there is one."),
  BYTES_BEHIND_COMPRESSED(
      Exit.REFUSED,
      "read meta: audit file <reason>",
      "find out what wrote those bytes; a copy of the file without them can be migrated",
      "What reads gzip mostly passes over such bytes: something is damaged there, or hidden.",
      "Have somebody look. A copy without those bytes can be migrated."),
  COMPRESSION_UNFINISHED(
      Exit.REFUSED,
      "read meta: audit file <log> is an unfinished compression of <plain>, which stands beside it"
          + " and counts",
      "let the compression end; if it was interrupted, remove <log>, and compress <plain> again",
      "gzip removes the plain file when the compressed one is whole: it is at work, or died.",
      "Let it end; or remove the compressed one, and compress the plain one again."),
  NEWER_SCHEMA(
      Exit.REFUSED,
      "read meta: audit file <log> has schema_version=<n>; this binary understands up to "
          + "<newest> — upgrade the binary or downgrade the file",
      "run a release of this tool that understands schema_version <n>",
      "A newer AgentGuard wrote it.",
      "Take a release of this tool that knows it; do not start an older server on it."),
  UNKNOWN_SCHEMA(
      Exit.REFUSED,
      "read meta: audit file <log> has a header with schema_version=<n>, which no release "
          + "of AgentGuard writes",
      "find out what wrote this file before anything else touches it",
      "The header was changed or forged, or is of something else.",
      "Find out by what. Keep the file as it is."),
  HEADER_UNREADABLE(
      Exit.REFUSED,
      "read meta: parse meta header: <problem>",
      "look at the first line of <log>; if its header was damaged, put back a sound copy "
          + "of the file",
      "The first line begins as a header and is torn or not sound: damage, or a tampered "
          + "file.",
      "Keep it. Put a sound copy in its place, if there is one."),
  FIRST_LINE_FOREIGN(
      Exit.REFUSED,
      "read meta: audit file <log> is not an audit log that this tool understands: its "
          + "first line is JSON, but neither a header nor an entry",
      LogErrors.CHECK_THE_PATH,
      "Mostly another program's file.",
      "Check the path."),
  FIRST_LINE_MIXED(
      Exit.REFUSED,
      "read meta: audit file <log> is not an audit log that this tool understands: its "
          + "first line has the keys of a header and of an entry",
      LogErrors.CHECK_THE_PATH,
      "No release writes such a line. Taken for a header, an entry would be lost on the "
          + "way back.",
      "Find out what wrote it. Keep the file as it is."),
  NO_ENTRIES(
      Exit.REFUSED,
      "read meta: audit file <log> is not an audit log that this tool understands: its "
          + "first line is not JSON, and no entry follows in the first 8 MiB",
      LogErrors.CHECK_THE_PATH,
      "No log, or one that was overwritten.",
      "Check the path; keep the file, and look for a copy."),
  NUL_FILLED(
      Exit.REFUSED,
      "read meta: audit file <log> begins with more than 8 MiB of NUL bytes, as a crash of the "
          + "machine can leave a file; what follows them was not looked at",
      "keep the file, and look for a copy that was made before the crash",
      "The file's size had reached the disk, and its bytes had not. What stood there is lost.",
      "Keep the file; entries may follow the NULs. Look for a copy: a backup, or an archive."),
  HEADER_BEHIND_DAMAGE(
      Exit.REFUSED,
      "read meta: audit file <log> is not an audit log that this tool understands: a "
          + "header stands in line <line>, behind damaged lines",
      LogErrors.CHECK_THE_PATH,
      "What stands before the header came from elsewhere, or is an overwritten part.",
      "Have somebody look. A copy without those lines can be read."),
  FOREIGN_BEHIND_DAMAGE(
      Exit.REFUSED,
      "read meta: audit file <log> is not an audit log that this tool understands: line "
          + "<line>, behind damaged lines, is JSON, but neither a header nor an entry",
      LogErrors.CHECK_THE_PATH,
      "Mostly another program's file.",
      "Check the path.");

  private static final String CHECK_THE_PATH = "check the path given with --audit-log";
  private static final String GIVE_THE_LOG = "give the path of the log itself with --audit-log";

  private final Entry entry;

  LogErrors(Exit exit, String what, String next, String meaning, String remedy) {
    entry = new Entry(exit, what, next, meaning, remedy);
  }

  @Override
  public Entry entry() {
    return entry;
  }
}
