package support.staging;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import support.files.Disk;
import support.files.FileBytes;
import support.lines.LongLines;
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
   * Whole gzip members of a file, as they are. That they can be decompressed is found out while
   * they are copied, flushed and compared.
   */
  public static final class Members implements Segment, Closeable {
    private final Segment.Range range;
    private final LongLines.Counter longLines = new LongLines.Counter();
    private final Decompression decompression;

    /**
     * @param log what errors call the source
     * @param from where they begin in it
     * @param to where they end
     */
    public Members(Path log, FileChannel source, long from, long to) {
      this.range = new Segment.Range(source, from, to);
      this.decompression = new Decompression(log, range, longLines);
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

    /** How many lines of what they hold no reader takes; known when they are proven. */
    public long longLines() {
      return longLines.count();
    }

    @Override
    public void copyTo(Disk.Output out, Monitor monitor) throws IOException {
      decompression.begin();
      range.copyTo(out, monitor);
    }

    /**
     * Every byte that was written is compared with the source, and has to be the one that the
     * decompressor got: the checksum of what it read is that of what is found here. So what it read
     * to its end is what was written, whatever became of the source meanwhile.
     *
     * @throws support.run.FileFault if the bytes are the same, and cannot be decompressed
     */
    @Override
    public boolean isAt(FileChannel file, long position, Monitor monitor) throws IOException {
      CRC32 written = new CRC32();
      return isSourceAt(file, position, written, monitor)
          && decompression.checksum(monitor) == written.getValue();
    }

    private boolean isSourceAt(FileChannel file, long position, CRC32 written, Monitor monitor)
        throws IOException {
      ByteBuffer expected = ByteBuffer.allocate(CHUNK_BYTES);
      ByteBuffer found = ByteBuffer.allocate(CHUNK_BYTES);
      for (long at = 0; at < size(); at += CHUNK_BYTES) {
        monitor.check("while comparing");
        int length = (int) Math.min(CHUNK_BYTES, size() - at);
        FileBytes.read(range.source(), range.from() + at, expected.clear().limit(length));
        FileBytes.read(file, position + at, found.clear().limit(length));
        if (found.hasRemaining() || !found.flip().equals(expected.flip())) {
          return false;
        }
        written.update(found);
      }
      return true;
    }

    /** Ends what is still being decompressed, where nobody asked how it went. */
    @Override
    public void close() {
      decompression.close();
    }
  }
}
