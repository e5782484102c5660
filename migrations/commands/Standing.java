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
    /** It has nothing to do. */
    DONE,
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
    return registry.registered().stream().map(m -> of(m, env.silent(), quick)).toList();
  }

  private static Standing of(migrate.Migration migration, migrate.Env env, boolean quick) {
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
    return state != State.DONE && !isRefused();
  }

  /** Whether no release of this tool so far can do it. */
  boolean isRefused() {
    return why != null && why.exit() == Exit.REFUSED;
  }
}
