import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import support.log.Checkpoints;
import support.run.Failure;

/** The way forward: every migration that detects something to do, or one that is asked for. */
record WayForward(Steps steps) {
  /** Goes it before a service starts. */
  void startUp() {
    migrate.Env env = steps.env();
    Steps.requireNameOfALog(env);
    steps.lookForLog();
    steps.recover(null, false);
    steps.requireUnderstood();
    int ran = 0;
    for (migrate.Migration migration : steps.registry().registered()) {
      ran += steps.step(migration, () -> startUp(migration, env)) ? 1 : 0;
    }
    int count = steps.registry().registered().size();
    if (ran == 0 && count > 0) {
      env.tell("no migrations needed (%d registered, all Detect=false)", count);
    }
    if (count > 0) {
      env.print("migrate: startup of %s: %s".formatted(env.auditLog(), steps.summary()));
    }
  }

  /** Nothing where the migration detects nothing to do. */
  private static Optional<migrate.Result> startUp(migrate.Migration migration, migrate.Env env) {
    String id = migration.id();
    env.monitor().check("before " + id);
    if (!Steps.detects(migration, env)) {
      return Optional.empty();
    }
    env.tell(
        "running %s (%s -> %s): %s",
        id, migration.fromVersion(), migration.toVersion(), migration.description());
    migrate.Result result = Failure.within(id + " failed", () -> migration.migrate(env, false));
    Failure.within(id + " post-verify failed", () -> verified(migration, env));
    Steps.logNotes(env, result);
    env.tell("%s complete (%s)", id, result.summary());
    return Optional.of(result);
  }

  /** Goes it for an operator. */
  void run(migrate.CliOptions options) {
    migrate.Env env = steps.env();
    Optional<migrate.Migration> chosen =
        Optional.ofNullable(options.id()).map(steps.registry()::find);
    Steps.requireNameOfALog(env);
    chosen.ifPresent(steps::requireItsVersion);
    if (chosen.isEmpty()) {
      steps.lookForLog();
    } else {
      steps.requireLogOfBackups();
    }
    boolean removed = false;
    if (options.resetCheckpoint()) {
      // Whatever is refused is refused before anything is removed.
      steps.requireKnownJournal();
      if (chosen.isEmpty()) {
        steps.requireUnderstood();
      }
      chosen
          .map(List::of)
          .orElse(steps.registry().registered())
          .forEach(migration -> Steps.detects(migration, env));
      removed = Failure.within("reset checkpoint", () -> resetCheckpoint(options.dryRun()));
    }
    try {
      run(chosen, options.dryRun());
    } catch (Failure failure) {
      throw removed ? behindReset(failure) : failure;
    }
  }

  private static Failure behindReset(Failure failure) {
    List<String> states = new ArrayList<>(failure.states());
    states.add("but the checkpoint was removed, as asked");
    return failure.withStates(states);
  }

  private boolean resetCheckpoint(boolean dryRun) throws IOException {
    migrate.Env env = steps.env();
    List<Path> places = Checkpoints.places(env.auditLog(), env.checkpoint());
    return Checkpoints.reset(places, env.machine().disk(), dryRun, env::print);
  }

  private void run(Optional<migrate.Migration> chosen, boolean dryRun) {
    migrate.Env env = steps.env();
    if (dryRun) {
      steps.requireNoOtherRun();
    }
    steps.recover(chosen.orElse(null), dryRun);
    if (chosen.isPresent()) {
      steps.step(chosen.get(), () -> Optional.of(runOne(chosen.get(), env, dryRun)));
      return;
    }
    steps.requireUnderstood();
    int ran = 0;
    String planned = null;
    for (migrate.Migration migration : steps.registry().registered()) {
      boolean follows = migration.fromVersion().equals(planned);
      boolean runs =
          follows
              ? steps.step(migration, () -> Optional.of(wouldThenRun(migration, env)))
              : steps.step(migration, () -> runIfDetected(migration, env, dryRun));
      if (runs) {
        ran++;
        planned = dryRun ? migration.toVersion() : null;
      }
    }
    env.print("migrate: %d migration(s) processed".formatted(ran));
  }

  private static Optional<migrate.Result> runIfDetected(
      migrate.Migration migration, migrate.Env env, boolean dryRun) {
    env.monitor().check("before " + migration.id());
    if (!Steps.detects(migration, env)) {
      return Optional.empty();
    }
    migrate.Result result = runOne(migration, env, dryRun);
    env.tell("%s done", migration.id());
    return Optional.of(result);
  }

  private static migrate.Result wouldThenRun(migrate.Migration m, migrate.Env env) {
    env.tell("would then run %s (%s -> %s)", m.id(), m.fromVersion(), m.toVersion());
    String note = "would then run; what it would do can only be told of the log before it";
    return migrate.Result.of(m, true, Map.of(), List.of(note));
  }

  private static migrate.Result runOne(
      migrate.Migration migration, migrate.Env env, boolean dryRun) {
    String id = migration.id();
    env.tell(
        "running %s (%s -> %s)%s",
        id, migration.fromVersion(), migration.toVersion(), Steps.dryRunSuffix(dryRun));
    migrate.Result result = Failure.within(id, () -> migration.migrate(env, dryRun));
    if (!dryRun) {
      Failure.within(id + " post-verify", () -> verified(migration, env));
    }
    env.tell("%s result: %s", id, result.summary());
    Steps.logNotes(env, result);
    return result;
  }

  /** Returns the migration, verified. */
  private static migrate.Migration verified(migrate.Migration migration, migrate.Env env) {
    try {
      migration.verify(env);
      return migration;
    } catch (IOException e) {
      throw Failure.of(CommandErrors.RESULT_UNREADABLE, Failure.reason(e))
          .withState("the migration is done; what it made could not be read");
    }
  }
}
