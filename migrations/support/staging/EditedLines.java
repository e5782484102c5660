package support.staging;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import support.files.Disk;
import support.files.FileBytes;
import support.lines.LineEdit;
import support.lines.LogLines;
import support.run.Monitor;

/**
 * The lines of a stretch of a file, each put through an edit; blank ones stay as they are, and the
 * last one is ended. They are made anew from the file each time they are asked for, since the edit
 * is pure: that is the proof of it.
 *
 * @param file what the source is called, for messages
 * @param from where a line begins
 * @param counts what the edit makes of them
 */
public record EditedLines(
    Path file, FileChannel source, long from, long to, LineEdit edit, Counts counts)
    implements Segment {
  private static final byte[] DROPPED = {};

  /**
   * What an edit makes of lines.
   *
   * @param bytes how many all new lines have, their newlines included
   * @param changed how many lines become others
   * @param dropped how many go
   */
  public record Counts(long bytes, long changed, long dropped) {
    public static final Counts NONE = new Counts(0, 0, 0);

    private Counts and(byte[] line, byte[] edited) {
      boolean isDropped = edited == DROPPED;
      boolean isChanged = !isDropped && !isSame(line, edited);
      return new Counts(
          bytes + edited.length, changed + (isChanged ? 1 : 0), dropped + (isDropped ? 1 : 0));
    }

    private static boolean isSame(byte[] line, byte[] edited) {
      return Arrays.equals(line, 0, line.length, edited, 0, edited.length - 1);
    }

    /** Whether the edit does anything at all. */
    boolean isAny() {
      return changed + dropped > 0;
    }
  }

  /** Looks at all of them once. */
  public static EditedLines of(
      Path file, FileChannel source, long from, long to, LineEdit edit, Monitor monitor)
      throws IOException {
    LineCursor lines = new LineCursor(file, source, from, to, monitor);
    Counts counts = Counts.NONE;
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      counts = counts.and(line, edited(line, edit));
    }
    return new EditedLines(file, source, from, to, edit, counts);
  }

  /** Whether the edit would change or drop any line; stops at the first. */
  public static boolean isAnyToBeEdited(
      Path file, FileChannel source, long from, long to, LineEdit edit, Monitor monitor)
      throws IOException {
    LineCursor lines = new LineCursor(file, source, from, to, monitor);
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      if (Counts.NONE.and(line, edited(line, edit)).isAny()) {
        return true;
      }
    }
    return false;
  }

  /** The new line with its newline; {@link #DROPPED} where it goes. */
  private static byte[] edited(byte[] line, LineEdit edit) {
    byte[] edited = isBlank(line) ? line : edit.apply(line.clone());
    if (edited == null) {
      return DROPPED;
    }
    for (byte b : edited) {
      if (b == '\n') {
        throw new IllegalStateException("a line edit made two lines of one");
      }
    }
    byte[] ended = Arrays.copyOf(edited, edited.length + 1);
    ended[edited.length] = '\n';
    return ended;
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (!LogLines.isBlank(b)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public long size() {
    return counts.bytes();
  }

  @Override
  public boolean endsLine() {
    return true;
  }

  @Override
  public void copyTo(Disk.Output out, Monitor monitor) throws IOException {
    LineCursor lines = new LineCursor(file, source, from, to, monitor);
    ByteArrayOutputStream chunk = new ByteArrayOutputStream(Segment.CHUNK_BYTES);
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      chunk.writeBytes(edited(line, edit));
      if (chunk.size() >= Segment.CHUNK_BYTES) {
        flush(chunk, out, monitor);
      }
    }
    flush(chunk, out, monitor);
  }

  /** All of them, made as they are read. */
  public InputStream open() {
    LineCursor lines = new LineCursor(file, source, from, to, Monitor.silent());
    return new InputStream() {
      private ByteArrayInputStream line = new ByteArrayInputStream(DROPPED);

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        while (line.available() == 0) {
          byte[] next = lines.next();
          if (next == null) {
            return -1;
          }
          line = new ByteArrayInputStream(edited(next, edit));
        }
        return line.read(bytes, offset, length);
      }
    };
  }

  private static void flush(ByteArrayOutputStream chunk, Disk.Output out, Monitor monitor)
      throws IOException {
    if (chunk.size() > 0) {
      out.write(ByteBuffer.wrap(chunk.toByteArray()));
      monitor.advance(chunk.size());
      chunk.reset();
    }
  }

  @Override
  public boolean isAt(FileChannel made, long position, Monitor monitor) throws IOException {
    return matchIn(made, position, monitor).source() == to - from;
  }

  /**
   * How far a file holds the edited lines, in whole lines.
   *
   * @param source how many bytes of the source have theirs there
   * @param made how many bytes these have
   */
  public record Match(long source, long made) {}

  /**
   * Looks for the edited lines in a file.
   *
   * @param position where the first one must begin there
   */
  public Match matchIn(FileChannel made, long position, Monitor monitor) throws IOException {
    LineCursor lines = new LineCursor(file, source, from, to, monitor);
    long at = position;
    Match match = new Match(0, 0);
    for (byte[] line = lines.next(); line != null; line = lines.next()) {
      byte[] edited = edited(line, edit);
      if (!FileBytes.holds(made, at, edited)) {
        return match;
      }
      at += edited.length;
      match = new Match(lines.position() - from, at - position);
    }
    return match;
  }
}
