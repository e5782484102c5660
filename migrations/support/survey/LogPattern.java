package support.survey;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import support.log.LogNames;
import support.options.UsageErrors;
import support.run.Failure;

/**
 * A quoted pattern for the paths of logs, as a shell has them: {@code *}, {@code ?}, {@code [a-z]}
 * and <code>{a,b}</code> within a name, in any part of the path. Names that begin with a dot are
 * only matched where the pattern has it. What exists as it is written is no pattern.
 */
final class LogPattern {
  private static final Pattern MAGIC = Pattern.compile("[*?\\[{]");

  private LogPattern() {}

  /**
   * What a pattern matches.
   *
   * @param logs the files, in the order of their names
   * @param leftOut how many more there are that only stand beside a log
   * @param rotatedAway logs that would match, and are not there while archives of theirs are
   */
  record Matches(SortedSet<Path> logs, int leftOut, SortedSet<Path> rotatedAway, Path pattern) {
    List<String> notes() {
      List<String> notes = new ArrayList<>();
      if (leftOut > 0) {
        notes.add(
            "%d file(s) that match %s are left out: by their names they stand beside a log"
                .formatted(leftOut, pattern));
      }
      if (!rotatedAway.isEmpty()) {
        notes.add(
            "%d log(s) that match %s are not there, and archives of theirs are, such as %s: not looked at; name such a log itself"
                .formatted(rotatedAway.size(), pattern, rotatedAway.first()));
      }
      return notes;
    }
  }

  static boolean isOne(Path path) {
    return MAGIC.matcher(path.toString()).find() && !Files.exists(path, NOFOLLOW_LINKS);
  }

  /**
   * @throws Failure if there is no log
   * @throws IOException if a folder cannot be read
   */
  static Matches matches(Path pattern) throws IOException {
    SortedSet<Path> found = new TreeSet<>();
    found.add(pattern.isAbsolute() ? pattern.getRoot() : Path.of(""));
    SortedSet<Path> folders = found;
    for (Path part : pattern) {
      folders = found;
      found = step(found, part);
    }
    // What cannot be looked at stays: its own turn says why.
    found.removeIf(path -> Files.notExists(path, NOFOLLOW_LINKS) || Files.isDirectory(path));
    int all = found.size();
    found.removeIf(LogNames::isBesideALog);
    int leftOut = all - found.size();
    SortedSet<Path> rotatedAway = rotatedAway(folders, pattern.getFileName().toString());
    if (found.isEmpty()) {
      throw Failure.of(UsageErrors.PATTERN_WITHOUT_LOG, pattern, whatToDo(leftOut, rotatedAway));
    }
    return new Matches(found, leftOut, rotatedAway, pattern);
  }

  /** Nothing is looked for in a folder that has such a log, or that cannot be looked at. */
  private static SortedSet<Path> rotatedAway(Set<Path> folders, String name) {
    boolean isPattern = MAGIC.matcher(name).find();
    Predicate<Path> isMeant = isPattern ? matching(name) : log -> log.endsWith(name);
    SortedSet<Path> logs = new TreeSet<>();
    for (Path folder : folders) {
      if (isPattern || Files.notExists(folder.resolve(name), NOFOLLOW_LINKS)) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
          entries.forEach(file -> logRotatedAway(file).filter(isMeant).ifPresent(logs::add));
        } catch (IOException | DirectoryIteratorException e) {
          // its own turn says why, where there is such a log
        }
      }
    }
    return logs;
  }

  /** The log that an archive is of, if that is not there. */
  private static Optional<Path> logRotatedAway(Path archive) {
    return LogNames.liveLog(archive)
        .filter(log -> Files.notExists(log, NOFOLLOW_LINKS))
        .filter(log -> !LogNames.isBesideALog(log))
        .filter(log -> Files.isRegularFile(archive, NOFOLLOW_LINKS));
  }

  private static String whatToDo(int leftOut, SortedSet<Path> rotatedAway) {
    if (!rotatedAway.isEmpty()) {
      return "%s is not there, and archives of it are: name it itself, and give --archives"
          .formatted(rotatedAway.first());
    }
    return leftOut == 0
        ? "look for the logs with 'ls'; a path that exists as it is written is no pattern"
        : "%d file(s) that match stand beside a log, by their names: name the log, and give --archives"
                .formatted(leftOut)
            + " for its archives";
  }

  private static SortedSet<Path> step(SortedSet<Path> folders, Path part) throws IOException {
    SortedSet<Path> found = new TreeSet<>();
    for (Path folder : folders) {
      boolean isPattern = MAGIC.matcher(part.toString()).find();
      if (isPattern && Files.isDirectory(folder)) {
        addMatches(folder, part.toString(), found);
      } else if (!isPattern && !Files.isRegularFile(folder)) {
        found.add(folder.resolve(part));
      }
    }
    return found;
  }

  private static void addMatches(Path folder, String glob, SortedSet<Path> found)
      throws IOException {
    Predicate<Path> isMeant = matching(glob);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (isMeant.test(entry)) {
          found.add(folder.resolve(entry.getFileName()));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** By the last part of a path; a bracket that is not closed matches nothing. */
  private static Predicate<Path> matching(String glob) {
    try {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
      return path ->
          matcher.matches(path.getFileName())
              && (glob.startsWith(".") || !path.getFileName().toString().startsWith("."));
    } catch (PatternSyntaxException e) {
      return path -> false;
    }
  }
}
