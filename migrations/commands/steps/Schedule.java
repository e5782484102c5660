import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import support.files.Links;
import support.log.LogNames;
import support.survey.LogSelection.SelectedLog;

/**
 * Which of several logs may begin, where several may be at work: the first one does that has no
 * names in common with one at work. So a log and its archives go one after the other, and so do
 * logs of one name where their backups share a folder.
 */
final class Schedule {
  private final List<Path> families;
  private final BitSet begun = new BitSet();
  private final Set<Path> atWork = new HashSet<>();
  private boolean stopped;

  private Schedule(List<Path> families) {
    this.families = families;
  }

  /** For what changes none of them. */
  static Schedule ofEachByItself(List<SelectedLog> logs) {
    return new Schedule(logs.stream().map(SelectedLog::path).toList());
  }

  /**
   * For what may change them.
   *
   * @param backupDir the folder that all backups share; null where there is none
   */
  static Schedule ofFamilies(List<SelectedLog> logs, Path backupDir) {
    Map<Path, Path> realFolders = new HashMap<>();
    return new Schedule(
        logs.stream().map(log -> family(place(log, realFolders), backupDir)).toList());
  }

  /**
   * What files have in common that go one after the other.
   *
   * @param file a log or an archive, symbolic links resolved
   * @param backupDir as above
   */
  static Path family(Path file, Path backupDir) {
    Path live = LogNames.liveLog(file).orElse(file);
    return backupDir == null ? live : live.getFileName();
  }

  private static Path place(SelectedLog log, Map<Path, Path> realFolders) {
    try {
      Path file = log.isArchive() ? log.path() : Links.resolve(log.path());
      Path folder = Links.folderOf(file);
      if (!realFolders.containsKey(folder)) {
        realFolders.put(folder, folder.toRealPath());
      }
      return realFolders.get(folder).resolve(file.getFileName());
    } catch (IOException e) {
      return log.path(); // its own turn says what is wrong
    }
  }

  /** How many may be at work at a time, at most. */
  int width() {
    return (int) families.stream().distinct().count();
  }

  /** The next one may begin; nothing where none may as long as those are at work that are. */
  synchronized OptionalInt begin() {
    for (int log = begun.nextClearBit(0);
        log < families.size();
        log = begun.nextClearBit(log + 1)) {
      if (!stopped && atWork.add(families.get(log))) {
        begun.set(log);
        return OptionalInt.of(log);
      }
    }
    return OptionalInt.empty();
  }

  /** It is at work no more. */
  synchronized void end(int log) {
    atWork.remove(families.get(log));
  }

  /**
   * No further one may begin.
   *
   * @return how many were begun
   */
  synchronized int stop() {
    stopped = true;
    return begun.cardinality();
  }
}
