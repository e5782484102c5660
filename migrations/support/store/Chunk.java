package support.store;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A stretch of a log whose rows are written in one transaction. It is known by its entry bytes:
 * those of all its lines that are no headers, each with a newline.
 */
final class Chunk {
  /** How much of a row's digest is kept with the record of its chunk, in bytes. */
  static final int MARK = 8;

  private static final byte NEWLINE = '\n';

  private final Spot start;
  private final MessageDigest sha256 = Digests.sha256();
  private final CRC32C checksum = new CRC32C();
  private final List<ParsedPiece.Row> rows = new ArrayList<>();
  private final List<Reject> rejects = new ArrayList<>();

  /** The length of each header, by its offset in the log. */
  private final NavigableMap<Long, Integer> headers = new TreeMap<>();

  private Spot end;
  private long longLine = -1;
  private long leftOut;

  Chunk(Spot start) {
    this.start = start;
    this.end = start;
  }

  /** Adds the next piece of the log. */
  void add(ParsedPiece parsed) {
    Piece piece = parsed.piece();
    if (piece.kind() == Piece.Kind.PART_OF_LONG_LINE && longLine < 0) {
      longLine = piece.offset();
    }
    for (ParsedPiece.Stretch header : parsed.headers()) {
      headers.put(piece.offset() + header.start(), header.end() - header.start());
    }
    for (ParsedPiece.Refusal refusal : parsed.refusals()) {
      refuse(refusal.line(), longLine < 0 ? refusal.offset() : longLine, refusal.reason());
      longLine = -1;
    }
    rows.addAll(parsed.rows());
    leftOut += parsed.leftOut();
    checksum.update(piece.bytes(), 0, parsed.end());
    long entryOffset = end.entryOffset() + digestEntryBytes(parsed);
    end = new Spot(piece.offset() + parsed.end(), piece.line() + parsed.lines(), entryOffset);
  }

  /** Takes rows out that the store cannot hold. */
  void refuse(Collection<ParsedPiece.Row> unwanted, Line.Reason reason) {
    rows.removeAll(unwanted);
    unwanted.forEach(row -> refuse(row.line(), row.offset(), reason));
    rejects.sort(Comparator.comparingLong(Reject::line));
  }

  private void refuse(long line, long offset, Line.Reason reason) {
    rejects.add(new Reject(line, offset, entryOffset(offset), reason));
  }

  /** Takes the rows out that the store did not take when the chunk was imported. */
  void refuseAgain(List<Reject> earlier) {
    for (Reject reject : earlier) {
      if (reject.reason() == Line.Reason.INDEX) {
        refuse(
            rows.stream().filter(row -> entryOffset(row.offset()) == reject.entryOffset()).toList(),
            Line.Reason.INDEX);
      }
    }
  }

  private long entryOffset(long offset) {
    long ofHeaders = headers.headMap(offset).values().stream().mapToLong(length -> length).sum();
    return start.entryOffset() + offset - start.offset() - ofHeaders;
  }

  /** Returns how many entry bytes there are. */
  private long digestEntryBytes(ParsedPiece parsed) {
    byte[] bytes = parsed.piece().bytes();
    long count = 0;
    int at = 0;
    for (ParsedPiece.Stretch header : parsed.headers()) {
      sha256.update(bytes, at, header.start() - at);
      count += header.start() - at;
      at = header.end();
    }
    sha256.update(bytes, at, parsed.end() - at);
    count += parsed.end() - at;
    if (lacksNewline(parsed, at)) {
      sha256.update(NEWLINE);
      count++;
    }
    return count;
  }

  /** The newline is no part of what a log is known by: it may come later. */
  private static boolean lacksNewline(ParsedPiece parsed, int entriesFrom) {
    Piece piece = parsed.piece();
    return switch (piece.kind()) {
      case LINES -> parsed.end() > entriesFrom && piece.bytes()[parsed.end() - 1] != NEWLINE;
      case PART_OF_LONG_LINE -> false;
      case END_OF_LONG_LINE -> !piece.ended();
    };
  }

  Spot start() {
    return start;
  }

  Spot end() {
    return end;
  }

  /** Whether a line that is too long for an entry has begun, and not ended. */
  boolean isWithinLongLine() {
    return longLine >= 0;
  }

  /** How many bytes of the log it takes. */
  long length() {
    return end.offset() - start.offset();
  }

  /** Whether there is nothing that would have to be recorded. */
  boolean isEmpty() {
    return end.entryOffset() == start.entryOffset();
  }

  List<ParsedPiece.Row> rows() {
    return rows;
  }

  List<Reject> rejects() {
    return rejects;
  }

  /** How many entries have something that no column holds, by its name. */
  Map<String, Long> lost() {
    Map<String, Long> lost = new TreeMap<>();
    for (ParsedPiece.Row row : rows) {
      row.entry().lost().forEach(name -> lost.merge(name, 1L, Long::sum));
    }
    return lost;
  }

  /** How many entries are older than was asked for. */
  long leftOut() {
    return leftOut;
  }

  /** How many rows have the tenant of entries that name none. */
  long withoutTenant() {
    return rows.stream().filter(row -> !row.entry().namesTenant()).count();
  }

  /** The CRC-32C of all bytes from its start to its end. */
  long checksum() {
    return checksum.getValue();
  }

  /** The SHA-256 of its entry bytes, as hexadecimal digits. */
  String sha256() {
    return Digests.soFar(sha256);
  }

  /** The SHA-256 of the digests of its rows, one behind the other, as hexadecimal digits. */
  String rowsSha256() {
    MessageDigest all = Digests.sha256();
    rows.forEach(row -> all.update(row.digest()));
    return HexFormat.of().formatHex(all.digest());
  }

  /** The first {@link #MARK} bytes of the digest of each row. */
  byte[] marks() {
    byte[] marks = new byte[rows.size() * MARK];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i).digest(), 0, marks, i * MARK, MARK);
    }
    return marks;
  }

  /** The earliest time of its rows; null where it has none. */
  GoTime firstTime() {
    return rows.stream().map(row -> row.entry().time()).min(GoTime::compareTo).orElse(null);
  }

  /** The latest. */
  GoTime lastTime() {
    return rows.stream().map(row -> row.entry().time()).max(GoTime::compareTo).orElse(null);
  }
}
