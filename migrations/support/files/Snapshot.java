package support.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;

/**
 * What a name in a folder stood for at one moment; symbolic links are not followed. Two equal
 * snapshots mean that nobody replaced, grew, touched or re-owned the file in between.
 *
 * @param mode type and permission bits, as {@code st_mode}
 */
public record Snapshot(
    long device, long inode, int links, int mode, int uid, int gid, long size, FileTime modified) {
  /** Not all: to look up the names of owner and group takes longer than the rest. */
  private static final String ATTRIBUTES = "unix:dev,ino,nlink,mode,uid,gid,size,lastModifiedTime";

  private static final int TYPE_BITS = 0170000;
  private static final int REGULAR = 0100000;
  private static final int PERMISSION_BITS = 07777;

  /**
   * @throws NoSuchFileException if there is nothing of that name
   * @throws IOException as {@link Files#readAttributes}
   */
  public static Snapshot of(Path name) throws IOException {
    return read(name, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * What is open, whatever its name denotes by now; nothing where the system does not say.
   *
   * @param file of which nothing is read or written at a position that it remembers
   */
  public static Optional<Snapshot> ofOpen(FileChannel file) throws IOException {
    Path handle = Held.of(file).handle();
    return handle == null ? Optional.empty() : Optional.of(behind(handle));
  }

  /** What a link leads to. */
  static Snapshot behind(Path link) throws IOException {
    return read(link);
  }

  private static Snapshot read(Path name, LinkOption... links) throws IOException {
    Map<String, Object> a = Files.readAttributes(name, ATTRIBUTES, links);
    return new Snapshot(
        (Long) a.get("dev"),
        (Long) a.get("ino"),
        (Integer) a.get("nlink"),
        (Integer) a.get("mode"),
        (Integer) a.get("uid"),
        (Integer) a.get("gid"),
        (Long) a.get("size"),
        (FileTime) a.get("lastModifiedTime"));
  }

  /** As {@link #of}, but nothing where there is nothing of that name. */
  public static Optional<Snapshot> find(Path name) throws IOException {
    try {
      return Optional.of(of(name));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Not a folder, a link, a pipe or a device. */
  public boolean isRegularFile() {
    return (mode & TYPE_BITS) == REGULAR;
  }

  /** The permission bits alone, such as 0600. */
  public int permissions() {
    return mode & PERMISSION_BITS;
  }

  /** Whether both were seen of one file, whatever became of its content in between. */
  public boolean isSameFileAs(Snapshot other) {
    return device == other.device && inode == other.inode;
  }

  /** The same file with the same content, however many names it has by now. */
  public boolean isUnchangedSince(Snapshot earlier) {
    return isSameFileAs(earlier) && size == earlier.size && modified.equals(earlier.modified);
  }
}
