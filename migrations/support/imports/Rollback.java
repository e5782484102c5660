package support.imports;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import support.run.Failure;
import support.run.Monitor;
import support.store.ImportRecord;
import support.store.Store;
import support.store.StoreErrors;

/** Removes what was imported, and nothing else: the newest chunk first, each with its record. */
final class Rollback {
  private final Store store;
  private final Monitor monitor;

  Rollback(Store store, Monitor monitor) {
    this.store = store;
    this.monitor = monitor;
  }

  /**
   * Rows that were removed, or would be.
   *
   * @param deleted rows that somebody else had removed before
   */
  record Counts(long rows, long deleted, long files) {}

  /**
   * Removes the rows of chunks.
   *
   * @param records all chunks of the files that they are of
   * @throws Failure if a row was changed since; nothing was removed then
   */
  Counts run(List<ImportRecord> records, boolean dryRun) throws IOException, SQLException {
    long deleted = 0;
    for (ImportRecord record : records) {
      monitor.check("before anything was removed");
      deleted +=
          new ChunkProof(store, record)
              .againstDigests(
                  (index, column) -> {
                    throw Failure.of(
                        StoreErrors.ROW_CHANGED,
                        store.name(),
                        record.idFrom() + index,
                        record.file());
                  });
    }
    long rows = records.stream().mapToLong(ImportRecord::entries).sum() - deleted;
    long files = records.stream().map(ImportRecord::content).distinct().count();
    if (!dryRun) {
      long bytes = records.stream().mapToLong(Rollback::bytes).sum();
      monitor.during("rollback in " + store.name(), bytes, () -> remove(records));
    }
    return new Counts(rows, deleted, files);
  }

  private void remove(List<ImportRecord> records) throws IOException, SQLException {
    List<ImportRecord> newestFirst =
        records.stream().sorted(Comparator.comparingLong(ImportRecord::number).reversed()).toList();
    for (ImportRecord record : newestFirst) {
      monitor.check("while rolling back");
      store.remove(record);
      monitor.advance(bytes(record));
      store.letOthersIn();
    }
  }

  private static long bytes(ImportRecord record) {
    return record.entryTo() - record.entryFrom();
  }
}
