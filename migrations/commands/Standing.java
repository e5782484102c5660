import java.util.ArrayList;
import java.util.List;
import support.run.Exit;
import support.run.Failure;

/**
 * How a migration stands to what is on disk.
 *
 * @param why what blocks it; null unless it is blocked
 */
record Standing(migrate.Migration migration, State state, Failure why) {
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
  static List<Standing> all(migrate.Registry registry, migrate.Env env, boolean quick) {
    List<Standing> standings = new ArrayList<>();
    String reached = null;
    for (migrate.Migration migration : registry.registered()) {
      Standing standing = of(migration, env.silent(), quick);
      if (standing.state() == State.DONE && migration.fromVersion().equals(reached)) {
        standing = new Standing(migration, State.WAITING, null);
      }
      if (standing.isPending()) {
        reached = migration.toVersion();
      }
      standings.add(standing);
    }
    return standings;
  }

  private static Standing of(migrate.Migration migration, migrate.Env env, boolean quick) {
    if (migration.keepsVersion()) {
      return new Standing(migration, State.ON_DEMAND, null);
    }
    try {
      if (!migrate.detects(migration, env)) {
        return new Standing(migration, State.DONE, null);
      }
      if (!quick) {
        migrate.within(migration.id(), () -> migration.migrate(env, true));
      }
      return new Standing(migration, State.PENDING, null);
    } catch (Failure failure) {
      if (failure.exit() == Exit.INTERRUPTED) {
        throw failure;
      }
      return new Standing(migration, State.BLOCKED, failure);
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
