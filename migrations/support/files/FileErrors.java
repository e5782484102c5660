package support.files;

import support.run.ErrorCode;
import support.run.Exit;

/** The errors that are met where files are looked for. */
public enum FileErrors implements ErrorCode {
  LINK_CIRCLE(
      Exit.FAILED,
      "audit file <log> is a symbolic link that leads in a circle",
      "fix the link, or give the path of the log itself with --audit-log",
      "No log can be behind it.",
      "Fix the link.");

  private final Entry entry;

  FileErrors(Exit exit, String what, String next, String meaning, String remedy) {
    entry = new Entry(exit, what, next, meaning, remedy);
  }

  @Override
  public Entry entry() {
    return entry;
  }
}
