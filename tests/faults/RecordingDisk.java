package support.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import support.access.AccessList;
import support.run.IoSupplier;

/**
 * A disk that carries out every effect, and records what a power cut right after it may leave. What
 * a kernel has in memory reaches the platter in any order, unless a flush forces it:
 *
 * <ul>
 *   <li>Each change of a folder since that folder was flushed is there or not. A rename is atomic:
 *       the new name is there and the old one gone, or neither.
 *   <li>The bytes of a file since it was flushed are lost, half there, zeros, or whole; its
 *       permissions are the old or the new ones.
 * </ul>
 *
 * <p>Files only ever grow here, and owners never change: the model knows neither.
 */
public final class RecordingDisk implements Disk {
  private static final int CREATION_PERMISSIONS = 0600;

  private final Disk disk;
  private final Path root;
  private final Map<Path, Inode> names = new TreeMap<>();
  private final Map<Path, Inode> durableNames = new TreeMap<>();
  private final List<Change> unflushed = new ArrayList<>();
  private final Map<Remains, String> cuts = new LinkedHashMap<>();
  private int inodes;
  private int effects;

  /** A change of a folder: what it does to the names of files. */
  private record Change(Path folder, Consumer<Map<Path, Inode>> change) {}

  /**
   * What a cut leaves of a file.
   *
   * @param inode which file it is: two names with the same inode are hard links
   * @param bytes one character each
   */
  public record Left(int inode, String bytes, int permissions) {}

  /** What a cut leaves of a disk: the names of files, relative to its root. */
  public record Remains(Map<Path, Left> files) {
    /** Makes these files, hard links and all, in a folder. */
    public void restoreTo(Path folder) throws IOException {
      Map<Integer, Path> made = new TreeMap<>();
      for (Map.Entry<Path, Left> entry : files.entrySet()) {
        Left left = entry.getValue();
        Path name = folder.resolve(entry.getKey());
        Files.createDirectories(name.getParent());
        if (made.containsKey(left.inode())) {
          Files.createLink(name, made.get(left.inode()));
        } else {
          Files.writeString(name, left.bytes(), ISO_8859_1);
          Files.setAttribute(name, "unix:mode", left.permissions());
          made.put(left.inode(), name);
        }
      }
    }
  }

  /** A file, as processes see it and as it is on the platter. */
  private static final class Inode {
    private final int number;
    private String bytes;
    private String durableBytes;
    private int permissions;
    private int durablePermissions;

    Inode(int number, String bytes, int permissions) {
      this.number = number;
      this.bytes = bytes;
      this.permissions = permissions;
      makeDurable();
    }

    void makeDurable() {
      durableBytes = bytes;
      durablePermissions = permissions;
    }

    Set<Left> afterCut() {
      int unflushed = bytes.length() - durableBytes.length();
      Set<Left> left = new LinkedHashSet<>();
      for (int mode : List.of(permissions, durablePermissions)) {
        left.add(new Left(number, bytes, mode));
        left.add(new Left(number, durableBytes, mode));
        left.add(new Left(number, bytes.substring(0, bytes.length() - unflushed / 2), mode));
        left.add(new Left(number, durableBytes + "\0".repeat(unflushed), mode));
      }
      return left;
    }
  }

  /**
   * @param disk what carries out the effects
   * @param root the folder that all files are in or below
   */
  public RecordingDisk(Disk disk, Path root) {
    this.disk = disk;
    this.root = root;
  }

  /** Every state that a cut at some moment may have left, with the first such moment. */
  public Map<Remains, String> cuts() {
    return cuts;
  }

  /** After how many effects the power was cut. */
  public int effects() {
    return effects;
  }

  /** Every state that a cut now may leave. */
  public Set<Remains> cutNow() {
    Set<Remains> remains = new LinkedHashSet<>();
    for (Map<Path, Inode> namesLeft : namesAfterCut()) {
      for (Map<Path, Left> files : filesAfterCut(namesLeft)) {
        remains.add(new Remains(files));
      }
    }
    return remains;
  }

  // ------------------------------------------------------------ what others do

  /**
   * Records a file that was there before.
   *
   * @param unflushedBytes how many of its last bytes whoever wrote them has not flushed
   * @return its inode in {@link Left}
   */
  public int found(Path file, int unflushedBytes) throws IOException {
    String bytes = Files.readString(file, ISO_8859_1);
    Inode inode =
        newInode(
            bytes.substring(0, bytes.length() - unflushedBytes), Snapshot.of(file).permissions());
    inode.bytes = bytes;
    names.put(file, inode);
    durableNames.put(file, inode);
    return inode.number;
  }

  /** Records a file that somebody makes past this disk, and does not flush. */
  public void appears(Path file, String bytes) {
    Inode inode = newInode("", CREATION_PERMISSIONS);
    inode.bytes = bytes;
    change(file, "appears", now -> now.put(file, inode));
  }

  /** Records that somebody removes a file past this disk. */
  public void disappears(Path file) {
    change(file, "disappears", now -> now.remove(file));
  }

  private Inode newInode(String bytes, int permissions) {
    return new Inode(inodes++, bytes, permissions);
  }

