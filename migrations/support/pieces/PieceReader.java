package support.pieces;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import support.rows.LineReader;

/** Reads a log as pieces, in constant memory however long its lines are. */
public final class PieceReader implements Closeable {
  private final InputStream log;
  private final int usual;
  private final int longest;
  private byte[] rest = {};
  private long offset;
  private long line;
  private boolean withinLongLine;

  /**
   * @param log stands at a spot of the log already; closed with this
   * @param usual how many bytes a piece has, where no line is longer
   */
  public PieceReader(InputStream log, Spot at, int usual) {
    this(log, at, usual, LineReader.LONGEST_LINE);
  }

  /**
   * @param longest the longest line that is given whole
   */
  public PieceReader(InputStream log, Spot at, int usual, int longest) {
    this.log = log;
    this.usual = usual;
    this.longest = longest;
    this.offset = at.offset();
    this.line = at.line();
  }

  /** The next piece; null at the end of the log. */
  public Piece next() throws IOException {
    byte[] buffer = Arrays.copyOf(rest, Math.max(usual, rest.length));
    int length = rest.length;
    int end = endOfLines(buffer, 0, length, 0);
    while (end == 0 || length < usual) {
      if (length == buffer.length && (withinLongLine || length > longest)) {
        return part(buffer, length);
      }
      if (length == buffer.length) {
        buffer = Arrays.copyOf(buffer, (int) Math.min(2L * length, longest + 1L));
      }
      int count = log.read(buffer, length, buffer.length - length);
      if (count < 0) {
        return end > 0 ? piece(buffer, end, length, true) : last(buffer, length);
      }
      end = endOfLines(buffer, length, length + count, end);
      length += count;
    }
    return piece(buffer, end, length, true);
  }

  /** Behind the last newline so far; of a long line, behind its own. Zero where there is none. */
  private int endOfLines(byte[] bytes, int from, int to, int soFar) {
    if (withinLongLine) {
      return soFar > 0 ? soFar : firstNewline(bytes, from, to) + 1;
    }
    for (int at = to - 1; at >= from; at--) {
      if (bytes[at] == '\n') {
        return at + 1;
      }
    }
    return soFar;
  }

  private static int firstNewline(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (bytes[at] == '\n') {
        return at;
      }
    }
    return -1;
  }

  private Piece last(byte[] buffer, int length) {
    return length == 0 && !withinLongLine ? null : piece(buffer, length, length, false);
  }

  private Piece piece(byte[] buffer, int end, int length, boolean ended) {
    Piece.Kind kind = withinLongLine ? Piece.Kind.END_OF_LONG_LINE : Piece.Kind.LINES;
    withinLongLine = false;
    rest = Arrays.copyOfRange(buffer, end, length);
    return advance(new Piece(buffer, end, offset, line, kind, ended));
  }

  private Piece part(byte[] buffer, int length) {
    withinLongLine = true;
    rest = new byte[0];
    return advance(new Piece(buffer, length, offset, line, Piece.Kind.PART_OF_LONG_LINE, false));
  }

  private Piece advance(Piece piece) {
    offset += piece.length();
    line += piece.lines();
    return piece;
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
