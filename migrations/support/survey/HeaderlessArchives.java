package support.survey;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import support.log.Archives;
import support.log.AuditLog;
import support.run.Failure;

/** Archives that no run has given a header yet, counted by their first lines. */
public final class HeaderlessArchives {
  private HeaderlessArchives() {}

  /**
   * What to say of those of a log; nothing where there are none.
   *
   * @throws IOException if the log's folder cannot be read
   */
  public static Optional<String> note(Path log) throws IOException {
    int count = 0;
    for (Path archive : LogSelection.archives(log)) {
      count += isOne(archive) ? 1 : 0;
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(
            "%d archive(s) of %s have no header, and are left alone; --archives takes them along"
                .formatted(count, log));
  }

  /** What cannot be read is none: who asks for it is told why. Nor is what a plain one is of. */
  private static boolean isOne(Path archive) {
    try {
      return Archives.plainTwin(archive).isEmpty()
          && AuditLog.format(archive) instanceof AuditLog.Format.Headerless;
    } catch (IOException | Failure e) {
      return false;
    }
  }
}