  // ------------------------------------------------------------ effects

  @Override
  public <T> T holding(Collection<Path> folders, IoSupplier<T> work) throws IOException {
    return disk.holding(folders, work);
  }

  @Override
  public Path at(Path name) {
    return disk.at(name);
  }

  @Override
  public FileChannel read(Path file, int owner) throws IOException {
    return disk.read(file, owner);
  }

  @Override
  public Output create(Path name) throws IOException {
    Output output = disk.create(name);
    Inode inode = newInode("", CREATION_PERMISSIONS);
    change(name, "create", now -> now.put(name, inode));
    return new RecordingOutput(name, output);
  }

  @Override
  public Output append(Path file) throws IOException {
    return new RecordingOutput(file, disk.append(file));
  }

  @Override
  public void setOwner(Path file, int uid, int gid) {
    throw new UnsupportedOperationException("the model knows no owners");
  }

  @Override
  public void setPermissions(Path file, int permissions) throws IOException {
    disk.setPermissions(file, permissions);
    names.get(file).permissions = permissions;
    cutAfter("setPermissions", file);
  }

  @Override
  public void setAccessList(Path file, AccessList list) {
    throw new UnsupportedOperationException("the model knows no access-control lists");
  }

  @Override
  public void setAttribute(Path file, String name, byte[] value) {
    throw new UnsupportedOperationException("the model knows no attributes");
  }

  @Override
  public void setLabel(Path file, String label) {
    throw new UnsupportedOperationException("the model knows no labels");
  }

  /** The model knows no times. */
  @Override
  public void setModified(Path file, FileTime time) throws IOException {
    disk.setModified(file, time);
  }

  @Override
  public void link(Path name, Path existing) throws IOException {
    disk.link(name, existing);
    Inode inode = names.get(existing);
    change(name, "link", now -> now.put(name, inode));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
    Inode inode = names.get(from);
    change(
        to,
        "rename",
        now -> {
          now.remove(from);
          now.put(to, inode);
        });
  }

  @Override
  public void remove(Path name) throws IOException {
    disk.remove(name);
    change(name, "remove", now -> now.remove(name));
  }

  @Override
  public void flush(Path file) throws IOException {
    disk.flush(file);
    names.get(file).makeDurable();
    cutAfter("flush", file);
  }

  @Override
  public void flushFolder(Path folder) throws IOException {
    disk.flushFolder(folder);
    unflushed.stream()
        .filter(change -> change.folder().equals(folder))
        .forEach(change -> change.change().accept(durableNames));
    unflushed.removeIf(change -> change.folder().equals(folder));
    cutAfter("flushFolder", folder);
  }

  private void change(Path name, String effect, Consumer<Map<Path, Inode>> change) {
    change.accept(names);
    unflushed.add(new Change(Links.folderOf(name), change));
    cutAfter(effect, name);
  }

  private final class RecordingOutput implements Output {
    private final Path name;
    private final Inode inode;
    private final Output output;

    RecordingOutput(Path name, Output output) {
      this.name = name;
      this.inode = names.get(name);
      this.output = output;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      ByteBuffer written = bytes.duplicate();
      output.write(bytes);
      inode.bytes += ISO_8859_1.decode(written);
      cutAfter("write", name);
    }

    @Override
    public void flush() throws IOException {
      output.flush();
      inode.makeDurable();
      cutAfter("flush", name);
    }

    @Override
    public void close() throws IOException {
      output.close();
    }
  }

  // ------------------------------------------------------------ power cuts

  private void cutAfter(String effect, Path path) {
    effects++;
    String moment = "effect %d, %s %s".formatted(effects, effect, path.getFileName());
    cutNow().forEach(remains -> cuts.putIfAbsent(remains, moment));
  }

  /** With each unflushed change, in its order, and without it. */
  private Set<Map<Path, Inode>> namesAfterCut() {
    Set<Map<Path, Inode>> all = new LinkedHashSet<>(Set.of(durableNames));
    for (Change unflushedChange : unflushed) {
      for (Map<Path, Inode> without : List.copyOf(all)) {
        Map<Path, Inode> with = new TreeMap<>(without);
        unflushedChange.change().accept(with);
        all.add(with);
      }
    }
    return all;
  }

  /** Whatever may be left of each file that has a name, with whatever of the others. */
  private Set<Map<Path, Left>> filesAfterCut(Map<Path, Inode> namesLeft) {
    Set<Map<Path, Left>> all = Set.of(Map.of());
    for (Inode inode : new LinkedHashSet<>(namesLeft.values())) {
      Set<Map<Path, Left>> withInode = new LinkedHashSet<>();
      for (Map<Path, Left> others : all) {
        for (Left left : inode.afterCut()) {
          withInode.add(with(others, namesLeft, inode, left));
        }
      }
      all = withInode;
    }
    return all;
  }

  private Map<Path, Left> with(
      Map<Path, Left> others, Map<Path, Inode> namesLeft, Inode inode, Left left) {
    Map<Path, Left> all = new TreeMap<>(others);
    namesLeft.forEach(
        (name, named) -> {
          if (named == inode) {
            all.put(root.relativize(name), left);
          }
        });
    return all;
  }
}
