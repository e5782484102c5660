package support.access;

import java.util.List;

/**
 * A POSIX access-control list. On a file that has one, the group bits of the mode are the list's
 * mask: the most that its named users and groups get, and not what the file's own group may.
 *
 * @param entries as {@code getfacl --numeric} prints them, in its order
 */
public record AccessList(List<String> entries) {
  private static final String GROUP = "group::";

  /** Besides these three, which the mode says too, every entry is one of a list. */
  private static final int ENTRIES_OF_A_MODE = 3;

  public AccessList {
    entries = List.copyOf(entries);
  }

  /** The list that says just what a mode says: a file that is given it has none. */
  public static AccessList ofMode(int permissions) {
    return new AccessList(
        List.of(
            "user::" + letters(permissions >> 6),
            GROUP + letters(permissions >> 3),
            "other::" + letters(permissions)));
  }

  private static String letters(int bits) {
    return ((bits & 4) != 0 ? "r" : "-")
        + ((bits & 2) != 0 ? "w" : "-")
        + ((bits & 1) != 0 ? "x" : "-");
  }

  private static int bits(String letters) {
    return (letters.charAt(0) == 'r' ? 4 : 0)
        | (letters.charAt(1) == 'w' ? 2 : 0)
        | (letters.charAt(2) == 'x' ? 1 : 0);
  }

  /** Whether it says no more than a mode. */
  boolean isOfMode() {
    return entries.size() == ENTRIES_OF_A_MODE;
  }

  /** A mode in which the group bits are those of the file's own group, and not the mask. */
  public int unmasked(int permissions) {
    for (String entry : entries) {
      if (entry.startsWith(GROUP)) {
        return permissions & ~070 | bits(entry.substring(GROUP.length())) << 3;
      }
    }
    return permissions & ~070;
  }
}
