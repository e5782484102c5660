import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import support.imports.AuditStore;
import support.imports.LogFiles;
import support.options.LogOptions;
import support.options.UsageErrors;
import support.options.WrongUsage;
import support.run.Failure;
import support.store.StoreErrors;
import support.survey.LogSelection;

/** The options of every command that works on logs and a store. */
final class StoreOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--audit-log",
      paramLabel = "P",
      description =
          "Path to the audit log, or a quoted pattern such as '*.jsonl' (default: audit.jsonl). May"
              + " be given several times.")
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
    if (metricsFile != null) {
      requireMetricsTakeNoPlace();
    }
  }

  private void requireMetricsTakeNoPlace() {
    for (Path log : logs()) {
      if (LogOptions.takesNameOf(log, metricsFile)) {
        throw new WrongUsage(
            command.commandLine(), UsageErrors.METRICS_FILE_OF_THE_LOG, metricsFile);
      }
    }
    Optional<Path> store = AuditStore.fileOf(storeDsn, dataDir);
    if (store.isPresent() && LogOptions.takesNameOf(store.get(), metricsFile)) {
      throw new WrongUsage(
          command.commandLine(), StoreErrors.METRICS_FILE_OF_THE_STORE, metricsFile);
    }
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

  /**
   * The files of the logs that are named, also by patterns.
   *
   * @throws Failure if a pattern matches no log
   * @throws IOException if a folder cannot be read
   */
  LogFiles files(Session session) throws IOException {
    LogSelection selection = LogSelection.of(logs(), false);
    selection.notes().forEach(note -> session.tell("migrate: " + note));
    List<Path> paths = selection.logs().stream().map(LogSelection.SelectedLog::path).toList();
    return new LogFiles(paths, archives);
  }
}
