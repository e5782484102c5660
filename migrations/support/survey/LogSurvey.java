package support.survey;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipException;
import support.files.Links;
import support.log.AuditLog;
import support.log.AuditLog.Format.Kind;
import support.log.Encoding;
import support.log.Header;
import support.log.HeaderLine;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;
import support.run.Notes;
import support.scan.LogContent;

/**
 * What a log is.
 *
 * @param path as the operator named it
 * @param realPath where symbolic links lead, or null where there are none
 * @param format what its first lines say
 * @param problem why the format is refused, or that there is no log; else null
 * @param schemaVersion of its header; 1 for entries without one; else null
 * @param header its header, or null
 * @param bytes its size
 * @param content what its lines hold; null where it was not read, or is no log
 */
public record LogSurvey(
    String path,
    String realPath,
    Kind format,
    String problem,
    Long schemaVersion,
    Header.Fields header,
    long bytes,
    LogContent content) {
  /**
   * @param newest the newest schema version that this program knows
   * @param quick read the first lines only
   * @throws IOException if it cannot be read
   */
  public static LogSurvey of(Path log, long newest, boolean quick, Monitor monitor)
      throws IOException {
    Path live = Links.resolve(log);
    String realPath = live.equals(log) ? null : live.toString();
    try {
      AuditLog.Format format = AuditLog.format(log, newest);
      boolean isThere = format.kind() != Kind.ABSENT;
      boolean isHeaded = format.kind() == Kind.HEADED;
      return new LogSurvey(
          log.toString(),
          realPath,
          format.kind(),
          isThere ? null : "does not exist",
          format.kind().canHoldEntries() ? format.version() : null,
          isHeaded ? HeaderLine.of(live).fields() : null,
          isThere ? Files.size(live) : 0,
          quick || !format.kind().canHoldEntries() ? null : content(live, isHeaded, monitor));
    } catch (Failure failure) {
      if (failure.exit() != Exit.REFUSED) {
        throw failure;
      }
      long bytes = Files.isRegularFile(live) ? Files.size(live) : 0;
      return new LogSurvey(
          log.toString(), realPath, Kind.REFUSED, failure.getMessage(), null, null, bytes, null);
    }
  }

  /** Of what is compressed, damage may show only behind the first lines. */
  private static LogContent content(Path live, boolean isHeaded, Monitor monitor)
      throws IOException {
    try {
      return LogContent.of(live, isHeaded, monitor);
    } catch (ZipException | EOFException e) {
      if (!Encoding.of(live).isCompressed()) {
        throw e;
      }
      throw Failure.of(AuditLog.damaged(e));
    }
  }

  /** What a strict operator wants to fail: all that may be damage. */
  public Notes concerns() {
    Notes notes = new Notes();
    if (content != null) {
      content.problems().forEach(what -> notes.addConcern(path + ": " + what));
    }
    return notes;
  }

  /** Whether it is a log whose entries can be told from its header. */
  public boolean canHoldEntries() {
    return format.canHoldEntries();
  }
}
