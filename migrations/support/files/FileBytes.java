package support.files;

import static java.nio.file.StandardOpenOption.READ;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import support.run.Monitor;

/**
 * Reads and compares the bytes of files, in constant memory; more threads than one save nothing
 * (docs/performance.md).
 */
public final class FileBytes {
  private static final byte[] NEWLINE = {'\n'};
  private static final int BUFFER_BYTES = 256 * 1024;

  /** Fresh memory costs as much as to copy into it: a thread keeps what it has, for all files. */
  private static final ThreadLocal<ByteBuffer> BUFFER =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(2 * BUFFER_BYTES));

  private FileBytes() {}

  /** 512 KiB to read into, until something else here is called by the same thread. */
  public static ByteBuffer buffer() {
    return BUFFER.get().clear();
  }

  /** Whether two files hold the same bytes. */
  public static boolean same(Path one, Path other, Monitor monitor) throws IOException {
    try (FileChannel a = FileChannel.open(one, READ);
        FileChannel b = FileChannel.open(other, READ)) {
      return a.size() == b.size() && commonPrefix(a, 0, b, 0, a.size(), monitor) == a.size();
    }
  }

  /**
   * How many bytes two files have in common from the given positions on. Nothing but the monitor
   * ends it early: an interrupt of the thread would close the files of the caller.
   *
   * @param most where to stop looking; less is returned where a byte differs or a file ends
   */
  public static long commonPrefix(
      FileChannel a, long aFrom, FileChannel b, long bFrom, long most, Monitor monitor)
      throws IOException {
    int size = (int) Math.min(BUFFER_BYTES, most);
    ByteBuffer aBytes = buffer().slice(0, size);
    ByteBuffer bBytes = buffer().slice(BUFFER_BYTES, size);
    for (long at = 0; at < most; at += size) {
      monitor.check("while comparing");
      int length = (int) Math.min(size, most - at);
      read(a, aFrom + at, aBytes.clear().limit(length));
      read(b, bFrom + at, bBytes.clear().limit(length));
      int mismatch = aBytes.flip().mismatch(bBytes.flip());
      int common = mismatch < 0 ? aBytes.limit() : mismatch;
      monitor.advance(common);
      if (common < length) {
        return at + common;
      }
    }
    return most;
  }

  /** An error with the file that it was met in, which channels and streams do not name. */
  public static IOException named(Path file, IOException e) {
    if (e instanceof EOFException) {
      return new EOFException(file + ": " + e.getMessage());
    }
    return e instanceof FileSystemException
        ? e
        : new FileSystemException(file.toString(), null, e.getMessage());
  }

  /** Whether a file holds exactly these bytes at a position. */
  public static boolean holds(FileChannel file, long position, byte[] expected) throws IOException {
    ByteBuffer found = ByteBuffer.allocate(expected.length);
    read(file, position, found);
    return found.flip().equals(ByteBuffer.wrap(expected));
  }

  /** Whether the first {@code size} bytes of a file end a line; those of an empty file do. */
  public static boolean endsInNewline(FileChannel file, long size) throws IOException {
    return size == 0 || holds(file, size - 1, NEWLINE);
  }

  /** Where the line begins that a position is in; a position behind a newline begins one itself. */
  public static long startOfLine(FileChannel file, long position) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 * 1024);
    long end = position;
    while (end > 0) {
      int length = (int) Math.min(bytes.capacity(), end);
      read(file, end - length, bytes.clear().limit(length));
      for (int i = length - 1; i >= 0; i--) {
        if (bytes.get(i) == '\n') {
          return end - length + i + 1;
        }
      }
      end -= length;
    }
    return 0;
  }

  /** Fills the buffer, as far as the file reaches. */
  public static void read(FileChannel file, long position, ByteBuffer target) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int count = file.read(target, at);
      if (count < 0) {
        return;
      }
      at += count;
    }
  }
}
