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
 */
record TornCopies(long count, Places others) {
  /**
   * Distinguishes them from other damaged lines.
   *
   * @param damaged the damaged lines behind the migrated part of the log
   */
  static TornCopies in(
      Path log, Places damaged, Evidence evidence, Map<String, LineEdit> edits, Monitor monitor)
      throws IOException {
    List<LineCounts.Position> others = new ArrayList<>(damaged.first());
    if (damaged.count() > damaged.first().size()) {
      return new TornCopies(0, damaged); // more than are told by their places
    }
    for (Finding finding : evidence.findings()) {
      boolean hasLate =
          finding.verdict() instanceof Belongs belongs
              && belongs.late().present() + belongs.late().missingLines() > 0;
      for (LineCounts.Position place : hasLate ? List.copyOf(others) : others.subList(0, 0)) {
        if (isBeginningOfLate(lineAt(log, place.offset(), monitor), finding, edits, monitor)) {
          others.remove(place);
        }
      }
    }
    Places left = new Places(others.size(), others);
    return new TornCopies(damaged.count() - left.count(), left);
  }

  private static byte[] lineAt(Path log, long offset, Monitor monitor) throws IOException {
    InputStream content = Encoding.content(log);
    try (DigestedLines line = new DigestedLines(content, 0, Making.SAME, monitor)) {
      content.skipNBytes(offset);
      line.next();
      return line.line();
    }
  }

  private static boolean isBeginningOfLate(
      byte[] torn, Finding finding, Map<String, LineEdit> edits, Monitor monitor)
      throws IOException {
    Making making = Making.of(finding.name(), edits).ofLateLines();
    long from = ((Belongs) finding.verdict()).proven();
    Body backup = Body.of(finding.path());
    try (DigestedLines late = new DigestedLines(backup.open(from), from, making, monitor)) {
      while (late.nextWhole()) {
        byte[] whole = late.made();
        if (torn.length < whole.length
            && Arrays.equals(torn, 0, torn.length, whole, 0, torn.length)) {
          return true;
        }
      }
      return false;
    }
  }
}
