package support;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What the lines of a log hold, told without content.
 *
 * @param entries how many entries there are
 * @param era the newest release whose keys an entry has: {@code v0.4}, {@code v0.5}, or {@code
 *     v0.6} for that and later; null where there are no entries
 * @param entriesByEra how many entries have the keys of each
 * @param firstTime the earliest time of an entry, RFC 3339, or null
 * @param lastTime the latest one; lines are not in the order of their times
 * @param damagedLines lines that are not JSON
 * @param foreignLines lines that are JSON, but no entries
 * @param furtherHeaders headers behind the first line that is not blank
 * @param tornLastLine the last line, where it has no newline, else null
 * @param tooLongForV040 lines that v0.4.0's reader does not take: it stops at the first
 * @param tooLongForAll lines that no release's reader takes
 */
public record LogContent(
    long entries,
    String era,
    ByEra entriesByEra,
    String firstTime,
    String lastTime,
    Survey.Lines damagedLines,
    Survey.Lines foreignLines,
    Survey.Lines furtherHeaders,
    Survey.Position tornLastLine,
    Survey.Lines tooLongForV040,
    Survey.Lines tooLongForAll) {
  /** Counts of entries by the release whose keys they have. */
  public record ByEra(long v04, long v05, long v06) {}

  /**
   * Reads every line of a log.
   *
   * @param hasHeader whether the first line that is not blank is a header
   * @throws IOException if it cannot be read
   */
  static LogContent of(Path log, boolean hasHeader, Monitor monitor) throws IOException {
    return null;
  }
}
