package support.imports;

import java.io.IOException;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.util.Arrays;
import support.pieces.Chunk;
import support.rows.Digests;
import support.store.ImportRecord;
import support.store.Store;

/** Holds the rows of a chunk against what they were made of. */
final class ChunkProof {
  private final Store store;
  private final ImportRecord record;
  private long there;

  ChunkProof(Store store, ImportRecord record) {
    this.store = store;
    this.record = record;
  }

  /** Hears of a row that is not as it was imported. */
  interface Fault {
    /**
     * @param index of the row in its chunk
     * @param column the first that differs; null where that cannot be told
     */
    void at(int index, String column) throws IOException;
  }

  /**
   * Compares each row with its entry, field by field.
   *
   * @return how many rows were deleted
   */
  long against(Chunk chunk, Fault fault) throws SQLException, IOException {
    if (chunk.rows().size() != record.entries()) {
      fault.at(0, null);
    }
    store.rows(
        record.idFrom(),
        record.idTo(),
        (id, row) -> {
          there++;
          int index = (int) (id - record.idFrom());
          String column = chunk.rows().get(index).entry().firstDifference(row);
          if (column != null) {
            fault.at(index, column);
          }
        });
    return record.entries() - there;
  }

  /** The same without the file: each row against the digest that was kept of it. */
  long againstDigests(Fault fault) throws SQLException, IOException {
    byte[] marks = store.marks(record);
    MessageDigest all = Digests.sha256();
    MessageDigest one = Digests.sha256();
    store.rows(
        record.idFrom(),
        record.idTo(),
        (id, row) -> {
          there++;
          int index = (int) (id - record.idFrom());
          byte[] digest = row.digest(one);
          all.update(digest);
          int mark = index * Chunk.MARK;
          if (!Arrays.equals(digest, 0, Chunk.MARK, marks, mark, mark + Chunk.MARK)) {
            fault.at(index, null);
          }
        });
    if (there == record.entries() && !Digests.soFar(all).equals(record.rowsSha256())) {
      fault.at(0, null);
    }
    return record.entries() - there;
  }
}
