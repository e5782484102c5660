package support.imports;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import support.files.OpenFiles;
import support.pieces.LogFile;
import support.pieces.OpenLog;
import support.pieces.ParsedPiece;
import support.pieces.Piece;
import support.pieces.PieceReader;
import support.pieces.Spot;
import support.rows.Wish;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;
import support.store.ImportRecord;
import support.store.Records;

/** Looks how far the store has files. Reads only. */
final class StoreSurvey {
  private final boolean holdsNul;
  private final Records records;
  private final OpenFiles openFiles;
  private final Monitor monitor;
  private final Set<String> found = new HashSet<>();
  private Failure worst;

  StoreSurvey(boolean holdsNul, Records records, OpenFiles openFiles, Monitor monitor) {
    this.holdsNul = holdsNul;
    this.records = records;
    this.openFiles = openFiles;
    this.monitor = monitor;
  }

  /**
   * @param logs those that the files are of, and that others may have been of, as records name them
   */
  StoreStatus of(List<LogFile> files, Set<String> logs) throws IOException, SQLException {
    List<StoreStatus.FileStatus> all = new ArrayList<>();
    for (LogFile file : files) {
      all.add(of(file));
    }
    List<ImportRecord> gone =
        records.all().stream()
            .filter(record -> logs.contains(record.log()) && !found.contains(record.chain()))
            .toList();
    long goneFiles = gone.stream().map(ImportRecord::content).distinct().count();
    long goneEntries = gone.stream().mapToLong(ImportRecord::entries).sum();
    return new StoreStatus(all, goneFiles, goneEntries, worst);
  }

  private StoreStatus.FileStatus of(LogFile file) throws IOException, SQLException {
    String name = file.path().toString();
    try (OpenLog log = OpenLog.open(file)) {
      KnownPart known = KnownPart.of(log, holdsNul, records, monitor);
      known.found().forEach(part -> found.add(part.record().chain()));
      long entries = known.found().stream().mapToLong(part -> part.record().entries()).sum();
      OpenFiles.Answer answer = openFiles.holdersOf(file.path());
      boolean isWritten = file.isLive() && !answer.writers().isEmpty();
      boolean mayEndOpen = !file.isLive() || answer.complete() && !isWritten;
      long lines = newLines(log, known.rest(), mayEndOpen);
      String state = lines == 0 ? "done" : isWritten ? "following" : "pending";
      return new StoreStatus.FileStatus(name, state, entries, lines, null);
    } catch (IOException e) {
      if (!file.hasPlainTwin()) {
        failed(Failure.of(e));
      }
      return new StoreStatus.FileStatus(name, "unreadable", 0, 0, Failure.reason(e));
    } catch (Failure failure) {
      if (failure.exit() != Exit.REFUSED) {
        throw failure;
      }
      failed(failure);
      return new StoreStatus.FileStatus(name, "differs", 0, 0, failure.getMessage());
    }
  }

  private void failed(Failure failure) {
    worst = worst == null || failure.exit().isWorseThan(worst.exit()) ? failure : worst;
  }

  /** Lines that an import would record; a torn one, and headers, are none. */
  private long newLines(OpenLog log, Spot from, boolean mayEndOpen) throws IOException {
    long lines = 0;
    Wish wish = new Wish(null, null, holdsNul);
    try (PieceReader pieces = log.from(from)) {
      for (Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
        monitor.check("while reading " + log.path());
        ParsedPiece parsed = ParsedPiece.of(piece, wish, mayEndOpen);
        lines += parsed.lines() - parsed.headers().size();
      }
    }
    return lines;
  }
}
