package support.survey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import support.files.Links;
import support.log.Archives;
import support.run.Failure;

/**
 * The logs that a command works on, in that order, each file once.
 *
 * @param logs the files
 * @param isSeveral whether the command line could have named several, however many there are: so
 *     that what it prints has one form
 * @param notes what was left out of them
 */
public record LogSelection(List<SelectedLog> logs, boolean isSeveral, List<String> notes) {
  /**
   * A file of its own.
   *
   * @param path as the operator named it, or as it stands beside that
   * @param isArchive whether it was selected for standing beside a log
   */
  public record SelectedLog(Path path, boolean isArchive) {}

  /** One log, under the name that an operator gave. */
  public static LogSelection of(Path log) {
    return new LogSelection(List.of(new SelectedLog(log, false)), false, List.of());
  }

  /**
   * Finds the logs that an operator named: of each the archives, the oldest first, and then the log
   * itself.
   *
   * @param named paths, and patterns as {@link LogPattern} takes them
   * @param withArchives whether to take the archives beside them
   * @throws Failure if a pattern matches nothing
   * @throws IOException if a folder cannot be read
   */
  public static LogSelection of(List<Path> named, boolean withArchives) throws IOException {
    Map<Path, SelectedLog> selected = new LinkedHashMap<>();
    List<String> notes = new ArrayList<>();
    boolean isSeveral = withArchives || named.size() > 1;
    for (Path name : named) {
      Collection<Path> logs = List.of(name);
      if (LogPattern.isOne(name)) {
        isSeveral = true;
        LogPattern.Matches matches = LogPattern.matches(name);
        logs = matches.logs();
        notes.addAll(matches.notes());
      }
      for (Path log : logs) {
        if (withArchives) {
          addArchives(log, selected, notes);
        }
        selected.putIfAbsent(identity(log), new SelectedLog(log, false));
      }
    }
    return new LogSelection(List.copyOf(selected.values()), isSeveral, notes);
  }

  /** Also those that will be refused, so that the operator hears of them. */
  private static void addArchives(Path log, Map<Path, SelectedLog> selected, List<String> notes)
      throws IOException {
    Path live = Links.resolve(log);
    if (!Files.isDirectory(Links.folderOf(live))) {
      return; // its own turn says why
    }
    Archives.Named named = Archives.named(live);
    for (Path other : named.inNameOnly()) {
      notes.add("%s is not looked at: it is %s".formatted(other, whatElse(other)));
    }
    List<Path> archives = new ArrayList<>(named.unreadable());
    archives.addAll(named.archives());
    if (archives.isEmpty()) {
      return;
    }
    Path folder = Links.folderOf(archives.get(0)).toRealPath(); // once: there may be thousands
    for (Path archive : archives) {
      if (Archives.plainTwin(archive).isPresent()) {
        notes.add(archive + " is left out: what it is compressed from is there, too");
      } else {
        Path identity = folder.resolve(archive.getFileName()); // what is a link is no archive
        selected.putIfAbsent(identity, new SelectedLog(archive, true));
      }
    }
  }

  /** Those of a log; of one that cannot be looked at, its own turn says why. */
  static List<Path> archives(Path log) throws IOException {
    Path live = Links.resolve(log);
    return Files.isDirectory(Links.folderOf(live)) ? Archives.beside(live) : List.of();
  }

  private static String whatElse(Path file) {
    if (Files.isSymbolicLink(file)) {
      return "a symbolic link";
    }
    return Files.isDirectory(file) ? "a folder" : "no regular file";
  }

  /** Two names of one file are one log. What a process has open, as a pipe, may have no name. */
  private static Path identity(Path log) throws IOException {
    return Files.exists(log) && !Links.leadToOpenFile(log)
        ? log.toRealPath()
        : log.toAbsolutePath().normalize();
  }

  /** The same, with the logs in front of the archives. */
  public LogSelection logsFirst() {
    List<SelectedLog> ordered = new ArrayList<>(logs.stream().filter(l -> !l.isArchive()).toList());
    ordered.addAll(logs.stream().filter(SelectedLog::isArchive).toList());
    return new LogSelection(ordered, isSeveral, notes);
  }
}
