package support.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks for those who have many files open in one search: to search anew for each takes half of the
 * time of a small log.
 *
 * <p>A run asks twice for each log: before its first write, so that it fails early, and right
 * before it replaces the log, which is what keeps writers safe. Only the first question is answered
 * by what was seen ahead, and only that nobody has the file open: who had it open then may have
 * closed it.
 */
final class OpenFilesAhead implements OpenFiles {
  private final ProcFiles processes;
  private final Map<Path, Unopened> unopened = new ConcurrentHashMap<>();

  /**
   * A file that nobody had open.
   *
   * @param key what tells it from a file that takes its place
   */
  private record Unopened(Object key, Answer answer) {}

  OpenFilesAhead(ProcFiles processes) {
    this.processes = processes;
  }

  @Override
  public void foresee(Collection<Path> files) {
    try {
      for (Map.Entry<Path, Answer> file : processes.holdersOf(files).entrySet()) {
        if (file.getValue().holders().isEmpty()) {
          unopened.put(file.getKey(), new Unopened(keyOf(file.getKey()), file.getValue()));
        }
      }
    } catch (IOException e) {
      // What is wrong with one of them is found when it is asked for by itself.
    }
  }

  @Override
  public Answer holdersOf(Path file) throws IOException {
    Unopened seen = unopened.remove(file);
    return seen != null && seen.key().equals(keyOf(file))
        ? seen.answer()
        : processes.holdersOf(file);
  }

  private static Object keyOf(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }
}
