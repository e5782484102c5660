package support.run;

/** The wish of another thread (a signal's) that the run should end at the next safe moment. */
public final class Cancellation {
  private volatile boolean requested;

  /** Asks the run to end. It may be past its last safe moment, and then finishes. */
  public void request() {
    requested = true;
  }

  /**
   * A safe moment: ends the run here if that was asked for.
   *
   * @param doing what would come next, for the message, such as {@code "before v040_to_v041"}
   * @throws Failure with {@link Exit#INTERRUPTED}
   */
  public void check(String doing) {
    if (requested) {
      throw Failure.of(RunErrors.INTERRUPTED, doing);
    }
  }
}
