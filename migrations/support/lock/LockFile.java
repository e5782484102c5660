package support.lock;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import support.files.Snapshot;

/** How the file of a lock is told from what somebody else has put at its name. */
public final class LockFile {
  /** What its first line begins with. */
  static final String MAGIC = "agentguard migrate lock";

  static final int LONGEST_CONTENT = 16 * 1024;

  private LockFile() {}

  /** Whether what stands at the name of a lock file is one; only looks. */
  public static boolean isOurs(Path file, Snapshot found) throws IOException {
    return mayBeOurs(found) && isOurs(Files.readString(file, ISO_8859_1));
  }

  /** The same, as far as it is told without reading it. */
  static boolean mayBeOurs(Snapshot found) {
    return found.isRegularFile() && found.links() == 1 && found.size() <= LONGEST_CONTENT;
  }

  /** A crash may have left less of it than was written, or NULs. */
  static boolean isOurs(String content) {
    return content.startsWith(MAGIC) || MAGIC.startsWith(content) || content.matches("\\x00*");
  }
}
