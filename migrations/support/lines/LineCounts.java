package support.lines;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the lines of a stretch of a log are, counted; no content but times.
 *
 * <p>Go's bufio.Scanner, which AgentGuard's readers stand on, fails where a buffer of its limit is
 * full and holds no line end: at a line of as many bytes as the limit, its newline not counted.
 * (Read in Go's source, and tried with Go 1.19: one byte less passes, with and without a newline.)
 *
 * @param lines all of them, blank ones and one that is cut at the end of the stretch included
 * @param entries how many entries each era has; no era is missing
 * @param damaged lines that are not JSON
 * @param foreign lines that are JSON, but neither header nor entry
 * @param headers sound and broken ones
 * @param stopV040 lines of 64 KiB or more, at the first of which v0.4.0's reader stops
 * @param stopAll lines of 4 MiB or more, at the first of which every release's reader stops
 * @param earliest the earliest timestamp of an entry, as it stands there, or null; only what looks
 *     like RFC 3339 in UTC counts
 * @param latest the latest one, or null
 * @param torn the last line, if it has no newline and is not blank, else null: the next entry would
 *     join it
 */
public record LineCounts(
    long bytes,
    long lines,
    long blankLines,
    Map<Era, Long> entries,
    Places damaged,
    Places foreign,
    Places headers,
    Places stopV040,
    Places stopAll,
    String earliest,
    String latest,
    Position torn) {
  /** The length in bytes at which v0.4.0's reader stops: bufio.Scanner's own limit. */
  static final long LIMIT_V040 = 64 << 10;

  /** The length in bytes at which the readers of v0.5.0 to v1.x stop. */
  public static final long LIMIT_ALL = 4 << 20;

  /** What a stretch of no bytes has. */
  public static final LineCounts NOTHING = new Builder().build();

  /**
   * Where a line is.
   *
   * @param line its number, counted from 1 at the beginning of the stretch
   * @param offset of its first byte that is not white space (if all are, of its first byte), in
   *     bytes from the beginning of the file
   */
  public record Position(long line, long offset) {
    private Position behind(long lines) {
      return new Position(line + lines, offset);
    }
  }

  /**
   * Lines of a kind.
   *
   * @param first where the first of them are, at most {@link #MOST}
   */
  public record Places(long count, List<Position> first) {
    /** How many are told by position. */
    public static final int MOST = 10;

    private Places then(Places next, long linesBefore) {
      List<Position> all = new ArrayList<>(first);
      next.first.stream()
          .limit(MOST - first.size())
          .forEach(position -> all.add(position.behind(linesBefore)));
      return new Places(count + next.count, List.copyOf(all));
    }
  }

  /** How many entries there are. */
  public long entryCount() {
    return entries.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What this stretch and the one that follows it have together. */
  public LineCounts then(LineCounts next) {
    Map<Era, Long> sums = new EnumMap<>(entries);
    next.entries.forEach((era, count) -> sums.merge(era, count, Long::sum));
    Timestamps times = new Timestamps();
    Stream.of(earliest, latest, next.earliest, next.latest).forEach(times::add);
    return new LineCounts(
        bytes + next.bytes,
        lines + next.lines,
        blankLines + next.blankLines,
        Collections.unmodifiableMap(sums),
        damaged.then(next.damaged, lines),
        foreign.then(next.foreign, lines),
        headers.then(next.headers, lines),
        stopV040.then(next.stopV040, lines),
        stopAll.then(next.stopAll, lines),
        times.earliest(),
        times.latest(),
        next.torn == null ? torn : next.torn.behind(lines));
  }

  /** Counts line by line. */
  public static final class Builder {
    private final long[] entries = new long[Era.values().length];
    private final PlacesBuilder damaged = new PlacesBuilder();
    private final PlacesBuilder foreign = new PlacesBuilder();
    private final PlacesBuilder headers = new PlacesBuilder();
    private final PlacesBuilder stopV040 = new PlacesBuilder();
    private final PlacesBuilder stopAll = new PlacesBuilder();
    private final Timestamps times = new Timestamps();
    private long bytes;
    private long lines;
    private long blankLines;
    private Position torn;

    /**
     * Adds the next line.
     *
     * @param line what it is; null for a blank one
     * @param offset as that of a {@link Position}
     * @param length in bytes, the newline not counted
     * @param ended whether it has a newline
     */
    public void add(LogLine line, long offset, long length, boolean ended) {
      addLine(offset, length, ended);
      if (line == null) {
        blankLines++;
        return;
      }
      switch (line.kind()) {
        case ENTRY -> addEntry(line);
        case MIXED -> addMixed(line, offset);
        case HEADER, BAD_HEADER -> headers.add(lines, offset);
        case FOREIGN -> foreign.add(lines, offset);
        case DAMAGED -> damaged.add(lines, offset);
      }
      if (!ended) {
        torn = new Position(lines, offset);
      }
    }

    private void addLine(long offset, long length, boolean ended) {
      lines++;
      bytes += length + (ended ? 1 : 0);
      if (length >= LIMIT_V040) {
        addLong(offset, length);
      }
    }

    private void addLong(long offset, long length) {
      stopV040.add(lines, offset);
      if (length >= LIMIT_ALL) {
        stopAll.add(lines, offset);
      }
    }

    private void addMixed(LogLine line, long offset) {
      if (line.era() == null) {
        foreign.add(lines, offset);
      } else {
        addEntry(line);
      }
    }

    private void addEntry(LogLine line) {
      entries[line.era().ordinal()]++;
      times.add(line.timestamp());
    }

    /**
     * Adds an entry that has a newline.
     *
     * @param text where its timestamp stands, from {@code start} to {@code end}
     */
    void addEntry(Era era, long offset, long length, byte[] text, int start, int end) {
      addLine(offset, length, true);
      entries[era.ordinal()]++;
      times.add(text, start, end);
    }

    /** Adds a line that has a newline, and is JSON, but neither header nor entry. */
    void addForeign(long offset, long length) {
      addLine(offset, length, true);
      foreign.add(lines, offset);
    }

    /** What was counted so far. */
    public LineCounts build() {
      Map<Era, Long> counts = new EnumMap<>(Era.class);
      for (Era era : Era.values()) {
        counts.put(era, entries[era.ordinal()]);
      }
      return new LineCounts(
          bytes,
          lines,
          blankLines,
          Collections.unmodifiableMap(counts),
          damaged.build(),
          foreign.build(),
          headers.build(),
          stopV040.build(),
          stopAll.build(),
          times.earliest(),
          times.latest(),
          torn);
    }
  }

  private static final class PlacesBuilder {
    private final List<Position> first = new ArrayList<>();
    private long count;

    void add(long line, long offset) {
      if (count++ < Places.MOST) {
        first.add(new Position(line, offset));
      }
    }

    Places build() {
      return new Places(count, List.copyOf(first));
    }
  }
}
