package support.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import support.comparison.Body;
import support.comparison.DigestedLines;
import support.comparison.Making;
import support.evidence.Finding.Belongs;
import support.lines.LineCounts;
import support.lines.LineCounts.Places;
import support.lines.LineEdit;
import support.log.Encoding;
import support.run.Monitor;

/**
 * Lines of a log that cannot be read, but are the beginning of a line that was appended late to a
 * backup: of one that was torn when the log was copied and finished later, or of one that was being
 * brought over when the power failed. The whole line is told among the late ones.
 *
 * @param count how many there are
 * @param others the damaged lines that are none
 * @param endsWithOne whether the last line has no newline and is one; it may lack nothing else
 */
record TornCopies(long count, Places others, boolean endsWithOne) {
  /**
   * Distinguishes them from other damaged lines.
   *
   * @param appended the lines behind the migrated part of the log
   */
  static TornCopies in(
      Path log,
      LineCounts appended,
      Evidence evidence,
      Map<String, LineEdit> edits,
      Monitor monitor)
      throws IOException {
    LateLines late = new LateLines(evidence, edits, monitor);
    boolean endsWithOne = appended.torn() != null && late.isOneBegunAt(log, appended.torn());
    Places damaged = appended.damaged();
    if (damaged.count() > damaged.first().size()) {
      return new TornCopies(0, damaged, endsWithOne); // more than are told by their places
    }
    List<LineCounts.Position> others = new ArrayList<>();
    for (LineCounts.Position place : damaged.first()) {
      if (!late.isOneBegunAt(log, place)) {
        others.add(place);
      }
    }
    Places left = new Places(others.size(), others);
    return new TornCopies(damaged.count() - left.count(), left, endsWithOne);
  }

  /** The lines that were appended late to backups. */
  private record LateLines(Evidence evidence, Map<String, LineEdit> edits, Monitor monitor) {
    boolean isOneBegunAt(Path log, LineCounts.Position place) throws IOException {
      try (InputStream content = Encoding.content(log);
          DigestedLines line = new DigestedLines(content, 0, Making.SAME, monitor)) {
        content.skipNBytes(place.offset());
        line.next();
        return isAnyBegunBy(line.line(), line.isEnded());
      }
    }

    private boolean isAnyBegunBy(byte[] torn, boolean isEnded) throws IOException {
      for (Finding finding : evidence.findings()) {
        boolean hasLate =
            finding.verdict() instanceof Belongs belongs
                && belongs.late().present() + belongs.late().missingLines() > 0;
        if (hasLate && isAnyBegunBy(torn, isEnded, finding)) {
          return true;
        }
      }
      return false;
    }

    private boolean isAnyBegunBy(byte[] torn, boolean isEnded, Finding finding) throws IOException {
      Making making = Making.of(finding.name(), edits).ofLateLines();
      long from = ((Belongs) finding.verdict()).proven();
      Body backup = Body.of(finding.path());
      try (DigestedLines late = new DigestedLines(backup.open(from), from, making, monitor)) {
        while (late.nextWhole()) {
          byte[] whole = late.made();
          boolean isShorter = torn.length < whole.length || !isEnded && torn.length == whole.length;
          if (isShorter && Arrays.equals(torn, 0, torn.length, whole, 0, torn.length)) {
            return true;
          }
        }
        return false;
      }
    }
  }
}
