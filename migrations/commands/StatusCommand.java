import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import support.evidence.Evidence;
import support.files.Links;
import support.log.AuditLog;
import support.log.LogNames;
import support.run.Exit;
import support.run.Failure;
import support.survey.LockSurvey;
import support.survey.LogSurvey;
import support.survey.Survey;

/** The command {@code migrate status}: one look at all that stands beside a log. */
@Command(
    name = "status",
    description = {
      "Shows all that AgentGuard keeps beside the log, and which migrations are pending.",
      "Reads only, takes no lock, and waits for nobody."
    })
final class StatusCommand extends FamilyCommand {
  @Option(names = "--check", description = "End with 3 when a migration is pending.")
  boolean check;

  @Option(names = "--quick", description = "Read the first lines of files only.")
  boolean quick;

  @Override
  public boolean onlyLooks() {
    return true;
  }

  @Override
  public Exit run(Session session) throws IOException {
    migrate.Env env = session.env(session.options()).knowing(session.registry());
    return session.isOneOfSeveral() ? lookAtOneOfSeveral(session, env) : lookAtOne(session, env);
  }

  @Override
  public boolean isGrouped() {
    return false;
  }

  @Override
  public void sumUp(List<LogReport> reports, PrintStream out) {
    out.println(StatusList.totals(reports));
  }

  /** A line is enough: {@code status} of that log alone says the rest. */
  private Exit lookAtOneOfSeveral(Session session, migrate.Env env) throws IOException {
    LogSurvey seen = LogSurvey.of(env.auditLog(), env.newestVersion(), quick, env.monitor());
    Path live = Links.resolve(env.auditLog());
    LockSurvey lock = LockSurvey.of(live);
    boolean isUnderstood = seen.format() != AuditLog.Format.Kind.REFUSED;
    boolean isEnough = quick && isUnderstood && LogNames.isNameOfALog(live);
    List<MigrationStatus> statuses =
        isEnough
            ? MigrationStatus.all(session.registry(), seen.schemaVersion())
            : MigrationStatus.all(session.registry(), env, quick);
    session.report().add(seen, lock, statuses);
    if (!output.json()) {
      session.out().println(new StatusList(colours()).line(seen, lock, statuses));
    }
    session.tellOfArchives();
    seen.concerns().requireNoConcern(env.options().strict(), Failure.UNCHANGED);
    return check ? verdict(seen, statuses, env) : Exit.DONE;
  }

  private StatusColours colours() {
    return new StatusColours(spec.commandLine().getColorScheme().ansi());
  }

  private Exit lookAtOne(Session session, migrate.Env env) throws IOException {
    Evidence.Place place =
        new Evidence.Place(env.auditLog(), env.backupDir(), env.edits(), env.machine().openFiles());
    Survey survey = Survey.of(place, env.checkpoint(), env.newestVersion(), quick, env.monitor());
    List<MigrationStatus> statuses = MigrationStatus.all(session.registry(), env, quick);
    session.report().add(survey, statuses);
    if (!output.json()) {
      new StatusTable(colours()).lines(survey, statuses).forEach(session.out()::println);
    }
    session.tellOfArchives();
    session.warnOf(place::requireFolder);
    if (check || env.options().strict()) {
      place.requireLogOfBackups();
    } else {
      session.warnOf(place::requireLogOfBackups);
    }
    survey.concerns().requireNoConcern(env.options().strict(), Failure.UNCHANGED);
    return check ? verdict(survey.log(), statuses, env) : Exit.DONE;
  }

  /**
   * @throws Failure of a migration that no release of this tool so far can do
   * @throws IOException if the log cannot be read to its end
   */
  private static Exit verdict(LogSurvey log, List<MigrationStatus> statuses, migrate.Env env)
      throws IOException {
    if (log.format()
        == AuditLog.Format.Kind.REFUSED) { // which a migration need not have to do with
      AuditLog.requireSound(env.auditLog(), env.monitor());
    }
    for (MigrationStatus status : statuses) {
      if (status.isRefused()) {
        throw status.why();
      }
    }
    return statuses.stream().anyMatch(MigrationStatus::isPending) ? Exit.PENDING : Exit.DONE;
  }
}
