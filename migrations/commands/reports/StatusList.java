import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import support.log.AuditLog;
import support.run.Exit;
import support.run.Failure;
import support.run.Printable;
import support.survey.LockSurvey;
import support.survey.LogSurvey;

/** Several logs for people: a line for each, and one for all of them. */
record StatusList(StatusColours colours) {
  private static final String STATE = "%-8s";

  /** The line of one of them. */
  String line(LogSurvey log, LockSurvey lock, List<MigrationStatus> statuses) {
    String entries =
        log.content() == null ? "" : "  %8d entries".formatted(log.content().entries());
    return "%s %s  %12d bytes%s  %s%s"
        .formatted(
            state(log, statuses),
            version(log),
            log.bytes(),
            entries,
            Printable.of(log.path()),
            remarks(log, lock, statuses));
  }

  private String state(LogSurvey log, List<MigrationStatus> statuses) {
    if (log.format() == AuditLog.Format.Kind.REFUSED) {
      return colours.bad(STATE.formatted("refused"));
    }
    if (!log.canHoldEntries()) {
      return STATE.formatted(log.format().name().toLowerCase(Locale.ROOT));
    }
    if (blocked(statuses).isPresent()) {
      return colours.bad(STATE.formatted("blocked"));
    }
    return statuses.stream().anyMatch(MigrationStatus::isPending)
        ? colours.warning(STATE.formatted("pending"))
        : colours.good(STATE.formatted("done"));
  }

  private static Optional<Failure> blocked(List<MigrationStatus> statuses) {
    return statuses.stream().map(MigrationStatus::why).filter(Objects::nonNull).findFirst();
  }

  private static String version(LogSurvey log) {
    return log.schemaVersion() == null ? "no version" : "version " + log.schemaVersion();
  }

  private String remarks(LogSurvey log, LockSurvey lock, List<MigrationStatus> statuses) {
    String work =
        switch (lock.state()) {
          case FREE -> "";
          case HELD ->
              ", " + colours.warning(lock.stopped() ? "a run is stopped" : "a run is at work");
          case LEFT_BEHIND -> ", " + colours.warning("a run was interrupted");
          case UNKNOWN -> ", " + colours.warning("a run may be at work");
          case NOT_OURS -> ", " + colours.bad("no lock file of this tool at its place");
        };
    String problem = log.format() == AuditLog.Format.Kind.REFUSED ? log.problem() : null;
    String why = blocked(statuses).map(Failure::getMessage).orElse(problem);
    return work + (why == null ? "" : ": " + Printable.of(why));
  }

  /** The line of all. */
  static String totals(List<LogReport> reports) {
    long bytes = 0;
    long entries = 0;
    int pending = 0;
    int failed = 0;
    boolean isRead = true;
    for (LogReport report : reports) {
      LogSurvey log = report.logSurvey();
      if (log == null || report.exit() != Exit.DONE && report.exit() != Exit.PENDING) {
        failed++;
      }
      if (log != null) {
        bytes += log.bytes();
        entries += log.content() == null ? 0 : log.content().entries();
        isRead &= log.content() != null || !log.canHoldEntries();
        pending += report.pending() > 0 ? 1 : 0;
      }
    }
    return "%d log(s), %d bytes%s: %d pending%s"
        .formatted(
            reports.size(),
            bytes,
            isRead ? ", %d entries".formatted(entries) : "",
            pending,
            failed == 0 ? "" : ", %d failed".formatted(failed));
  }
}
