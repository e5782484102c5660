package support.pieces;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import support.files.FileBytes;
import support.files.FileRange;
import support.lines.LogLines;
import support.log.Encoding;
import support.rows.Wish;

/**
 * A file of a log that stays open, whatever it is called meanwhile: what was renamed is read to its
 * end.
 */
public final class OpenLog implements Closeable {
  /** Pieces of this size keep every parser busy, and memory small. */
  public static final int PIECE = 512 << 10;

  private final LogFile file;
  private final Encoding encoding;
  private final FileChannel channel;

  private OpenLog(LogFile file, Encoding encoding, FileChannel channel) {
    this.file = file;
    this.encoding = encoding;
    this.channel = channel;
  }

  /**
   * Opens a file for reading.
   *
   * @throws IOException if it cannot be read, or is compressed in a way that nobody reads
   */
  public static OpenLog open(LogFile file) throws IOException {
    Encoding encoding = Encoding.of(file.path());
    encoding.requireReadable(file.path());
    return new OpenLog(file, encoding, FileChannel.open(file.path(), StandardOpenOption.READ));
  }

  /** The file, and the log that it is of. */
  public LogFile file() {
    return file;
  }

  /** Its name when it was opened; it may have another by now. */
  public Path path() {
    return file.path();
  }

  /** Its size now, in bytes; of a compressed file, compressed. */
  public long size() throws IOException {
    return channel.size();
  }

  /** Whether its lines are in it as they are. */
  public boolean isPlain() {
    return encoding == Encoding.PLAIN;
  }

  /** What is in it from a spot on. */
  public PieceReader from(Spot spot) throws IOException {
    return from(spot, PIECE);
  }

  /**
   * The same.
   *
   * @param piece how many bytes a piece has, where no line is longer
   */
  public PieceReader from(Spot spot, int piece) throws IOException {
    return new PieceReader(content(spot.offset(), Long.MAX_VALUE), spot, piece);
  }

  /** Its lines from one on, for those who only copy: in constant memory however long they are. */
  public LogLines linesFrom(long offset) throws IOException {
    return LogLines.of(content(offset, Long.MAX_VALUE));
  }

  /** What is between two spots. */
  PieceReader between(Spot spot, Spot end) throws IOException {
    return new PieceReader(content(spot.offset(), end.offset()), spot, PIECE);
  }

  private InputStream content(long from, long end) throws IOException {
    if (isPlain()) {
      return new FileRange(path(), channel, from, end);
    }
    InputStream stored = new FileRange(path(), channel, 0, Long.MAX_VALUE);
    InputStream content = encoding.decode(path(), stored);
    content.skipNBytes(from);
    return new Bounded(content, end - from);
  }

  /** The lines between two spots, as a chunk. */
  public Chunk chunk(Spot spot, Spot end, Wish wish) throws IOException {
    Chunk chunk = new Chunk(spot);
    try (PieceReader pieces = between(spot, end)) {
      for (Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
        chunk.add(ParsedPiece.of(piece, wish, true));
      }
    }
    return chunk;
  }

  /** Whether it has lines that an import records: a header is none, nor what waits for its end. */
  public boolean hasLines() throws IOException {
    Wish anything = new Wish(null, null, true);
    try (PieceReader pieces = from(Spot.START)) {
      for (Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
        ParsedPiece parsed = ParsedPiece.of(piece, anything, !file.isLive());
        if (parsed.lines() > parsed.headers().size()) {
          return true;
        }
      }
      return false;
    }
  }

  /** Bytes of the file as they are now, as far as it reaches. */
  ByteBuffer bytes(long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    read(offset, bytes);
    return bytes.flip();
  }

  /** Reads bytes of the file as they are now into a buffer, as far as both reach. */
  void read(long offset, ByteBuffer target) throws IOException {
    FileBytes.read(channel, offset, target);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** The first bytes of a stream. */
  private static final class Bounded extends InputStream {
    private final InputStream in;
    private long left;

    Bounded(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      int read = left > 0 ? in.read() : -1;
      left -= read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(target, start, (int) Math.min(left, length));
      left -= Math.max(0, count);
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
