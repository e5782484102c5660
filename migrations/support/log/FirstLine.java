package support.log;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import support.lines.LogLine;
import support.lines.LogLines;

/**
 * The first line of a log that is not blank, for those who only want to know which log it is.
 *
 * @param kind what it is; damaged where there is none
 * @param header what it says; null where it is no header
 */
public record FirstLine(LogLine.Kind kind, Header.Fields header) {
  /** Readers take no longer one. */
  private static final int LONGEST = 4 << 20;

  /**
   * Reads it.
   *
   * @param log of any encoding that can be read
   * @throws IOException if it cannot be read, or not be decompressed as far as that
   */
  public static FirstLine of(Path log) throws IOException {
    HeaderLine line;
    try (LogLines lines = LogLines.of(Encoding.content(log))) {
      lines.skipToText();
      line = new HeaderLine(lines.offset(), lines.readNBytes(LONGEST));
    }
    LogLine.Kind kind = LogLine.read(new ByteArrayInputStream(line.bytes())).kind();
    return new FirstLine(kind, kind == LogLine.Kind.HEADER ? line.fields() : null);
  }
}
