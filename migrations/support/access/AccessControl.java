package support.access;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * Who may use a file besides what its owner and mode say: access-control lists, and the labels of
 * SELinux. Java sees neither.
 */
public interface AccessControl {
  /** What this machine reports. */
  static AccessControl ofThisMachine() {
    return new MarksAhead(AccessTools.ofThisMachine());
  }

  /**
   * Looks at the list of a file, and at the one that its folder gives to new files.
   *
   * @param permissions the file's mode, without its type
   * @throws IOException if there is a program for that, and it fails
   */
  Access look(Path file, int permissions) throws IOException;

  /** The list of a file, which is just that of its mode where it has none. */
  AccessList listOf(Path file) throws IOException;

  /**
   * The labels of files, in their order; nothing where there is no SELinux.
   *
   * @throws IOException if they cannot be told
   */
  List<String> labelsOf(Path... files) throws IOException;

  /**
   * The marks of files and folders, in their order, as the letters of chattr(1): {@code i} for
   * immutable, {@code a} for append-only. Nothing where there is no program or no file system that
   * reports them, even if only of one file.
   *
   * @throws IOException if the asking was interrupted
   */
  List<String> marksOf(List<Path> files) throws IOException;

  /** Is told whose marks will be asked for: all of them may be asked for now, in one go. */
  default void foresee(Collection<Path> files) {}

  /** How much could be found out. */
  enum Known {
    /** Everything. */
    ALL,
    /** That the file or its folder has a list, and not which. */
    THAT_THERE_IS_ONE,
    /** Not even whether there is one. */
    NOTHING
  }

  /**
   * @param own the file's list, or null where it has none, or none that is known
   * @param isHandedDown whether a new file in the folder gets a list from it
   */
  record Access(Known known, AccessList own, boolean isHandedDown) {
    public static final Access NO_LIST = new Access(Known.ALL, null, false);
    static final Access SEEN = new Access(Known.THAT_THERE_IS_ONE, null, false);
    static final Access UNKNOWN = new Access(Known.NOTHING, null, false);
  }
}
