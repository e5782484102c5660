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
import java.util.regex.Pattern;

/** What stands beside a log. */
public final class Siblings {
  private Siblings() {}

  /**
   * What stands at some names, in their order; links are not followed.
   *
   * @param files the regular files
   * @param others whatever else: links, folders, pipes
   */
  public record Found(SortedSet<Path> files, SortedSet<Path> others) {}

  /**
   * What stands at the names that match.
   *
   * @param log whose own folder is written as the operator wrote it
   * @param folder where to look
   */
  public static Found at(Path log, Path folder, Pattern name) throws IOException {
    Found found = new Found(new TreeSet<>(), new TreeSet<>());
    boolean isOwn = folder.equals(Links.folderOf(log));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (name.matcher(entry.getFileName().toString()).matches()) {
          add(entry, isOwn ? log.resolveSibling(entry.getFileName()) : entry, found);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  /** What went meanwhile is none; what cannot be looked at must not be passed over. */
  private static void add(Path entry, Path name, Found found) throws IOException {
    try {
      boolean isFile =
          Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
              .isRegularFile();
      (isFile ? found.files() : found.others()).add(name);
    } catch (NoSuchFileException e) {
      // Gone.
    }
  }

  /** The regular files whose names match; as {@link #at}. */
  public static SortedSet<Path> named(Path log, Path folder, Pattern name) throws IOException {
    return at(log, folder, name).files();
  }

  /** The regular files whose names begin with the log's, itself left out. */
  public static SortedSet<Path> others(Path log, Path folder) throws IOException {
    String own = Pattern.quote(log.getFileName().toString());
    return named(log, folder, Pattern.compile(own + ".+"));
  }
}
