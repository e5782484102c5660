import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import support.console.Host;
import support.console.Metrics;
import support.log.LogContent;
import support.run.Exit;
import support.run.Failure;
import support.run.LogOptions;
import support.run.Monitor;
import support.survey.LogSurvey;
import support.survey.Survey;

/** What {@code --metrics-file} tells of one run. Does nothing where that was not asked for. */
final class RunMetrics {
  /** The commands after which a migration has the status that AgentGuard's server would show. */
  private static final Set<String> MIGRATING = Set.of("migrate", "startup");

  private final String command;
  private final Supplier<migrate.Registry> registry;
  private final LogOptions log;
  private final Host host;
  private final Metrics metrics;
  private final Instant begun;
  private boolean writable;

  RunMetrics(String command, Supplier<migrate.Registry> registry, LogOptions log, Host host) {
    this.command = command;
    this.registry = registry;
    this.log = log;
    this.host = host;
    boolean wanted = log != null && log.metricsFile() != null;
    this.metrics = wanted ? new Metrics(log.metricsFile(), host.machine()) : null;
    this.begun = host.clock().instant();
  }

  /**
   * Looks whether the file can be written, before anything is done.
   *
   * @throws Failure as {@link Metrics#requireWritable}
   */
  void requireWritable() throws IOException {
    if (metrics != null) {
      metrics.requireWritable();
      writable = true;
    }
  }

  /**
   * Writes the file, unless {@link #requireWritable} refused it.
   *
   * @throws Failure if it cannot be written; what the run did stays done
   */
  void write(LogReport report, Monitor monitor) {
    if (!writable) {
      return;
    }
    if (MIGRATING.contains(command)) {
      addStatus(report.outcomes());
    }
    if (report.pending() != null) {
      double pending = report.pending();
      metrics.gauge("pending", "Migrations that have something to do.", Map.of("", pending));
    }
    addRun(report.exit());
    addLog(report.survey(), monitor);
    String state = "how the command itself ended, the lines before this one say";
    try {
      metrics.write();
    } catch (Failure failure) {
      throw failure.withState(state);
    } catch (IOException e) {
      throw Failure.of(CommandErrors.METRICS_NOT_WRITTEN, Failure.reason(e)).withState(state);
    }
  }

  private void addStatus(List<migrate.Outcome> outcomes) {
    Map<String, Double> samples = new TreeMap<>();
    for (migrate.Outcome outcome : outcomes) {
      if (outcome.result() != null && outcome.result().dryRun()) {
        continue;
      }
      for (migrate.Status status : migrate.Status.values()) {
        String labels =
            Metrics.labels(
                "id", outcome.migration().id(),
                "from", outcome.migration().fromVersion(),
                "to", outcome.migration().toVersion(),
                "status", status.name().toLowerCase(Locale.ROOT));
        samples.put(labels, status == outcome.status() ? 1.0 : 0.0);
      }
    }
    metrics.gauge(
        "status",
        "Audit-schema migration outcome gauge, labeled by from/to versions and status"
            + " (ran|skipped|failed).",
        samples);
  }

  private void addRun(Exit exit) {
    Instant now = host.clock().instant();
    String labels = Metrics.labels("command", command);
    metrics.gauge("exit_code", "Exit code of the last run.", Map.of(labels, (double) exit.code()));
    metrics.gauge(
        "duration_seconds",
        "Wall-clock duration of the last run.",
        Map.of(labels, Duration.between(begun, now).toNanos() / 1e9));
    metrics.gauge(
        "last_run_timestamp_seconds",
        "When the last run ended, in seconds since 1970.",
        Map.of(labels, now.toEpochMilli() / 1e3));
  }

  private LogSurvey look(Monitor monitor) throws IOException {
    return LogSurvey.of(log.auditLog(), registry.get().newestVersion(), false, monitor);
  }

  /** The log as it is after the run; left out where it cannot be read. */
  private void addLog(Survey survey, Monitor monitor) {
    try {
      LogSurvey seen = survey == null ? look(monitor) : survey.log();
      metrics.gauge("bytes", "Size of the audit log.", Map.of("", (double) seen.bytes()));
      LogContent content = seen.content();
      if (content != null) {
        metrics.gauge(
            "entries", "Entries of the audit log.", Map.of("", (double) content.entries()));
        metrics.gauge(
            "damaged_lines",
            "Lines of the audit log that cannot be parsed.",
            Map.of("", (double) content.damagedLines().count()));
      }
    } catch (IOException | Failure e) {
      // The run has told why already, or the next one will.
    }
  }
}
