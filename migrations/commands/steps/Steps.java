import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import support.evidence.Evidence;
import support.files.Links;
import support.lock.Journal;
import support.log.Archives;
import support.log.AuditLog;
import support.run.Exit;
import support.run.Failure;
import support.run.Notes;
import support.run.RunErrors;
import support.survey.LockSurvey;

/** The steps of one run: what it did before a failure belongs to how things stand. */
final class Steps {
  private final migrate.Registry registry;
  private final migrate.Env env;
  private final Consumer<migrate.Outcome> outcomes;
  private final List<String> done = new ArrayList<>();

  Steps(migrate.Registry registry, migrate.Env env, Consumer<migrate.Outcome> outcomes) {
    this.registry = registry;
    this.env = RunEnv.of(env).knowing(registry);
    this.outcomes = outcomes;
  }

  migrate.Registry registry() {
    return registry;
  }

  /** What migrations get, with the versions that the registry knows. */
  migrate.Env env() {
    return env;
  }

  /**
   * Takes a step, and tells what became of it.
   *
   * @return whether the migration ran
   */
  boolean step(migrate.Migration migration, Supplier<Optional<migrate.Result>> run) {
    Optional<migrate.Result> result = attempt(migration, run);
    result.filter(r -> !r.dryRun()).ifPresent(r -> done.add(describe(r)));
    migrate.Status status = result.isPresent() ? migrate.Status.RAN : migrate.Status.SKIPPED;
    outcomes.accept(new migrate.Outcome(migration, status, result.orElse(null)));
    result.ifPresent(this::requireNoConcern);
    return result.isPresent();
  }

  /** With {@code --strict}, what is only noted else ends the run. */
  private void requireNoConcern(migrate.Result result) {
    if (env.options().strict() && !result.concerns().isEmpty()) {
      Failure failure = Failure.of(RunErrors.CONCERN, result.concerns().get(0));
      throw behindWhatIsDone(failure.within(result.migrationId()));
    }
  }

  private <T> T attempt(migrate.Migration migration, Supplier<T> run) {
    try {
      return run.get();
    } catch (Failure failure) {
      outcomes.accept(new migrate.Outcome(migration, migrate.Status.FAILED, null));
      throw behindWhatIsDone(failure);
    }
  }

  private String describe(migrate.Result result) {
    return "%s (%s -> %s) is done".formatted(result.migrationId(), result.from(), result.to());
  }

  /**
   * What is not understood the newest migration refuses: those before it know less, and it may be
   * none of theirs.
   *
   * @throws Failure if the log is not understood
   */
  void requireUnderstood() {
    if (isRefused() && !registry.registered().isEmpty()) {
      migrate.Migration newest = registry.of(0);
      attempt(newest, () -> detects(newest, env));
    }
  }

  private boolean isRefused() {
    try {
      AuditLog.format(env.auditLog(), env.newestVersion());
      return false;
    } catch (Failure failure) {
      return failure.exit() == Exit.REFUSED;
    } catch (IOException e) {
      return false; // what it is that is wrong, the migration says
    }
  }

  /** What was done, or that there was nothing to do; no whole sentence. */
  String summary() {
    return done.isEmpty() ? "nothing to do" : String.join("; ", done);
  }

  private Failure behindWhatIsDone(Failure failure) {
    if (done.isEmpty()) {
      return failure;
    }
    List<String> states = new ArrayList<>(done);
    if (failure.state().equals(Failure.UNCHANGED)) {
      states.add("nothing was changed after that");
    } else {
      states.addAll(failure.states());
    }
    return failure.withStates(states);
  }

  /**
   * Proves that a migration did what it should have, and prints what was proven.
   *
   * @param id the migration; null for the one that led to the version on disk
   * @throws Failure at the first fault
   */
  void prove(String id) {
    migrate.Migration migration = id != null ? registry.find(id) : registry.of(version());
    if (id != null) {
      requireItsVersion(migration);
    }
    step(
        migration,
        () -> {
          String context = "verify " + migration.id();
          migrate.Result proven = Failure.within(context, () -> migration.prove(env));
          proven.notes().forEach(note -> env.print("migrate: " + note));
          return Optional.of(proven);
        });
  }

  /**
   * @throws Failure as {@link AuditLog#requireNameOfALog}, or if a link cannot be read
   */
  static void requireNameOfALog(migrate.Env env) {
    try {
      AuditLog.requireNameOfALog(env.auditLog());
    } catch (IOException e) {
      throw Failure.of(e);
    }
  }

  /**
   * Says so where there is no log: a path may be mistyped.
   *
   * @throws Failure as {@link #requireLogOfBackups}
   */
  void lookForLog() {
    if (!isAbsent()) {
      return;
    }
    requireLogOfBackups();
    Set<Path> backups =
        Failure.within("look for the log", () -> Evidence.backups(place()).keySet());
    env.tell("%s does not exist; nothing is done before a server has begun it", env.auditLog());
    backups.forEach(backup -> env.tell("%s is a backup of such a log", backup));
  }

  /**
   * @throws Failure if the log was removed, and its backup was not
   */
  void requireLogOfBackups() {
    Failure.within(
        "look for the log",
        () -> {
          place().requireLogOfBackups();
          return null;
        });
  }

  /** Whether there is no log, and archives of it are. */
  boolean isRotatedAway() {
    return Failure.within("look for the log", () -> Archives.isRotatedAway(env.auditLog()));
  }

