package support.rewrite;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;
import support.files.Disk;
import support.files.FileBytes;
import support.files.Links;
import support.files.Machine;
import support.files.Snapshot;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;

/**
 * A file that is being made and is not yet what it will be: {@code <target>.migrate.<16 hex
 * digits>.tmp}, in the folder of the file that it will become. The name of a backup's also has a
 * mark of the log, since several logs may share a folder for their backups.
 */
public final class StagedFile {
  /**
   * What is copied at a time. It stays in the processor's cache between its reading and its
   * writing, and is large enough for the kernel to allocate many pages at once.
   */
  static final int CHUNK_BYTES = 512 * 1024;

  private static final int CREATION_PERMISSIONS = 0600;
  private static final String WORD_PATTERN = "[0-9a-f]{16}\\.tmp";
  private static final byte[] NEWLINE = {'\n'};

  private final Path path;
  private final Disk disk;
  private final Monitor monitor;
  private Snapshot created;

  private StagedFile(Path target, String mark, Machine machine, Monitor monitor) {
    String word = "%016x".formatted(machine.random().nextLong());
    this.path = target.resolveSibling(target.getFileName() + mark + word + ".tmp");
    this.disk = machine.disk();
    this.monitor = monitor;
  }

  /** Chooses a name that nobody can guess for a new log; {@link #write} makes the file. */
  static StagedFile ofLog(Path log, Machine machine, Monitor monitor) {
    return new StagedFile(log, ".migrate.", machine, monitor);
  }

  /** The same for a log's backup. */
  static StagedFile ofBackup(Path backup, Path log, Machine machine, Monitor monitor) {
    return new StagedFile(backup, markOf(log), machine, monitor);
  }

  private static String markOf(Path log) {
    return ".migrate.%08x.".formatted(log.toAbsolutePath().normalize().toString().hashCode());
  }

  /**
   * What a staged file holds: a prefix, the bytes of a source as they are, and, where asked for and
   * missing, a last newline.
   *
   * @param from the first byte of the source that is wanted
   * @param to the byte behind the last one
   */
  record Content(byte[] prefix, FileChannel source, long from, long to, boolean endsLine) {
    /** A copy, to the byte. */
    static Content copyOf(FileChannel source, long size) {
      return new Content(new byte[0], source, 0, size, false);
    }

    /** What stands behind the source's bytes: the next line must not join a torn one. */
    byte[] suffix() throws IOException {
      return endsLine && !endsInNewline(source, to) ? NEWLINE : new byte[0];
    }

    long size() throws IOException {
      return prefix.length + (to - from) + suffix().length;
    }
  }

  Path path() {
    return path;
  }

  /**
   * Makes the file with the owner and the permissions that it will need, brings it to stable
   * storage, and proves that it is what it should be: it is read back and every byte compared, the
   * prefix, the source's bytes (so the lines agree in number and order too), the added newline, and
   * nothing else.
   *
   * @param like whose owner the file gets
   * @throws IOException if anything fails, or does not read back; flushing is not tried twice
   */
  void write(Content content, Snapshot like, int permissions) throws IOException {
    try (Disk.Output out = disk.create(path)) {
      created = Snapshot.of(path);
      monitor.during("copy", content.size(), () -> copy(content, out));
      handOver(like, permissions);
      monitor.during(
          "flush, read back and compare", content.size(), () -> flushAndProve(content, out));
    }
  }

  private static void write(byte[] bytes, Disk.Output out) throws IOException {
    if (bytes.length > 0) {
      out.write(ByteBuffer.wrap(bytes));
    }
  }

  private void copy(Content content, Disk.Output out) throws IOException {
    write(content.prefix(), out);
    copySource(content, out);
    write(content.suffix(), out);
  }

