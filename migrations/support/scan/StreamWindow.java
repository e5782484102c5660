package support.scan;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import support.lines.LogLines;

/** A stream whose last bytes can be read again: a {@link LogPiece} goes back at a long line. */
final class StreamWindow implements LogPiece.Source {
  /** What {@link LogLines} may have read behind the end of a line. */
  private static final int LEAST_BYTES = 64 * 1024;

  private final InputStream stream;
  private final byte[] window;
  private long end;

  /**
   * @param position of the stream in the log
   * @param most how far anybody goes back
   */
  StreamWindow(InputStream stream, long position, int most) {
    this.stream = stream;
    this.end = position;
    this.window = new byte[Math.max(LEAST_BYTES, most)];
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    if (position < end - window.length || position > end) {
      throw new IllegalStateException("the stream cannot be read at " + position);
    }
    long at = position;
    while (target.hasRemaining() && (at < end || readOn(target.remaining()))) {
      int from = (int) (at % window.length);
      int length = (int) Math.min(target.remaining(), end - at);
      length = Math.min(length, window.length - from);
      target.put(window, from, length);
      at += length;
    }
  }

  /** False where the stream ends. */
  private boolean readOn(int most) throws IOException {
    int from = (int) (end % window.length);
    int count = stream.read(window, from, Math.min(most, window.length - from));
    end += Math.max(0, count);
    return count > 0;
  }
}
