package support.staging;

import support.run.ErrorCode;
import support.run.Exit;

/** Why new bytes cannot be made, or not be trusted. */
public enum StagingErrors implements ErrorCode {
  OWNER_NOT_KEPT(
      Exit.FAILED,
      "this user may not give the new file to user <user> and group <group>, as the log is "
          + "(<reason>)",
      "run as root, or as the log's user and a member of its group",
      "The service could not open the new log by its user or its group.",
      "Run as root, or join that group."),
  STAGED_READS_BACK_DIFFERENTLY(
      Exit.FAILED,
      "<file>: what was written does not read back the same",
      "fix the cause, and run the same command again",
      "Disk or memory corrupts data. The old log stands.",
      "Trust neither: copy the log to another machine, and check both."),
  LINE_TOO_LONG(
      Exit.REFUSED,
      "<log>, byte <byte>: the line is longer than 16 MiB, and cannot be edited",
      "find out what wrote that line; no reader of any release takes it",
      "A migration that edits lines needs each of them whole.",
      "Find out what wrote it; no release reads such a line.");

  private final Entry entry;

  StagingErrors(Exit exit, String what, String next, String meaning, String remedy) {
    entry = new Entry(exit, what, next, meaning, remedy);
  }

  @Override
  public Entry entry() {
    return entry;
  }
}
