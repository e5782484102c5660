package support.pieces;

import support.rows.LineReader;

/**
 * Bytes of a log, one behind the other: whole lines, or a part of one line that is too long to be
 * an entry.
 *
 * @param bytes holds {@code length} of them, and is never written again
 * @param offset of the first byte in the log
 * @param line the number of the line that it belongs to
 * @param kind what they are
 * @param ended whether the last byte is a newline
 */
public record Piece(byte[] bytes, int length, long offset, long line, Kind kind, boolean ended) {
  public enum Kind {
    /** Whole lines; the last of the log may lack its newline. */
    LINES,
    /** A part of a line of more than {@link LineReader#LONGEST_LINE} bytes, which goes on. */
    PART_OF_LONG_LINE,
    /** The end of such a line. */
    END_OF_LONG_LINE
  }

  /**
   * Where a line of whole ones ends that begins at an index: at its newline, or the piece's end.
   */
  public int endOfLine(int start) {
    int end = start;
    while (end < length && bytes[end] != '\n') {
      end++;
    }
    return end;
  }

  /** How many lines end in it; the log's last counts, too. */
  public long lines() {
    if (kind == Kind.PART_OF_LONG_LINE) {
      return 0;
    }
    long lines = ended || length == 0 ? 0 : 1;
    for (int at = 0; at < length; at++) {
      lines += bytes[at] == '\n' ? 1 : 0;
    }
    return lines;
  }
}
