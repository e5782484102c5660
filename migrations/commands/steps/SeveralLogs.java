import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Future;
import support.console.Console;
import support.files.Machine;
import support.run.Exit;
import support.run.Failure;
import support.survey.LogSelection.SelectedLog;

/**
 * Several logs, some of them at a time, each by itself: with a lock, a backup, a journal and a
 * result of its own. What fails for one touches no other; the one exception is {@link
 * Task#isBeforeService}. Whatever is told stands in their order.
 */
final class SeveralLogs {
  private final Session.Context context;
  private final Console console;
  private final List<SelectedLog> logs;
  private final List<LogReport> reports;
  private final LogReport whole;
  private final Task task;
  private final Schedule schedule;

  /**
   * @param logs in the order of their turns
   * @param whole told what concerns no single log, and how all of them ended
   * @param task what is done with each
   */
  SeveralLogs(Session.Context context, List<SelectedLog> logs, LogReport whole, Task task) {
    this.context = context;
    this.console = context.console();
    this.logs = logs;
    this.reports = logs.stream().map(log -> new LogReport(log, true)).toList();
    this.whole = whole;
    this.task = task;
    this.schedule =
        task.onlyLooks()
            ? Schedule.ofEachByItself(logs)
            : Schedule.ofFamilies(logs, context.options().backupDir());
  }

  /** One for each log, in the order of their turns. */
  List<LogReport> reports() {
    return reports;
  }

  /**
   * Gives each its turn, until one is interrupted.
   *
   * @throws Failure if there is no room for all; none was begun then
   * @throws IOException if a thread that works is interrupted
   */
  void run() throws IOException {
    List<SelectedLog> certain =
        logs.stream().filter(log -> !task.isBeforeService() || !log.isArchive()).toList();
    for (String sum : context.lookAhead(task, certain)) {
      tell(sum);
    }
    console.beginAll(sizes());
    work();
    console.close();
    end();
    task.sumUp(reports, console.isForPrograms() ? whole.capture() : console.results());
  }

  private void work() throws IOException {
    List<Future<?>> helpers = new ArrayList<>();
    for (int i = 1; i < Math.min(context.options().jobs(), schedule.width()); i++) {
      helpers.add(Machine.begin("logs", this::giveTurns));
    }
    try {
      giveTurns();
    } finally {
      for (Future<?> helper : helpers) {
        Machine.await(helper);
      }
    }
  }

  private void giveTurns() {
    for (OptionalInt log = schedule.begin(); log.isPresent(); log = schedule.begin()) {
      turn(log.getAsInt());
      schedule.end(log.getAsInt());
    }
  }

  /** Tells what concerns no single log. */
  void tell(String line) {
    console.tell("migrate: " + line);
    whole.tell("migrate: " + line);
  }

  private List<Long> sizes() {
    return logs.stream().map(log -> log.path().toFile().length()).toList();
  }

  private void turn(int number) {
    SelectedLog log = logs.get(number);
    LogReport report = reports.get(number);
    Console told =
        console.ofLog(number, task.isGrouped() ? "==> %s <==".formatted(log.path()) : null);
    if (task.isGrouped()) {
      told.tell("migrate: log %d of %d: %s".formatted(number + 1, logs.size(), log.path()));
    }
    try {
      told.monitor().check("before " + log.path());
      report.end(task.run(new Session(context, log, report, told)));
    } catch (IOException | RuntimeException e) {
      fail(report, CommandRun.asFailure(e), told);
    } finally {
      told.close();
    }
  }

  private void fail(LogReport report, RuntimeException e, Console told) {
    if (!(e instanceof Failure failure)) {
      report.fail(e);
      told.report(e);
      return;
    }
    boolean isLast =
        failure.exit() == Exit.INTERRUPTED || task.isBeforeService() && !report.isOfArchive();
    Failure last = isLast ? withOthers(failure, schedule.stop()) : failure;
    report.fail(last);
    told.report(last.within(report.auditLog().toString()));
  }

  private Failure withOthers(Failure failure, int begun) {
    List<String> states = new ArrayList<>(failure.states());
    if (begun > 1) {
      states.add("%d other log(s) were begun".formatted(begun - 1));
    }
    if (begun < logs.size()) {
      states.add("%d log(s) were not begun".formatted(logs.size() - begun));
    }
    return failure.withStates(states);
  }

  /** As the worst of them; before a service, that an archive failed is only reported. */
  private void end() {
    boolean isLenient = task.isBeforeService() && !context.options().strict();
    LogReport worst = null;
    for (LogReport report : reports) {
      boolean wasBegun = report.exit() != null;
      boolean counts =
          wasBegun && (!isLenient || !report.isOfArchive() || report.exit() == Exit.INTERRUPTED);
      if (counts && (worst == null || report.exit().isWorseThan(worst.exit()))) {
        worst = report;
      }
    }
    whole.fail(worst == null ? null : worst.error(), worst == null ? Exit.DONE : worst.exit());
  }
}
