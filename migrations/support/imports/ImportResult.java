package support.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import support.pieces.Chunk;
import support.pieces.LogFile;
import support.rows.Reject;
import support.run.Failure;

/** What an import did, or would do. */
public final class ImportResult {
  /** So many are listed; all are counted. */
  static final int MOST_REJECTS_LISTED = 10_000;

  /**
   * A line that makes no row.
   *
   * @param line its number in the file, from 1
   * @param offset of its first byte in the file
   */
  public record RejectedLine(String file, long line, long offset, String reason) {}

  /**
   * What became of a file.
   *
   * @param state {@code imported}, {@code known} where nothing of it was new, {@code unreadable},
   *     or {@code not reached} behind one of those
   * @param entries new rows
   * @param knownEntries rows that the store had
   * @param rejects new lines that make no row
   */
  public record FileResult(
      String file, String state, long entries, long knownEntries, long rejects) {
    /** Of a file of which nothing was imported. */
    static FileResult of(LogFile file, String state) {
      return new FileResult(file.path().toString(), state, 0, 0, 0);
    }
  }

  private final List<FileResult> files = new ArrayList<>();
  private final List<RejectedLine> rejects = new ArrayList<>();
  private final Map<String, Long> withoutColumn = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();
  private long entries;
  private long knownEntries;
  private long rejectCount;
  private long leftOut;
  private Failure failure;

  void add(FileResult file) {
    files.add(file);
    knownEntries += file.knownEntries();
  }

  void add(LogFile file, Chunk chunk) {
    entries += chunk.rows().size();
    leftOut += chunk.leftOut();
    chunk.summary().lost().forEach((name, count) -> withoutColumn.merge(name, count, Long::sum));
    rejectCount += chunk.rejects().size();
    for (Reject reject : chunk.rejects()) {
      if (rejects.size() < MOST_REJECTS_LISTED) {
        rejects.add(
            new RejectedLine(
                file.path().toString(), reject.line(), reject.offset(), reject.reason().words()));
      }
    }
  }

  /** That a part could not be done; the first such failure is how the run ends. */
  void failed(Failure reason) {
    failure = failure == null ? reason : failure;
  }

  /** Null where all could be done. */
  public Failure failure() {
    return failure;
  }

  void note(String note) {
    notes.add(note);
  }

  /** What was done of each file, in the order of the import. */
  public List<FileResult> files() {
    return files;
  }

  /** The first {@link #MOST_REJECTS_LISTED} lines that make no row. */
  public List<RejectedLine> rejects() {
    return rejects;
  }

  /** How many entries have something that the table has no column for, by its name. */
  public Map<String, Long> withoutColumn() {
    return withoutColumn;
  }

  /** Whole sentences for the operator. */
  public List<String> notes() {
    return notes;
  }

  /** New rows. */
  public long entries() {
    return entries;
  }

  /** Rows that the store had already. */
  public long knownEntries() {
    return knownEntries;
  }

  /** New lines that make no row. */
  public long rejectCount() {
    return rejectCount;
  }

  /** Entries that are older than was asked for. */
  public long leftOut() {
    return leftOut;
  }
}
