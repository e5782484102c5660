package support.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import support.files.Links;

/**
 * The times of creation that one run gives to logs without a header. Servers from v1.1.0 on take
 * them for the identity of a file: no two of a log and its archives may have the same, also where a
 * run is done within one tick of the clock.
 */
public final class CreationTimes {
  private final Set<Path> families = new HashSet<>();
  private final Set<Instant> taken = new HashSet<>();
  private final Map<Path, Instant> given = new HashMap<>();

  /**
   * The time for a log: now, or the first instant after that which neither this run has given to
   * another nor a header of the log's family has. The same whenever it is asked for the same log.
   *
   * @param log the log or archive
   * @throws IOException if its folder cannot be read
   */
  public synchronized Instant of(Path log, Instant now) throws IOException {
    Path file = Links.resolve(log).toAbsolutePath().normalize();
    Instant known = given.get(file);
    if (known != null) {
      return known;
    }
    Path live = LogNames.liveLog(file).orElse(file);
    if (families.add(live)) { // their headers are read once, however many there are
      taken.addAll(timesOfFamily(live));
    }
    Instant free = now;
    while (!taken.add(free)) {
      free = free.plusNanos(1);
    }
    given.put(file, free);
    return free;
  }

  private static List<Instant> timesOfFamily(Path live) throws IOException {
    List<Path> files = new ArrayList<>(Archives.beside(live));
    files.add(live);
    List<Instant> times = new ArrayList<>();
    for (Path file : files) {
      timeOf(file).ifPresent(times::add);
    }
    return times;
  }

  /** What cannot be read has no time that a server could read. */
  private static Optional<Instant> timeOf(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      Header.Fields header = FirstLine.of(file).header();
      return header == null ? Optional.empty() : Header.instant(header.createdAt());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
