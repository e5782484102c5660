package support.staging;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipException;
import support.files.FileRange;
import support.files.Machine;
import support.lines.LongLines;
import support.log.AuditLog;
import support.log.Encoding;
import support.run.Monitor;

/**
 * Reads whole gzip members of a file through a decompressor, to their end. That takes longer than
 * all else that is done with them, so it can be begun in a thread of its own before the rest is.
 */
final class Decompression implements Closeable {
  private static final int CHUNK_BYTES = 64 * 1024;

  /** How long a monitor waits to hear of it. */
  private static final Duration INTERVAL = Duration.ofMillis(50);

  private final Path log;
  private final Segment.Range range;
  private final LongLines.Counter lines;
  private final CheckedInputStream stored;
  private final FutureTask<?> work = Machine.task(this::decompress);
  private boolean begun;
  private volatile long readBytes;
  private volatile boolean closed;

  /**
   * @param log what errors call the file
   * @param range where the members stand in it
   * @param lines counts those of what they hold
   */
  Decompression(Path log, Segment.Range range, LongLines.Counter lines) {
    this.log = log;
    this.range = range;
    this.lines = lines;
    this.stored = new CheckedInputStream(new Stored(), new CRC32());
  }

  /** Begins in the background; what is too small for that is read when it is asked for. */
  void begin() {
    begun = range.size() > Segment.CHUNK_BYTES;
    if (begun) {
      Machine.thread("decompress", work).start();
    }
  }

  /**
   * Waits until it is done.
   *
   * @param monitor told how far it is
   * @return the checksum of what the decompressor was given, before it was decompressed
   * @throws support.run.FileFault if that is damaged
   * @throws IOException if it cannot be read
   */
  long checksum(Monitor monitor) throws IOException {
    if (!begun) {
      work.run();
    }
    long told = 0;
    boolean isDone;
    do {
      monitor.check("while decompressing");
      isDone = Machine.await(work, INTERVAL);
      long read = readBytes;
      monitor.advance(read - told);
      told = read;
    } while (!isDone);
    return stored.getChecksum().getValue();
  }

  private void decompress() throws IOException {
    try (InputStream content = Encoding.GZIP.decode(log, stored)) {
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int count = content.read(chunk); count >= 0; count = content.read(chunk)) {
        lines.add(chunk, count);
      }
    } catch (ZipException | EOFException e) {
      throw AuditLog.damaged(e);
    }
  }

  /** What is decompressed, until nobody wants to know any more. */
  private final class Stored extends FilterInputStream {
    Stored() {
      super(new FileRange(log, range.source(), range.from(), range.to()));
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
      if (closed) {
        throw new InterruptedIOException(log + ": need not be read any more");
      }
      int count = super.read(target, start, length);
      readBytes += Math.max(0, count);
      return count;
    }
  }

  /** Returns when nothing is read any more. */
  @Override
  public void close() {
    closed = true;
    try {
      if (begun) {
        Machine.await(work);
      }
    } catch (IOException | RuntimeException e) {
      // Who wants to know has asked.
    }
  }
}
