import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import support.console.Host;
import support.console.Metrics;
import support.options.LogOptions;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;
import support.scan.LogContent;
import support.survey.LogSurvey;

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
   * @param exit how the run ended
   * @param logs what became of each log
   * @throws Failure if it cannot be written; what the run did stays done
   */
  void write(Exit exit, List<LogReport> logs, Monitor monitor) {
    if (!writable) {
      return;
    }
    if (MIGRATING.contains(command)) {
      addStatus(logs);
    }
    gauge("pending", "Migrations that have something to do.", logs, LogReport::pending);
    addRun(exit, logs);
    addLogs(logs, monitor);
    String state = "how the command itself ended, the lines before this one say";
    try {
      metrics.write();
    } catch (Failure failure) {
      throw failure.withState(state);
    } catch (IOException e) {
      throw Failure.of(CommandErrors.METRICS_NOT_WRITTEN, Failure.reason(e)).withState(state);
    }
  }

  /** With the name of the log behind them, where the command line could name several. */
  private static String labels(LogReport log, String... namesAndValues) {
    List<String> all = new ArrayList<>(List.of(namesAndValues));
    if (log.isOneOfSeveral()) {
      all.add("log");
      all.add(log.auditLog().toString());
    }
    return Metrics.labels(all.toArray(String[]::new));
  }

  private void addStatus(List<LogReport> logs) {
    Map<String, Double> samples = new TreeMap<>();
    for (LogReport log : logs) {
      for (migrate.Outcome outcome : log.outcomes()) {
        if (outcome.result() == null || !outcome.result().dryRun()) {
          addStatus(log, outcome, samples);
        }
      }
    }
    metrics.gauge(
        "status",
        "Audit-schema migration outcome gauge, labeled by from/to versions and status"
            + " (ran|skipped|failed).",
        samples);
  }

  private static void addStatus(
      LogReport log, migrate.Outcome outcome, Map<String, Double> samples) {
    for (migrate.Status status : migrate.Status.values()) {
      String labels =
          labels(
              log,
              "id",
              outcome.migration().id(),
              "from",
              outcome.migration().fromVersion(),
              "to",
              outcome.migration().toVersion(),
              "status",
              status.name().toLowerCase(Locale.ROOT));
      samples.put(labels, status == outcome.status() ? 1.0 : 0.0);
    }
  }

  private void addRun(Exit exit, List<LogReport> logs) {
    Instant now = host.clock().instant();
    String labels = Metrics.labels("command", command);
    Map<String, Double> exits = new LinkedHashMap<>();
    exits.put(labels, (double) exit.code());
    for (LogReport log : logs) {
      if (log.isOneOfSeveral() && log.exit() != null) {
        exits.put(labels(log, "command", command), (double) log.exit().code());
      }
    }
    metrics.gauge("exit_code", "Exit code of the last run.", exits);
    metrics.gauge(
        "duration_seconds",
        "Wall-clock duration of the last run.",
        Map.of(labels, Duration.between(begun, now).toNanos() / 1e9));
    metrics.gauge(
        "last_run_timestamp_seconds",
        "When the last run ended, in seconds since 1970.",
        Map.of(labels, now.toEpochMilli() / 1e3));
  }

  /** The logs as they are after the run; left out where they cannot be read. */
  private void addLogs(List<LogReport> logs, Monitor monitor) {
    Map<LogReport, LogSurvey> seen = new HashMap<>();
    Map<LogReport, LogContent> contents = new HashMap<>();
    for (LogReport log : logs) {
      look(log, monitor).ifPresent(survey -> seen.put(log, survey));
    }
    seen.forEach((log, survey) -> contents.put(log, survey.content()));
    gauge("bytes", "Size of the audit log.", logs, log -> of(seen.get(log), LogSurvey::bytes));
    gauge(
        "entries",
        "Entries of the audit log.",
        logs,
        log -> of(contents.get(log), LogContent::entries));
    gauge(
        "damaged_lines",
        "Lines of the audit log that cannot be parsed.",
        logs,
        log -> of(contents.get(log), content -> content.damagedLines().count()));
  }

  private static <T> Number of(T seen, Function<T, Number> count) {
    return seen == null ? null : count.apply(seen);
  }

  private Optional<LogSurvey> look(LogReport log, Monitor monitor) {
    if (log.logSurvey() != null || log.auditLog() == null) {
      return Optional.ofNullable(log.logSurvey());
    }
    try {
      long newest = registry.get().newestVersion();
      return Optional.of(LogSurvey.of(log.auditLog(), newest, false, monitor));
    } catch (IOException | Failure e) {
      return Optional.empty(); // the run has told why already, or the next one will
    }
  }

  /** Nothing of logs that have no such value, and nothing at all where none has. */
  private void gauge(
      String name, String help, List<LogReport> logs, Function<LogReport, Number> value) {
    Map<String, Double> samples = new TreeMap<>();
    for (LogReport log : logs) {
      Number number = value.apply(log);
      if (number != null) {
        samples.put(labels(log), number.doubleValue());
      }
    }
    if (!samples.isEmpty()) {
      metrics.gauge(name, help, samples);
    }
  }
}
