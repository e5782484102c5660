package support.survey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import support.files.Links;
import support.files.Siblings;
import support.log.LogNames;
import support.run.Monitor;
import support.scan.LogContent;

/**
 * A file beside a log that a crash has left, or a server at work.
 *
 * @param path where it is
 * @param kind what it is
 * @param bytes its size
 * @param entries how many entries of a log it holds; null where that was not counted
 */
public record SideFile(String path, Kind kind, long bytes, Long entries) {
  /** What left a file behind. */
  public enum Kind {
    /** A run of this tool; the next one removes it. */
    STAGED,
    /** AgentGuard's own migration; nothing needs it any more once no server is starting. */
    AGENTGUARD_STAGED,
    /** A server that was writing its checkpoint; nothing needs it. */
    CHECKPOINT_STAGED,
    /** Entries that a server's queue had no room for; a server takes them up again. */
    OVERFLOW,
    /** Entries that a server was taking up again when it died: they are in no log. */
    DRAINING;

    /** Whether it holds entries that may be missing from the log. */
    boolean holdsEntries() {
      return this == OVERFLOW || this == DRAINING;
    }
  }

  /** The names under which each kind stands beside a log. */
  private static Map<Pattern, Kind> rules(Path live) {
    Map<Pattern, Kind> rules = new LinkedHashMap<>();
    rules.put(LogNames.stagedLogs(live), Kind.STAGED);
    rules.put(LogNames.stagedBackups(live), Kind.STAGED);
    rules.put(LogNames.agentGuardStaged(live), Kind.AGENTGUARD_STAGED);
    rules.put(LogNames.checkpointStaged(live), Kind.CHECKPOINT_STAGED);
    rules.put(LogNames.overflow(live), Kind.OVERFLOW);
    rules.put(LogNames.draining(live), Kind.DRAINING);
    return rules;
  }

  /** What stands beside the log, and in the folder where backups are kept, or null. */
  static List<SideFile> all(Path live, Path backupFolder, boolean quick, Monitor monitor)
      throws IOException {
    List<SideFile> leftovers = new ArrayList<>();
    for (Map.Entry<Pattern, Kind> rule : rules(live).entrySet()) {
      Pattern name = rule.getKey();
      List<Path> files = new ArrayList<>(Siblings.named(live, Links.folderOf(live), name));
      if (backupFolder != null && Files.isDirectory(backupFolder)) {
        files.addAll(Siblings.named(live, backupFolder, name));
      }
      for (Path file : files) {
        try {
          leftovers.add(of(file, rule.getValue(), quick, monitor));
        } catch (NoSuchFileException e) {
          // a run or a server has just finished with it
        }
      }
    }
    return leftovers;
  }

  private static SideFile of(Path file, Kind kind, boolean quick, Monitor monitor)
      throws IOException {
    Long entries =
        kind.holdsEntries() && !quick ? LogContent.of(file, false, monitor).entries() : null;
    return new SideFile(file.toString(), kind, Files.size(file), entries);
  }
}
