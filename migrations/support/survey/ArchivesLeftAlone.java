package support.survey;

import java.io.IOException;
import java.nio.file.Path;
import support.log.Archives;
import support.log.AuditLog;
import support.log.AuditLog.Format;
import support.log.CompressedHeader;
import support.log.Encoding;
import support.run.Failure;

/** Archives that a command was not asked to take along, counted by what they begin with. */
public final class ArchivesLeftAlone {
  private ArchivesLeftAlone() {}

  private interface Judgement {
    boolean isSo(Path archive) throws IOException;
  }

  /**
   * How many of a log no run has given a header yet.
   *
   * @throws IOException if the log's folder cannot be read
   */
  public static int withoutHeader(Path log) throws IOException {
    return count(log, archive -> AuditLog.format(archive) instanceof Format.Headerless);
  }

  /**
   * How many of a log are ahead of a version, and can go back.
   *
   * @param newest the newest version that this program knows
   * @throws IOException if the log's folder cannot be read
   */
  public static int laterThan(Path log, long version, long newest) throws IOException {
    return count(
        log,
        archive ->
            AuditLog.format(archive, newest).version() > version
                && !(Encoding.of(archive).isCompressed()
                    && CompressedHeader.of(archive).isShared()));
  }

  private static int count(Path log, Judgement judgement) throws IOException {
    int count = 0;
    for (Path archive : LogSelection.archives(log)) {
      count += isSo(archive, judgement) ? 1 : 0;
    }
    return count;
  }

  /** What cannot be read is none: who asks for it is told why. Nor is what a plain one is of. */
  private static boolean isSo(Path archive, Judgement judgement) {
    try {
      return Archives.plainTwin(archive).isEmpty() && judgement.isSo(archive);
    } catch (IOException | Failure e) {
      return false;
    }
  }
}
