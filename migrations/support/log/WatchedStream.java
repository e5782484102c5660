package support.log;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;

/** Reports to a monitor how far a stream was read, and asks it whether to go on. */
public final class WatchedStream extends FilterInputStream {
  private final Monitor monitor;

  /**
   * @param monitor told how many bytes were read; ends the reading where the run is to end
   */
  public WatchedStream(InputStream stream, Monitor monitor) {
    super(stream);
    this.monitor = monitor;
  }

  /**
   * @throws Failure with {@link Exit#INTERRUPTED}
   */
  @Override
  public int read(byte[] target, int start, int length) throws IOException {
    monitor.check("while reading");
    int count = super.read(target, start, length);
    monitor.advance(Math.max(0, count));
    return count;
  }
}
