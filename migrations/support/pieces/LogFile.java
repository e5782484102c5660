package support.pieces;

import java.nio.file.Files;
import java.nio.file.Path;
import support.log.Encoding;

/**
 * A file of a log.
 *
 * @param log the live log that it belongs to, as the operator named it
 * @param path the file itself, as it is called
 * @param isLive whether it is that log, and no archive
 */
public record LogFile(Path log, Path path, boolean isLive) {
  /** Whether it is compressed, by its name, and what it was made of is there, too. */
  public boolean hasPlainTwin() {
    String name = path.getFileName().toString();
    return name.endsWith(Encoding.GZIP_SUFFIX)
        && Files.exists(
            path.resolveSibling(name.substring(0, name.length() - Encoding.GZIP_SUFFIX.length())));
  }
}