  private Evidence.Place place() {
    return new Evidence.Place(
        env.auditLog(), env.backupDir(), env.edits(), env.machine().openFiles());
  }

  private boolean isAbsent() {
    try {
      return AuditLog.format(env.auditLog()) instanceof AuditLog.Format.Absent;
    } catch (IOException | Failure e) {
      return false; // what it is that is wrong, the migration says
    }
  }

  /** The version of what is on disk; 0 where there is nothing, or it is not understood. */
  long version() {
    try {
      return Failure.within(
          "", () -> AuditLog.format(env.auditLog(), env.newestVersion()).version());
    } catch (Failure failure) {
      return 0; // what it is that is wrong, the migration says
    }
  }

  Optional<Journal> interrupted() {
    try {
      return Journal.find(env.auditLog());
    } catch (IOException | Failure e) {
      return Optional.empty(); // what it is that is wrong, the migration says
    }
  }

  /**
   * A dry run takes no lock, and what another run is about to do it cannot tell.
   *
   * @throws Failure with {@link Exit#BUSY} while another run is at work; if a strict operator wants
   *     it, also where that cannot be told
   */
  void requireNoOtherRun() {
    LockSurvey lock = lock();
    if (lock.state() == LockSurvey.State.HELD) {
      throw lock.busy(env.auditLog(), CommandErrors.ANOTHER_RUN_AT_WORK);
    }
    if (lock.state() == LockSurvey.State.UNKNOWN) {
      Notes notes = new Notes();
      notes.addConcern(
          "%s was written in another container; whether that run is still at work cannot be told from here"
              .formatted(lock.path()));
      notes.requireNoConcern(env.options().strict(), Failure.UNCHANGED);
      notes.texts().forEach(note -> env.tell("note: %s", note));
    }
  }

  private LockSurvey lock() {
    return Failure.within("look at the lock", () -> LockSurvey.of(Links.resolve(env.auditLog())));
  }

  /**
   * What a {@code recover} has left torn it knows to finish in the log as it is, and not in what is
   * made of that. One that is at work is waited for, as any run is.
   *
   * @throws Failure with {@link Exit#BUSY} if one was interrupted
   */
  void requireRecoverFinished() {
    LockSurvey lock = lock();
    if (lock.command() != null && lock.state() != LockSurvey.State.HELD) {
      throw Failure.of(CommandErrors.RECOVER_TO_BE_FINISHED, env.auditLog());
    }
  }

  /**
   * Lets the migration whose run was interrupted finish it, before anything else runs.
   *
   * @param next the one that is asked for, or null for the one that detects something to do: what
   *     they left themselves they finish themselves
   * @throws Failure if it is not registered here
   */
  void recover(migrate.Migration next, boolean dryRun) {
    Optional<Journal> journal = interrupted();
    boolean isNext = next != null && journal.filter(j -> j.isOf(next.id())).isPresent();
    if (journal.isEmpty() || journal.get().migration().isEmpty() || isNext || version() == 0) {
      return;
    }
    migrate.Migration migration = registered(journal.get());
    if (next != null || !detects(migration, env)) {
      step(migration, () -> Optional.of(recovered(migration, dryRun)));
    }
  }

  /**
   * @throws Failure if a run was interrupted whose migration is not registered here
   */
  void requireKnownJournal() {
    interrupted().filter(journal -> !journal.migration().isEmpty()).ifPresent(this::registered);
  }

  migrate.Migration registered(Journal journal) {
    String id = journal.migration();
    if (!registry.has(id)) {
      throw Failure.of(CommandErrors.UNKNOWN_INTERRUPTED_RUN, id, env.auditLog());
    }
    return registry.find(id);
  }

  static boolean detects(migrate.Migration migration, migrate.Env env) {
    return Failure.within("detect " + migration.id(), () -> migration.detect(env));
  }

  static String dryRunSuffix(boolean dryRun) {
    return dryRun ? " [dry-run]" : "";
  }

  static void logNotes(migrate.Env env, migrate.Result result) {
    result.notes().forEach(note -> env.tell("%s note: %s", result.migrationId(), note));
  }

  private migrate.Result recovered(migrate.Migration migration, boolean dryRun) {
    env.tell("finishing an interrupted run of %s", migration.id() + dryRunSuffix(dryRun));
    migrate.Result result = Failure.within(migration.id(), () -> migration.recover(env, dryRun));
    logNotes(env, result);
    return result;
  }

  /** A migration never touches a log of another version than its own two. */
  void requireItsVersion(migrate.Migration migration) {
    String version = Long.toString(version());
    boolean fits =
        List.of("0", migration.fromVersion(), migration.toVersion()).contains(version)
            || migration.keepsVersion();
    if (fits) {
      return;
    }
    throw Failure.of(
        CommandErrors.WRONG_VERSION,
        migration.id(),
        migration.fromVersion(),
        migration.toVersion(),
        env.auditLog(),
        version,
        whatToDoFirst(migration));
  }

  private String whatToDoFirst(migrate.Migration migration) {
    long version = version();
    if (version > Long.parseLong(migration.toVersion())) {
      return "undo %1$s first, with 'migrate rollback --id %1$s'"
          .formatted(registry.of(version).id());
    }
    return registry
        .from(version)
        .map(first -> "run %1$s first, with 'migrate --id %1$s'".formatted(first.id()))
        .orElse("run the migrations before it first; this program does not have them");
  }
}
