package support;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Lines that somebody appended to the old file after it had been copied: a writer that held it
 * open.
 *
 * @param old the old file, still open, whatever its name is by now
 * @param copied how many of its bytes are in the new log
 */
record LateLines(FileChannel old, long copied) {
  /** One append this large or smaller is one system call, so that no other append comes between. */
  private static final int CHUNK_BYTES = 4 << 20;

  /**
   * Appends the whole lines among them to the new log. A line that was torn when the file was
   * copied is appended whole. An unfinished last line stays where it is.
   *
   * @return how many bytes were appended
   */
  long carryOver(Path live, Disk disk) throws IOException {
    if (old.size() == copied) {
      return 0;
    }
    long start = startOfLine(copied);
    long end = startOfLine(old.size());
    if (start < end) {
      try (Disk.Output out = disk.append(live)) {
        append(start, end, out);
        out.flush();
      }
    }
    return Math.max(0, end - start);
  }

  private void append(long start, long end, Disk.Output out) throws IOException {
    long at = start;
    while (at < end) {
      ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, end - at));
      FileBytes.read(old, at, chunk);
      chunk.flip().limit(wholeLines(chunk));
      at += chunk.limit();
      out.write(chunk);
    }
  }

  /** Up to the last line end; all of it where one line fills it. */
  private static int wholeLines(ByteBuffer chunk) {
    int end = chunk.limit();
    while (end > 0 && chunk.get(end - 1) != '\n') {
      end--;
    }
    return end == 0 ? chunk.limit() : end;
  }

  /** Where the line begins that a position is in; a position behind a newline begins one itself. */
  private long startOfLine(long position) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 * 1024);
    long end = position;
    while (end > 0) {
      int length = (int) Math.min(bytes.capacity(), end);
      FileBytes.read(old, end - length, bytes.clear().limit(length));
      for (int i = length - 1; i >= 0; i--) {
        if (bytes.get(i) == '\n') {
          return end - length + i + 1;
        }
      }
      end -= length;
    }
    return 0;
  }
}
