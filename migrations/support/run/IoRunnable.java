package support.run;

import java.io.IOException;

/**
 * Does something, and may fail as files do; as {@link IoSupplier} where nothing comes of it.
 *
 * @param <E> how else it may fail
 */
@FunctionalInterface
public interface IoRunnable<E extends Exception> {
  /** Does it. */
  void run() throws IOException, E;
}
