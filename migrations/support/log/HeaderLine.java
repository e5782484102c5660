package support.log;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import support.lines.LogLines;
import support.run.FileFault;

/**
 * The header of a log as it stands in the file, or in what a compressed one holds.
 *
 * @param start where it begins there: behind a byte-order mark, white space and blank lines, if any
 * @param bytes all of it, its newline included where it has one
 */
public record HeaderLine(long start, byte[] bytes) {
  /** Far more than a header with all that a later release may add. */
  private static final long LONGEST = 1 << 20;

  /**
   * Reads the header of a log that has one.
   *
   * @throws IOException if it cannot be read, or is longer than 1 MiB
   */
  public static HeaderLine of(Path log) throws IOException {
    long start;
    long end;
    try (LogLines lines = LogLines.of(Encoding.content(log))) {
      lines.skipToText();
      start = lines.offset();
      lines.nextLine();
      end = lines.offset();
    }
    if (end - start > LONGEST) {
      throw new FileFault(LogErrors.HEADER_TOO_LONG, log);
    }
    return new HeaderLine(start, read(log, start, end));
  }

  private static byte[] read(Path log, long start, long end) throws IOException {
    int length = (int) (end - start);
    try (InputStream content = Encoding.content(log)) {
      content.skipNBytes(start);
      byte[] bytes = content.readNBytes(length);
      if (bytes.length == length) {
        return bytes;
      }
    } catch (EOFException e) {
      // as below
    }
    throw new EOFException(log + ": it became shorter while its header was read");
  }

  /** Where the line behind it begins. */
  public long end() {
    return start + bytes.length;
  }

  /** What it says. */
  public Header.Fields fields() throws IOException {
    return Header.fields(new ByteArrayInputStream(bytes), start == 0 && Header.isSeenIn(bytes));
  }
}
