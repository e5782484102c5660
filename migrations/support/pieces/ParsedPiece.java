package support.pieces;

import java.util.ArrayList;
import java.util.List;
import support.rows.Line;
import support.rows.LineReader;
import support.rows.Wish;

/**
 * What the lines of a piece are. Made in any thread; what depends on the pieces before is not in
 * it.
 */
public final class ParsedPiece {
  /** A line that makes none. */
  record Refusal(long line, long offset, Line.Reason reason) {}

  /** Bytes of the piece that are no entry bytes. */
  record Stretch(int start, int end) {}

  private final Piece piece;
  private final Rows rows;
  private final List<Refusal> refusals = new ArrayList<>();
  private final List<Stretch> headers = new ArrayList<>();
  private int end;
  private long lines;
  private long leftOut;
  private boolean isTorn;

  private ParsedPiece(Piece piece, Rows rows) {
    this.piece = piece;
    this.rows = rows;
    this.end = piece.length();
  }

  /**
   * Reads the lines of a piece.
   *
   * @param mayEndOpen whether a last line without a newline is one, if it is whole JSON
   */
  public static ParsedPiece of(Piece piece, Wish wish, boolean mayEndOpen) {
    return of(piece, wish, mayEndOpen, new Rows());
  }

  /**
   * The same.
   *
   * @param rows which are empty, and get those of the piece
   */
  static ParsedPiece of(Piece piece, Wish wish, boolean mayEndOpen, Rows rows) {
    ParsedPiece parsed = new ParsedPiece(piece, rows);
    switch (piece.kind()) {
      case LINES -> parsed.lines(wish, mayEndOpen);
      case PART_OF_LONG_LINE -> {}
      case END_OF_LONG_LINE -> parsed.endOfLongLine(mayEndOpen);
    }
    return parsed;
  }

  private void lines(Wish wish, boolean mayEndOpen) {
    LineReader reader = new LineReader(wish.tenantOrLocal());
    int start = 0;
    while (start < piece.length()) {
      int stop = piece.endOfLine(start);
      line(reader, start, stop, wish, mayEndOpen);
      start = stop + 1;
    }
  }

  private void line(LineReader reader, int start, int stop, Wish wish, boolean mayEndOpen) {
    Line line = reader.read(piece.bytes(), start, stop);
    boolean hasEnd = stop < piece.length();
    if (!hasEnd && !(mayEndOpen && isWhole(line))) {
      isTorn = true;
      end = start;
      return;
    }
    long number = piece.line() + lines;
    lines++;
    if (line instanceof Line.Header) {
      headers.add(new Stretch(start, hasEnd ? stop + 1 : stop));
    } else if (line instanceof Line.Reject reject) {
      refusals.add(new Refusal(number, piece.offset() + start, reject.reason()));
    } else if (line instanceof Line.Entry entry) {
      entry(entry, wish, number, start);
    }
  }

  /** Nobody knows how a line goes on that is no JSON yet. */
  private static boolean isWhole(Line line) {
    return !(line instanceof Line.Reject reject && reject.reason() == Line.Reason.NOT_JSON);
  }

  private void entry(Line.Entry entry, Wish wish, long number, int start) {
    long offset = piece.offset() + start;
    if (wish.leavesOut(entry.time())) {
      leftOut++;
    } else if (wish.refuses(entry.row())) {
      refusals.add(new Refusal(number, offset, Line.Reason.NUL));
    } else {
      rows.add(entry, number, offset);
    }
  }

  private void endOfLongLine(boolean mayEndOpen) {
    if (!piece.ended() && !mayEndOpen) {
      isTorn = true;
      end = 0;
      return;
    }
    lines = 1;
    refusals.add(new Refusal(piece.line(), piece.offset(), Line.Reason.TOO_LONG));
  }

  Piece piece() {
    return piece;
  }

  /** The entries that become rows, in the order of the piece. */
  public Rows rows() {
    return rows;
  }

  List<Refusal> refusals() {
    return refusals;
  }

  /** The headers of the piece. */
  public List<Stretch> headers() {
    return headers;
  }

  /** How many bytes of the piece are done with; what follows is a line that waits for its end. */
  int end() {
    return end;
  }

  /** How many lines it has, headers included; a last one that has to wait is left out. */
  public long lines() {
    return lines;
  }

  /** How many entries are older than was asked for. */
  long leftOut() {
    return leftOut;
  }

  /** Whether a last line waits for its end. */
  boolean hasTornLine() {
    return isTorn;
  }
}
