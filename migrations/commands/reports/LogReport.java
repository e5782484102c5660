import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import support.run.Exit;
import support.run.Failure;
import support.survey.LockSurvey;
import support.survey.LogSelection.SelectedLog;
import support.survey.LogSurvey;
import support.survey.Survey;

/** What a command reports of one log, or of none: for the document and for Prometheus. */
final class LogReport {
  private final SelectedLog log;
  private final boolean isOneOfSeveral;
  private final ByteArrayOutputStream captured = new ByteArrayOutputStream();
  private PrintStream capture;
  private final List<String> told = new ArrayList<>();
  private final List<migrate.Outcome> outcomes = new ArrayList<>();
  private final List<Document.Step> seen = new ArrayList<>();
  private Survey survey;
  private LogSurvey logSurvey;
  private LockSurvey lock;
  private Integer pending;
  private String folder;
  private Object details;
  private Document.Error error;
  private Exit exit;

  /**
   * @param log without a path for a command that works on none
   */
  LogReport(SelectedLog log, boolean isOneOfSeveral) {
    this.log = log;
    this.isOneOfSeveral = isOneOfSeveral;
  }

  /** What concerns no single log. */
  static LogReport ofNone() {
    return new LogReport(new SelectedLog(null, false), false);
  }

  /** Where results go that are for the document. */
  PrintStream capture() {
    if (capture == null) { // its buffers are large, and most reports need none
      capture = new PrintStream(captured, true, StandardCharsets.UTF_8);
    }
    return capture;
  }

  /** A line that was told meanwhile. */
  void tell(String line) {
    told.add(line);
  }

  /** What became of a migration. */
  void add(migrate.Outcome outcome) {
    outcomes.add(outcome);
  }

  /** A migration that there is. */
  void addRegistered(migrate.Migration migration) {
    seen.add(Document.Step.of(migration, null, null, null));
  }

  /** What {@code status} saw. */
  void add(Survey look, List<MigrationStatus> statuses) {
    survey = look;
    add(statuses);
  }

  /** What {@code status} saw of one of several. */
  void add(LogSurvey look, LockSurvey lockSeen, List<MigrationStatus> statuses) {
    logSurvey = look;
    lock = lockSeen;
    add(statuses);
  }

  private void add(List<MigrationStatus> statuses) {
    pending = (int) statuses.stream().filter(MigrationStatus::isPending).count();
    for (MigrationStatus status : statuses) {
      String why = status.why() == null ? null : status.why().getMessage();
      seen.add(Document.Step.of(status.migration(), status.state(), why, null));
    }
  }

  /** What another script tells in a form of its own. */
  void addDetails(Object others) {
    details = others;
  }

  /** Where the demo's files are. */
  void addFolder(String where) {
    folder = where;
  }

  /** How it ended, if nothing went wrong. */
  void end(Exit how) {
    exit = how;
  }

  /** What went wrong, at last: the first failure is the one that is reported. */
  void fail(Exception e) {
    error = Document.Error.of(e);
    exit = e instanceof Failure failure ? failure.exit() : Exit.FAILED;
  }

  /** Together with others it ends as they do; the error is that of the worst of them. */
  void fail(Document.Error why, Exit how) {
    error = why;
    exit = how;
  }

  boolean hasFailed() {
    return error != null;
  }

  /** As the operator named it; null where there is none. */
  Path auditLog() {
    return log.path();
  }

  boolean isOfArchive() {
    return log.isArchive();
  }

  boolean isOneOfSeveral() {
    return isOneOfSeveral;
  }

  /** Null where it was not begun. */
  Exit exit() {
    return exit;
  }

  Document.Error error() {
    return error;
  }

  List<migrate.Outcome> outcomes() {
    return outcomes;
  }

  Survey survey() {
    return survey;
  }

  /** What was seen of the log itself; null where nothing was. */
  LogSurvey logSurvey() {
    return survey == null ? logSurvey : survey.log();
  }

  /** Null unless it was seen, as one of several. */
  LockSurvey lock() {
    return lock;
  }

  /** For people: in a word. */
  String word() {
    return exit == null ? "not begun" : exit.name().toLowerCase(Locale.ROOT);
  }

  Integer pending() {
    return pending;
  }

  String folder() {
    return folder;
  }

  Object details() {
    return details;
  }

  /** What became of each migration, or how it stands. */
  List<Document.Step> steps() {
    List<Document.Step> steps = new ArrayList<>(seen);
    outcomes.forEach(o -> steps.add(Document.Step.of(o.migration(), o.status(), null, o.result())));
    return steps;
  }

  /** What was told, line by line: what was told meanwhile, then the results. */
  List<String> messages() {
    List<String> messages = new ArrayList<>(told);
    captured.toString(StandardCharsets.UTF_8).lines().forEach(messages::add);
    return messages;
  }
}
