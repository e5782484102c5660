package support.lines;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import support.files.FileBytes;

/**
 * Finds lines at the first of which every release's reader stops, at next to no cost: such a line
 * covers a whole block of half its least length, and other blocks are left at their first newline.
 */
public final class LongLines {
  private static final long BLOCK_BYTES = LineCounts.LIMIT_ALL / 2;
  private static final int CHUNK_BYTES = 4 * 1024;

  private LongLines() {}

  /**
   * How many of them a file has, as {@link LineCounts#stopAll} counts them.
   *
   * @throws IOException if it cannot be read
   */
  public static long count(FileChannel log) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    long size = log.size();
    long count = 0;
    long block = 0;
    while (block + BLOCK_BYTES <= size) {
      long end = nextNewline(log, block, size, chunk);
      if (end >= block + BLOCK_BYTES) {
        long start = previousNewline(log, block, chunk) + 1;
        count += end - start >= LineCounts.LIMIT_ALL ? 1 : 0;
      }
      block = Math.max(block + BLOCK_BYTES, end - end % BLOCK_BYTES);
    }
    return count;
  }

  /** The size where there is none. */
  private static long nextNewline(FileChannel log, long from, long size, ByteBuffer chunk)
      throws IOException {
    for (long at = from; at < size; at += chunk.limit()) {
      FileBytes.read(log, at, chunk.clear().limit((int) Math.min(CHUNK_BYTES, size - at)));
      for (int i = 0; i < chunk.limit(); i++) {
        if (chunk.get(i) == '\n') {
          return at + i;
        }
      }
    }
    return size;
  }

  /** -1 where there is none. */
  private static long previousNewline(FileChannel log, long before, ByteBuffer chunk)
      throws IOException {
    for (long end = before; end > 0; end -= chunk.limit()) {
      int length = (int) Math.min(CHUNK_BYTES, end);
      FileBytes.read(log, end - length, chunk.clear().limit(length));
      for (int i = length - 1; i >= 0; i--) {
        if (chunk.get(i) == '\n') {
          return end - length + i;
        }
      }
    }
    return -1;
  }

  /** Counts those of a stream, handed over piece by piece. */
  public static final class Counter {
    private long count;

    /** Of the line that the last piece ended within. */
    private long length;

    /**
     * The next piece.
     *
     * @param bytes no more than one such line has
     * @param limit how many of them belong to it
     */
    public void add(byte[] bytes, int limit) {
      int first = 0;
      while (first < limit && bytes[first] != '\n') {
        first++;
      }
      if (first == limit) {
        length += limit;
        return;
      }
      endLine(first);
      int last = limit - 1;
      while (bytes[last] != '\n') {
        last--;
      }
      length = limit - last - 1;
    }

    private void endLine(int rest) {
      count += length + rest >= LineCounts.LIMIT_ALL ? 1 : 0;
      length = 0;
    }

    /** How many there are, the last line included. */
    public long count() {
      return count + (length >= LineCounts.LIMIT_ALL ? 1 : 0);
    }
  }
}
