package support.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What stands beside a log. */
public final class Siblings {
  private Siblings() {}

  /**
   * The regular files whose names match, in the order of their names; links are not followed.
   *
   * @param log whose own folder is written as the operator wrote it
   * @param folder where to look
   */
  public static SortedSet<Path> named(Path log, Path folder, Pattern name) throws IOException {
    return named(log, folder, name, BasicFileAttributes::isRegularFile);
  }

  /** The same of whatever is no regular file: links, folders, pipes. */
  public static SortedSet<Path> notRegular(Path log, Path folder, Pattern name) throws IOException {
    return named(log, folder, name, file -> !file.isRegularFile());
  }

  private static SortedSet<Path> named(
      Path log, Path folder, Pattern name, Predicate<BasicFileAttributes> isMeant)
      throws IOException {
    SortedSet<Path> found = new TreeSet<>();
    boolean isOwn = folder.equals(Links.folderOf(log));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (name.matcher(entry.getFileName().toString()).matches() && is(entry, isMeant)) {
          found.add(isOwn ? log.resolveSibling(entry.getFileName()) : entry);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  /** What went meanwhile is none; what cannot be looked at must not be passed over. */
  private static boolean is(Path entry, Predicate<BasicFileAttributes> isMeant) throws IOException {
    try {
      return isMeant.test(
          Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** The regular files whose names begin with the log's, itself left out. */
  public static SortedSet<Path> others(Path log, Path folder) throws IOException {
    String own = Pattern.quote(log.getFileName().toString());
    return named(log, folder, Pattern.compile(own + ".+"));
  }
}
