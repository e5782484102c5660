package support.pieces;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import support.rows.Wish;

/** How much of a log a transaction takes. */
class ChunksTest {
  private static final int MIB = 1 << 20;
  private static final long LARGEST = 4 * MIB;

  /** Returns the lengths of the chunks of 40 MiB. */
  private static List<Long> lengths(long nanosPerMib) throws IOException {
    byte[] log = ("x".repeat(1023) + "\n").repeat(40 << 10).getBytes(UTF_8);
    PieceReader reader = new PieceReader(new ByteArrayInputStream(log), Spot.START, OpenLog.PIECE);
    List<Long> lengths = new ArrayList<>();
    Wish anything = new Wish(null, null, true);
    try (Parsing parsing = new Parsing();
        Chunks chunks = parsing.chunks(reader, Spot.START, anything, true, LARGEST)) {
      for (Chunk chunk = chunks.next(() -> {}); chunk != null; chunk = chunks.next(() -> {})) {
        lengths.add(chunk.length());
        chunks.pace(nanosPerMib * chunk.length() / MIB);
      }
    }
    assertEquals(log.length, lengths.stream().mapToLong(length -> length).sum());
    return lengths;
  }

  @Test
  void theyGrowWhereNobodyWaits() throws IOException {
    List<Long> lengths = lengths(0);
    assertEquals(MIB / 2, lengths.get(0));
    assertTrue(lengths.contains(LARGEST), lengths::toString);
  }

  /** Where a MiB takes 0.3 s, a transaction of 4 would take more than a second. */
  @Test
  void theyStaySmallWhereTransactionsAreSlow() throws IOException {
    List<Long> lengths = lengths(300_000_000);
    assertTrue(lengths.stream().allMatch(length -> length <= 3 * MIB / 2), lengths::toString);
    lengths = lengths(3_000_000_000L);
    assertTrue(lengths.stream().allMatch(length -> length <= MIB), lengths::toString);
  }
}
