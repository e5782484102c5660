package support.pieces;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Sees whether a log was truncated, and grew again, while it is read ({@code copytruncate} of
 * logrotate): its first bytes and those of a chunk are read again before the chunk is committed.
 */
public final class LiveCheck {
  private static final int HEAD = 64 << 10;
  private static final int BLOCK = 256 << 10;

  /** That the log is another one by now. */
  public static final class Truncated extends IOException {
    private static final long serialVersionUID = 1;
  }

  private final OpenLog log;
  private final ByteBuffer head;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK);

  /**
   * Reads the beginning of a live log, to compare with later.
   *
   * @throws IOException if it cannot be read
   */
  public LiveCheck(OpenLog log) throws IOException {
    this.log = log;
    this.head = log.bytes(0, HEAD);
  }

  /**
   * Requires that a chunk is still in the log.
   *
   * @throws Truncated if not
   */
  public void require(Chunk chunk) throws IOException {
    requireSameHead();
    boolean isSame =
        log.size() >= chunk.end().offset()
            && checksum(chunk.start().offset(), chunk.end().offset()) == chunk.checksum();
    if (!isSame) {
      throw new Truncated();
    }
  }

  /**
   * Requires that the log begins as it did.
   *
   * @throws Truncated if not
   */
  public void requireSameHead() throws IOException {
    if (!head.equals(log.bytes(0, head.remaining()))) {
      throw new Truncated();
    }
  }

  private long checksum(long from, long to) throws IOException {
    CRC32C checksum = new CRC32C();
    for (long at = from; at < to; at += BLOCK) {
      block.clear().limit((int) Math.min(BLOCK, to - at));
      log.read(at, block);
      checksum.update(block.flip());
    }
    return checksum.getValue();
  }
}
