package support.rewrite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import support.files.Disk;
import support.files.FileBytes;
import support.lines.LineEdit;
import support.run.Monitor;
import support.staging.EditedLines;
import support.staging.Segment;

/**
 * Lines that a writer which held the old file open appended to it after it had been copied.
 *
 * @param old the old file, still open, whatever its name is by now
 * @param copied how many of its bytes are in the new log
 * @param edit what is done to each of them, or null
 */
record LateLines(FileChannel old, long copied, LineEdit edit, Monitor monitor) {
  /** What fits in here is one append, so that no other append comes between. */
  private static final int CHUNK_BYTES = 4 << 20;

  /**
   * @param carriedOver how many bytes were appended to the new log
   * @param left how many bytes of an unfinished line are only in the old file
   */
  record Found(long carriedOver, long left) {}

  /**
   * Appends the whole lines among them to the new log. A line that was torn when the file was
   * copied is appended whole. An unfinished last line stays where it is.
   *
   * @param tornEnd the size of the new log, where it ends in the middle of a line: what comes
   *     behind must not become the end of that
   */
  Found carryOver(Path live, OptionalLong tornEnd, Disk disk) throws IOException {
    long size = old.size();
    if (size <= copied) {
      return new Found(0, 0);
    }
    long start = FileBytes.startOfLine(old, copied);
    long end = FileBytes.startOfLine(old, size);
    if (start < end) {
      try (Disk.Output out = disk.append(live)) {
        if (Files.size(live) == tornEnd.orElse(-1)) {
          out.write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
        if (edit == null) {
          append(start, end, out);
        } else {
          EditedLines.of(live, old, start, end, edit, monitor).copyTo(out, monitor);
        }
        out.flush();
      }
    }
    return new Found(Math.max(0, end - start), size - Math.max(end, copied));
  }

  /** The same of all of it, whole lines or not, where the old file is going to be gone. */
  Found carryOverAsTheyAre(Path live, Disk disk) throws IOException {
    long size = old.size();
    if (size <= copied) {
      return new Found(0, 0);
    }
    try (Disk.Output out = disk.append(live)) {
      new Segment.Range(old, copied, size).copyTo(out, monitor);
      out.flush();
    }
    return new Found(size - copied, 0);
  }

  private void append(long start, long end, Disk.Output out) throws IOException {
    long at = start;
    while (at < end) {
      ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, end - at));
      FileBytes.read(old, at, chunk);
      chunk.flip().limit(wholeLines(chunk));
      if (!chunk.hasRemaining()) {
        throw new IOException("the old log became shorter while its last lines were carried over");
      }
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
}
