package support.staging;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import support.access.AccessControl.Access;
import support.access.AccessControl.Known;
import support.access.AccessList;
import support.files.Disk;
import support.files.Machine;
import support.files.Snapshot;
import support.run.Failure;

/**
 * What a new file takes over from an old one, besides bytes: its owner, who may use it, and its
 * extended attributes.
 *
 * @param old the file that it is taken from
 * @param permissions the mode that it gets; its group bits are what the file's own group may, never
 *     the mask of a list
 * @param list the list that it gets; null where it needs none and its folder gives it none
 * @param attributes the values of its {@code user.*} attributes
 * @param keepsTime whether it gets the time of the old one's last modification
 */
public record Metadata(
    Path old,
    Snapshot owner,
    int permissions,
    AccessList list,
    Map<String, byte[]> attributes,
    boolean keepsTime) {
  private static final int CREATION_PERMISSIONS = 0600;
  private static final int GROUP = 070;

  /**
   * What a new log takes over.
   *
   * @param found what is known of the old one's list
   * @param withoutList whether it gets none, whatever the old one has
   */
  public static Metadata of(Path log, Snapshot snapshot, Access found, boolean withoutList)
      throws IOException {
    int permissions = permissions(snapshot.permissions(), found);
    AccessList none = found.isHandedDown() ? AccessList.ofMode(permissions) : null;
    return new Metadata(
        log,
        snapshot,
        permissions,
        found.own() == null || withoutList ? none : found.own(),
        attributesOf(log),
        false);
  }

  /** The same, with the time of the old one's last modification: its age is what it is told by. */
  public Metadata keepingTime() {
    return new Metadata(old, owner, permissions, list, attributes, true);
  }

  private static int permissions(int mode, Access found) {
    if (found.known() == Known.THAT_THERE_IS_ONE) {
      return mode & ~GROUP; // what the group may cannot be told from the mask
    }
    return found.own() == null ? mode : found.own().unmasked(mode);
  }

  /** For a file that is its owner's only. */
  public static Metadata forOwnerOnly(Path old, Snapshot snapshot) {
    return new Metadata(old, snapshot, CREATION_PERMISSIONS, null, Map.of(), false);
  }

  /** Where there are none on a file system, asking for them is an error. */
  private static Map<String, byte[]> attributesOf(Path file) throws IOException {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class, NOFOLLOW_LINKS);
    List<String> names;
    try {
      names = view == null ? List.of() : view.list();
    } catch (IOException e) {
      return Map.of();
    }
    Map<String, byte[]> attributes = new TreeMap<>();
    for (String name : names) {
      ByteBuffer value = ByteBuffer.allocate(view.size(name));
      view.read(name, value);
      attributes.put(name, Arrays.copyOf(value.array(), value.position()));
    }
    return attributes;
  }

  /**
   * Gives it to a file that was just created, and reads back what Java or the system could have got
   * wrong. The owner comes first, since a change of it takes permissions away.
   *
   * @throws Failure if this user may not give the file away
   * @throws IOException if something cannot be set, or does not read back
   */
  public void giveTo(Path file, Machine machine) throws IOException {
    Disk disk = machine.disk();
    Path found = disk.at(file);
    Snapshot created = Snapshot.of(found);
    if (created.uid() != owner.uid() || created.gid() != owner.gid()) {
      setOwner(file, disk);
    }
    if (permissions != CREATION_PERMISSIONS) {
      disk.setPermissions(file, permissions);
    }
    if (list != null) {
      disk.setAccessList(file, list);
      require(machine.access().listOf(found).equals(list), file, "access-control list");
    }
    for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
      disk.setAttribute(file, attribute.getKey(), attribute.getValue());
    }
    require(hasAttributes(found), file, "extended attribute");
    label(file, machine);
    if (keepsTime) {
      disk.setModified(file, owner.modified());
    }
  }

  private void setOwner(Path file, Disk disk) throws IOException {
    try {
      disk.setOwner(file, owner.uid(), owner.gid());
    } catch (IOException e) {
      throw Failure.of(StagingErrors.OWNER_NOT_KEPT, owner.uid(), owner.gid(), Failure.reason(e));
    }
  }

  private boolean hasAttributes(Path file) throws IOException {
    if (attributes.isEmpty()) {
      return true;
    }
    Map<String, byte[]> found = attributesOf(file);
    return attributes.entrySet().stream()
        .allMatch(wanted -> Arrays.equals(wanted.getValue(), found.get(wanted.getKey())));
  }

  /** The first part of a label names a user of SELinux, which decides about nothing here. */
  private void label(Path file, Machine machine) throws IOException {
    List<String> labels = machine.access().labelsOf(old, machine.disk().at(file));
    if (labels.isEmpty() || type(labels.get(0)).equals(type(labels.get(1)))) {
      return;
    }
    machine.disk().setLabel(file, labels.get(0));
    List<String> now = machine.access().labelsOf(machine.disk().at(file));
    require(type(now.get(0)).equals(type(labels.get(0))), file, "SELinux label");
  }

  private static String type(String label) {
    return label.substring(label.indexOf(':') + 1);
  }

  private static void require(boolean isSame, Path file, String what) throws IOException {
    if (!isSame) {
      throw new IOException("%s: its %s does not read back the same".formatted(file, what));
    }
  }
}
