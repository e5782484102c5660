package support.run;

/** The errors that any run can meet. */
public enum RunErrors implements ErrorCode {
  PERMISSION_DENIED(
      Exit.FAILED,
      "<file>: permission denied",
      "run as the user that the files belong to, or as root",
      "This user may not look at the file, so nothing is known about it.",
      "Run as its owner, or as root."),
  NO_SUCH_FILE(
      Exit.FAILED,
      "<file>: no such file or directory",
      RunErrors.RUN_AGAIN,
      "Something that is needed is missing, such as the folder for temporary files for `demo`.",
      "Put it there, and run again."),
  IO_ERROR(
      Exit.FAILED,
      "<reason>",
      RunErrors.RUN_AGAIN,
      "What else the operating system may say of a file while the tool only looks.",
      "After `Input/output error`, copy the log to a sound disk first."),
  CONCERN(
      Exit.UNVERIFIED,
      "<note>",
      "see to that; without --strict it is only noted",
      "With `--strict`, a note on the integrity of a log is an error, in the note's own words.",
      "See to that."),
  BUG(
      Exit.FAILED,
      "this is a bug in this tool: <kind>",
      "report it with what standard error shows",
      "It met something that nobody had thought of. The log is never replaced but as a whole.",
      "Report it, with what follows it on standard error."),
  INTERRUPTED(
      Exit.INTERRUPTED,
      "interrupted <moment>",
      "run the same command again when ready",
      "Ctrl-C or SIGTERM, at a moment when all could be undone.",
      "Run again when ready.");

  private static final String RUN_AGAIN = "fix the cause, and run the same command again";

  private final Entry entry;

  RunErrors(Exit exit, String what, String next, String meaning, String remedy) {
    entry = new Entry(exit, what, next, meaning, remedy);
  }

  @Override
  public Entry entry() {
    return entry;
  }
}
