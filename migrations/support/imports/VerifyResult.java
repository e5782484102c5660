package support.imports;

import java.util.ArrayList;
import java.util.List;

/** What was proven of an import. */
public final class VerifyResult {
  private final List<String> notes = new ArrayList<>();
  private long entries;
  private long deleted;

  void add(long moreEntries, long moreDeleted) {
    entries += moreEntries - moreDeleted;
    deleted += moreDeleted;
  }

  void note(String note) {
    notes.add(note);
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
