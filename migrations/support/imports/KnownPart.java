package support.imports;

import java.io.IOException;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import support.pieces.Chunk;
import support.pieces.OpenLog;
import support.pieces.Piece;
import support.pieces.PieceReader;
import support.pieces.Rows;
import support.pieces.Spot;
import support.rows.Digests;
import support.rows.EntryRow;
import support.rows.Line;
import support.rows.LineReader;
import support.rows.Reject;
import support.rows.Wish;
import support.run.Failure;
import support.run.Monitor;
import support.store.ImportRecord;
import support.store.Records;
import support.store.StoreErrors;

/**
 * How much of a file the store has already: found by what the file holds, whatever it is called,
 * and whether it got or lost a header since. Reads and hashes; parses only where it must.
 */
final class KnownPart {
  /** A chunk of the file that the store has, and where it is. */
  record Found(ImportRecord record, Spot start, Spot end) {}

  private final OpenLog log;
  private final boolean holdsNul;
  private final Records records;
  private final Monitor monitor;
  private final List<Found> found = new ArrayList<>();

  /** What may end next, by where it ends. */
  private final NavigableMap<Long, List<ImportRecord>> candidates = new TreeMap<>();

  /** A file that is no larger than a chunk, by what is wanted of it. */
  private final Map<Wish, Chunk> wholeFile = new HashMap<>();

  private MessageDigest sha256 = Digests.sha256();
  private Spot start = Spot.START;
  private Spot at = Spot.START;

  /** The chunk in the middle of which the file ends: an earlier copy; else null. */
  private ImportRecord cutOff;

  private KnownPart(OpenLog log, boolean holdsNul, Records records, Monitor monitor) {
    this.log = log;
    this.holdsNul = holdsNul;
    this.records = records;
    this.monitor = monitor;
  }

  /**
   * Looks for what the store has of a file.
   *
   * @param holdsNul whether the store can hold U+0000
   * @throws support.run.Failure if it begins as a file that is known, and then differs
   */
  static KnownPart of(OpenLog log, boolean holdsNul, Records records, Monitor monitor)
      throws IOException, SQLException {
    KnownPart known = new KnownPart(log, holdsNul, records, monitor);
    known.expect(records.firstChunks());
    known.read();
    return known;
  }

  /** The chunks that the store has, in order. */
  List<Found> found() {
    return found;
  }

  /** The last of them; null where there is none. */
  ImportRecord last() {
    return found.isEmpty() ? null : found.get(found.size() - 1).record();
  }

  /** A chunk that the file has in common with the store, whole or not; null where there is none. */
  ImportRecord any() {
    return cutOff == null ? last() : cutOff;
  }

  /** Where what is new begins. */
  Spot rest() {
    return start;
  }

  /** Whether the store has more of it than the file: an earlier copy. */
  boolean isShorter() {
    return cutOff != null;
  }

  private void expect(List<ImportRecord> chunks) {
    candidates.clear();
    chunks.forEach(
        chunk -> candidates.computeIfAbsent(chunk.entryTo(), to -> new ArrayList<>()).add(chunk));
  }

  private void read() throws IOException, SQLException {
    try (PieceReader pieces = log.from(Spot.START)) {
      while (!candidates.isEmpty()) {
        monitor.check("while reading " + log.path());
        Piece piece = pieces.next();
        if (piece == null) {
          atEnd();
          return;
        }
        add(piece);
        monitor.advance(piece.length());
      }
    }
  }

  private void add(Piece piece) throws IOException, SQLException {
    if (piece.kind() != Piece.Kind.LINES) {
      addPartOfLongLine(piece);
      return;
    }
    int from = 0;
    while (from < piece.length() && !candidates.isEmpty()) {
      int newline = piece.endOfLine(from);
      addLine(piece, from, newline);
      from = newline + 1;
    }
  }

  private void addPartOfLongLine(Piece piece) throws IOException, SQLException {
    sha256.update(piece.bytes(), 0, piece.length());
    boolean isEnd = piece.kind() == Piece.Kind.END_OF_LONG_LINE;
    if (isEnd && !piece.ended()) {
      sha256.update((byte) '\n');
    }
    at =
        new Spot(
            at.offset() + piece.length(),
            at.line() + (isEnd ? 1 : 0),
            at.entryOffset() + piece.length() + (isEnd && !piece.ended() ? 1 : 0));
    if (isEnd) {
      atEndOfLine();
    }
  }

