package support.survey;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
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
   */
  record Matches(SortedSet<Path> logs, int leftOut, Path pattern) {
    Optional<String> note() {
      return leftOut == 0
          ? Optional.empty()
          : Optional.of(
              "%d file(s) that match %s are left out: by their names they stand beside a log"
                  .formatted(leftOut, pattern));
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
    for (Path part : pattern) {
      found = step(found, part);
    }
    // What cannot be looked at stays: its own turn says why.
    found.removeIf(path -> Files.notExists(path, NOFOLLOW_LINKS) || Files.isDirectory(path));
    int all = found.size();
    found.removeIf(LogNames::isBesideALog);
    int leftOut = all - found.size();
    if (found.isEmpty()) {
      throw Failure.of(UsageErrors.PATTERN_WITHOUT_LOG, pattern, whatToDo(leftOut));
    }
    return new Matches(found, leftOut, pattern);
  }

  private static String whatToDo(int leftOut) {
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
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      for (Path entry : entries) {
        Path name = entry.getFileName();
        if (!name.toString().startsWith(".") || glob.startsWith(".")) {
          found.add(folder.resolve(name));
        }
      }
    } catch (PatternSyntaxException e) {
      // a bracket that is not closed matches nothing
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
