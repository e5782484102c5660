import java.util.ArrayList;
import java.util.List;
import support.run.Exit;
import support.run.Failure;

/**
 * How a migration stands to what is on disk.
 *
 * @param why what blocks it; null unless it is blocked
 */
record MigrationStatus(migrate.Migration migration, State state, Failure why) {
  /** What there is to do. */
  enum State {
    /** It has something to do. */
    PENDING,
    /** It will have something to do once an earlier one has run. */
    WAITING,
    /** It has nothing to do. */
    DONE,
    /** It keeps the version, so that nothing says whether it is to run; it runs by its id. */
    ON_DEMAND,
    /** It has something to do and could not do it as things stand, or cannot tell. */
    BLOCKED
  }

  /**
   * How every migration stands. Reads only.
   *
   * @param quick only ask what each detects, and not whether it could run
   * @throws Failure with {@link Exit#INTERRUPTED}
   */
  static List<MigrationStatus> all(migrate.Registry registry, migrate.Env env, boolean quick) {
    List<MigrationStatus> statuses = new ArrayList<>();
    String reached = null;
    for (migrate.Migration migration : registry.registered()) {
      MigrationStatus status = of(migration, RunEnv.of(env).silent(), quick);
      if (status.state() == State.DONE && migration.fromVersion().equals(reached)) {
        status = new MigrationStatus(migration, State.WAITING, null);
      }
      if (status.isPending()) {
        reached = migration.toVersion();
      }
      statuses.add(status);
    }
    return statuses;
  }

  /** How every migration stands to a log that is understood, by its version alone. */
  static List<MigrationStatus> all(migrate.Registry registry, Long version) {
    List<migrate.Migration> chain = version == null ? List.of() : registry.chain(version);
    List<MigrationStatus> statuses = new ArrayList<>();
    for (migrate.Migration migration : registry.registered()) {
      State state = migration.keepsVersion() ? State.ON_DEMAND : State.DONE;
      if (chain.contains(migration)) {
        state = chain.get(0) == migration ? State.PENDING : State.WAITING;
      }
      statuses.add(new MigrationStatus(migration, state, null));
    }
    return statuses;
  }

  private static MigrationStatus of(migrate.Migration migration, migrate.Env env, boolean quick) {
    if (migration.keepsVersion()) {
      return new MigrationStatus(migration, State.ON_DEMAND, null);
    }
    try {
      if (!Steps.detects(migration, env)) {
        return new MigrationStatus(migration, State.DONE, null);
      }
      Steps.requireNameOfALog(env);
      if (!quick) {
        Failure.within(migration.id(), () -> migration.migrate(env, true));
      }
      return new MigrationStatus(migration, State.PENDING, null);
    } catch (Failure failure) {
      if (failure.exit() == Exit.INTERRUPTED) {
        throw failure;
      }
      return new MigrationStatus(migration, State.BLOCKED, failure);
    }
  }

  /** Whether a run is needed, be it possible just now or not. */
  boolean isPending() {
    return state != State.DONE && state != State.ON_DEMAND && !isRefused();
  }

  /** Whether no release of this tool so far can do it. */
  boolean isRefused() {
    return why != null && why.exit() == Exit.REFUSED;
  }
}