  private void addLine(Piece piece, int from, int newline) throws IOException, SQLException {
    boolean hasEnd = newline < piece.length();
    int length = newline - from;
    long end = at.offset() + length + (hasEnd ? 1 : 0);
    if (isHeader(piece.bytes(), from, newline)) {
      at = new Spot(end, at.line() + 1, at.entryOffset());
      return;
    }
    long entryEnd = at.entryOffset() + length + 1;
    if (!hasEnd && !candidates.containsKey(entryEnd)) {
      return; // it may wait for its end
    }
    sha256.update(piece.bytes(), from, length);
    sha256.update((byte) '\n');
    at = new Spot(end, at.line() + 1, entryEnd);
    atEndOfLine();
  }

  private static boolean isHeader(byte[] bytes, int from, int to) {
    return LineReader.beginsAsHeader(bytes, from, to)
        && new LineReader(EntryRow.LOCAL_TENANT).read(bytes, from, to) instanceof Line.Header;
  }

  private void atEndOfLine() throws IOException, SQLException {
    List<ImportRecord> ending = candidates.remove(at.entryOffset());
    if (ending != null) {
      String digest = Digests.soFar(sha256);
      for (ImportRecord chunk : ending) {
        if (chunk.sha256().equals(digest)) {
          found(chunk);
          return;
        }
      }
      if (!found.isEmpty()) {
        requireSame(ending.get(0), at);
        throw differs(ending.get(0), start.line());
      }
    }
    if (!candidates.isEmpty() && candidates.lastKey() < at.entryOffset()) {
      candidates.clear();
    }
  }

  private void found(ImportRecord chunk) {
    found.add(new Found(chunk, start, at));
    start = at;
    sha256 = Digests.sha256();
    expect(records.after(chunk).stream().toList());
  }

  /** The file ends where a chunk that the store has goes on, or one that only begins alike. */
  private void atEnd() throws IOException, SQLException {
    if (!found.isEmpty()) {
      cutOff = candidates.firstEntry().getValue().get(0);
      requireSame(cutOff, at);
    } else if (at.entryOffset() > 0) {
      for (List<ImportRecord> chunks : candidates.tailMap(at.entryOffset()).values()) {
        for (ImportRecord chunk : chunks) {
          cutOff = cutOff == null && beginsAs(chunk) ? chunk : cutOff;
        }
      }
    }
    start = isShorter() ? at : start;
  }

  private boolean beginsAs(ImportRecord record) throws IOException, SQLException {
    Wish wish = record.wish(holdsNul);
    Chunk chunk = wholeFile.get(wish);
    if (chunk == null) {
      chunk = log.chunk(start, at, wish);
      wholeFile.put(wish, chunk);
    }
    return !chunk.rows().isEmpty() && firstDifference(record, chunk) < 0;
  }

  /** Requires that the entries from the start of a chunk to a spot are those that were imported. */
  private void requireSame(ImportRecord record, Spot end) throws IOException, SQLException {
    Chunk chunk = log.chunk(start, end, record.wish(holdsNul));
    long line = firstDifference(record, chunk);
    if (line >= 0) {
      throw differs(record, line);
    }
  }

  private Failure differs(ImportRecord record, long line) {
    return Failure.of(
        StoreErrors.FILE_DIFFERS_FROM_IMPORT, log.path(), record.file(), line, record.log());
  }

  /** The first line that is not the one that was imported; negative where all are. */
  private long firstDifference(ImportRecord record, Chunk chunk) throws SQLException {
    byte[] marks = records.marks(record);
    List<Reject> rejects = records.rejects(record);
    chunk.refuseAgain(rejects);
    for (int i = 0; i < chunk.rows().size(); i++) {
      Rows.Row row = chunk.rows().get(i);
      int mark = i * Chunk.MARK;
      boolean isSame =
          mark < marks.length
              && Arrays.equals(row.digest(), 0, Chunk.MARK, marks, mark, mark + Chunk.MARK);
      if (!isSame) {
        return row.line();
      }
    }
    Set<Long> known = rejects.stream().map(Reject::entryOffset).collect(Collectors.toSet());
    return chunk.rejects().stream()
        .filter(reject -> !known.contains(reject.entryOffset()))
        .mapToLong(Reject::line)
        .findFirst()
        .orElse(-1);
  }
}
