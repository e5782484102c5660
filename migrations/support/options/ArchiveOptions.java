package support.options;

import picocli.CommandLine.Option;

/** The option of every command that works on archives as it does on logs. */
public final class ArchiveOptions {
  @Option(
      names = "--archives",
      description = "Also the archives beside the log, as rotation left them: the oldest first.")
  boolean archives;

  /** Whether the archives beside a log go with it. */
  public boolean archives() {
    return archives;
  }
}
