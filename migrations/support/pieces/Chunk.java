package support.pieces;

import java.security.MessageDigest;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.RandomAccess;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import support.rows.Digests;
import support.rows.GoTime;
import support.rows.Line;
import support.rows.Reject;

/**
 * A stretch of a log whose rows are written in one transaction. It is known by its entry bytes:
 * those of all its lines that are no headers, each with a newline.
 */
public final class Chunk {
  /** How much of a row's digest is kept with the record of its chunk, in bytes. */
  public static final int MARK = 8;

  private static final byte NEWLINE = '\n';

  private final Spot start;
  private final MessageDigest sha256 = Digests.sha256();
  private final CRC32C checksum = new CRC32C();
  private final List<Rows> parts = new ArrayList<>();
  private final List<Rows.Row> rows = new AllRows();
  private final List<Reject> rejects = new ArrayList<>();

  /** The length of each header, by its offset in the log. */
  private final NavigableMap<Long, Integer> headers = new TreeMap<>();

  private Spot end;
  private long longLine = -1;
  private long leftOut;
  private Summary summary;

  /**
   * What is recorded of the rows.
   *
   * @param lost how many entries have something that no column holds, by its name
   * @param withoutTenant how many rows have the tenant of entries that name none
   * @param sha256 of the digests of the rows, one behind the other, as hexadecimal digits
   * @param marks the first {@link #MARK} bytes of the digest of each row
   * @param firstTime the earliest time of the rows; null where there is none
   * @param lastTime the latest
   * @param longestKey the length of the longest that any row has in an index, in bytes
   */
  public record Summary(
      Map<String, Long> lost,
      long withoutTenant,
      String sha256,
      byte[] marks,
      GoTime firstTime,
      GoTime lastTime,
      int longestKey) {}

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
    parts.add(parsed.rows());
    summary = null;
    leftOut += parsed.leftOut();
    checksum.update(piece.bytes(), 0, parsed.end());
    long entryOffset = end.entryOffset() + digestEntryBytes(parsed);
    end = new Spot(piece.offset() + parsed.end(), piece.line() + parsed.lines(), entryOffset);
  }

  /** Takes rows out that the store cannot hold. */
  public void refuse(Collection<Rows.Row> unwanted, Line.Reason reason) {
    if (unwanted.isEmpty()) {
      return; // nearly always, and then the summary stays
    }
    unwanted.forEach(row -> refuse(row.line(), row.offset(), reason));
    Set<Long> lines = unwanted.stream().map(Rows.Row::line).collect(Collectors.toSet());
    parts.replaceAll(part -> part.without(lines));
    summary = null;
    rejects.sort(Comparator.comparingLong(Reject::line));
  }

  private void refuse(long line, long offset, Line.Reason reason) {
    rejects.add(new Reject(line, offset, entryOffset(offset), reason));
  }

  /** Takes the rows out that the store did not take when the chunk was imported. */
  public void refuseAgain(List<Reject> earlier) {
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

  /** Where its first line begins. */
  public Spot start() {
    return start;
  }

  /** Where the line behind its last begins. */
  public Spot end() {
    return end;
  }

  /** Whether it can be recorded: not where a line that is too long has begun, and not ended. */
  public boolean isComplete() {
    return !isEmpty() && longLine < 0;
  }

  /** How many bytes of the log it takes. */
  public long length() {
    return end.offset() - start.offset();
  }

  private boolean isEmpty() {
    return end.entryOffset() == start.entryOffset();
  }

  /** The entries that become rows, in the order of the file; not to be used behind the chunk. */
  public List<Rows.Row> rows() {
    return rows;
  }

  /** The same, as the pieces have them. */
  List<Rows> parts() {
    return parts;
  }

  /** Those of the first piece, those of the second, and so on. */
  private final class AllRows extends AbstractList<Rows.Row> implements RandomAccess {
    @Override
    public int size() {
      int size = 0;
      for (Rows part : parts) {
        size += part.size();
      }
      return size;
    }

    @Override
    public Rows.Row get(int index) {
      int inPart = index;
      int part = 0;
      while (inPart >= parts.get(part).size()) {
        inPart -= parts.get(part).size();
        part++;
      }
      return parts.get(part).get(inPart);
    }
  }

  /** The lines that make no row. */
  public List<Reject> rejects() {
    return rejects;
  }

  /** Found out once, as long as no row is added or taken out. */
  public Summary summary() {
    if (summary == null) {
      summary = summarize();
    }
    return summary;
  }

  private Summary summarize() {
    // Entries of a piece that lack the same have one set; that of another is added up below.
    Map<Set<String>, Long> alike = new IdentityHashMap<>();
    long withoutTenant = 0;
    MessageDigest all = Digests.sha256();
    byte[] marks = new byte[rows.size() * MARK];
    GoTime first = null;
    GoTime last = null;
    int longestKey = 0;
    int mark = 0;
    for (Rows.Row row : rows) {
      alike.merge(row.lost(), 1L, Long::sum);
      withoutTenant += row.namesTenant() ? 0 : 1;
      byte[] digest = row.digest();
      all.update(digest);
      System.arraycopy(digest, 0, marks, mark, MARK);
      mark += MARK;
      GoTime time = row.time();
      first = first == null || time.compareTo(first) < 0 ? time : first;
      last = last == null || time.compareTo(last) > 0 ? time : last;
      longestKey = Math.max(longestKey, row.entry().longestKey());
    }
    Map<String, Long> lost = new TreeMap<>();
    alike.forEach((names, count) -> names.forEach(name -> lost.merge(name, count, Long::sum)));
    String digits = HexFormat.of().formatHex(all.digest());
    return new Summary(lost, withoutTenant, digits, marks, first, last, longestKey);
  }

  /** How many entries are older than was asked for. */
  public long leftOut() {
    return leftOut;
  }

  /** The CRC-32C of all bytes from its start to its end. */
  long checksum() {
    return checksum.getValue();
  }

  /** The SHA-256 of its entry bytes, as hexadecimal digits. */
  public String sha256() {
    return Digests.soFar(sha256);
  }
}
