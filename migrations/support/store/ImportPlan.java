package support.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** In which order files are imported. */
final class ImportPlan {
  /**
   * A file in that order.
   *
   * @param firstTime that of its first entry; null where it has none
   * @param namesNoTenant whether one of its first entries names no tenant
   */
  record Planned(LogFile file, GoTime firstTime, boolean namesNoTenant) {}

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
      if (!log.isPlain()) {
        requireReadableToItsEnd(log);
      }
      try (PieceReader pieces = log.from(Spot.START)) {
        return look(file, pieces, wish);
      }
    }
  }

  /** Damage to a compressed file shows at its end only. */
  private static void requireReadableToItsEnd(OpenLog log) throws IOException {
    try (PieceReader pieces = log.from(Spot.START)) {
      while (pieces.next() != null) {
        // Reading is all.
      }
    }
  }

  private static Planned look(LogFile file, PieceReader pieces, Wish wish) throws IOException {
    for (Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
      List<ParsedPiece.Row> rows = ParsedPiece.of(piece, wish, true).rows();
      if (!rows.isEmpty()) {
        boolean namesNoTenant = rows.stream().anyMatch(row -> !row.entry().namesTenant());
        return new Planned(file, rows.get(0).entry().time(), namesNoTenant);
      }
    }
    return new Planned(file, null, false);
  }
}
