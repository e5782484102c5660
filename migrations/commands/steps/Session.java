import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Supplier;
import support.console.Console;
import support.console.Host;
import support.log.CreationTimes;
import support.options.LogOptions;
import support.options.Options;
import support.options.Options.Flag;
import support.run.Failure;
import support.run.IoRunnable;
import support.run.IoSupplier;
import support.run.Monitor;
import support.survey.ArchivesLeftAlone;
import support.survey.LogSelection.SelectedLog;

/**
 * A command's turn at one log, or at none: what it has of the process and of the operator, and
 * where it tells what it does.
 */
final class Session {
  private final Context context;
  private final SelectedLog log;
  private final LogReport report;
  private final Console console;
  private final PrintStream out;

  /**
   * What all turns of a command have.
   *
   * @param options validated, or null for a command that works on no log
   * @param withArchives whether the archives beside a log have turns of their own
   * @param creationTimes one for all of them: no two get the same
   */
  record Context(
      Supplier<migrate.Registry> registry,
      Host host,
      LogOptions options,
      boolean withArchives,
      CreationTimes creationTimes,
      Console console) {
    /**
     * Looks, before the first of some logs has its turn, whether there is room for all rewrites,
     * and at what need not be looked at log by log.
     *
     * @return what they need together, where they are several
     * @throws Failure if there is not
     */
    List<String> lookAhead(Task task, List<SelectedLog> logs) {
      if (task.rewrites().isEmpty()
          || logs.size() == 1 && registry.get().registered().size() == 1) {
        return List.of(); // its own preflight looks
      }
      Space space =
          new Space(
              task.rewrites().get(),
              registry.get(),
              options.backupDir(),
              options.noArchiveBackup() && !(task instanceof RollbackCommand),
              options.jobs());
      logs.forEach(log -> space.add(log.path()));
      space.require();
      host.machine().access().foresee(space.changed());
      host.machine().openFiles().foresee(space.changed());
      return space.sums();
    }
  }

  /**
   * @param log whose turn it is; without a path for a command that works on none
   * @param console what people are told with
   */
  Session(Context context, SelectedLog log, LogReport report, Console console) {
    this.context = context;
    this.log = log;
    this.report = report;
    this.console = console;
    this.out = console.isForPrograms() ? report.capture() : console.results();
  }

  /** The migrations of this program. */
  migrate.Registry registry() {
    return context.registry().get();
  }

  /** Whether it is one of the archives beside a log. */
  boolean isOfArchive() {
    return log.isArchive();
  }

  /** Whether the command line could have named several logs. */
  boolean isOneOfSeveral() {
    return report.isOneOfSeveral();
  }

  /** What the operator decided, where every command lets them. */
  Options options() {
    LogOptions given = context.options();
    return Options.NONE
        .withLockTimeout(given.lockTimeout())
        .with(Flag.FORCE, given.force())
        .with(Flag.WITHOUT_ACL, given.withoutAcl())
        .with(Flag.STRICT, given.strict())
        .with(Flag.NO_ARCHIVE_BACKUP, given.noArchiveBackup())
        .with(Flag.BESIDE_LOG, log.isArchive());
  }

  /** What a migration gets. */
  RunEnv env(Options options) {
    Host host = context.host();
    return new RunEnv(log.path(), host.machine())
        .withCheckpoint(context.options().checkpoint())
        .withBackupDir(context.options().backupDir())
        .withLog(this::tell)
        .withOut(out)
        .withClock(host.clock())
        .withMonitor(monitor())
        .withOptions(options)
        .withCreationTimes(context.creationTimes());
  }

  /** Where results go: to the operator, or into the document. */
  PrintStream out() {
    return out;
  }

  /** Tells of progress; the document has it among its messages. */
  void tell(String line) {
    console.tell(line);
    report.tell(line);
  }

  /** Says how many archives have no header yet, where they are left alone. */
  void tellOfArchives() {
    tellOfArchives(
        () -> ArchivesLeftAlone.withoutHeader(log.path()),
        "%d archive(s) of %s have no header, and are left alone; a run with --archives gives them"
            + " one");
  }

  /**
   * The same, behind a way back, of those that are not on it.
   *
   * @param version of the log then
   */
  void tellOfArchivesLaterThan(long version) {
    long newest = registry().newestVersion();
    tellOfArchives(
        () -> ArchivesLeftAlone.laterThan(log.path(), version, newest),
        "%%d archive(s) of %%s are of a later version than %1$d, and stay as they are; 'migrate rollback --to %1$d --archives' takes them back, too"
            .formatted(version));
  }

  private void tellOfArchives(IoSupplier<Integer> counted, String note) {
    if (context.withArchives() || log.path() == null) {
      return;
    }
    int count = Failure.within("look at the archives", counted);
    if (count > 0) {
      tell("migrate: note: " + note.formatted(count, log.path()));
    }
  }

  /** Tells what else would fail: that no migration has anything to do is no comfort then. */
  void warnOf(IoRunnable<RuntimeException> what) throws IOException {
    try {
      what.run();
    } catch (Failure failure) {
      tell("migrate: WARN: %s; %s".formatted(failure.getMessage(), failure.next()));
    }
  }

  /** Interrupted as the process is; shows progress. */
  Monitor monitor() {
    return console.monitor();
  }

  /** What is reported of the log, besides what is told. */
  LogReport report() {
    return report;
  }
}
