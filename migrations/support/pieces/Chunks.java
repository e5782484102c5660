package support.pieces;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import support.files.Machine;

/**
 * The lines of a file as chunks, one behind the other. The next ones are read and digested while
 * the store takes the one before.
 */
public final class Chunks implements Closeable {
  private static final Duration PATIENCE = Duration.ofMillis(100);

  /** The first chunks are small, and the others up to twice those before: the store waits less. */
  private static final long SMALLEST = 512 << 10;

  /** So long a transaction should take where others wait for it: none a second, on any machine. */
  private static final long NANOS = 300_000_000;

  /** While the store takes one, another is there already, and the one behind it is being read. */
  private static final int AHEAD = 2;

  private final Parsing.Pieces pieces;
  private final ExecutorService thread;
  private final long largest;
  private final Room room;
  private final Deque<Future<Chunk>> ahead = new ArrayDeque<>();
  private volatile long size;
  private Spot end;
  private ParsedPiece held;
  private Chunk current;
  private boolean hasTornLine;
  private boolean isAtEnd;
  private volatile boolean isClosed;

  /**
   * @param thread in which chunks are built, one at a time
   * @param largest how many bytes of the log a chunk has, where no line is longer
   */
  Chunks(Parsing.Pieces pieces, ExecutorService thread, Spot start, long largest) {
    this.pieces = pieces;
    this.thread = thread;
    this.end = start;
    this.largest = largest;
    this.size = Math.min(SMALLEST, largest);
    this.room = new Room(AHEAD * largest);
  }

  /** For chunks in memory: of very long lines, there is no second one. */
  private static final class Room {
    private final long most;
    private long taken;

    Room(long most) {
      this.most = most;
    }

    synchronized void await() throws InterruptedIOException {
      try {
        while (taken > most) {
          wait();
        }
      } catch (InterruptedException e) {
        throw new InterruptedIOException("interrupted while waiting for room");
      }
    }

    synchronized void take(long bytes) {
      taken += bytes;
    }

    synchronized void giveBack(long bytes) {
      taken -= bytes;
      notifyAll();
    }
  }

  /**
   * The next chunk; null behind the last. That one may be incomplete. The one before is done with.
   *
   * @param meanwhile done again and again while there is none yet
   */
  public Chunk next(Runnable meanwhile) throws IOException {
    meanwhile.run();
    if (current != null) {
      room.giveBack(current.length());
      pieces.reuse(current);
    }
    while (ahead.size() <= AHEAD) {
      ahead.add(thread.submit(this::build));
    }
    Future<Chunk> next = ahead.remove();
    while (!Machine.await(next, PATIENCE)) {
      meanwhile.run();
    }
    current = Machine.await(next);
    return current;
  }

  /**
   * Decides how large those are that nobody has read yet, as far as the last one tells.
   *
   * @param nanos how long its transaction kept others waiting; 0 where there are none
   */
  public void pace(long nanos) {
    long most = 2 * nanos <= NANOS ? 2 * current.length() : current.length() * NANOS / nanos;
    size = Math.min(Math.max(most, SMALLEST), largest);
  }

  private Chunk build() throws IOException {
    room.await();
    if (isAtEnd) {
      return null;
    }
    Chunk chunk = new Chunk(end);
    fill(chunk);
    chunk.summary();
    room.take(chunk.length());
    return chunk;
  }

  private void fill(Chunk chunk) throws IOException {
    for (ParsedPiece piece = take(); piece != null; piece = take()) {
      if (piece.piece().kind() == Piece.Kind.PART_OF_LONG_LINE && chunk.isComplete()) {
        held = piece; // since the end of the long line may not be there yet
        return;
      }
      chunk.add(piece);
      end = chunk.end();
      hasTornLine = piece.hasTornLine();
      if (chunk.length() >= size && chunk.isComplete()) {
        return;
      }
    }
    isAtEnd = true;
  }

  private ParsedPiece take() throws IOException {
    if (isClosed) {
      throw new CancellationException();
    }
    ParsedPiece piece = held == null ? pieces.next() : held;
    held = null;
    return piece;
  }

  /** Where the last chunk ends; asked behind it. */
  public Spot end() {
    return end;
  }

  /** Whether the file ends in the middle of a line; asked behind the last chunk. */
  public boolean hasTornLine() {
    return hasTornLine;
  }

  /** Waits until nobody reads the file any more. */
  @Override
  public void close() {
    isClosed = true;
    room.giveBack(Long.MAX_VALUE / 2); // who waits for room is to see that it is closed
    ahead.forEach(Chunks::awaitEnd); // each ends with the piece that it is at
  }

  private static void awaitEnd(Future<Chunk> chunk) {
    try {
      Machine.await(chunk);
    } catch (IOException | RuntimeException e) {
      // Nobody asks for it any more.
    }
  }
}
