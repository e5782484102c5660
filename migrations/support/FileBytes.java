package support;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Compares the bytes of files, in constant memory. */
final class FileBytes {
  private static final int BUFFER_BYTES = 256 * 1024;

  private FileBytes() {}

  /** Whether two files hold the same bytes. */
  static boolean same(Path one, Path other, Monitor monitor) throws IOException {
    try (FileChannel a = FileChannel.open(one, READ);
        FileChannel b = FileChannel.open(other, READ)) {
      return a.size() == b.size() && commonPrefix(a, 0, b, 0, a.size(), monitor) == a.size();
    }
  }

  /**
   * How many bytes two files have in common from the given positions on.
   *
   * @param most where to stop looking; less is returned where a byte differs or a file ends
   */
  static long commonPrefix(
      FileChannel a, long aFrom, FileChannel b, long bFrom, long most, Monitor monitor)
      throws IOException {
    ByteBuffer aBytes = ByteBuffer.allocateDirect(BUFFER_BYTES);
    ByteBuffer bBytes = ByteBuffer.allocateDirect(BUFFER_BYTES);
    long common = 0;
    while (common < most) {
      monitor.check("while comparing");
      int length = (int) Math.min(BUFFER_BYTES, most - common);
      read(a, aFrom + common, aBytes.clear().limit(length));
      read(b, bFrom + common, bBytes.clear().limit(length));
      int mismatch = aBytes.flip().mismatch(bBytes.flip());
      if (mismatch >= 0) {
        return common + mismatch;
      }
      if (aBytes.limit() < length) {
        return common + aBytes.limit();
      }
      common += length;
      monitor.advance(length);
    }
    return common;
  }

  /** Whether a file holds exactly these bytes at a position. */
  static boolean holds(FileChannel file, long position, byte[] expected) throws IOException {
    ByteBuffer found = ByteBuffer.allocate(expected.length);
    read(file, position, found);
    return found.flip().equals(ByteBuffer.wrap(expected));
  }

  /** Fills the buffer, as far as the file reaches. */
  static void read(FileChannel file, long position, ByteBuffer target) throws IOException {
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
