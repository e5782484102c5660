package support.imports;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import support.pieces.Chunk;
import support.pieces.LogFile;
import support.pieces.OpenLog;
import support.rows.EntryRow;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;
import support.store.ImportRecord;
import support.store.Records;
import support.store.Store;
import support.store.StoreErrors;

/** Proves that every entry that was imported is one row, as it was, and that no row is twice. */
final class Verify {
  private final Store store;
  private final Records records;
  private final Monitor monitor;
  private final boolean skipUnreadable;
  private final VerifyResult result = new VerifyResult();
  private final Set<String> proven = new HashSet<>();
  private boolean isNothingMissing = true;

  /**
   * @param skipUnreadable whether a file that cannot be read is noted, and no failure
   */
  Verify(Store store, Records records, Monitor monitor, boolean skipUnreadable) {
    this.store = store;
    this.records = records;
    this.monitor = monitor;
    this.skipUnreadable = skipUnreadable;
  }

  /**
   * Proves what was imported of files, and of their logs where the files are gone. One that cannot
   * be read keeps none of the others from being looked at.
   *
   * @throws Failure with {@link Exit#UNVERIFIED} at the first fault
   */
  VerifyResult run(List<LogFile> files, Set<String> logs) throws IOException, SQLException {
    for (LogFile file : files) {
      prove(file);
    }
    Set<String> gone = new HashSet<>();
    for (ImportRecord record : records.all()) {
      if (logs.contains(record.log()) && !proven.contains(record.chain())) {
        gone.add(record.content());
        proveByDigests(record);
      }
    }
    requireNoneTwice();
    boolean isProof = !proven.isEmpty() || isNothingMissing && !files.isEmpty();
    if (!isProof && result.failure() == null) {
      throw Failure.of(StoreErrors.NOTHING_IMPORTED, store.name());
    }
    result.goneFiles(gone.size());
    if (!gone.isEmpty()) {
      result.note(
          ("%d file(s) are gone, shorter or unreadable by now, or not among those looked at; their"
                  + " rows are proven by the digests that were kept of them")
              .formatted(gone.size()));
    }
    return result;
  }

  private void prove(LogFile file) throws IOException, SQLException {
    try (OpenLog log = OpenLog.open(file)) {
      monitor.during("verify " + file.path(), log.size(), () -> prove(log));
    } catch (IOException e) {
      unreadable(file, e);
    }
  }

  private void unreadable(LogFile file, IOException why) {
    if (file.hasPlainTwin()) {
      result.note(LogFiles.noteOfUnfinished(why));
      return;
    }
    isNothingMissing = false;
    result.unreadable(file.path().toString());
    Failure failure = Failure.of(StoreErrors.FILE_NOT_READ, Failure.reason(why));
    if (skipUnreadable) {
      result.note(failure.getMessage() + "; it was left out, and compared with no row");
    } else {
      result.failed(failure.withState("all that can be read is as it was imported"));
    }
  }

  private void prove(OpenLog log) throws IOException, SQLException {
    KnownPart known = known(log);
    isNothingMissing &= !known.found().isEmpty() || !log.hasLines();
    for (KnownPart.Found found : known.found()) {
      monitor.check("while verifying " + log.path());
      if (proven.contains(found.record().chain())) {
        continue; // of another copy of the file
      }
      Chunk chunk = log.chunk(found.start(), found.end(), found.record().wish(store.holdsNul()));
      chunk.refuseAgain(records.rejects(found.record()));
      long deleted =
          new ChunkProof(store, found.record())
              .against(chunk, (index, column) -> differs(log, chunk, index, column));
      proven.add(found.record().chain());
      result.add(found.record().entries(), deleted);
    }
  }

  /** A file that differs from what was imported is a fault here. */
  private KnownPart known(OpenLog log) throws IOException, SQLException {
    try {
      return KnownPart.of(log, store.holdsNul(), records, monitor);
    } catch (Failure failure) {
      if (failure.exit() != Exit.REFUSED) {
        throw failure;
      }
      throw Failure.of(StoreErrors.FILE_NOT_AS_IMPORTED, failure.getMessage(), failure.next());
    }
  }

  private void differs(OpenLog log, Chunk chunk, int index, String column) {
    long line = chunk.rows().isEmpty() ? chunk.start().line() : chunk.rows().get(index).line();
    throw column == null
        ? Failure.of(StoreErrors.LINE_NOT_AS_STORED, log.path(), line)
        : Failure.of(StoreErrors.COLUMN_NOT_AS_STORED, log.path(), line, column);
  }

  private void proveByDigests(ImportRecord record) throws IOException, SQLException {
    monitor.check("while verifying " + record.file());
    proven.add(record.chain());
    long deleted =
        new ChunkProof(store, record)
            .againstDigests(
                (index, column) -> {
                  throw Failure.of(
                      StoreErrors.ROW_NOT_AS_IMPORTED,
                      store.name(),
                      record.idFrom() + index,
                      record.file());
                });
    result.add(record.entries(), deleted);
  }

  /** No server writes ids below 1. */
  private void requireNoneTwice() throws SQLException {
    if (!store.has(EntryRow.TABLE)) {
      return;
    }
    List<long[]> gaps = new ArrayList<>();
    long from = Long.MIN_VALUE;
    for (ImportRecord record : records.all()) {
      gaps.add(new long[] {from, record.idFrom()});
      from = Math.max(from, record.idTo());
    }
    gaps.add(new long[] {from, Store.FIRST_ID_OF_SERVERS});
    for (long[] gap : gaps) {
      long others =
          gap[0] >= gap[1]
              ? 0
              : store.number(
                  "SELECT count(*) FROM audit_entries WHERE id >= %d AND id < %d"
                      .formatted(gap[0], gap[1]));
      if (others > 0) {
        throw Failure.of(StoreErrors.ROWS_OF_NOBODY, store.name(), others);
      }
    }
  }
}
