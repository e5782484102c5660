package support.survey;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import support.files.FileBytes;
import support.files.Links;
import support.files.Siblings;
import support.files.Snapshot;
import support.log.AuditLog;
import support.log.LogNames;
import support.run.Monitor;

/**
 * A backup of a log, and how its entries stand to those of the log; headers do not count.
 *
 * @param path where it is
 * @param bytes its size
 * @param relation null where the files were not compared
 */
public record BackupSurvey(String path, long bytes, Relation relation) {
  /** How the entries of a backup stand to those of the log. */
  public enum Relation {
    /** It is another name of the log: a run was interrupted before it replaced the log. */
    THE_LOG,
    /** The same entries. */
    SAME,
    /** The log begins with them, and has more. */
    PREFIX,
    /** It begins with the log's entries, and has more: the log lacks some. */
    EXTENDS,
    /** They differ: a backup of an earlier log, or damaged. */
    DIFFERS
  }

  /** The backups beside the log, and in the folder where backups are kept, or null. */
  static List<BackupSurvey> all(
      Path live, LogSurvey log, Path backupFolder, boolean quick, Monitor monitor)
      throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    folders.add(Links.folderOf(live));
    if (backupFolder != null && Files.isDirectory(backupFolder)) {
      folders.add(backupFolder);
    }
    Pattern name = LogNames.backups(live);
    List<BackupSurvey> backups = new ArrayList<>();
    for (Path folder : folders) {
      for (Path backup : Siblings.named(live, folder, name)) {
        try {
          backups.add(of(backup, live, log, quick, monitor));
        } catch (NoSuchFileException e) {
          // removed meanwhile
        }
      }
    }
    return backups;
  }

  private static BackupSurvey of(
      Path backup, Path live, LogSurvey log, boolean quick, Monitor monitor) throws IOException {
    Snapshot found = Snapshot.of(backup);
    Relation relation = null;
    if (log.exists() && found.isSameFileAs(Snapshot.of(live))) {
      relation = Relation.THE_LOG;
    } else if (!quick && (log.isLog() || log.format() == LogSurvey.Kind.EMPTY)) {
      relation = compare(backup, live, monitor);
    }
    return new BackupSurvey(backup.toString(), found.size(), relation);
  }

  private static Relation compare(Path backup, Path live, Monitor monitor) throws IOException {
    try (FileChannel then = FileChannel.open(backup, StandardOpenOption.READ);
        FileChannel now = FileChannel.open(live, StandardOpenOption.READ)) {
      long thenBody = AuditLog.bodyOffset(backup);
      long nowBody = AuditLog.bodyOffset(live);
      long thenLength = then.size() - thenBody;
      long nowLength = now.size() - nowBody;
      long shorter = Math.min(thenLength, nowLength);
      long common = FileBytes.commonPrefix(then, thenBody, now, nowBody, shorter, monitor);
      if (common < shorter || shorter == 0 && thenLength != nowLength) {
        return Relation.DIFFERS;
      }
      if (thenLength == nowLength) {
        return Relation.SAME;
      }
      return thenLength < nowLength ? Relation.PREFIX : Relation.EXTENDS;
    }
  }
}
