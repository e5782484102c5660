import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import support.run.Exit;
import support.run.Failure;
import support.survey.LogSelection;

/** What a command does with a log, and what it is asked where there are several. */
interface Task {
  /**
   * Does the work of the command on one log.
   *
   * @return how it ended, if not with an error
   * @throws IOException if a file cannot be read or written
   */
  Exit run(Session session) throws IOException;

  /** Whether the archives beside a log go with it. */
  default boolean archives() {
    return false;
  }

  /**
   * Whether a server waits for the end: then the logs come before the archives, nothing goes on
   * behind a log that failed, and an archive that failed does not fail the run.
   */
  default boolean isBeforeService() {
    return false;
  }

  /** Whether it changes nothing, so that a log and its archives may have their turns together. */
  default boolean onlyLooks() {
    return false;
  }

  /** How often a command rewrites a log of a version; see {@link Space}. */
  interface Rewrites {
    int of(migrate.Registry registry, long version);
  }

  /** Nothing for a command that rewrites none. */
  default Optional<Rewrites> rewrites() {
    return Optional.empty();
  }

  /**
   * Looks whether the options make sense for these logs.
   *
   * @throws Failure if not
   */
  default void judge(LogSelection selection) {}

  /** Whether what is told of several logs stands in groups, each under its log's name. */
  default boolean isGrouped() {
    return true;
  }

  /** Tells what became of several logs together. */
  default void sumUp(List<LogReport> reports, PrintStream out) {
    Totals.of(reports).forEach(out::println);
  }
}
