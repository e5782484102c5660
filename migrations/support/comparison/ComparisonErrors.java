package support.comparison;

import support.run.ErrorCode;
import support.run.Exit;

/** What is wrong with a file or its backup where they do not agree. */
public enum ComparisonErrors implements ErrorCode {
  LOG_DIFFERS(
      Exit.UNVERIFIED,
      "<log>, line <line>, byte <byte>: differs from its backup <backup>",
      ComparisonErrors.KEEP_BOTH,
      "One of the two was changed from this byte on.",
      "Keep both. A third copy tells which."),
  LOG_ENDS_EARLY(
      Exit.UNVERIFIED,
      "<log>, line <line>, byte <byte>: ends before its backup <backup>",
      ComparisonErrors.KEEP_BOTH,
      "The end of the log was cut off.",
      "Keep both. The backup holds what is missing."),
  BACKUP_ENDS_EARLY(
      Exit.UNVERIFIED,
      "<backup>, line <line>, byte <byte>: the backup ends within a line of <log>",
      ComparisonErrors.KEEP_BOTH,
      "The end of the backup was cut off.",
      "Keep both. The log holds what is missing."),
  LINE_NOT_AS_MADE(
      Exit.UNVERIFIED,
      "<backup>, line <line>, byte <byte>: what was made of this line does not stand in <log>",
      ComparisonErrors.KEEP_BOTH,
      "Log or backup was changed, or the log was rotated since its lines were edited.",
      "Keep both. A third copy tells which."),
  EVIDENCE_UNREADABLE(
      Exit.UNVERIFIED,
      "<reason>",
      ComparisonErrors.KEEP_BOTH,
      "A file that belongs to a backup begins as it should, and cannot be read to its end.",
      "Look for a copy of that file.");

  /** What to do where it is open which of two files was changed. */
  public static final String KEEP_BOTH =
      "keep both files as they are; compare them, and restore what is damaged from another copy";

  private final Entry entry;

  ComparisonErrors(Exit exit, String what, String next, String meaning, String remedy) {
    entry = new Entry(exit, what, next, meaning, remedy);
  }

  @Override
  public Entry entry() {
    return entry;
  }
}
