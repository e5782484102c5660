package support.comparison;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import support.run.IoSupplier;
import support.run.Monitor;

/**
 * Lines that a writer appended to a file after it had become a backup, told from those that stand
 * in the log behind what was made of the backup. A run carries such lines over in their order,
 * beginning with the first, and what is written meanwhile comes between: so those that the log
 * lacks are the last ones.
 *
 * @param present how many of them stand in the log too
 * @param missing those that stand in the backup only, as stretches of its body
 * @param missingLines how many these are; lines that repeat are missing as often as the backup has
 *     them more often
 * @param unfinishedBytes the length of a last line without its end
 * @param isDisordered whether some stand in the log where no late line can: then it was not late
 *     lines that were found, but damage
 */
public record LateTail(
    long present,
    List<Stretch> missing,
    long missingLines,
    long unfinishedBytes,
    boolean isDisordered) {
  /** So many lines are looked for at a time; a bound for memory, some 30 MB. */
  private static final int CHUNK_LINES = 200_000;

  /** A part of a body. */
  public record Stretch(long from, long to) {}

  private record Place(DigestedLines.Digest digest, long from, long to) {}

  /** How often a line stands in the log and not yet in the backup. */
  private static final class Count {
    private long spare;
    private long inBackup;
  }

  /**
   * @param isInAnyOrder whether others than the last ones may be missing, too
   */
  static LateTail of(
      Body backup,
      Making making,
      Body file,
      Comparison common,
      boolean isInAnyOrder,
      Monitor monitor)
      throws IOException {
    return of(
        () -> tail(backup, making.ofLateLines(), common.inBackup(), monitor),
        () -> tail(file, Making.SAME, common.inFile(), monitor),
        isInAnyOrder);
  }

  private static DigestedLines tail(Body body, Making making, long from, Monitor monitor)
      throws IOException {
    return new DigestedLines(body.open(from), from, making, monitor);
  }

  static LateTail of(
      IoSupplier<DigestedLines> backup, IoSupplier<DigestedLines> log, boolean isInAnyOrder)
      throws IOException {
    try (DigestedLines late = backup.get();
        DigestedLines now = log.get()) {
      long present = 0;
      boolean isMore = late.nextWhole();
      while (isMore && now.next()) {
        if (now.digest().equals(late.digest())) {
          present++;
          isMore = late.nextWhole();
        }
      }
      if (!isMore) {
        return new LateTail(present, List.of(), 0, late.unfinishedBytes(), false);
      }
      return behind(present, backup, log, isInAnyOrder);
    }
  }

  /** Those that do not stand in the log in their order. */
  private static LateTail behind(
      long inOrder,
      IoSupplier<DigestedLines> backup,
      IoSupplier<DigestedLines> log,
      boolean isInAnyOrder)
      throws IOException {
    List<Stretch> missing = new ArrayList<>();
    long missingLines = 0;
    long present = inOrder;
    try (DigestedLines late = backup.get()) {
      for (long i = 0; i < inOrder; i++) {
        late.nextWhole();
      }
      for (List<Place> chunk = chunk(late); !chunk.isEmpty(); chunk = chunk(late)) {
        Map<DigestedLines.Digest, Count> counts = counts(chunk, inOrder, backup, log);
        for (Place place : chunk) {
          Count count = counts.get(place.digest());
          if (count.spare <= 0) {
            missingLines++;
            add(missing, place);
          } else if (count.inBackup == 1 && !isInAnyOrder) {
            return new LateTail(present, missing, missingLines, 0, true);
          } else {
            count.spare--;
            present++;
          }
        }
      }
      return new LateTail(present, missing, missingLines, late.unfinishedBytes(), false);
    }
  }

  private static List<Place> chunk(DigestedLines late) throws IOException {
    List<Place> chunk = new ArrayList<>();
    while (chunk.size() < CHUNK_LINES && late.nextWhole()) {
      chunk.add(new Place(late.digest(), late.start(), late.end()));
    }
    return chunk;
  }

  private static Map<DigestedLines.Digest, Count> counts(
      List<Place> chunk,
      long inOrder,
      IoSupplier<DigestedLines> backup,
      IoSupplier<DigestedLines> log)
      throws IOException {
    Map<DigestedLines.Digest, Count> counts = new HashMap<>();
    chunk.forEach(place -> counts.computeIfAbsent(place.digest(), d -> new Count()).inBackup++);
    try (DigestedLines now = log.get();
        DigestedLines late = backup.get()) {
      while (now.next()) {
        Count count = counts.get(now.digest());
        if (count != null) {
          count.spare++;
        }
      }
      for (long i = 0; i < inOrder && late.nextWhole(); i++) {
        Count count = counts.get(late.digest());
        if (count != null) {
          count.spare--;
          count.inBackup++;
        }
      }
    }
    return counts;
  }

  private static void add(List<Stretch> missing, Place place) {
    int last = missing.size() - 1;
    if (last >= 0 && missing.get(last).to() == place.from()) {
      missing.set(last, new Stretch(missing.get(last).from(), place.to()));
    } else {
      missing.add(new Stretch(place.from(), place.to()));
    }
  }

  /** How many bytes of whole lines stand in the backup only. */
  public long missingBytes() {
    return missing.stream().mapToLong(stretch -> stretch.to() - stretch.from()).sum();
  }
}
