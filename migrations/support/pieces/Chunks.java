package support.pieces;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The lines of a file as chunks, one behind the other. The next one is read and digested while the
 * store takes the one before.
 */
public final class Chunks implements Closeable {
  private static final int PATIENCE_MILLIS = 100;

  private final Parsing.Pieces pieces;
  private final ExecutorService thread;
  private final long size;
  private Spot end;
  private ParsedPiece held;
  private boolean hasTornLine;
  private boolean isAtEnd;
  private volatile boolean isClosed;
  private Future<Chunk> next;

  /**
   * @param thread in which chunks are built, one at a time
   */
  Chunks(Parsing.Pieces pieces, ExecutorService thread, Spot start, long size) {
    this.pieces = pieces;
    this.thread = thread;
    this.end = start;
    this.size = size;
  }

  /**
   * The next chunk; null behind the last. That one may be incomplete.
   *
   * @param meanwhile done again and again while there is none yet
   */
  public Chunk next(Runnable meanwhile) throws IOException {
    meanwhile.run();
    Future<Chunk> current = next == null ? thread.submit(this::build) : next;
    next = current;
    while (!isThere(current)) {
      meanwhile.run();
    }
    Chunk chunk = Parsing.await(current);
    // Of very long lines there is no second chunk in memory.
    next = chunk != null && chunk.length() <= 2 * size ? thread.submit(this::build) : null;
    return chunk;
  }

  private static boolean isThere(Future<Chunk> chunk) {
    try {
      chunk.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } catch (ExecutionException e) {
      return true; // as who asks for it is told
    }
  }

  private Chunk build() throws IOException {
    if (isAtEnd) {
      return null;
    }
    Chunk chunk = new Chunk(end);
    fill(chunk);
    chunk.summary();
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
    while (next != null && !isThere(next)) {
      // It ends with the piece that it is at.
    }
  }
}
