package support.run;

import java.io.IOException;

/**
 * What long work asks, and reports of itself: whether to go on, which step it is at, and how far.
 */
public final class Monitor {
  private final Cancellation cancellation;
  private final Listener listener;

  /** Hears of the steps of a run, one within the other or after it. */
  public interface Listener {
    /** Hears nothing. */
    Listener NONE = new Listener() {};

    /**
     * A step begins.
     *
     * @param name what is done, such as {@code "copy the log"}
     * @param bytes how many bytes it will go through, or 0 for a step that has no size
     */
    default void begin(String name, long bytes) {}

    /** So many more bytes of the current step are done. */
    default void advance(long bytes) {}

    /** The step that began last and has not ended does so, by success or by failure. */
    default void end() {}
  }

  /**
   * @param listener told of each step and how far it is
   */
  public Monitor(Cancellation cancellation, Listener listener) {
    this.cancellation = cancellation;
    this.listener = listener;
  }

  /** One that never interrupts, and reports to nobody. */
  public static Monitor silent() {
    return new Monitor(new Cancellation(), Listener.NONE);
  }

  /**
   * A safe moment, as {@link Cancellation#check}.
   *
   * @throws Failure with {@link Exit#INTERRUPTED}
   */
  public void check(String doing) {
    cancellation.check(doing);
  }

  /** Reports that so many more bytes of the current step are done. */
  public void advance(long bytes) {
    listener.advance(bytes);
  }

  /**
   * Does a step, and reports its beginning and its end.
   *
   * @param bytes how many bytes it will go through, or 0 for a step that has no size
   */
  public <E extends Exception> void during(String name, long bytes, IoRunnable<E> step)
      throws IOException, E {
    listener.begin(name, bytes);
    try {
      step.run();
    } finally {
      listener.end();
    }
  }

  /** As {@link #during}, for a step that finds something out. */
  public <T> T search(String name, long bytes, IoSupplier<T> search) throws IOException {
    listener.begin(name, bytes);
    try {
      return search.get();
    } finally {
      listener.end();
    }
  }
}
