package support.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A part of an open file as a stream. It has a position of its own, so that several can read one
 * channel, and it stays with its file whatever that is called meanwhile. Closing it closes nothing.
 */
public final class FileRange extends InputStream {
  private final Path path;
  private final FileChannel file;
  private final long end;
  private long position;

  /**
   * @param path what errors call the file
   * @param from where to begin, in bytes
   * @param end what stands there or behind is not read; it may lie behind the end of the file
   */
  public FileRange(Path path, FileChannel file, long from, long end) {
    this.path = path;
    this.file = file;
    this.position = from;
    this.end = end;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int start, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int wanted = (int) Math.min(length, end - position);
    if (wanted <= 0) {
      return -1;
    }
    try {
      int count = file.read(ByteBuffer.wrap(target, start, wanted), position);
      position += Math.max(0, count);
      return count;
    } catch (IOException e) {
      throw FileBytes.named(path, e);
    }
  }
}
