import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import support.log.AuditLog;
import support.options.Options;
import support.options.Options.Flag;
import support.options.UsageErrors;
import support.options.WrongUsage;
import support.run.Exit;
import support.survey.LogSelection;

/** The command {@code migrate rollback}: the way back to an older release. */
@Command(
    name = "rollback",
    description = {
      "Goes back to the format before a migration. Every entry of the log stays, and only its"
          + " header goes; with --from-backup, the backup takes the log's place instead. What is"
          + " replaced is kept as a backup of its own."
    })
final class RollbackCommand extends FamilyCommand {
  @Option(names = "--dry-run", description = "Say what would be done; write nothing.")
  boolean dryRun;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The migration to undo (default: the one that led to the log's version).")
  String id;

  @Option(
      names = "--to",
      paramLabel = "VERSION",
      description = "Go back to this schema version, step by step; at it already, do nothing.")
  Long to;

  @ArgGroup(exclusive = false)
  Restoring restoring;

  /** What only makes sense together. */
  static final class Restoring {
    @Option(
        names = "--from-backup",
        required = true,
        description = "Restore the backup exactly, instead of keeping the log's entries.")
    boolean fromBackup;

    @Option(
        names = "--backup",
        paramLabel = "P",
        description = "The backup to restore, where it is kept elsewhere.")
    Path backup;

    @Option(
        names = "--discard-newer",
        description = "Restore it although entries of the log are not in it.")
    boolean discardNewer;
  }

  @Override
  void validate() {
    requireFile("--backup", restoring == null ? null : restoring.backup);
    if (id != null && to != null) {
      throw new WrongUsage(spec.commandLine(), UsageErrors.ID_AND_TO);
    }
  }

  @Override
  public void judge(LogSelection selection) {
    requireOneFor("--backup", restoring == null ? null : restoring.backup, selection);
  }

  @Override
  public Optional<Rewrites> rewrites() {
    return Optional.of(this::steps);
  }

  private int steps(migrate.Registry registry, long version) {
    if (to == null) {
      return version > AuditLog.HEADERLESS_VERSION ? 1 : 0;
    }
    return (int)
        registry.chain(to).stream().filter(m -> Long.parseLong(m.toVersion()) <= version).count();
  }

  @Override
  public Exit run(Session session) {
    Options options = session.options();
    if (restoring != null) {
      options =
          options
              .withBackup(restoring.backup)
              .with(Flag.FROM_BACKUP)
              .with(Flag.DISCARD_NEWER, restoring.discardNewer);
    }
    migrate.RollbackOptions way = new migrate.RollbackOptions(id, to, dryRun);
    migrate.runRollback(session.registry(), session.env(options), way, session.report()::add);
    versionReached(session.report()).ifPresent(session::tellOfArchivesLaterThan);
    return Exit.DONE;
  }

  /** That of the log when all is done; nothing where no step changes it. */
  private Optional<Long> versionReached(LogReport report) {
    if (to != null) {
      return Optional.of(to);
    }
    return report.outcomes().stream()
        .filter(outcome -> !outcome.migration().keepsVersion())
        .reduce((first, last) -> last)
        .map(last -> Long.parseLong(last.migration().fromVersion()));
  }
}