  /**
   * Copies with read and write. Ways to copy 1 GiB of page cache on two cores, ext4 on Linux 6.18,
   * in seconds without and with the flush, medians of 4:
   *
   * <pre>
   * read and write 512 KiB, as here    0.30  0.59
   * read and write 128 KiB             0.35  0.66
   * write from one large mapping       0.36  0.65   and a log may be truncated meanwhile
   * copy_file_range (transferTo, 25)   0.44  0.82
   * sendfile (transferTo, 17)          0.50  0.89
   * write from mappings of 32 MiB      0.62  0.97
   * </pre>
   *
   * Sharing blocks instead (reflink) would cost nothing, but a block can only be shared where it
   * begins at the same offset within a block. Behind a header of 77 bytes none does: XFS and Btrfs
   * refuse FICLONERANGE (EINVAL), and copy_file_range copies every byte, on XFS in 0.40 s for 512
   * MiB, which takes 0.17 s here. Behind a header of 4096 bytes both share every block at once;
   * only, AgentGuard's header has no padding, and ours is the same to the letter.
   */
  private void copySource(Content content, Disk.Output out) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    long at = content.from();
    while (at < content.to()) {
      monitor.check("while copying");
      int count = (int) Math.min(CHUNK_BYTES, content.to() - at);
      FileBytes.read(content.source(), at, chunk.clear().limit(count));
      if (chunk.hasRemaining()) {
        throw new IOException("the log became shorter while it was copied");
      }
      out.write(chunk.flip());
      at += count;
      monitor.advance(count);
    }
  }

  /** The service must be able to open the new file as it could the old one. */
  private void handOver(Snapshot like, int permissions) throws IOException {
    if (created.uid() != like.uid() || created.gid() != like.gid()) {
      setOwner(like);
    }
    if (permissions != CREATION_PERMISSIONS) {
      disk.setPermissions(path, permissions);
    }
  }

  private void setOwner(Snapshot like) throws IOException {
    try {
      disk.setOwner(path, like.uid(), like.gid());
    } catch (IOException e) {
      throw Failure.unchanged(
          Exit.FAILED,
          "this user may not give the new file to user %d and group %d, as the log is (%s)"
              .formatted(like.uid(), like.gid(), Failure.reason(e)),
          "run as root, or as the log's user and a member of its group");
    }
  }

  /**
   * A large file is read back while it is flushed. That proves what reading it afterwards would:
   * both read the pages that the kernel holds of the file, which a flush writes out and never
   * changes, and nothing is written to the file any more. What the disk made of them only the flush
   * can tell; nothing goes on before both are done.
   *
   * <p>Copied, flushed and proven 1 GiB as above, the machine being busy, best of 9:
   *
   * <pre>
   * compare during the flush, as here                0.55
   * the same, the staged file mapped                 0.53   not worth its own errors
   * compare behind the copy, then flush              0.67   proves less: writing goes on
   * flush, then compare                              0.68
   * two threads compare during the flush             0.86
   * the same as here, both files mapped              0.92
   * the same as here, and flush every 64 MiB before  1.16
   * </pre>
   *
   * Lines need not be counted: where every byte agrees, they do.
   */
  private void flushAndProve(Content content, Disk.Output out) throws IOException {
    if (content.size() <= CHUNK_BYTES) {
      out.flush();
      requireReadsBack(content);
      return;
    }
    FutureTask<Void> flush =
        new FutureTask<>(
            () -> {
              out.flush();
              return null;
            });
    new Thread(flush, "flush").start();
    try {
      requireReadsBack(content);
    } finally {
      requireDone(flush);
    }
  }

  private static void requireDone(FutureTask<Void> flush) throws IOException {
    try {
      flush.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while flushing");
    }
  }

  private void requireReadsBack(Content content) throws IOException {
    byte[] prefix = content.prefix();
    long length = content.to() - content.from();
    try (FileChannel staged = FileChannel.open(path, READ)) {
      boolean proven =
          staged.size() == content.size()
              && FileBytes.holds(staged, 0, prefix)
              && isCopied(content, staged, length)
              && FileBytes.holds(staged, prefix.length + length, content.suffix());
      if (!proven) {
        throw new IOException(path + ": what was written does not read back the same");
      }
    }
  }

  private boolean isCopied(Content content, FileChannel staged, long length) throws IOException {
    int start = content.prefix().length;
    return FileBytes.commonPrefix(content.source(), content.from(), staged, start, length, monitor)
        == length;
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
  public static boolean endsInNewline(FileChannel file, long size) throws IOException {
    return size == 0 || FileBytes.holds(file, size - 1, NEWLINE);
  }

  /**
   * Finds what interrupted runs left of new logs: recognised by the whole name, and by being a
   * regular file of one of the given owners.
   */
  static List<Path> leftoversOfLog(Path log, Set<Integer> owners) throws IOException {
    return leftovers(log, Pattern.quote(log.getFileName() + ".migrate."), owners);
  }

  /**
   * The same of a log's backups, whatever their numbers.
   *
   * @param backup the name of the first backup
   */
  static List<Path> leftoversOfBackups(Path backup, Path log, Set<Integer> owners)
      throws IOException {
    String name = Pattern.quote(backup.getFileName().toString());
    return leftovers(backup, name + "(\\.\\d+)?" + Pattern.quote(markOf(log)), owners);
  }

  private static List<Path> leftovers(Path sibling, String start, Set<Integer> owners)
      throws IOException {
    List<Path> leftovers = new ArrayList<>();
    try (DirectoryStream<Path> folder = Files.newDirectoryStream(Links.folderOf(sibling))) {
      for (Path entry : folder) {
        Path file = sibling.resolveSibling(entry.getFileName());
        if (entry.getFileName().toString().matches(start + WORD_PATTERN)
            && isFileOf(file, owners)) {
          leftovers.add(file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return leftovers;
  }

  private static boolean isFileOf(Path name, Set<Integer> owners) throws IOException {
    return Snapshot.find(name)
        .filter(found -> found.isRegularFile() && owners.contains(found.uid()))
        .isPresent();
  }
}
