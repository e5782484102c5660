package support.staging;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;
import support.files.Disk;
import support.files.FileBytes;
import support.lines.LongLines;
import support.log.AuditLog;
import support.log.Encoding;
import support.log.GzipMember;
import support.run.Monitor;

/** The parts of a compressed log that is being made: nothing of it is compressed anew. */
public final class CompressedLog {
  private static final int CHUNK_BYTES = 64 * 1024;

  private CompressedLog() {}

  /**
   * A header, in a gzip member of its own.
   *
   * @param log what errors call the file
   */
  public record HeaderMember(Path log, byte[] header, byte[] member) implements Segment {
    public static HeaderMember of(Path log, byte[] header) {
      return new HeaderMember(log, header, GzipMember.of(header));
    }

    @Override
    public long size() {
      return member.length;
    }

    @Override
    public boolean endsLine() {
      return true;
    }

    @Override
    public void copyTo(Disk.Output out, Monitor monitor) throws IOException {
      out.write(ByteBuffer.wrap(member));
    }

    /** Read back through a decompressor, as a server will read it. */
    @Override
    public boolean isAt(FileChannel file, long position, Monitor monitor) throws IOException {
      ByteBuffer found = ByteBuffer.allocate(member.length);
      FileBytes.read(file, position, found);
      try (InputStream content =
          Encoding.GZIP.decode(log, new ByteArrayInputStream(found.array()))) {
        return Arrays.equals(content.readAllBytes(), header)
            && Arrays.equals(found.array(), member);
      } catch (ZipException | EOFException e) {
        return false;
      }
    }
  }

  /**
   * Whole gzip members of a file, as they are. They are proven in one go: what is compared byte for
   * byte is what a decompressor reads to its end.
   *
   * @param log what errors call the source
   * @param range where they stand in it
   * @param longLines counts lines of what they hold, when they are proven
   */
  public record Members(Path log, Segment.Range range, LongLines.Counter longLines)
      implements Segment {
    public static Members of(Path log, FileChannel source, long from, long to) {
      return new Members(log, new Segment.Range(source, from, to), new LongLines.Counter());
    }

    @Override
    public long size() {
      return range.size();
    }

    /** No line is ever appended behind it. */
    @Override
    public boolean endsLine() {
      return true;
    }

    @Override
    public void copyTo(Disk.Output out, Monitor monitor) throws IOException {
      range.copyTo(out, monitor);
    }

    /**
     * @throws support.run.FileFault if the bytes are the same, and cannot be decompressed
     */
    @Override
    public boolean isAt(FileChannel file, long position, Monitor monitor) throws IOException {
      ComparedBytes bytes = new ComparedBytes(range, file, position, monitor);
      try (InputStream content = Encoding.GZIP.decode(log, bytes)) {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int count = content.read(chunk); count >= 0; count = content.read(chunk)) {
          longLines.add(chunk, count);
        }
      } catch (ZipException | EOFException e) {
        if (bytes.areSame()) {
          throw AuditLog.damaged(e);
        }
      }
      return bytes.areSame();
    }
  }

  /** The bytes of a file, as far as they are those of a range of another. */
  private static final class ComparedBytes extends InputStream {
    private final Segment.Range range;
    private final FileChannel file;
    private final long position;
    private final Monitor monitor;
    private final ByteBuffer expected = ByteBuffer.allocate(CHUNK_BYTES);
    private long at;
    private boolean areSame = true;

    /**
     * @param position where the same bytes are to stand in the file
     */
    ComparedBytes(Segment.Range range, FileChannel file, long position, Monitor monitor) {
      this.range = range;
      this.file = file;
      this.position = position;
      this.monitor = monitor;
    }

    boolean areSame() {
      return areSame;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
      int wanted = (int) Math.min(Math.min(length, CHUNK_BYTES), range.size() - at);
      if (wanted <= 0 || !areSame) {
        return length == 0 ? 0 : -1;
      }
      monitor.check("while comparing");
      ByteBuffer found = ByteBuffer.wrap(target, start, wanted).slice();
      FileBytes.read(file, position + at, found);
      FileBytes.read(range.source(), range.from() + at, expected.clear().limit(wanted));
      areSame = found.position() == wanted && found.flip().equals(expected.flip());
      if (!areSame) {
        return -1;
      }
      at += wanted;
      monitor.advance(wanted);
      return wanted;
    }
  }
}
