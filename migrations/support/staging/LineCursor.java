package support.staging;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import support.files.FileBytes;
import support.run.Failure;
import support.run.Monitor;

/** Goes through a stretch of a file line by line, each one whole in memory. */
final class LineCursor {
  /** Four times what AgentGuard's readers take. */
  private static final int LONGEST_LINE = 16 << 20;

  private final Path file;
  private final FileChannel source;
  private final long to;
  private final Monitor monitor;
  private final ByteBuffer buffer = ByteBuffer.allocate(Segment.CHUNK_BYTES).limit(0);
  private long position;

  /**
   * @param file what the source is called, for messages
   */
  LineCursor(Path file, FileChannel source, long from, long to, Monitor monitor) {
    this.file = file;
    this.source = source;
    this.position = from;
    this.to = to;
    this.monitor = monitor;
  }

  /** Where the next line begins; behind the last one, where the stretch ends. */
  long position() {
    return position;
  }

  /**
   * The next line without its newline; null where there are no more.
   *
   * @throws Failure if the line is longer than 16 MiB: it cannot be edited, nor passed over
   */
  byte[] next() throws IOException {
    if (position == to) {
      return null;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    long start = position;
    while (position < to) {
      fill();
      int from = buffer.position();
      int end = newlineFrom(from);
      line.write(buffer.array(), from, end - from);
      boolean isEnd = end < buffer.limit();
      position += end - from + (isEnd ? 1 : 0);
      buffer.position(isEnd ? end + 1 : end);
      if (isEnd) {
        return line.toByteArray();
      }
      requireBearable(line.size(), start);
    }
    return line.toByteArray();
  }

  private void fill() throws IOException {
    if (buffer.hasRemaining()) {
      return;
    }
    monitor.check("while reading lines");
    int count = (int) Math.min(buffer.capacity(), to - position);
    FileBytes.read(source, position, buffer.clear().limit(count));
    if (buffer.hasRemaining()) {
      throw new IOException(file + ": it became shorter while it was read");
    }
    buffer.flip();
  }

  private int newlineFrom(int start) {
    byte[] bytes = buffer.array();
    int at = start;
    while (at < buffer.limit() && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  private void requireBearable(int length, long start) {
    if (length > LONGEST_LINE) {
      throw Failure.of(StagingErrors.LINE_TOO_LONG, file, start);
    }
  }
}
