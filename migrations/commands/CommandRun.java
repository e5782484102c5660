import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import support.console.Console;
import support.console.Host;
import support.log.CreationTimes;
import support.options.LogOptions;
import support.options.OutputOptions;
import support.options.UsageErrors;
import support.run.Failure;
import support.survey.LogSelection;
import support.survey.LogSelection.SelectedLog;

/**
 * One run of a command: it does its work, and what became of that goes to the operator, into the
 * document for programs, and to Prometheus, as the options say.
 */
final class CommandRun {
  /** What {@code migrate --list} is called in the document: a command of its own. */
  static final String LIST = "list";

  private final String command;
  private final Supplier<migrate.Registry> registry;
  private final Host host;
  private final LogOptions options;
  private final Console console;
  private final RunMetrics metrics;

  /**
   * @param command as the document names it
   * @param options validated, or null for a command that works on no log
   */
  CommandRun(
      String command,
      Supplier<migrate.Registry> registry,
      Host host,
      LogOptions options,
      OutputOptions output) {
    this.command = command;
    this.registry = once(registry);
    this.host = host;
    this.options = options;
    this.console = new Console(host, output);
    this.metrics = new RunMetrics(command, this.registry, options, host);
  }

  /** To read the catalog takes as long as to look at a log. */
  private static Supplier<migrate.Registry> once(Supplier<migrate.Registry> registry) {
    AtomicReference<migrate.Registry> made = new AtomicReference<>();
    return () -> made.updateAndGet(known -> known == null ? registry.get() : known);
  }

  /**
   * Runs it, and tells of it.
   *
   * @return the exit code
   */
  int run(Task task) {
    LogReport whole = LogReport.ofNone();
    LogSelection selection;
    try {
      selection = select(task);
    } catch (IOException | RuntimeException e) {
      fail(whole, e);
      return end(whole, Document.of(command, whole));
    }
    return selection.isSeveral()
        ? runSeveral(task, selection, whole)
        : runOne(task, selection.logs().get(0));
  }

  private LogSelection select(Task task) throws IOException {
    if (!worksOnLogs()) {
      return LogSelection.of((Path) null);
    }
    LogSelection selection = LogSelection.of(options.auditLogs(), task.archives());
    long logs = selection.logs().stream().filter(log -> !log.isArchive()).count();
    if (options.checkpoint() != null && logs > 1) {
      throw Failure.of(
          UsageErrors.ONE_FILE_FOR_SEVERAL, "--checkpoint", logs, "take the logs one by one");
    }
    for (SelectedLog log : selection.logs()) {
      if (options.isMetricsFileOf(log.path())) {
        throw Failure.of(
            UsageErrors.METRICS_FILE_OF_THE_LOG,
            options.metricsFile(),
            "give a path that ends in .prom");
      }
    }
    task.judge(selection);
    return selection;
  }

  private boolean worksOnLogs() {
    return options != null && !command.equals(LIST);
  }

  private int runOne(Task task, SelectedLog log) {
    LogReport report = new LogReport(log, false);
    try {
      metrics.requireWritable();
      Session session = new Session(context(task), log, report, console);
      if (worksOnLogs()) {
        context(task).lookAhead(task, List.of(log)).forEach(sum -> session.tell("migrate: " + sum));
      }
      report.end(task.run(session));
    } catch (IOException | RuntimeException e) {
      fail(report, e);
    }
    console.close();
    writeMetrics(report, List.of(report));
    return end(report, Document.of(command, report));
  }

  private int runSeveral(Task task, LogSelection selection, LogReport whole) {
    LogSelection ordered = task.isBeforeService() ? selection.logsFirst() : selection;
    SeveralLogs logs = new SeveralLogs(context(task), ordered.logs(), whole, task);
    try {
      ordered.notes().forEach(note -> logs.tell("note: " + note));
      metrics.requireWritable();
      logs.run();
      List<String> appeared = appeared(task, ordered);
      if (!appeared.isEmpty()) {
        logs.tell(
            "note: %d file(s) have appeared meanwhile, such as %s; run the same command again"
                .formatted(appeared.size(), appeared.get(0)));
      }
    } catch (IOException | RuntimeException e) {
      fail(whole, e);
    }
    console.close();
    writeMetrics(whole, logs.reports());
    return end(whole, Document.of(command, whole, logs.reports()));
  }

  /** The files that a second look finds: a rotation gives archives other names. */
  private List<String> appeared(Task task, LogSelection first) throws IOException {
    if (task.rewrites().isEmpty()) {
      return List.of();
    }
    try {
      return select(task).logs().stream()
          .filter(log -> !first.logs().contains(log))
          .map(log -> log.path().toString())
          .toList();
    } catch (Failure failure) {
      return List.of(); // of a pattern that matches no log any more nothing has appeared
    }
  }

  private Session.Context context(Task task) {
    return new Session.Context(
        registry, host, options, task.archives(), new CreationTimes(), console);
  }

  private void writeMetrics(LogReport whole, List<LogReport> logs) {
    try {
      metrics.write(whole.exit(), logs, console.monitor());
    } catch (Failure failure) {
      fail(whole, failure);
    }
  }

  private int end(LogReport whole, Document document) {
    if (console.isForPrograms()) {
      console.print(document.toJson());
    }
    return whole.exit().code();
  }

  /** A file error that a command lets through happened while it only looked. */
  static RuntimeException asFailure(Exception e) {
    if (e instanceof InvalidPathException) { // what a symbolic link leads to, or a header names
      return Failure.of(CommandErrors.NAME_NOT_IN_LOCALE);
    }
    return e instanceof IOException file ? Failure.of(file) : (RuntimeException) e;
  }

  /** What went wrong before stays what the run ends with. */
  private void fail(LogReport report, Exception e) {
    RuntimeException failure = asFailure(e);
    console.report(failure);
    if (!report.hasFailed()) {
      report.fail(failure);
    }
  }
}
