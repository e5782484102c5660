package support.scan;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import support.files.FileBytes;
import support.files.FileRange;
import support.files.Machine;
import support.lines.LineCounts;
import support.log.AuditLog;
import support.log.Encoding;
import support.log.WatchedStream;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;

/** Reads every line of a log as JSON, in constant memory, on all processors where that pays. */
public final class LogScan {
  /** Denotes where a log ends, which of a compressed one is only seen when it is read. */
  public static final long END = LogPiece.UNKNOWN_END;

  /** Others of that order make no difference (docs/performance.md). */
  private static final Sizes USUAL = new Sizes(4 << 20, 256 << 10);

  /** Each takes a buffer, and no disk feeds more of them. */
  private static final int MOST_THREADS = 16;

  private static final int PIECES_PER_THREAD = 2;
  private static final long LOOK_UP_MILLIS = 50;
  private static final long LAST_READ_SECONDS = 30;

  private final Path log;
  private final FileChannel file;
  private final long from;
  private final long to;
  private final Sizes sizes;
  private final Monitor monitor;
  private final Deque<Future<LineCounts>> pieces = new ArrayDeque<>();
  private long next;

  /**
   * How the work is divided.
   *
   * @param piece bytes that one thread reads at a time; a stretch of no more needs no other thread
   * @param buffer bytes of a thread's buffer
   */
  record Sizes(long piece, int buffer) {}

  private LogScan(Path log, FileChannel file, long from, long to, Sizes sizes, Monitor monitor) {
    this.log = log;
    this.file = file;
    this.from = from;
    this.to = to;
    this.sizes = sizes;
    this.monitor = monitor;
    this.next = from;
  }

  /**
   * Reads the lines behind the header, to the end that the log has now.
   *
   * @throws IOException as {@link #read}
   */
  public static LineCounts readEntries(Path log, Monitor monitor) throws IOException {
    return read(log, AuditLog.bodyOffset(log), END, monitor);
  }

  /**
   * Reads a stretch of a log. Of a compressed one, the places are those in its content.
   *
   * @param from where a line begins, in bytes
   * @param to where the stretch ends; a line that goes on is read as if the file ended there; or
   *     {@link #END}
   * @param monitor asked and told in the thread of the caller
   * @throws Failure with {@link Exit#INTERRUPTED}
   * @throws IOException if the log cannot be read, or ends before the stretch does
   */
  public static LineCounts read(Path log, long from, long to, Monitor monitor) throws IOException {
    return read(log, from, to, USUAL, monitor);
  }

  /**
   * What two stretches hold.
   *
   * @param second its lines are numbered from 1 again
   */
  public record Stretches(LineCounts first, LineCounts second) {}

  /**
   * Reads all of a log from a place on, in two stretches.
   *
   * @param split where the second one begins
   * @throws IOException as {@link #read}
   */
  public static Stretches readInTwo(Path log, long from, long split, Monitor monitor)
      throws IOException {
    if (split == END) {
      return new Stretches(read(log, from, END, monitor), LineCounts.NOTHING);
    }
    Encoding encoding = Encoding.of(log);
    if (encoding.isCompressed()) {
      return readCompressed(log, encoding, from, split, END, USUAL, monitor);
    }
    return new Stretches(read(log, from, split, monitor), read(log, split, END, monitor));
  }

  /** Reads it with other sizes than the usual ones. */
  static LineCounts read(Path log, long from, long to, Sizes sizes, Monitor monitor)
      throws IOException {
    Encoding encoding = Encoding.of(log);
    if (encoding.isCompressed()) {
      return readCompressed(log, encoding, from, to, to, sizes, monitor).first();
    }
    try (FileChannel file = FileChannel.open(log, READ)) {
      long end = to == END ? file.size() : to;
      LogScan scan = new LogScan(log, file, from, end, sizes, monitor);
      boolean isSmall = end - from <= sizes.piece();
      return monitor.search(
          "read every line", end - from, isSmall ? scan::readAlone : scan::readTogether);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw FileBytes.named(log, e);
    }
  }

  /** In the caller's thread: to decompress takes most of the time. */
  private static Stretches readCompressed(
      Path log, Encoding encoding, long from, long split, long to, Sizes sizes, Monitor monitor)
      throws IOException {
    try (FileChannel file = FileChannel.open(log, READ);
        InputStream stored = new WatchedStream(new FileRange(log, file, 0, END), monitor);
        InputStream content = encoding.decode(log, stored)) {
      content.skipNBytes(from);
      StreamWindow window = new StreamWindow(content, from, 2 * sizes.buffer());
      LogPiece first = new LogPiece(window, from, split, split, sizes.buffer());
      LogPiece second = new LogPiece(window, split, to, to, sizes.buffer());
      return monitor.search(
          "read every line", file.size(), () -> new Stretches(first.read(true), second.read(true)));
    }
  }

  private LineCounts readAlone() throws IOException {
    monitor.check("while reading " + log);
    LineCounts counts = piece(from, to).read(true);
    monitor.advance(to - from);
    return counts;
  }

  private LogPiece piece(long start, long end) {
    return new LogPiece(this::readFile, start, end, to, sizes.buffer());
  }

  private void readFile(long position, ByteBuffer target) throws IOException {
    FileBytes.read(file, position, target);
  }

  private LineCounts readTogether() throws IOException {
    int threads = Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS);
    ExecutorService pool =
        Executors.newFixedThreadPool(threads, work -> Machine.thread("reader of lines", work));
    try {
      LineCounts counts = LineCounts.NOTHING;
      hand(pool, threads * PIECES_PER_THREAD);
      while (!pieces.isEmpty()) {
        counts = counts.then(await(pieces.remove()));
        hand(pool, 1);
      }
      return counts;
    } finally {
      close(pool);
    }
  }

  /** Gives the pool so many more pieces, as far as there are any. */
  private void hand(ExecutorService pool, int count) {
    for (int i = 0; i < count && next < to; i++) {
      long start = next;
      long end = Math.min(to, start + sizes.piece());
      pieces.add(pool.submit(() -> piece(start, end).read(start == from)));
      next = end;
    }
  }

  private LineCounts await(Future<LineCounts> piece) throws IOException {
    while (true) {
      monitor.check("while reading " + log);
      try {
        LineCounts counts = piece.get(LOOK_UP_MILLIS, TimeUnit.MILLISECONDS);
        monitor.advance(counts.bytes());
        return counts;
      } catch (TimeoutException e) {
        // A long line; time to look up.
      } catch (ExecutionException e) {
        throw Machine.thrown(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while reading " + log);
      }
    }
  }

  /** Ends the threads: an interrupt closes the file under the next read. */
  private static void close(ExecutorService pool) {
    pool.shutdownNow();
    try {
      pool.awaitTermination(LAST_READ_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
