package support.lines;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import support.files.FileBytes;

/**
 * Reads a log line by line as bytes, in constant memory however long a line is: the stream ends
 * where the current line ends, and {@link #nextLine} moves on to the next one.
 */
public final class LogLines extends InputStream {
  private static final byte[] NONE = {};

  private final InputStream file;
  private final byte[] buffer = new byte[64 * 1024];
  private int position;
  private int limit;
  private boolean lineEnded;
  private long offset;
  private long lineNumber = 1;

  private LogLines(InputStream file) {
    this.file = file;
  }

  /**
   * Opens a log for reading, at its first line.
   *
   * @throws IOException as {@link Files#newInputStream}
   */
  public static LogLines open(Path log) throws IOException {
    return new LogLines(named(log));
  }

  /** A file whose errors name it. */
  public static InputStream named(Path file) throws IOException {
    return new NamedStream(file);
  }

  /** Reads what is not a file of its own, such as a log that is being unpacked. */
  public static LogLines of(InputStream log) {
    return new LogLines(log);
  }

  /** How many bytes have been read up to the current position, line ends included. */
  public long offset() {
    return offset;
  }

  /** The number of the current line, counted from 1, blank lines included. */
  public long lineNumber() {
    return lineNumber;
  }

  /** Skips what is left of the current line; false when the log ends there. */
  public boolean nextLine() throws IOException {
    return nextLine(Long.MAX_VALUE);
  }

  /**
   * The same, but gives up at a position.
   *
   * @return also false when the line goes on there
   */
  public boolean nextLine(long end) throws IOException {
    while (!lineEnded) {
      if (offset >= end || !fill()) {
        return false;
      }
      consume(limit - position, null, 0);
    }
    lineEnded = false;
    lineNumber++;
    return true;
  }

  /**
   * The next bytes of the file, whatever they are; they are not taken away.
   *
   * @param count at most; only asked at the start of the log, where a file has fewer only where it
   *     ends
   */
  public byte[] peek(int count) throws IOException {
    return fill() ? Arrays.copyOfRange(buffer, position, Math.min(limit, position + count)) : NONE;
  }

  /** Whether the next byte of the line is a NUL. */
  public boolean isAtNul() throws IOException {
    return !lineEnded && fill() && buffer[position] == 0;
  }

  /** Skips the NULs that follow, but not beyond a position. */
  public void skipNuls(long end) throws IOException {
    while (offset < end && isAtNul()) {
      consume(1, null, 0);
    }
  }

  /**
   * Skips a UTF-8 byte-order mark, which some editors put in front of a file.
   *
   * @return whether there was one; only asked at the start of the log
   */
  public boolean skipByteOrderMark() throws IOException {
    fill();
    boolean found =
        limit - position >= 3
            && buffer[position] == (byte) 0xEF
            && buffer[position + 1] == (byte) 0xBB
            && buffer[position + 2] == (byte) 0xBF;
    if (found) {
      consume(3, null, 0);
    }
    return found;
  }

  /** Skips white space and blank lines; false when nothing else is left. */
  public boolean skipBlank() throws IOException {
    while (!skipBlankOfLine()) {
      if (!lineEnded) {
        return false;
      }
      nextLine();
    }
    return true;
  }

  /** Skips a byte-order mark and what is blank at the start of the log; false when that is all. */
  public boolean skipToText() throws IOException {
    skipByteOrderMark();
    return skipBlank();
  }

  /** Skips white space of the line; false when nothing else is left of it. */
  public boolean skipBlankOfLine() throws IOException {
    while (!lineEnded && fill()) {
      if (!isBlank(buffer[position])) {
        return true;
      }
      consume(1, null, 0);
    }
    return false;
  }

  /** White space of JSON. */
  public static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  /** Whether nothing is left at all; takes nothing away. */
  public boolean isAtEnd() throws IOException {
    return !fill();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int start, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (lineEnded || !fill()) {
      return -1;
    }
    int count = consume(Math.min(length, limit - position), target, start);
    return count == 0 ? -1 : count;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /**
   * Takes up to {@code length} buffered bytes of the line, and its line end if that comes first.
   *
   * @return how many bytes of the line were taken, the line end not counted
   */
  private int consume(int length, byte[] target, int start) {
    int end = position;
    while (end < position + length && buffer[end] != '\n') {
      end++;
    }
    int count = end - position;
    lineEnded = count < length;
    if (target != null) {
      System.arraycopy(buffer, position, target, start, count);
    }
    int taken = lineEnded ? count + 1 : count;
    position += taken;
    offset += taken;
    return count;
  }

  /** Makes sure that at least one byte is buffered; false at the end of the file. */
  private boolean fill() throws IOException {
    if (position == limit) {
      position = 0;
      limit = file.readNBytes(buffer, 0, buffer.length);
    }
    return position < limit;
  }

  /** Errors of a stream do not say which file they are of. */
  private static final class NamedStream extends FilterInputStream {
    private final Path file;

    NamedStream(Path file) throws IOException {
      super(Files.newInputStream(file));
      this.file = file;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
      try {
        return super.read(target, start, length);
      } catch (IOException e) {
        throw FileBytes.named(file, e);
      }
    }
  }
}
