package support.staging;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import support.files.Disk;
import support.files.FileBytes;
import support.run.Monitor;

/** A part of a file that is being made; the whole is the one behind the other. */
public interface Segment {
  /**
   * What is copied at a time. It stays in the processor's cache between its reading and its
   * writing, and is large enough for the kernel to allocate many pages at once.
   */
  int CHUNK_BYTES = 512 * 1024;

  /** How many bytes it has. */
  long size();

  /** Whether it ends in a newline; of an empty one, true. */
  boolean endsLine() throws IOException;

  /** Writes all of it. */
  void copyTo(Disk.Output out, Monitor monitor) throws IOException;

  /** Whether a file holds it at a position; read from where it comes from, and compared. */
  boolean isAt(FileChannel file, long position, Monitor monitor) throws IOException;

  /** Bytes in memory, such as a header. */
  record Bytes(byte[] bytes) implements Segment {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public boolean endsLine() {
      return bytes.length == 0 || bytes[bytes.length - 1] == '\n';
    }

    @Override
    public void copyTo(Disk.Output out, Monitor monitor) throws IOException {
      if (bytes.length > 0) {
        out.write(ByteBuffer.wrap(bytes));
      }
    }

    @Override
    public boolean isAt(FileChannel file, long position, Monitor monitor) throws IOException {
      return FileBytes.holds(file, position, bytes);
    }
  }

  /**
   * Bytes of a file, as they are.
   *
   * @param from the first one
   * @param to behind the last one
   */
  record Range(FileChannel source, long from, long to) implements Segment {
    @Override
    public long size() {
      return to - from;
    }

    @Override
    public boolean endsLine() throws IOException {
      return from == to || FileBytes.endsInNewline(source, to);
    }

    /**
     * Copies with read and write, 512 KiB at a time: measured to be faster than every way to copy
     * in the kernel, and no block can be shared behind a header (docs/performance.md).
     */
    @Override
    public void copyTo(Disk.Output out, Monitor monitor) throws IOException {
      ByteBuffer chunk = FileBytes.buffer();
      long at = from;
      while (at < to) {
        monitor.check("while copying");
        int count = (int) Math.min(chunk.capacity(), to - at);
        FileBytes.read(source, at, chunk.clear().limit(count));
        if (chunk.hasRemaining()) {
          throw new IOException("the log became shorter while it was copied");
        }
        out.write(chunk.flip());
        at += count;
        monitor.advance(count);
      }
    }

    @Override
    public boolean isAt(FileChannel file, long position, Monitor monitor) throws IOException {
      return FileBytes.commonPrefix(source, from, file, position, size(), monitor) == size();
    }
  }
}
