package support.evidence;

import java.nio.file.Path;
import support.evidence.Finding.Belongs;
import support.evidence.Finding.Late;
import support.files.OpenFiles;
import support.run.Notes;

/** What is said of lines that somebody appended to a backup. */
final class LateNotes {
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
              ? "%d line(s) of %d bytes are in %s only, and the first is older than the header of"
                  + " the log: they were cut off the log, or appended there later%s"
              : "%d line(s) of %d bytes that were appended to %s later are in no other file%s";
      String how = finding.belongsTo(live) ? howToBringOver(late) : "; keep it";
      notes.addConcern(what.formatted(late.missingLines(), late.missingBytes(), backup, how));
    }
    if (late.unfinishedBytes() > 0) {
      notes.addConcern(
          "%d bytes of an unfinished line are in %s only"
              .formatted(late.unfinishedBytes(), backup));
    }
    return notes;
  }

  private static String howToBringOver(Late late) {
    return late.writers().writers().isEmpty()
        ? "; bring them over with 'migrate recover'"
        : "; once that is restarted, bring them over with 'migrate recover'";
  }

  /** Of who goes on writing to it. */
  static void addWriters(Notes notes, Path backup, OpenFiles.Answer answer) {
    if (!answer.writers().isEmpty()) {
      notes.addConcern("%s still writes to %s; restart it now".formatted(answer.names(), backup));
    }
  }
}
