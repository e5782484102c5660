package support.log;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import support.files.Links;
import support.files.Siblings;

/**
 * The archives beside a log: what rotation, by AgentGuard or by logrotate, made of earlier logs.
 */
public final class Archives {
  private Archives() {}

  /**
   * Those that are there, the oldest first; of one generation the plain one before its compressed
   * twin, which both exist while it is being compressed.
   *
   * @param log the live log, symbolic links resolved; it need not exist
   * @throws IOException if its folder cannot be read
   */
  public static List<Path> beside(Path log) throws IOException {
    Pattern names = LogNames.archives(log);
    return oldestFirst(Siblings.named(log, Links.folderOf(log), names), names);
  }

  private static List<Path> oldestFirst(Collection<Path> files, Pattern names) {
    List<Path> archives = new ArrayList<>(files);
    Map<Path, Generation> generations = new HashMap<>();
    archives.forEach(archive -> generations.put(archive, Generation.of(archive, names)));
    archives.sort(Comparator.comparing(generations::get)); // keeps the order of names
    return archives;
  }

  /**
   * Whether a log is not there, and archives of it are: it was rotated, and no server has begun it
   * again.
   *
   * @param log as the operator named it
   * @throws IOException if a link or the folder cannot be read
   */
  public static boolean isRotatedAway(Path log) throws IOException {
    Path live = Links.resolve(log);
    return Files.notExists(live)
        && Files.isDirectory(Links.folderOf(live))
        && !beside(live).isEmpty();
  }

  /**
   * All that has the name of an archive, compressed with whatever.
   *
   * @param archives as {@link #beside}
   * @param unreadable those that are compressed with what no AgentGuard reads, by their names
   * @param inNameOnly links, folders and pipes, which are none
   */
  public record Named(List<Path> archives, List<Path> unreadable, List<Path> inNameOnly) {}

  /**
   * Looks at all of them at once: there may be thousands.
   *
   * @param log as above
   * @throws IOException if the folder cannot be read
   */
  public static Named named(Path log) throws IOException {
    Pattern names = LogNames.archives(log);
    Siblings.Found found =
        Siblings.at(log, Links.folderOf(log), LogNames.archivesOfAnyEncoding(log));
    Map<Boolean, List<Path>> files =
        found.files().stream()
            .collect(
                Collectors.partitioningBy(
                    file -> names.matcher(file.getFileName().toString()).matches()));
    return new Named(
        oldestFirst(files.get(true), names), files.get(false), List.copyOf(found.others()));
  }

  /**
   * The same archive as it was before it is compressed, where that is there still: the compressor
   * is at work, or was interrupted; or somebody has decompressed what no AgentGuard reads. What
   * counts is the plain one.
   *
   * @param archive any archive, compressed by whatever
   * @return nothing where this is the plain one, or there is none
   */
  public static Optional<Path> plainTwin(Path archive) {
    return LogNames.beforeCompression(archive)
        .filter(twin -> Files.isRegularFile(twin, LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * Where an archive comes among those of its log.
   *
   * <p>Numbers grow with age. A date has the time when its day begins. Nothing in a name says how a
   * number compares to a time; the numbers come first, since they are logrotate's, whose archives
   * are all there is from before AgentGuard rotated its logs itself (v0.5.0).
   *
   * @param number 0 where it is told by its time
   * @param time as AgentGuard writes it, such as {@code 20260417T093000Z}; empty where it has a
   *     number
   */
  private record Generation(BigInteger number, String time) implements Comparable<Generation> {
    private static final Comparator<Generation> OLDEST_FIRST =
        Comparator.comparing((Generation generation) -> !generation.time().isEmpty())
            .thenComparing(Generation::number, Comparator.reverseOrder())
            .thenComparing(Generation::time);

    static Generation of(Path archive, Pattern names) {
      Matcher name = names.matcher(archive.getFileName().toString());
      if (!name.matches()) {
        throw new IllegalArgumentException(archive + " is no archive by " + names);
      }
      if (name.group("number") != null) {
        return new Generation(new BigInteger(name.group("number")), "");
      }
      String time = name.group("time");
      return new Generation(BigInteger.ZERO, time == null ? name.group("date") + "T000000Z" : time);
    }

    @Override
    public int compareTo(Generation other) {
      return OLDEST_FIRST.compare(this, other);
    }
  }
}
