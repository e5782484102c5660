package support.pieces;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import support.files.Machine;
import support.rows.Wish;

/** Parses pieces on the processors that are left, and gives them back in their order. */
public final class Parsing implements Closeable {
  private static final int MOST_THREADS = 16;
  private static final int PIECES_PER_THREAD = 4;

  /** More are not read ahead, so that memory stays small where lines are long. */
  private static final long MOST_BYTES_AHEAD = 8 << 20;

  /** One processor is left to who writes: with all of them parsing, that waits for its turn. */
  private final int threads =
      Math.max(1, Math.min(Runtime.getRuntime().availableProcessors() - 1, MOST_THREADS));

  private final ExecutorService pool = Executors.newFixedThreadPool(threads, Parsing::thread);
  private final ExecutorService builder = Executors.newSingleThreadExecutor(Parsing::thread);

  private final Queue<Rows> used = new ConcurrentLinkedQueue<>();

  private Rows emptyRows() {
    Rows rows = used.poll();
    return rows == null ? new Rows() : rows;
  }

  private static Thread thread(Runnable work) {
    return Machine.thread("parser of lines", work);
  }

  /**
   * The lines of a file as chunks.
   *
   * @param reader stands at the start
   * @param size how many bytes of the log a chunk has, where no line is longer
   */
  public Chunks chunks(PieceReader reader, Spot start, Wish wish, boolean mayEndOpen, long size) {
    return new Chunks(new Pieces(reader, wish, mayEndOpen), builder, start, size);
  }

  /** The pieces of one file. */
  public final class Pieces {
    private final PieceReader reader;
    private final Wish wish;
    private final boolean mayEndOpen;
    private final Deque<Future<ParsedPiece>> ahead = new ArrayDeque<>();
    private long bytesAhead;
    private boolean isAtEnd;

    public Pieces(PieceReader reader, Wish wish, boolean mayEndOpen) {
      this.reader = reader;
      this.wish = wish;
      this.mayEndOpen = mayEndOpen;
    }

    /** The next piece; null at the end of the file. */
    public ParsedPiece next() throws IOException {
      while (!isAtEnd
          && ahead.size() < threads * PIECES_PER_THREAD
          && bytesAhead < MOST_BYTES_AHEAD) {
        Piece piece = reader.next();
        isAtEnd = piece == null;
        if (piece != null) {
          bytesAhead += piece.length();
          Rows rows = emptyRows();
          ahead.add(pool.submit(() -> ParsedPiece.of(piece, wish, mayEndOpen, rows)));
        }
      }
      if (ahead.isEmpty()) {
        return null;
      }
      ParsedPiece parsed = Machine.await(ahead.remove());
      bytesAhead -= parsed.piece().length();
      return parsed;
    }

    /** Takes what a chunk was made of for pieces to come; the chunk is done with. */
    void reuse(Chunk chunk) {
      for (Rows rows : chunk.parts()) {
        if (rows.isOfUsualSize()) {
          rows.clear();
          used.add(rows);
        }
      }
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
    builder.shutdownNow();
  }
}
