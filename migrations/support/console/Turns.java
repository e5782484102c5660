package support.console;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import support.run.Monitor;

/**
 * Keeps together what is told of each of several logs, and in their order: of the first that has
 * not ended it is told at once, and of the others when their turns come.
 */
final class Turns {
  private final Progress progress;
  private final List<Turn> turns = new ArrayList<>();
  private int first;

  private static final class Turn {
    private final List<Runnable> waiting = new ArrayList<>(0);
    private Monitor.Listener steps = Monitor.Listener.NONE;
    private boolean ended;
  }

  /**
   * @param progress shows what is done with the first that has not ended
   * @param bytes the size of each
   */
  Turns(Progress progress, List<Long> bytes) {
    this.progress = progress;
    bytes.forEach(size -> turns.add(new Turn()));
    progress.beginAll(bytes);
  }

  /** What is done with a log, which the bar shows when it is the first. */
  synchronized Monitor.Listener steps(int log, Consumer<String> told) {
    Monitor.Listener steps = progress.steps(told);
    turns.get(log).steps = steps;
    if (log == first) {
      progress.show(log, steps);
    }
    return steps;
  }

  /** Whether all before it have ended. */
  synchronized boolean isFirst(int log) {
    return log == first;
  }

  /** Tells something of a log, now or later. */
  synchronized void tell(int log, Runnable what) {
    if (log == first) {
      what.run();
    } else {
      turns.get(log).waiting.add(what);
    }
  }

  /** Nothing more is told of a log; whose turn it is next, if it has one, tells at once. */
  synchronized void end(int log) {
    turns.get(log).ended = true;
    turns.get(log).steps = Monitor.Listener.NONE; // which holds streams, and there may be thousands
    progress.end(log);
    while (first < turns.size() && turns.get(first).ended) {
      next();
    }
  }

  private void next() {
    first++;
    if (first < turns.size()) {
      turns.get(first).waiting.forEach(Runnable::run);
      turns.get(first).waiting.clear();
      progress.show(first, turns.get(first).steps);
    }
  }

  /** Nothing more is told of any of them: those that were not begun will have no turns. */
  synchronized void endAll() {
    while (first < turns.size()) {
      next();
    }
    progress.endAll();
  }
}
