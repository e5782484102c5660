import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import support.run.ErrorCode;
import support.run.Exit;
import support.run.Failure;
import support.run.RunErrors;
import support.survey.LockSurvey;
import support.survey.LogSurvey;
import support.survey.Survey;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code --json} prints: one document a command, whose fields only ever get more. Its schema
 * is output.schema.json in this folder; what does not apply is left out.
 *
 * @param command the command that ran; {@code list}, {@code help} or {@code version} for an option
 *     that is one by itself
 * @param version of this tool
 * @param exit the exit code; 130 also where SIGTERM makes the process end with 143
 * @param result the exit code in a word: {@link Exit} in lower case
 * @param auditLog the log as the operator named it
 * @param error what went wrong, where something did
 * @param migrations what became of each migration, as far as the run got, or how it stands
 * @param pending how many migrations have something to do ({@code status})
 * @param status all that stands beside the log ({@code status})
 * @param folder where the demo's files are
 * @param details what a script of its own tells besides, in a form of its own
 * @param logs an entry for each log, where the command line could name several
 * @param messages what was told meanwhile, line by line
 */
record Document(
    String command,
    String version,
    int exit,
    String result,
    String auditLog,
    Error error,
    List<Step> migrations,
    Integer pending,
    Survey status,
    String folder,
    Object details,
    List<Log> logs,
    List<String> messages) {
  /**
   * A failure in its three parts.
   *
   * @param code which error it is, for programs: {@link ErrorCode#code}
   */
  record Error(String code, String what, String state, String next) {
    static Error of(Exception e) {
      Failure failure = e instanceof Failure known ? known : ofBug(e);
      return new Error(
          failure.error().code(), failure.getMessage(), failure.state(), failure.next());
    }

    private static Failure ofBug(Exception e) {
      return Failure.of(RunErrors.BUG, e.getClass().getName())
          .withState("unknown; the log is never replaced but as a whole");
    }
  }

  /**
   * What became of a migration, or how it stands.
   *
   * @param status {@code ran}, {@code skipped} or {@code failed}; of {@code status} {@code
   *     pending}, {@code done} or {@code blocked}; of {@code --list} none
   * @param why what blocks it
   */
  record Step(
      String id,
      String from,
      String to,
      String description,
      String status,
      String why,
      Boolean dryRun,
      Map<String, Long> stats,
      List<String> notes) {
    static Step of(migrate.Migration m, Enum<?> status, String why, migrate.Result result) {
      String word = status == null ? null : status.name().toLowerCase(Locale.ROOT);
      return result == null
          ? new Step(
              m.id(), m.fromVersion(), m.toVersion(), m.description(), word, why, null, null, null)
          : new Step(
              m.id(),
              result.from(),
              result.to(),
              m.description(),
              word,
              why,
              result.dryRun(),
              result.stats(),
              result.notes());
    }
  }

  /**
   * One of several logs.
   *
   * @param archive true for one that stands beside a log
   * @param exit with which code the command would have ended for it alone; null where it was not
   *     begun
   * @param result the same in a word, or {@code not_begun}
   * @param log what {@code status} saw of it
   * @param lock whether a run is at work on it ({@code status})
   */
  record Log(
      String auditLog,
      Boolean archive,
      Integer exit,
      String result,
      Error error,
      List<Step> migrations,
      Integer pending,
      LogSurvey log,
      LockSurvey lock,
      List<String> messages) {
    static Log of(LogReport report) {
      return new Log(
          report.auditLog().toString(),
          report.isOfArchive() ? true : null,
          report.exit() == null ? null : report.exit().code(),
          report.word().replace(' ', '_'),
          report.error(),
          report.steps(),
          report.pending(),
          report.logSurvey(),
          report.lock(),
          report.messages());
    }
  }

  /** The document of a command that ran on one log, or on none. */
  static Document of(String command, LogReport report) {
    return of(command, report, null);
  }

  /**
   * The document of a command that ran.
   *
   * @param report of a single log, or what concerns none of several
   * @param logs null where the command line named one
   */
  static Document of(String command, LogReport report, List<LogReport> logs) {
    return new Document(
        command,
        migrate.VERSION,
        report.exit().code(),
        report.exit().name().toLowerCase(Locale.ROOT),
        report.auditLog() == null ? null : report.auditLog().toString(),
        report.error(),
        report.steps(),
        logs == null ? report.pending() : pending(logs),
        report.survey(),
        report.folder(),
        report.details(),
        logs == null ? null : logs.stream().map(Log::of).toList(),
        report.messages());
  }

  private static Integer pending(List<LogReport> logs) {
    List<Integer> told = logs.stream().map(LogReport::pending).filter(Objects::nonNull).toList();
    return told.isEmpty() ? null : told.stream().mapToInt(Integer::intValue).sum();
  }

  /** The document of a command line that was not understood. */
  static Document ofUsage(String command, Failure failure) {
    LogReport report = LogReport.ofNone();
    report.fail(failure);
    return of(command, report);
  }

  /**
   * The document of what is only told.
   *
   * @param command {@code help} or {@code version}
   */
  static Document ofText(String command, List<String> lines) {
    LogReport report = LogReport.ofNone();
    lines.forEach(report::tell);
    report.end(Exit.DONE);
    return of(command, report);
  }

  /** The document as text. (To make the mapper takes a sixth of a short run, so no other does.) */
  String toJson() {
    return JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
        .changeDefaultPropertyInclusion(
            inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
        .build()
        .writerWithDefaultPrettyPrinter()
        .writeValueAsString(this);
  }
}
