package support.run;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the bytes that a monitor is told of. */
public final class CountedProgress implements Monitor.Listener {
  private final AtomicLong bytes = new AtomicLong();

  @Override
  public void advance(long count) {
    bytes.addAndGet(count);
  }

  /** How many they were since this was asked last. */
  public long take() {
    return bytes.getAndSet(0);
  }
}
