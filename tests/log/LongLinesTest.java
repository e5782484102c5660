package support.log;

import static java.nio.file.StandardOpenOption.READ;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.lines.LineCounts;
import support.lines.LongLines;
import support.run.Monitor;
import support.scan.LogScan;

/** Lines that are too long for every reader: the leaps find what reading every byte finds. */
class LongLinesTest {
  private static final int LIMIT = (int) LineCounts.LIMIT_ALL;

  @TempDir Path folder;

  private void assertCounts(long expected, byte[] content) throws IOException {
    Path log = Files.write(folder.resolve("audit.jsonl"), content);
    try (FileChannel channel = FileChannel.open(log, READ)) {
      assertEquals(expected, LongLines.count(channel));
    }
    long all = LogScan.read(log, 0, content.length, Monitor.silent()).stopAll().count();
    assertEquals(all, expected, "what status says");
  }

  /** Lines of these lengths, the last of which may have no end. */
  private static byte[] lines(List<Integer> lengths, boolean ended) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (int length : lengths) {
      byte[] line = new byte[length];
      Arrays.fill(line, (byte) 'x');
      content.writeBytes(line);
      content.write('\n');
    }
    byte[] bytes = content.toByteArray();
    return ended || bytes.length == 0 ? bytes : Arrays.copyOf(bytes, bytes.length - 1);
  }

  @Test
  void theLimitIsTheReaders() throws IOException {
    for (boolean ended : new boolean[] {true, false}) {
      assertCounts(0, lines(List.of(LIMIT - 1), ended));
      assertCounts(1, lines(List.of(LIMIT), ended));
      assertCounts(2, lines(List.of(LIMIT, LIMIT), ended));
      assertCounts(0, lines(List.of(), ended));
    }
  }

  /** Wherever a line begins, it is found, and once. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 2097151, 2097152, 2097153, 3000000})
  void aLineIsFoundWhereverItBegins(int before) throws IOException {
    assertCounts(0, lines(List.of(before, LIMIT - 1, 300, LIMIT - 1), true));
    assertCounts(1, lines(List.of(before, LIMIT, 300), true));
    assertCounts(2, lines(List.of(before, 3 * LIMIT + 17, 300, LIMIT, 300), true));
  }

  @Test
  void linesOfAnyLengthsAreCountedAsAScanCountsThem() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    System.out.println("LongLinesTest: seed " + seed);
    for (int round = 0; round < 5; round++) {
      List<Integer> lengths =
          random.ints(8).mapToObj(word -> word < 0 ? word & 0x1ff : word % (2 * LIMIT)).toList();
      long expected = lengths.stream().filter(length -> length >= LIMIT).count();
      assertCounts(expected, lines(lengths, random.nextBoolean()));
    }
  }
}
