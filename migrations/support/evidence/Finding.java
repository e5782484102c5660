package support.evidence;

import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import support.comparison.Comparison;
import support.files.OpenFiles;
import support.log.LogNames.BackupName;
import support.run.Failure;

/**
 * A backup, and what it was found to be.
 *
 * @param path where it is
 * @param name what its name says; of one that the operator named, that of the latest of the
 *     migration that is asked about
 * @param bytes its size
 * @param verdict what it belongs to
 */
public record Finding(Path path, BackupName name, long bytes, Verdict verdict) {
  /** What a backup belongs to. */
  public sealed interface Verdict {}

  /** It is another name of the log: a run was interrupted before it replaced the log. */
  public record TheLog() implements Verdict {}

  /**
   * It is the log as it was before a rollback that gave up what was logged since, as the operator
   * had said: there is nothing that a file here must have of it.
   *
   * @param writers who still has it open for writing
   */
  public record Discarded(OpenFiles.Answer writers) implements Verdict {}

  /**
   * A file begins with what was made of it.
   *
   * @param file the log, an archive, or a later backup that belongs to one itself
   * @param end where the file's body goes on behind that, in bytes; {@link Comparison#ALL} where it
   *     ends there and nobody has counted
   * @param proven how many bytes of the backup are proven by it, headers left out; likewise
   * @param late what was appended to it later
   */
  public record Belongs(Path file, long end, long proven, Late late) implements Verdict {}

  /**
   * Lines that somebody appended to a file after it had become a backup.
   *
   * @param present how many of them are in the file too
   * @param missingLines how many are in the backup only
   * @param missingBytes the bytes of these
   * @param wereDiscarded whether a rollback had discarded them, and the operator took that back by
   *     the name of the backup: then they stand before those that are present
   * @param mayBeCutOff whether the first of these is older than the file's header: then they may
   *     have been cut off the file
   * @param unfinishedBytes those of a last line without its end, which is in the backup only
   * @param writers who still has the backup open for writing
   */
  public record Late(
      long present,
      long missingLines,
      long missingBytes,
      boolean wereDiscarded,
      boolean mayBeCutOff,
      long unfinishedBytes,
      OpenFiles.Answer writers) {
    /** Whether anything is in the backup only. */
    boolean isAnyMissing() {
      return missingLines + unfinishedBytes > 0;
    }
  }

  /**
   * It could not be read, by this user at least.
   *
   * @param cause why
   */
  public record Unreadable(AccessDeniedException cause) implements Verdict {}

  /** It was emptied: no log that is empty is ever rewritten. */
  public record Emptied() implements Verdict {}

  /**
   * It or the file that was made of it was changed.
   *
   * @param file the file
   * @param fault what is wrong: file, line and byte offset
   */
  public record Damaged(Path file, Failure fault) implements Verdict {}

  /**
   * No file here was made of it.
   *
   * @param why what explains that, or null where nothing does
   */
  public record Unattributed(String why) implements Verdict {}

  /** Whether it belongs to this file. */
  boolean belongsTo(Path file) {
    return verdict instanceof Belongs belongs && belongs.file().equals(file);
  }
}
