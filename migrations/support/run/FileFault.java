package support.run;

import java.io.IOException;

/**
 * An error of the catalogue that is met where the operating system's errors are, and goes the same
 * way: what was being done may still be undone, or put before it.
 */
public final class FileFault extends IOException {
  private static final long serialVersionUID = 1;

  private final transient ErrorCode error;
  private final transient Object[] places;

  /**
   * @param places as {@code Failure.of} takes them
   */
  public FileFault(ErrorCode error, Object... places) {
    super(error.entry().fill(error.entry().what(), places));
    this.error = error;
    this.places = places.clone();
  }

  ErrorCode error() {
    return error;
  }

  Object[] places() {
    return places.clone();
  }
}
