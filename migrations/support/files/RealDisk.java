package support.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import support.access.AccessList;
import support.access.AccessTools;
import support.run.IoRunnable;
import support.run.IoSupplier;

/**
 * The effects as Linux and macOS carry them out: on names in folders that are held open, and on
 * files that are. Where nothing can be held (there is no {@code /proc}), they go by name.
 */
final class RealDisk implements Disk {
  private static final String NOT_ONE_NAME =
      ": is no regular file, or has another name (a hard link)";

  private final AccessTools access;
  private final HeldFiles held = new HeldFiles();

  RealDisk(AccessTools access) {
    this.access = access;
  }

  @Override
  public <T> T holding(Collection<Path> folders, IoSupplier<T> work) throws IOException {
    return held.holding(folders, work);
  }

  @Override
  public Path at(Path name) {
    return held.at(name);
  }

  // ------------------------------------------------------------ files

  @Override
  public Output create(Path name) throws IOException {
    FileChannel channel =
        held.named(
            () ->
                FileChannel.open(
                    held.at(name),
                    Set.of(CREATE_NEW, WRITE, NOFOLLOW_LINKS),
                    PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rw-------"))));
    return new ChannelOutput(name, channel, held.keep(name, channel));
  }

  @Override
  public FileChannel read(Path file, int owner) throws IOException {
    Path place = held.at(file);
    FileChannel open = held.named(() -> FileChannel.open(place, Set.of(READ, NOFOLLOW_LINKS)));
    try {
      Optional<Snapshot> opened = Snapshot.ofOpen(open);
      Snapshot found = opened.isPresent() ? opened.get() : Snapshot.of(place);
      if (!found.isRegularFile() || found.links() != 1 && found.uid() != owner) {
        throw new IOException(file + NOT_ONE_NAME);
      }
      return open;
    } catch (IOException e) {
      open.close();
      throw e;
    }
  }

  @Override
  public Output append(Path file) throws IOException {
    Held open = open(file, APPEND);
    return new ChannelOutput(file, open.channel(), open);
  }

  /**
   * Opens a file for a change. One with another name may be somebody else's, which he who may write
   * this folder has put here; so what is open must be what is at the name, and at no other.
   */
  private Held open(Path file, OpenOption use) throws IOException {
    Held open = held.named(() -> Held.of(FileChannel.open(held.at(file), use, NOFOLLOW_LINKS)));
    try {
      Snapshot found = held.named(() -> Snapshot.of(held.at(file)));
      if (!found.isRegularFile() || found.links() != 1) {
        throw new IOException(file + NOT_ONE_NAME);
      }
      if (open.handle() != null && !Snapshot.behind(open.handle()).isSameFileAs(found)) {
        throw new IOException(file + ": was replaced by another file");
      }
      return open;
    } catch (IOException e) {
      open.close();
      throw e;
    }
  }

  @Override
  public void setOwner(Path file, int uid, int gid) throws IOException {
    held.effect(
        () -> {
          Files.setAttribute(held.on(file), "unix:uid", uid, held.links(file));
          Files.setAttribute(held.on(file), "unix:gid", gid, held.links(file));
        });
  }

  @Override
  public void setPermissions(Path file, int permissions) throws IOException {
    if (held.has(file)) {
      held.effect(() -> Files.setAttribute(held.on(file), "unix:mode", permissions));
      return;
    }
    try (Held open = open(file, READ)) {
      if (open.handle() == null) {
        Files.setAttribute(file, "unix:mode", permissions, NOFOLLOW_LINKS);
      } else {
        Files.setAttribute(open.handle(), "unix:mode", permissions);
      }
    }
  }

  @Override
  public void setAccessList(Path file, AccessList list) throws IOException {
    held.effect(() -> access.setList(held.on(file), list));
  }

  @Override
  public void setAttribute(Path file, String name, byte[] value) throws IOException {
    held.effect(
        () ->
            Files.getFileAttributeView(
                    held.on(file), UserDefinedFileAttributeView.class, held.links(file))
                .write(name, ByteBuffer.wrap(value)));
  }

  @Override
  public void setLabel(Path file, String label) throws IOException {
    held.effect(() -> access.setLabel(held.on(file), label));
  }

  @Override
  public void setModified(Path file, FileTime time) throws IOException {
    held.effect(
        () ->
            Files.getFileAttributeView(
                    held.on(file), BasicFileAttributeView.class, held.links(file))
                .setTimes(time, null, null));
  }

  // ------------------------------------------------------------ names

  @Override
  public void link(Path name, Path existing) throws IOException {
    held.effect(() -> Files.createLink(held.at(name), held.at(existing)));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    // REPLACE_EXISTING would unlink first, and leave nothing at the name for a moment.
    held.effect(() -> Files.move(held.at(from), held.at(to), ATOMIC_MOVE));
  }

  @Override
  public void remove(Path name) throws IOException {
    held.effect(() -> Files.delete(held.at(name)));
  }

  // ------------------------------------------------------------ stable storage

  @Override
  public void flush(Path file) throws IOException {
    held.effect(
        () -> {
          try (FileChannel opened = FileChannel.open(held.at(file), READ, NOFOLLOW_LINKS)) {
            force(file, opened);
          }
        });
  }

  @Override
  public void flushFolder(Path folder) throws IOException {
    if (held.has(folder)) {
      held.effect(() -> force(folder, held.get(folder).channel()));
    } else {
      try (FileChannel opened = FileChannel.open(folder, READ)) {
        force(folder, opened);
      }
    }
  }

  /** Opened for reading only, which fsync(2) accepts on Linux and macOS, for folders too. */
  private static void force(Path file, FileChannel opened) throws IOException {
    try {
      opened.force(true);
    } catch (IOException e) {
      throw FileBytes.named(file, e);
    }
  }

  /**
   * @param opened what is closed in the end
   */
  private record ChannelOutput(Path file, FileChannel channel, Closeable opened) implements Output {
    private void named(IoRunnable<RuntimeException> call) throws IOException {
      try {
        call.run();
      } catch (IOException e) {
        throw FileBytes.named(file, e);
      }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        named(() -> channel.write(bytes));
      }
    }

    @Override
    public void flush() throws IOException {
      named(() -> channel.force(true));
    }

    @Override
    public void close() throws IOException {
      named(opened::close);
    }
  }
}
