package support.console;

import support.run.ErrorCode;
import support.run.Exit;

/** The errors that are met with the process itself, and with the metrics file. */
public enum ConsoleErrors implements ErrorCode {
  WORKING_FOLDER_NOT_IN_LOCALE(
      Exit.FAILED,
      "the name of the working folder cannot be expressed in this locale",
      "set LC_ALL=C.UTF-8, or run from another folder with absolute paths",
      "Java would look for the log in another folder.",
      "Set `LC_ALL=C.UTF-8`."),
  METRICS_FOLDER_NOT_WRITABLE(
      Exit.FAILED,
      "metrics file <file>: its folder does not exist or cannot be written",
      "create the folder, or give another path with --metrics-file",
      "No monitoring would learn of this run, so it was not begun.",
      "Correct `--metrics-file`, or the folder."),
  NOT_A_METRICS_FILE(
      Exit.FAILED,
      "<file> is no metrics file of this tool, and is not replaced",
      "give another path with --metrics-file",
      "The path may be that of a file which somebody needs.",
      "Correct `--metrics-file`.");

  private final Entry entry;

  ConsoleErrors(Exit exit, String what, String next, String meaning, String remedy) {
    entry = new Entry(exit, what, next, meaning, remedy);
  }

  @Override
  public Entry entry() {
    return entry;
  }
}
