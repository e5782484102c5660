package support.scan;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import support.lines.Era;
import support.lines.LineCounts;
import support.lines.LogLines;
import support.log.Encoding;
import support.run.Monitor;

/**
 * What the lines of a log hold, told without content.
 *
 * @param entries how many entries there are
 * @param era the newest release whose keys an entry has, or null where there are no entries
 * @param entriesByEra how many entries have the keys of each
 * @param firstTime the earliest time of an entry, RFC 3339, or null
 * @param lastTime the latest one; lines are not in the order of their times
 * @param damagedLines lines that are not JSON
 * @param foreignLines lines that are JSON, but no entries
 * @param furtherHeaders headers behind the first line that is not blank
 * @param tornLastLine the last line, where it has no newline, else null
 * @param tooLongForV040 lines at the first of which v0.4.0's reader stops
 * @param tooLongForAll lines at the first of which every release's reader stops
 */
public record LogContent(
    long entries,
    Era era,
    Map<Era, Long> entriesByEra,
    String firstTime,
    String lastTime,
    LineCounts.Places damagedLines,
    LineCounts.Places foreignLines,
    LineCounts.Places furtherHeaders,
    LineCounts.Position tornLastLine,
    LineCounts.Places tooLongForV040,
    LineCounts.Places tooLongForAll) {
  /**
   * Reads every line of a log.
   *
   * @param hasHeader whether the first line that is not blank is a header
   * @throws EOFException if another log took its place meanwhile, or it became shorter
   * @throws IOException if it cannot be read
   */
  public static LogContent of(Path log, boolean hasHeader, Monitor monitor) throws IOException {
    long start = hasHeader ? behindByteOrderMark(log) : 0;
    LineCounts counts = LogScan.read(log, start, LogScan.END, monitor);
    if (hasHeader && counts.headers().count() == 0) {
      throw new EOFException(log + ": its header went away while it was read");
    }
    return new LogContent(
        counts.entryCount(),
        newest(counts.entries()),
        counts.entries(),
        counts.earliest(),
        counts.latest(),
        counts.damaged(),
        counts.foreign(),
        hasHeader ? withoutFirst(counts.headers()) : counts.headers(),
        counts.torn(),
        counts.stopV040(),
        counts.stopAll());
  }

  /** What no server writes, in words: lines that cannot be read, and are none of a log. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    add(problems, damagedLines, "damaged");
    add(problems, foreignLines, "foreign");
    add(problems, furtherHeaders, "a further header");
    return problems;
  }

  private static void add(List<String> problems, LineCounts.Places lines, String what) {
    if (lines.count() > 0) {
      LineCounts.Position first = lines.first().get(0);
      problems.add(
          "%d line(s) are %s, the first is line %d, byte %d"
              .formatted(lines.count(), what, first.line(), first.offset()));
    }
  }

  private static long behindByteOrderMark(Path log) throws IOException {
    try (LogLines lines = LogLines.of(Encoding.content(log))) {
      lines.skipByteOrderMark();
      return lines.offset();
    }
  }

  private static Era newest(Map<Era, Long> entries) {
    Era newest = null;
    for (Map.Entry<Era, Long> era : entries.entrySet()) {
      newest = era.getValue() > 0 ? era.getKey() : newest;
    }
    return newest;
  }

  private static LineCounts.Places withoutFirst(LineCounts.Places headers) {
    List<LineCounts.Position> first = headers.first();
    return new LineCounts.Places(headers.count() - 1, first.subList(1, first.size()));
  }
}
