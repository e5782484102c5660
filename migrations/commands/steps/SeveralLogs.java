import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import support.console.Console;
import support.run.Exit;
import support.run.Failure;
import support.survey.LogSelection.SelectedLog;

/**
 * Several logs, one after the other, each by itself: with a lock, a backup, a journal and a result
 * of its own. What fails for one touches no other; the one exception is {@link
 * Task#isBeforeService}.
 */
final class SeveralLogs {
  private final Session.Context context;
  private final Console console;
  private final List<SelectedLog> logs;
  private final List<LogReport> reports;
  private final LogReport whole;
  private int begun;

  /**
   * @param logs in the order of their turns
   * @param whole told what concerns no single log, and how all of them ended
   */
  SeveralLogs(Session.Context context, List<SelectedLog> logs, LogReport whole) {
    this.context = context;
    this.console = context.console();
    this.logs = logs;
    this.reports = logs.stream().map(log -> new LogReport(log, true)).toList();
    this.whole = whole;
  }

  /** One for each log, in the order of their turns. */
  List<LogReport> reports() {
    return reports;
  }

  /**
   * Gives each its turn, until one is interrupted.
   *
   * @throws Failure if there is no room for all; none was begun then
   */
  void run(Task task) {
    List<SelectedLog> certain =
        logs.stream().filter(log -> !task.isBeforeService() || !log.isArchive()).toList();
    for (String sum : context.lookAhead(task, certain)) {
      tell(sum);
    }
    console.beginAll(sizes());
    boolean goesOn = true;
    while (goesOn && begun < logs.size()) {
      goesOn = turn(task);
      begun++;
    }
    end(task);
    task.sumUp(reports, console.isForPrograms() ? whole.capture() : console.results());
  }

  /** Tells what concerns no single log. */
  void tell(String line) {
    console.tell("migrate: " + line);
    whole.tell("migrate: " + line);
  }

  private List<Long> sizes() {
    List<Long> sizes = new ArrayList<>();
    logs.forEach(log -> sizes.add(log.path().toFile().length()));
    return sizes;
  }

  /** Whether the next one may have its turn. */
  private boolean turn(Task task) {
    SelectedLog log = logs.get(begun);
    LogReport report = reports.get(begun);
    console.beginNext();
    if (task.isGrouped()) {
      console.tell("migrate: log %d of %d: %s".formatted(begun + 1, logs.size(), log.path()));
    }
    try {
      console.monitor().check("before " + log.path());
      String heading = task.isGrouped() ? "==> %s <==".formatted(log.path()) : null;
      report.end(task.run(new Session(context, log, report, console.results(heading))));
      return true;
    } catch (IOException | RuntimeException e) {
      return failed(task, CommandRun.asFailure(e));
    }
  }

  private boolean failed(Task task, RuntimeException e) {
    LogReport report = reports.get(begun);
    if (!(e instanceof Failure failure)) {
      report.fail(e);
      console.report(e);
      return true;
    }
    boolean isLast =
        failure.exit() == Exit.INTERRUPTED || task.isBeforeService() && !report.isOfArchive();
    Failure told = isLast ? withOthers(failure) : failure;
    report.fail(told);
    console.report(told.within(report.auditLog().toString()));
    return !isLast;
  }

  private Failure withOthers(Failure failure) {
    List<String> states = new ArrayList<>(failure.states());
    if (begun > 0) {
      states.add("%d log(s) before it had their turn".formatted(begun));
    }
    if (begun + 1 < logs.size()) {
      states.add("%d log(s) behind it were not begun".formatted(logs.size() - begun - 1));
    }
    return failure.withStates(states);
  }

  /** As the worst of them; before a service, that an archive failed is only reported. */
  private void end(Task task) {
    boolean isLenient = task.isBeforeService() && !context.options().strict();
    LogReport worst = null;
    for (LogReport report : reports.subList(0, begun)) {
      boolean counts = !isLenient || !report.isOfArchive() || report.exit() == Exit.INTERRUPTED;
      if (counts && (worst == null || report.exit().isWorseThan(worst.exit()))) {
        worst = report;
      }
    }
    whole.fail(worst == null ? null : worst.error(), worst == null ? Exit.DONE : worst.exit());
  }
}
