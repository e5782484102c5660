import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import support.lock.Journal;
import support.run.Failure;

/**
 * The way back: one step, or several to a version. A step that was interrupted is finished first,
 * and counts.
 *
 * @param dryRun write nothing
 */
record WayBack(Steps steps, boolean dryRun) {
  /**
   * Goes it.
   *
   * @param id the migration to undo; null for the one that led to the version on disk
   * @param to the version to go back to; null for one step
   */
  void go(String id, Long to) {
    Steps.requireNameOfALog(steps.env());
    steps.requireLogOfBackups();
    if (!steps.env().options().fromBackup() && steps.isRotatedAway()) {
      String nothing = "migrate: %s does not exist, since it was rotated; there is nothing to undo";
      steps.env().print(nothing.formatted(steps.env().auditLog()));
      return;
    }
    if (dryRun) {
      steps.requireNoOtherRun();
    }
    if (to != null) {
      goTo(to);
    } else if (id != null) {
      migrate.Migration migration = steps.registry().find(id);
      steps.requireItsVersion(migration);
      step(migration);
    } else {
      step(interrupted().orElseGet(() -> steps.registry().of(steps.version())));
    }
  }

  /** The migration whose way back was interrupted. */
  private Optional<migrate.Migration> interrupted() {
    return steps
        .interrupted()
        .filter(journal -> journal.direction() == Journal.Direction.BACKWARD)
        .filter(journal -> !journal.migration().isEmpty())
        .map(steps::registered);
  }

  private void goTo(long to) {
    long version = steps.version();
    requireOnTheWay(version, to);
    Optional<migrate.Migration> interrupted =
        interrupted().filter(migration -> !migration.keepsVersion());
    if (version == to && interrupted.isEmpty()) {
      steps.recover(null, dryRun);
      steps.env().print("migrate: %s is at version %d".formatted(steps.env().auditLog(), to));
      return;
    }
    migrate.Migration next = interrupted.orElseGet(() -> steps.registry().of(version));
    boolean isLeft = step(next);
    while (!isLeft && Long.parseLong(next.fromVersion()) > to) {
      next = steps.registry().of(Long.parseLong(next.fromVersion()));
      if (dryRun) {
        wouldThenUndo(next);
      } else {
        isLeft = step(next);
      }
    }
  }

  private void wouldThenUndo(migrate.Migration m) {
    steps.env().tell("would then roll back %s (%s -> %s)", m.id(), m.toVersion(), m.fromVersion());
    steps.step(m, () -> Optional.of(planned(m)));
  }

  private static migrate.Result planned(migrate.Migration m) {
    String note = "would then be undone; what that would do can only be told of the log before it";
    return migrate.Result.of(m, true, Map.of(), List.of(note));
  }

  /** From a version to another there must be a way, and that must be back. */
  private void requireOnTheWay(long version, long to) {
    migrate.Registry registry = steps.registry();
    if (registry.from(to).isEmpty() && registry.to(to).isEmpty()) {
      throw Failure.of(CommandErrors.NO_SUCH_VERSION, to);
    }
    if (version != 0 && version < to) {
      throw Failure.of(CommandErrors.VERSION_IS_AHEAD, steps.env().auditLog(), version, to);
    }
    boolean isOneStep =
        version == to || registry.of(version).fromVersion().equals(Long.toString(to));
    if (steps.env().options().fromBackup() && !isOneStep) {
      throw Failure.of(CommandErrors.FROM_BACKUP_TAKES_ONE_STEP, to);
    }
  }

  /** Whether the log was left as it is, and so is at the version that it was. */
  private boolean step(migrate.Migration migration) {
    steps.requireRecoverFinished();
    steps.recover(migration, dryRun);
    migrate.Env env = steps.env();
    env.tell(
        "rolling back %s (%s -> %s)%s",
        migration.id(), migration.toVersion(), migration.fromVersion(), Steps.dryRunSuffix(dryRun));
    List<migrate.Result> result = new ArrayList<>();
    steps.step(
        migration,
        () -> {
          result.add(undone(migration));
          return Optional.of(result.get(0));
        });
    return isLeft(result.get(0));
  }

  private static boolean isLeft(migrate.Result result) {
    return result.stats().containsKey(RewritingMigration.LEFT_AS_IT_IS);
  }

  private migrate.Result undone(migrate.Migration migration) {
    migrate.Env env = steps.env();
    migrate.Result result = Failure.within(migration.id(), () -> migration.rollback(env, dryRun));
    env.tell("%s result: %s", migration.id(), result.summary());
    Steps.logNotes(env, result);
    if (isLeft(result)) {
      return result;
    }
    String is = dryRun ? "would be" : "is";
    env.print(
        migration.keepsVersion()
            ? "migrate: %s %s as before %s".formatted(env.auditLog(), is, migration.id())
            : "migrate: %s %s at version %s"
                .formatted(env.auditLog(), is, migration.fromVersion()));
    return result;
  }
}
