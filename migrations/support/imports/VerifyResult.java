package support.imports;

import java.util.ArrayList;
import java.util.List;
import support.run.Failure;

/** What was proven of an import. */
public final class VerifyResult {
  private final List<String> notes = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();
  private long entries;
  private long deleted;
  private long goneFiles;
  private Failure failure;

  void add(long moreEntries, long moreDeleted) {
    entries += moreEntries - moreDeleted;
    deleted += moreDeleted;
  }

  void note(String note) {
    notes.add(note);
  }

  void unreadable(String file) {
    unreadable.add(file);
  }

  void goneFiles(long number) {
    goneFiles = number;
  }

  /** That a part could not be looked at; the first such failure is how the command ends. */
  void failed(Failure reason) {
    failure = failure == null ? reason : failure;
  }

  /** Null where all could be looked at that should. */
  public Failure failure() {
    return failure;
  }

  /** Files that could not be read, and so were compared with no row. */
  public List<String> unreadable() {
    return unreadable;
  }

  /** How many files were proven, or a part of them, by the digests that were kept alone. */
  public long goneFiles() {
    return goneFiles;
  }

  /** Rows that are as they were imported. */
  public long entries() {
    return entries;
  }

  /** Rows that somebody deleted since. */
  public long deleted() {
    return deleted;
  }

  /** Whole sentences for the operator. */
  public List<String> notes() {
    return notes;
  }
}
