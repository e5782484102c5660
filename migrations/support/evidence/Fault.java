package support.evidence;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Where a file and its backup cease to agree, in words.
 *
 * @param common how far they agree
 */
record Fault(Body backup, Making making, Body file, Comparison common) {
  String text() throws IOException {
    if (!making.isSame()) {
      return at(
          backup, common.inBackup(), "what was made of this line does not stand in " + file.file());
    }
    if (common.differsAt() == backup.size()) {
      return at(backup, backup.size(), "the backup ends within a line of " + file.file());
    }
    String how = isEndOfFile() ? "ends before its backup" : "differs from its backup";
    return at(file, common.differsAt(), how + " " + backup.file());
  }

  private boolean isEndOfFile() throws IOException {
    try (InputStream content = file.open(common.differsAt())) {
      return content.read() < 0;
    }
  }

  private static String at(Body body, long offset, String what) throws IOException {
    return "%s, line %d, byte %d: %s"
        .formatted(body.file(), line(body, body.start() + offset), body.start() + offset, what);
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
