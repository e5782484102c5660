package support.comparison;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import support.run.Failure;

/**
 * Where a file and its backup cease to agree.
 *
 * @param common how far they agree
 */
record Fault(Body backup, Making making, Body file, Comparison common) {
  Failure failure() throws IOException {
    if (!making.isSame()) {
      return at(backup, common.inBackup(), ComparisonErrors.LINE_NOT_AS_MADE, file);
    }
    if (common.differsAt() == backup.size()) {
      return at(backup, backup.size(), ComparisonErrors.BACKUP_ENDS_EARLY, file);
    }
    ComparisonErrors error =
        isEndOfFile() ? ComparisonErrors.LOG_ENDS_EARLY : ComparisonErrors.LOG_DIFFERS;
    return at(file, common.differsAt(), error, backup);
  }

  private boolean isEndOfFile() throws IOException {
    try (InputStream content = file.open(common.differsAt())) {
      return content.read() < 0;
    }
  }

  private static Failure at(Body body, long offset, ComparisonErrors error, Body other)
      throws IOException {
    long at = body.start() + offset;
    return Failure.of(error, body.file(), line(body, at), at, other.file());
  }

  /** The number of the line that a byte of the content is in. */
  private static long line(Body body, long offset) throws IOException {
    byte[] bytes = new byte[64 * 1024];
    long line = 1;
    try (InputStream content = body.encoding().open(body.file())) {
      for (long left = offset; left > 0; ) {
        int count = content.read(bytes, 0, (int) Math.min(bytes.length, left));
        if (count < 0) {
          throw new EOFException(body.file() + ": it became shorter while it was read");
        }
        for (int i = 0; i < count; i++) {
          line += bytes[i] == '\n' ? 1 : 0;
        }
        left -= count;
      }
    }
    return line;
  }
}
