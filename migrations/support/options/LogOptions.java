package support.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every command that works on a log. The first three are AgentGuard's. */
public final class LogOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--audit-log",
      paramLabel = "P",
      defaultValue = "audit.jsonl",
      description =
          "Path to the audit log, or a quoted pattern such as '*.jsonl' (default:"
              + " ${DEFAULT-VALUE}). May be given several times.")
  List<Path> auditLogs;

  @Option(
      names = "--checkpoint",
      paramLabel = "P",
      description =
          "Path to the replay checkpoint (default: where servers and AgentGuard's documents put"
              + " it).")
  Path checkpoint;

  @Option(
      names = "--backup-dir",
      paramLabel = "D",
      description = "Folder for rollback backups (default: beside the log).")
  Path backupDir;

  @Option(
      names = "--force",
      description =
          "Go on although a process has the log open for writing; what it appends meanwhile is"
              + " carried over.")
  boolean force;

  @Option(
      names = "--without-acl",
      description = "Give the new log no access-control list, also where the old one has one.")
  boolean withoutAcl;

  @Option(
      names = "--no-archive-backup",
      description =
          "Migrate archives without backups: their old bytes are the end of the new files.")
  boolean noArchiveBackup;

  @Option(
      names = "--strict",
      description = "Fail (6) where a note on the integrity of the log would be all.")
  boolean strict;

  @Option(
      names = "--lock-timeout",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "How long to wait for another run on the same log (default: ${DEFAULT-VALUE}).")
  int lockTimeout;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "How many of several logs may be at work at a time (default: ${DEFAULT-VALUE}).")
  int jobs;

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
  public void validate() {
    for (Path log : auditLogs) {
      requirePath("--audit-log", log);
    }
    requirePath("--checkpoint", checkpoint);
    requirePath("--backup-dir", backupDir);
    requirePath("--metrics-file", metricsFile);
    for (Path log : auditLogs) {
      if (log.getFileName() == null) {
        throw new WrongUsage(command.commandLine(), UsageErrors.AUDIT_LOG_NOT_A_FILE, log);
      }
      if (isMetricsFileOf(log)) {
        throw new WrongUsage(
            command.commandLine(), UsageErrors.METRICS_FILE_OF_THE_LOG, metricsFile);
      }
    }
    if (lockTimeout < 0) {
      throw new WrongUsage(command.commandLine(), UsageErrors.NEGATIVE_TIMEOUT);
    }
    if (jobs < 1) {
      throw new WrongUsage(command.commandLine(), UsageErrors.NO_JOB);
    }
  }

  /** What an unset variable of a script leaves is no path. */
  private void requirePath(String option, Path path) {
    if (path != null && path.toString().isEmpty()) {
      throw new WrongUsage(command.commandLine(), UsageErrors.NO_PATH, option);
    }
  }

  /** Whether metrics would take the place of the log, of what may be beside it, or a checkpoint. */
  public boolean isMetricsFileOf(Path log) {
    return metricsFile != null
        && (takesNameOf(log, metricsFile) || checkpoint != null && isSame(metricsFile, checkpoint));
  }

  /**
   * Whether a file of metrics has a name of another file, or of what may be beside it: all that is
   * written there has a name that begins with that file's.
   */
  public static boolean takesNameOf(Path file, Path metricsFile) {
    String name = metricsFile.getFileName() == null ? "" : metricsFile.getFileName().toString();
    boolean isForPrometheus = name.endsWith(".prom") && !isSame(metricsFile, file);
    return name.startsWith(file.getFileName().toString()) && !isForPrometheus;
  }

  private static boolean isSame(Path a, Path b) {
    return a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize());
  }

  /** The live logs, as the operator named them: paths, and patterns for paths. */
  public List<Path> auditLogs() {
    return auditLogs;
  }

  /** Null where it was not given. */
  public Path checkpoint() {
    return checkpoint;
  }

  /** Null where it was not given. */
  public Path backupDir() {
    return backupDir;
  }

  /** Whether to go on although a process has the log open for writing. */
  public boolean force() {
    return force;
  }

  /** Whether the new log gets no access-control list. */
  public boolean withoutAcl() {
    return withoutAcl;
  }

  /** Whether archives are migrated without backups. */
  public boolean noArchiveBackup() {
    return noArchiveBackup;
  }

  /** Whether a note on the integrity of the log is to be a failure. */
  public boolean strict() {
    return strict;
  }

  /** How long to wait for another run on the same log. */
  public Duration lockTimeout() {
    return Duration.ofSeconds(lockTimeout);
  }

  /** How many of several logs may be at work at a time. */
  public int jobs() {
    return jobs;
  }

  /** Null where it was not given. */
  public Path metricsFile() {
    return metricsFile;
  }
}
