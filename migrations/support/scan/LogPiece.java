package support.scan;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import support.lines.LineCounts;
import support.lines.LineParser;
import support.lines.LogLine;
import support.lines.LogLines;

/**
 * A piece of a stretch of a log. It owns the lines that begin in it, also the last of them, which
 * may end in another piece. Memory stays constant however long a line is.
 */
final class LogPiece {
  /** The end of a log that says itself where it ends. */
  static final long UNKNOWN_END = Long.MAX_VALUE;

  private final Source log;
  private final long start;
  private final long end;
  private long endOfStretch;
  private final byte[] buffer;
  private final int capacity;
  private final LineParser parser;
  private final LineCounts.Builder counts = new LineCounts.Builder();

  /** Where in the file the buffer begins. */
  private long offset;

  private int position;
  private int limit;

  /** Where the bytes come from. */
  interface Source {
    /** Fills the buffer from a place on; leaves room in it only where the log ends. */
    void read(long position, ByteBuffer target) throws IOException;
  }

  /**
   * @param end where the lines of the next piece begin to begin
   * @param endOfStretch what stands there or behind is not read; {@link #UNKNOWN_END} where the log
   *     itself says where it ends
   * @param bufferBytes lines that are longer are read less fast
   */
  LogPiece(Source log, long start, long end, long endOfStretch, int bufferBytes) {
    this.log = log;
    this.start = start;
    this.end = end;
    this.endOfStretch = endOfStretch;
    this.capacity = bufferBytes;
    this.buffer = new byte[bufferBytes + LineParser.PADDING];
    this.parser = new LineParser(buffer);
  }

  /**
   * Reads the lines of the piece.
   *
   * @param afterLine whether the piece certainly begins where a line does; else, the line that it
   *     begins within is another's
   * @throws IOException if the log cannot be read
   */
  LineCounts read(boolean afterLine) throws IOException {
    moveTo(start);
    if (!afterLine) {
      moveTo(start - 1);
      skipLine();
    }
    while (lineStart() < Math.min(end, endOfStretch)) {
      readLine();
    }
    return counts.build();
  }

  private long lineStart() {
    return offset + position;
  }

  private void moveTo(long there) {
    offset = there;
    position = 0;
    limit = 0;
  }

  /** Moves behind the next newline, or, where the piece has none, to its end. */
  private void skipLine() throws IOException {
    while (lineStart() < end) {
      int newline = newline();
      if (newline >= 0) {
        position = newline + 1;
        return;
      }
      position = limit;
      fill();
    }
  }

  private void readLine() throws IOException {
    if (parser.read(position, limit)) {
      position = parser.addTo(counts, offset);
      return;
    }
    int newline = newline();
    if (newline >= 0) {
      count(newline, true);
      position = newline + 1;
    } else if (offset + limit == endOfStretch) {
      count(limit, false);
      position = limit;
    } else if (limit - position < capacity) {
      fill();
    } else {
      readLongLine();
    }
  }

  /** The next one in the buffer, or -1. */
  private int newline() {
    for (int i = position; i < limit; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Reads on behind what is left in the buffer. */
  private void fill() throws IOException {
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    offset += position;
    limit -= position;
    position = 0;
    int wanted = (int) Math.min(capacity - limit, endOfStretch - offset - limit);
    ByteBuffer target = ByteBuffer.wrap(buffer, limit, wanted);
    log.read(offset + limit, target);
    limit = target.position();
    if (target.hasRemaining()) {
      requireUnknownEnd();
      endOfStretch = offset + limit;
    }
  }

  private void requireUnknownEnd() throws EOFException {
    if (endOfStretch != UNKNOWN_END) {
      throw new EOFException("it became shorter while it was read");
    }
  }

  private void count(int lineEnd, boolean ended) {
    int text = position;
    while (text < lineEnd && LogLines.isBlank(buffer[text])) {
      text++;
    }
    boolean blank = text == lineEnd;
    LogLine line = blank ? null : LogLine.read(buffer, text, lineEnd);
    counts.add(line, offset + (blank ? position : text), lineEnd - position, ended);
  }

  private void readLongLine() throws IOException {
    long lineStart = lineStart();
    try (LogLines lines = LogLines.of(new Rest(lineStart))) {
      boolean blank = !lines.skipBlankOfLine();
      long text = lineStart + (blank ? 0 : lines.offset());
      LogLine line = blank ? null : LogLine.read(lines);
      boolean ended = lines.nextLine();
      counts.add(line, text, lines.offset() - (ended ? 1 : 0), ended);
      moveTo(lineStart + lines.offset());
    }
  }

  /** What is left of the stretch, as a stream. */
  private final class Rest extends InputStream {
    private long at;

    Rest(long from) {
      this.at = from;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      int wanted = (int) Math.min(length, endOfStretch - at);
      ByteBuffer bytes = ByteBuffer.wrap(target, from, wanted);
      log.read(at, bytes);
      int count = bytes.position() - from;
      at += count;
      return count == 0 && length > 0 ? -1 : count;
    }
  }
}
