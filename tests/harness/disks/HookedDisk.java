package support.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import support.access.AccessList;
import support.run.IoSupplier;

/**
 * The real disk, with somebody who looks at every effect before it happens: to note it, to make it
 * fail, or to do something else to the files just then.
 */
public final class HookedDisk implements Disk {
  /** Called before an effect; what it throws happens instead of the effect. */
  public interface Hook {
    void before(String effect, Path path) throws IOException;
  }

  private final Disk disk = Disk.real();
  private final Hook hook;
  private final List<String> effects = Collections.synchronizedList(new ArrayList<>());

  public HookedDisk(Hook hook) {
    this.hook = hook;
  }

  /** The effects so far, in order: their names and the last names of their paths. */
  public List<String> effects() {
    return effects;
  }

  private void note(String effect, Path path) throws IOException {
    effects.add(
        effect + " " + path.getFileName().toString().replaceAll("[0-9a-f]{16}\\.tmp", "*.tmp"));
    hook.before(effect, path);
  }

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
    note("create", name);
    return new HookedOutput(name, disk.create(name));
  }

  @Override
  public Output append(Path file) throws IOException {
    note("append", file);
    return new HookedOutput(file, disk.append(file));
  }

  @Override
  public void setOwner(Path file, int uid, int gid) throws IOException {
    note("setOwner", file);
    disk.setOwner(file, uid, gid);
  }

  @Override
  public void setPermissions(Path file, int permissions) throws IOException {
    note("setPermissions", file);
    disk.setPermissions(file, permissions);
  }

  @Override
  public void setAccessList(Path file, AccessList list) throws IOException {
    note("setAccessList", file);
    disk.setAccessList(file, list);
  }

  @Override
  public void setAttribute(Path file, String name, byte[] value) throws IOException {
    note("setAttribute", file);
    disk.setAttribute(file, name, value);
  }

  @Override
  public void setLabel(Path file, String label) throws IOException {
    note("setLabel", file);
    disk.setLabel(file, label);
  }

  @Override
  public void setModified(Path file, FileTime time) throws IOException {
    note("setModified", file);
    disk.setModified(file, time);
  }

  @Override
  public void link(Path name, Path existing) throws IOException {
    note("link", name);
    disk.link(name, existing);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    note("rename", to);
    disk.rename(from, to);
  }

  @Override
  public void remove(Path name) throws IOException {
    note("remove", name);
    disk.remove(name);
  }

  @Override
  public void flush(Path file) throws IOException {
    note("flush", file);
    disk.flush(file);
  }

  @Override
  public void flushFolder(Path folder) throws IOException {
    note("flushFolder", folder);
    disk.flushFolder(folder);
  }

  private final class HookedOutput implements Output {
    private final Path path;
    private final Output output;

    HookedOutput(Path path, Output output) {
      this.path = path;
      this.output = output;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      note("write", path);
      output.write(bytes);
    }

    @Override
    public void flush() throws IOException {
      note("flush", path);
      output.flush();
    }

    @Override
    public void close() throws IOException {
      output.close();
    }
  }
}
