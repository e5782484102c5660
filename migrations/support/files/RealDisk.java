package support.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Set;
import support.run.IoRunnable;

/** The effects as Linux and macOS carry them out. */
final class RealDisk implements Disk {
  private final AccessTools access;

  RealDisk(AccessTools access) {
    this.access = access;
  }

  @Override
  public Output create(Path name) throws IOException {
    return new ChannelOutput(
        name,
        FileChannel.open(
            name,
            Set.of(CREATE_NEW, WRITE, NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
  }

  @Override
  public Output append(Path file) throws IOException {
    return new ChannelOutput(file, FileChannel.open(file, Set.of(APPEND, NOFOLLOW_LINKS)));
  }

  @Override
  public void setOwner(Path file, int uid, int gid) throws IOException {
    Files.setAttribute(file, "unix:uid", uid, NOFOLLOW_LINKS);
    Files.setAttribute(file, "unix:gid", gid, NOFOLLOW_LINKS);
  }

  @Override
  public void setPermissions(Path file, int permissions) throws IOException {
    Files.setAttribute(file, "unix:mode", permissions, NOFOLLOW_LINKS);
  }

  @Override
  public void setAccessList(Path file, AccessList list) throws IOException {
    access.setList(file, list);
  }

  @Override
  public void setAttribute(Path file, String name, byte[] value) throws IOException {
    Files.getFileAttributeView(file, UserDefinedFileAttributeView.class, NOFOLLOW_LINKS)
        .write(name, ByteBuffer.wrap(value));
  }

  @Override
  public void setLabel(Path file, String label) throws IOException {
    access.setLabel(file, label);
  }

  @Override
  public void setModified(Path file, FileTime time) throws IOException {
    Files.getFileAttributeView(file, BasicFileAttributeView.class, NOFOLLOW_LINKS)
        .setTimes(time, null, null);
  }

  @Override
  public void link(Path name, Path existing) throws IOException {
    Files.createLink(name, existing);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    // REPLACE_EXISTING would unlink first, and leave nothing at the name for a moment.
    Files.move(from, to, ATOMIC_MOVE);
  }

  @Override
  public void remove(Path name) throws IOException {
    Files.delete(name);
  }

  @Override
  public void flush(Path file) throws IOException {
    force(file);
  }

  @Override
  public void flushFolder(Path folder) throws IOException {
    force(folder);
  }

  /** Opened for reading only, which fsync(2) accepts on Linux and macOS, for folders too. */
  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, READ)) {
      channel.force(true);
    }
  }

  /** A channel's own errors do not say which file they are about. */
  private record ChannelOutput(Path file, FileChannel channel) implements Output {
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
      named(channel::close);
    }
  }
}
