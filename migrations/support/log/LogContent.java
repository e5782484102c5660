package support.log;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    Tally.Era era,
    Map<Tally.Era, Long> entriesByEra,
    String firstTime,
    String lastTime,
    Tally.Places damagedLines,
    Tally.Places foreignLines,
    Tally.Places furtherHeaders,
    Tally.Position tornLastLine,
    Tally.Places tooLongForV040,
    Tally.Places tooLongForAll) {
  /**
   * Reads every line of a log.
   *
   * @param hasHeader whether the first line that is not blank is a header
   * @throws EOFException if another log took its place meanwhile, or it became shorter
   * @throws IOException if it cannot be read
   */
  public static LogContent of(Path log, boolean hasHeader, Monitor monitor) throws IOException {
    long start = hasHeader ? behindByteOrderMark(log) : 0;
    Tally tally = LogScan.read(log, start, Files.size(log), monitor);
    if (hasHeader && tally.headers().count() == 0) {
      throw new EOFException(log + ": its header went away while it was read");
    }
    return new LogContent(
        tally.entryCount(),
        newest(tally.entries()),
        tally.entries(),
        tally.earliest(),
        tally.latest(),
        tally.damaged(),
        tally.foreign(),
        hasHeader ? withoutFirst(tally.headers()) : tally.headers(),
        tally.torn(),
        tally.stopV040(),
        tally.stopAll());
  }

  private static long behindByteOrderMark(Path log) throws IOException {
    try (LogLines lines = LogLines.open(log)) {
      lines.skipByteOrderMark();
      return lines.offset();
    }
  }

  private static Tally.Era newest(Map<Tally.Era, Long> entries) {
    Tally.Era newest = null;
    for (Map.Entry<Tally.Era, Long> era : entries.entrySet()) {
      newest = era.getValue() > 0 ? era.getKey() : newest;
    }
    return newest;
  }

  private static Tally.Places withoutFirst(Tally.Places headers) {
    List<Tally.Position> first = headers.first();
    return new Tally.Places(headers.count() - 1, first.subList(1, first.size()));
  }
}
