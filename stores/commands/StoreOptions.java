import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import support.imports.LogFiles;
import support.options.UsageErrors;
import support.options.WrongUsage;

/** The options of every command that works on logs and a store. */
final class StoreOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--audit-log",
      paramLabel = "P",
      description = "Path to the audit log (default: audit.jsonl). May be given several times.")
  List<Path> auditLogs;

  @Option(
      names = "--archives",
      description = "Also the rotated archives beside the log, compressed or not.")
  boolean archives;

  @Option(
      names = "--store-dsn",
      paramLabel = "DSN",
      defaultValue = "",
      description =
          "The store, as AgentGuard takes it: the path of a SQLite file, or postgres://… (default:"
              + " agentguard.db in the data folder).")
  String storeDsn;

  @Option(
      names = "--data-dir",
      paramLabel = "D",
      defaultValue = ".",
      description = "AgentGuard's data folder (default: ${DEFAULT-VALUE}).")
  Path dataDir;

  @Option(
      names = "--metrics-file",
      paramLabel = "P",
      description = "Write the outcome there for Prometheus' textfile collector.")
  Path metricsFile;

  /**
   * Looks at the values that the parser cannot judge.
   *
   * @throws WrongUsage if one makes no sense
   */
  void validate() {
    for (Path log : logs()) {
      requirePath("--audit-log", log);
      if (log.getFileName() == null) {
        throw new WrongUsage(command.commandLine(), UsageErrors.AUDIT_LOG_NOT_A_FILE, log);
      }
    }
    requirePath("--data-dir", dataDir);
    requirePath("--metrics-file", metricsFile);
  }

  /** What an unset variable of a script leaves is no path. */
  void requirePath(String option, Path path) {
    if (path != null && path.toString().isEmpty()) {
      throw new WrongUsage(command.commandLine(), UsageErrors.NO_PATH, option);
    }
  }

  private List<Path> logs() {
    return auditLogs == null ? List.of(Path.of("audit.jsonl")) : auditLogs;
  }

  LogFiles files() {
    return new LogFiles(logs(), archives);
  }
}
