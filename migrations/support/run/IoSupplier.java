package support.run;

import java.io.IOException;

/**
 * Finds something out, and may fail as files do.
 *
 * @param <T> what is found
 */
@FunctionalInterface
public interface IoSupplier<T> {
  /** Does it. */
  T get() throws IOException;
}
