package support.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import support.access.AccessList;
import support.access.AccessTools;
import support.run.IoSupplier;

/**
 * Every effect that a rewrite has on files, except on its lock file, which holds no data. It is an
 * interface so that a test can stand between the protocol and the disk: to record the order, to
 * fail a step, to cut the power. All methods throw {@link IOException} as the operating system
 * refuses.
 */
public interface Disk {
  /** The disk of this machine. */
  static Disk real() {
    return new RealDisk(AccessTools.ofThisMachine());
  }

  /**
   * Holds folders while it works: effects on names in them are on names in just these, whatever
   * somebody puts at the folders' own names meanwhile. Symbolic links are followed.
   *
   * @param folders as the paths of the files in them begin
   * @throws IOException if one cannot be opened; else as the work
   */
  <T> T holding(Collection<Path> folders, IoSupplier<T> work) throws IOException;

  /** A path that leads to the same name, through the folder where that is held. */
  Path at(Path name);

  /**
   * Creates a file for writing, exclusively: whatever stands at the name already, a dangling
   * symbolic link included, is an error. Readable and writable by its owner only. Until it is
   * closed, what else is set of a file by this name is set of just this file.
   */
  Output create(Path name) throws IOException;

  /**
   * Opens an existing file whose bytes go into another one: that which stands at the name in the
   * folder where that is held. A symbolic link is not followed, and one with another name (a hard
   * link) is an error unless it is of the given owner: it may be anybody's.
   *
   * @param owner the id of the user who gets to read what is made of it
   */
  FileChannel read(Path file, int owner) throws IOException;

  /**
   * Opens an existing regular file so that every write goes to its end. One with another name (a
   * hard link) is an error: it may be anybody's.
   */
  Output append(Path file) throws IOException;

  /** Gives a file to an owner, as numeric ids. A symbolic link is not followed. */
  void setOwner(Path file, int uid, int gid) throws IOException;

  /**
   * Sets the permission bits, such as 0600, of a regular file. A symbolic link is not followed; one
   * with another name (a hard link) is an error: it may be anybody's.
   */
  void setPermissions(Path file, int permissions) throws IOException;

  /** Replaces the access-control list of a file, and with it the permission bits. */
  void setAccessList(Path file, AccessList list) throws IOException;

  /** Sets an attribute {@code user.<name>}. A symbolic link is not followed. */
  void setAttribute(Path file, String name, byte[] value) throws IOException;

  /** Sets the label that SELinux goes by. */
  void setLabel(Path file, String label) throws IOException;

  /** Sets when a file was last modified. A symbolic link is not followed. */
  void setModified(Path file, FileTime time) throws IOException;

  /** Gives an existing file a second name; an existing name is never replaced. */
  void link(Path name, Path existing) throws IOException;

  /** Atomically puts a file in the place of another; never anything less than atomically. */
  void rename(Path from, Path to) throws IOException;

  /** Removes a name, of a symbolic link the link itself. */
  void remove(Path name) throws IOException;

  /** Brings an existing file's bytes to stable storage. */
  void flush(Path file) throws IOException;

  /** Brings the names in a folder to stable storage. */
  void flushFolder(Path folder) throws IOException;

  /** A file that is being written. */
  interface Output extends Closeable {
    /** Writes all of the buffer. */
    void write(ByteBuffer bytes) throws IOException;

    /** Brings what was written to stable storage. An error is final: never flush again. */
    void flush() throws IOException;
  }
}
