package support.run;

import java.io.IOException;

/**
 * An error of the catalogue that is met where the operating system's errors are, and goes the same
 * way: what was being done may still be undone, or put before it.
 */
public final class FileFault extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Failure failure;

  /**
   * @param places as {@link Failure#of(ErrorCode, Object...)} takes them
   */
  public FileFault(ErrorCode error, Object... places) {
    super(Failure.of(error, places).getMessage());
    this.failure = Failure.of(error, places);
  }

  /** The same as what it ends a run with. */
  Failure failure() {
    return failure;
  }
}
