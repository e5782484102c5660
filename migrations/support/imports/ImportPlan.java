package support.imports;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import support.pieces.LogFile;
import support.pieces.OpenLog;
import support.pieces.ParsedPiece;
import support.pieces.Piece;
import support.pieces.PieceReader;
import support.pieces.Rows;
import support.pieces.Spot;
import support.rows.EntryRow;
import support.rows.GoTime;
import support.rows.Wish;

/** In which order files are imported. */
final class ImportPlan {
  /**
   * A file in that order.
   *
   * @param firstTime that of its first entry; null where it has none
   * @param namesNoTenant whether one of its first entries names no tenant
   * @param bytes how many bytes of log it holds
   * @param rowBytes how many its rows take in a store, as its first ones tell
   */
  record Planned(
      LogFile file, GoTime firstTime, boolean namesNoTenant, long bytes, long rowBytes) {}

  /** What a row takes with its indexes, besides its command. */
  private static final long BYTES_OF_ROW = 250;

  private static final int COMMAND = EntryRow.COLUMNS.indexOf("command");

  /** How much of a file tells what it is like, in bytes. */
  private static final int BEGINNING = 64 << 10;

  /** Hears of a file that cannot be read. */
  interface Unreadable {
    /** Returns whether to go on with what is newer in its log. */
    boolean goOn(LogFile file, IOException why);
  }

  private ImportPlan() {}

  /**
   * By the time of the first entry, archives before live logs.
   *
   * @param files those of each log from its oldest to the live one
   */
  static List<Planned> of(List<LogFile> files, Wish wish, Unreadable unreadable) {
    List<Planned> plan = new ArrayList<>();
    Set<Path> stopped = new HashSet<>();
    for (LogFile file : files) {
      try {
        if (!stopped.contains(file.log())) {
          plan.add(look(file, wish));
        }
      } catch (IOException e) {
        if (!unreadable.goOn(file, e)) {
          stopped.add(file.log());
        }
      }
    }
    plan.sort(
        Comparator.comparing((Planned planned) -> planned.file().isLive())
            .thenComparing(Planned::firstTime, Comparator.nullsFirst(Comparator.naturalOrder())));
    return plan;
  }

  private static Planned look(LogFile file, Wish wish) throws IOException {
    try (OpenLog log = OpenLog.open(file)) {
      long bytes = log.isPlain() ? log.size() : bytesToItsEnd(log);
      try (PieceReader pieces = log.from(Spot.START, BEGINNING)) {
        return look(file, bytes, pieces, wish);
      }
    }
  }

  /** Damage to a compressed file shows at its end only. */
  private static long bytesToItsEnd(OpenLog log) throws IOException {
    long bytes = 0;
    try (PieceReader pieces = log.from(Spot.START)) {
      for (Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
        bytes += piece.length();
      }
    }
    return bytes;
  }

  private static Planned look(LogFile file, long bytes, PieceReader pieces, Wish wish)
      throws IOException {
    for (Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
      List<Rows.Row> rows = ParsedPiece.of(piece, wish, true).rows();
      if (!rows.isEmpty()) {
        boolean namesNoTenant = rows.stream().anyMatch(row -> !row.namesTenant());
        double ofPiece = rows.stream().mapToLong(ImportPlan::bytes).sum();
        long rowBytes = (long) (ofPiece / piece.length() * (bytes - piece.offset()));
        return new Planned(file, rows.get(0).time(), namesNoTenant, bytes, rowBytes);
      }
    }
    return new Planned(file, null, false, bytes, 0);
  }

  private static long bytes(Rows.Row row) {
    return BYTES_OF_ROW + row.entry().length(COMMAND);
  }
}
