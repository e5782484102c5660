package support.evidence;

import java.nio.file.Path;
import support.evidence.Finding.Belongs;
import support.evidence.Finding.Late;
import support.files.OpenFiles;
import support.run.Notes;

/** What is said of lines that somebody appended to a backup. */
public final class LateNotes {
  /** What such lines are, where the first of them is older than the header of the log. */
  public static final String CUT_OFF_OR_LATE =
      ", and the first is older than the header of the log: they were cut off the log, or appended"
          + " there later";

  private LateNotes() {}

  /**
   * What an operator must know of lines that are in a backup only; what has to be done first stands
   * first.
   */
  static Notes of(Finding finding, Belongs belongs, Path live) {
    Notes notes = new Notes();
    Path backup = finding.path();
    Late late = belongs.late();
    addWriters(notes, backup, late.writers());
    if (late.missingLines() > 0) {
      String what =
          late.mayBeCutOff()
              ? "%d line(s) of %d bytes are in %s only" + CUT_OFF_OR_LATE + "%s"
              : "%d line(s) of %d bytes that were appended to %s later are in no other file%s";
      String how = whatToDo(finding.belongsTo(live), !late.writers().writers().isEmpty());
      notes.addConcern(what.formatted(late.missingLines(), late.missingBytes(), backup, how));
    }
    if (late.unfinishedBytes() > 0) {
      notes.addConcern(
          "%d bytes of an unfinished line are in %s only"
              .formatted(late.unfinishedBytes(), backup));
    }
    return notes;
  }

  /**
   * What to do about lines that are in a backup only.
   *
   * @param isOfTheLog whether the backup belongs to the log, and not to an archive
   * @param isStillWritten whether a process has it open for writing, which is named before
   */
  public static String whatToDo(boolean isOfTheLog, boolean isStillWritten) {
    if (!isOfTheLog) {
      return "; keep it";
    }
    return isStillWritten
        ? "; once that is restarted, bring them over with 'migrate recover'"
        : "; bring them over with 'migrate recover'";
  }

  /** Of who goes on writing to it. */
  static void addWriters(Notes notes, Path backup, OpenFiles.Answer answer) {
    if (!answer.writers().isEmpty()) {
      notes.addConcern("%s still writes to %s; restart it now".formatted(answer.names(), backup));
    }
  }
}
