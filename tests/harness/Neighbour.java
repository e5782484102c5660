import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Somebody else at work on the log, who does one thing again and again. */
final class Neighbour {
  private Neighbour() {}

  /** One thing to do. */
  interface Turn {
    void take() throws Exception;
  }

  /**
   * Does something while the neighbour takes turns, and waits for the last of them.
   *
   * @return what was done meanwhile
   * @throws Exception what went wrong with it, or in any turn
   */
  static <T> T beside(Turn turn, Callable<T> meanwhile) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Future<?> turns = thread.submit(() -> takeTurns(turn, done));
    try {
      return meanwhile.call();
    } finally {
      done.set(true);
      thread.shutdown();
      turns.get();
    }
  }

  private static int takeTurns(Turn turn, AtomicBoolean done) throws Exception {
    int turns = 0;
    while (!done.get()) {
      turn.take();
      turns++;
    }
    return turns;
  }
}
