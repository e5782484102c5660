package support;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A file that is being made and is not yet what it will be: {@code <target>.migrate.<16 hex
 * digits>.tmp}, in the folder of the file that it will become.
 */
final class StagedFile {
  /** Between two chunks a run can be interrupted. */
  private static final long CHUNK_BYTES = 32 << 20;

  private static final int CREATION_PERMISSIONS = 0600;
  private static final String SUFFIX_PATTERN = "(\\.\\d+)?\\.migrate\\.[0-9a-f]{16}\\.tmp";
  private static final byte[] NEWLINE = {'\n'};

  private final Path path;
  private final Disk disk;
  private final Cancellation cancellation;
  private Snapshot created;

  /** Chooses a name that nobody can guess; {@link #write} makes the file. */
  StagedFile(Path target, Machine machine, Cancellation cancellation) {
    String word = "%016x".formatted(machine.random().nextLong());
    this.path = target.resolveSibling(target.getFileName() + ".migrate." + word + ".tmp");
    this.disk = machine.disk();
    this.cancellation = cancellation;
  }

  /**
   * What a staged file holds: a prefix, the bytes of a source as they are, and, where asked for and
   * missing, a last newline.
   */
  record Content(byte[] prefix, boolean endsLine) {
    /** A copy, to the byte. */
    static final Content AS_IT_IS = new Content(new byte[0], false);

    /** A log that a server goes on with: the next line must not join a torn one. */
    static Content withHeader(byte[] header) {
      return new Content(header, true);
    }
  }

  Path path() {
    return path;
  }

  /**
   * Makes the file, and brings it to stable storage with the owner and the permissions that it will
   * need.
   *
   * @param original tells the size to copy, and the owner that the file gets
   * @throws IOException if anything fails; flushing is not tried twice
   */
  void write(Content content, FileChannel source, Snapshot original, int permissions)
      throws IOException {
    try (Disk.Output out = disk.create(path)) {
      created = Snapshot.of(path);
      out.write(ByteBuffer.wrap(content.prefix()));
      copy(source, original.size(), out);
      if (content.endsLine() && !endsInNewline(source, original.size())) {
        out.write(ByteBuffer.wrap(NEWLINE));
      }
      handOver(original, permissions);
      out.flush();
    }
  }

  private void copy(FileChannel source, long size, Disk.Output out) throws IOException {
    long copied = 0;
    while (copied < size) {
      cancellation.check("while copying");
      long count = out.copy(source, copied, Math.min(CHUNK_BYTES, size - copied));
      if (count == 0) {
        throw new IOException("the log became shorter while it was copied");
      }
      copied += count;
    }
  }

  /** The service must be able to open the new file as it could the old one. */
  private void handOver(Snapshot original, int permissions) throws IOException {
    if (created.uid() != original.uid() || created.gid() != original.gid()) {
      disk.setOwner(path, original.uid(), original.gid());
    }
    if (permissions != CREATION_PERMISSIONS) {
      disk.setPermissions(path, permissions);
    }
  }

  /**
   * Reads the file back and compares every byte: the prefix, the source's bytes (so the lines agree
   * in number and order too), the added newline, and nothing else.
   *
   * @throws IOException if it is not what {@link #write} was to write
   */
  void prove(Content content, FileChannel source, long size) throws IOException {
    try (FileChannel staged = FileChannel.open(path, READ)) {
      byte[] prefix = content.prefix();
      byte[] tail = content.endsLine() && !endsInNewline(source, size) ? NEWLINE : new byte[0];
      boolean proven =
          staged.size() == prefix.length + size + tail.length
              && FileBytes.holds(staged, 0, prefix)
              && FileBytes.commonPrefix(source, 0, staged, prefix.length, size, cancellation)
                  == size
              && FileBytes.holds(staged, prefix.length + size, tail);
      if (!proven) {
        throw new IOException(path + ": what was written does not read back the same");
      }
    }
  }

  /** Whether the name still stands for the file that was written here. */
  boolean isStillOurs() throws IOException {
    return Snapshot.find(path).filter(found -> found.isSameFileAs(created)).isPresent();
  }

  /** Removes what {@link #write} made, if it is still there. */
  void discard() throws IOException {
    if (created != null && isStillOurs()) {
      disk.remove(path);
    }
  }

  /** Whether the first {@code size} bytes of a file end a line; those of an empty file do. */
  static boolean endsInNewline(FileChannel file, long size) throws IOException {
    return size == 0 || FileBytes.holds(file, size - 1, NEWLINE);
  }

  /**
   * Finds what interrupted runs left for a target: recognised by the whole name, and by being a
   * regular file of one of the given owners.
   */
  static List<Path> leftovers(Path target, Set<Integer> owners) throws IOException {
    List<Path> leftovers = new ArrayList<>();
    String base = target.getFileName().toString();
    try (DirectoryStream<Path> folder = Files.newDirectoryStream(Links.folderOf(target))) {
      for (Path entry : folder) {
        String name = entry.getFileName().toString();
        if (name.startsWith(base) && name.substring(base.length()).matches(SUFFIX_PATTERN)) {
          Path leftover = target.resolveSibling(name);
          if (isFileOf(leftover, owners)) {
            leftovers.add(leftover);
          }
        }
      }
    }
    return leftovers;
  }

  private static boolean isFileOf(Path name, Set<Integer> owners) throws IOException {
    return Snapshot.find(name)
        .filter(found -> found.isRegularFile() && owners.contains(found.uid()))
        .isPresent();
  }
}
