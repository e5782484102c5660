package support.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import support.run.Failure;

/** Where files really are. */
public final class Links {
  /** As many as Linux follows before it gives up. */
  private static final int LONGEST_CHAIN = 40;

  private static final Path PROCESSES = Path.of("/proc");

  private Links() {}

  /**
   * Follows the symbolic links that a path's last name leads through, so that a rename replaces the
   * real file and not the link. A path that is no link is returned as it was given, so that
   * messages show what the operator wrote.
   *
   * @throws Failure if the links go in a circle
   * @throws IOException if a link cannot be read
   */
  public static Path resolve(Path path) throws IOException {
    Path resolved = path;
    for (int i = 0; i <= LONGEST_CHAIN; i++) {
      if (!Files.isSymbolicLink(resolved)) {
        return resolved;
      }
      resolved = resolved.resolveSibling(Files.readSymbolicLink(resolved));
    }
    throw Failure.of(FileErrors.LINK_CIRCLE, path);
  }

  /**
   * Whether a path leads, by way of a link of /proc, to what a process has open, as {@code
   * /dev/stdin} does. That is a file, and no name which another file could get.
   *
   * @throws IOException if a link cannot be read
   */
  public static boolean leadToOpenFile(Path path) throws IOException {
    Path resolved = path;
    for (int i = 0; i <= LONGEST_CHAIN && Files.isSymbolicLink(resolved); i++) {
      if (folderOf(resolved).toRealPath().startsWith(PROCESSES)) {
        return true;
      }
      resolved = resolved.resolveSibling(Files.readSymbolicLink(resolved));
    }
    return false;
  }

  /** The folder that a file's name stands in. */
  public static Path folderOf(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of(".") : parent;
  }
}
