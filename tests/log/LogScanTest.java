package support.scan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import support.files.RamDisk;
import support.lines.Era;
import support.lines.LineCounts;
import support.run.Cancellation;
import support.run.CountedProgress;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;

/** What is told of the lines of a log, and that dividing the work changes nothing. */
class LogScanTest {
  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"}}";
  private static final String HEADER = "{\"_meta\":{\"schema_version\":2}}";
  private static final LogScan.Sizes USUAL = new LogScan.Sizes(4 << 20, 256 << 10);

  @TempDir(factory = RamDisk.class)
  Path folder;

  private Path log(String text) throws IOException {
    return Files.write(folder.resolve("audit.jsonl"), text.getBytes(UTF_8));
  }

  private LineCounts counts(String text) throws IOException {
    return read(text, USUAL);
  }

  private LineCounts read(String text, LogScan.Sizes sizes) throws IOException {
    Path log = log(text);
    return LogScan.read(log, 0, Files.size(log), sizes, Monitor.silent());
  }

  private static LineCounts.Position at(long line, long offset) {
    return new LineCounts.Position(line, offset);
  }

  private static LineCounts.Places places(LineCounts.Position... positions) {
    return new LineCounts.Places(positions.length, List.of(positions));
  }

  private static LineCounts.Places none() {
    return places();
  }

  @Test
  void everyLineIsCountedAsWhatItIs() throws IOException {
    String text =
        ENTRY + "\n\n \t\r\n  damaged\n{\"foo\":1}\n" + HEADER + "\n{\"_meta\":{}}\n" + ENTRY;
    long first = ENTRY.length() + 1;
    LineCounts expected =
        new LineCounts(
            text.length(),
            8,
            2,
            Map.of(Era.V04, 2L, Era.V05, 0L, Era.V06, 0L),
            places(at(4, first + 7)),
            places(at(5, first + 15)),
            places(at(6, first + 25), at(7, first + 26 + HEADER.length())),
            none(),
            none(),
            "2025-01-01T00:00:00Z",
            "2025-01-01T00:00:00Z",
            at(8, text.length() - ENTRY.length()));
    assertEquals(expected, counts(text));
    assertEquals(2, expected.entryCount());
  }

  @Test
  void anEmptyStretchHasNothing() throws IOException {
    assertEquals(LineCounts.NOTHING, counts(""));
  }

  @ParameterizedTest
  @ValueSource(ints = {1 << 16, 16, 5})
  void onlyTheStretchIsRead(int buffer) throws IOException {
    Path log = log("damaged\n" + ENTRY + "\n" + ENTRY + "\n");
    long from = 8;
    long to = from + ENTRY.length() + 1 + 10;
    LogScan.Sizes sizes = new LogScan.Sizes(1000, buffer);
    LineCounts counts = LogScan.read(log, from, to, sizes, Monitor.silent());
    assertEquals(2, counts.lines());
    assertEquals(to - from, counts.bytes());
    assertEquals(places(at(2, to - 10)), counts.damaged());
    assertEquals(at(2, to - 10), counts.torn());
    assertEquals(1, counts.entryCount());
  }

  @Test
  void theBodyIsWhatStandsBehindTheHeader() throws IOException {
    LineCounts counts = LogScan.readEntries(log(HEADER + "\n" + ENTRY + "\nx\n"), Monitor.silent());
    assertEquals(none(), counts.headers());
    assertEquals(2, counts.damaged().first().get(0).line());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "V04 | {'timestamp':'x','request':{SCOPE},'result':{DECISION}}",
        "V04 |"
            + " {'timestamp':'x','request':{SCOPE,'a':{'schema_version':1}},'result':{DECISION,'tenant_id':1}}",
        "V05 | {'timestamp':'x','request':{SCOPE},'result':{DECISION},'transport':'sdk'}",
        "V05 | {'timestamp':'x','request':{'schema_version':'v1',SCOPE},'result':{DECISION}}",
        "V05 |"
            + " {'timestamp':'x','request':{SCOPE},'result':{DECISION,'a':{},'schema_version':'v1'}}",
        "V06 | {'timestamp':'x','tenant_id':'t','request':{SCOPE},'result':{DECISION}}",
        "V06 |"
            + " {'timestamp':'x','tenant_id':'t','request':{SCOPE},'result':{DECISION},'transport':'sdk'}",
        "V06 | {'timestamp':'x','tenant\\u005fid':'t','request':{SCOPE},'result':{DECISION}}",
      })
  void theEraIsToldByTheKeys(Era era, String text) throws IOException {
    String entry = text.replace("SCOPE", "'scope':''").replace("DECISION", "'decision':''");
    for (String end : List.of("", "\n")) {
      LineCounts counts = counts(entry.replace('\'', '"') + end);
      assertEquals(1, counts.entries().get(era));
      assertEquals(1, counts.entryCount());
    }
  }

  private static String at(String timestamp) {
    return ENTRY.replace("2025-01-01T00:00:00Z", timestamp) + "\n";
  }

  @Test
  void theEarliestAndTheLatestTimeAreFoundInAnyOrder() throws IOException {
    String early = "2025-01-01T00:00:00Z";
    String later = "2025-01-01T00:00:00.05Z";
    String late = "2025-01-01T00:00:00.1Z";
    for (List<String> order :
        List.of(
            List.of(early, later, late),
            List.of(late, early, later),
            List.of(later, late, early))) {
      StringBuilder text = new StringBuilder();
      order.forEach(timestamp -> text.append(at(timestamp)));
      LineCounts counts = counts(text.toString());
      assertEquals(early, counts.earliest());
      assertEquals(late, counts.latest());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "2025-01-01",
        "2025-01-01T00:00:00",
        "2025-01-01T00:00:00.Z",
        "2025-01-01T00:00:00+02:00",
        "2025-01-01 00:00:00Z",
        "2025-01-01T00:00:00.1xZ",
        "20250-1-01T00:00:00Z",
        "2025-01-01T00:00:00.111111111111111111111111111111111111111111111Z",
        "2025-01-01T00:00:00ZZ",
        "\u0662025-01-01T00:00:00Z"
      })
  void whatIsNoTimeIsIgnored(String timestamp) throws IOException {
    LineCounts counts =
        counts(at(timestamp) + at("2025-01-01T00:00:00Z") + at("9".repeat(100_000)));
    assertEquals(3, counts.entryCount());
    assertEquals("2025-01-01T00:00:00Z", counts.earliest());
    assertEquals("2025-01-01T00:00:00Z", counts.latest());
  }

  @Test
  void aTimeIsFoundWhereverItStandsInALineOfAnyLength() throws IOException {
    String entry =
        "{\"request\":{\"scope\":\"%s\"},\"result\":{\"decision\":\"\"},\"timestamp\":\"2025-01-01T00:00:00.5Z\"}\n";
    for (int length = 0; length < 20_000; length += 61) {
      assertTimeIsFound(entry.formatted("\u00e9".repeat(length)));
    }
    assertTimeIsFound(entry.formatted("x".repeat(1 << 20)));
  }

  private void assertTimeIsFound(String entry) throws IOException {
    Path log = log(entry);
    assertEquals("2025-01-01T00:00:00.5Z", counts(entry).latest());
    assertEquals("2025-01-01T00:00:00.5Z", PlainScan.read(log).latest());
  }

  /** One byte less, and the reader goes on; with and without a newline. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\n\n"})
  void linesAtWhichReadersStopAreFound(String end) throws IOException {
    for (int limit : List.of(64 << 10, 4 << 20)) {
      assertEquals(none(), stops(limit, limit - 1, end));
      assertEquals(places(at(2, 1)), stops(limit, limit, end));
    }
  }

  private LineCounts.Places stops(int limit, int length, String end) throws IOException {
    LineCounts counts = counts("\n" + "x".repeat(length) + end);
    return limit == 64 << 10 ? counts.stopV040() : counts.stopAll();
  }

  @Test
  void theFirstTenArePlacesAndTheRestIsCounted() throws IOException {
    for (int piece : List.of(7, 1000)) {
      LineCounts.Places damaged = read("\nx\n".repeat(25), new LogScan.Sizes(piece, 16)).damaged();
      assertEquals(25, damaged.count());
      assertEquals(
          IntStream.range(0, 10).mapToObj(i -> at(2 * i + 2, 3 * i + 1)).toList(), damaged.first());
    }
  }

  @Test
  void aBlankLastLineIsNotTorn() throws IOException {
    assertNull(counts(ENTRY + "\n  ").torn());
    assertNull(counts(ENTRY + "\n").torn());
    assertEquals(at(2, 3), counts("\n  " + ENTRY).torn());
  }

  @Test
  void piecesAndBuffersOfEverySizeGiveTheSame() throws IOException {
    String text =
        at("2025-01-01T00:00:00Z")
            + "\n\n  x\n"
            + at("2024-01-01T00:00:00Z")
            + "{}\n"
            + "y".repeat(300)
            + "\n"
            + HEADER
            + "\n \n"
            + at("2026-01-01T00:00:00Z")
            + " "
            + ENTRY;
    LineCounts expected = counts(text);
    assertEquals(expected, PlainScan.read(log(text)));
    for (int piece = 1; piece < text.length() + 2; piece += piece < 40 ? 1 : 13) {
      for (int buffer = 1; buffer < 120; buffer += 17) {
        assertEquals(expected, read(text, new LogScan.Sizes(piece, buffer)), piece + ", " + buffer);
      }
    }
  }

  @Test
  void aLineThatCrossesSeveralPiecesIsReadOnce() throws IOException {
    String text =
        ENTRY
            + "\n"
            + ENTRY.replace("{}", "{\"x\":\"" + "y".repeat(5000) + "\"}")
            + "\n"
            + ENTRY
            + "\n";
    LineCounts counts = read(text, new LogScan.Sizes(100, 64));
    assertEquals(3, counts.entryCount());
    assertEquals(3, counts.lines());
    assertEquals(text.length(), counts.bytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 1 << 20})
  void aLogThatBecomesShorterIsAnError(int piece) throws IOException {
    Path log = log((ENTRY + "\n").repeat(100));
    long beyond = Files.size(log) + 1;
    LogScan.Sizes sizes = new LogScan.Sizes(piece, 128);
    assertThrows(EOFException.class, () -> LogScan.read(log, 0, beyond, sizes, Monitor.silent()));
  }

  @Test
  void everyByteIsToldOfOnce() throws IOException {
    CountedProgress told = new CountedProgress();
    Monitor monitor = new Monitor(new Cancellation(), told);
    Path log = log((ENTRY + "\n").repeat(100));
    LogScan.read(log, 0, Files.size(log), new LogScan.Sizes(50, 64), monitor);
    assertEquals(Files.size(log), told.take());
    LogScan.read(log, 0, Files.size(log), monitor);
    assertEquals(Files.size(log), told.take());
  }

  /** One line of 64 GiB, which take no space. Reading it to its end would take a minute. */
  @Test
  @Timeout(20)
  void anInterruptEndsTheReadingOfALongLine() throws IOException, InterruptedException {
    Path log = log(ENTRY);
    truncateTo(log, 64L << 30);
    Cancellation cancellation = new Cancellation();
    Monitor monitor = new Monitor(cancellation, Monitor.Listener.NONE);
    Thread user = new Thread(() -> pauseThenRequest(cancellation));
    user.start();
    Failure failure = assertThrows(Failure.class, () -> LogScan.read(log, 0, 64L << 30, monitor));
    assertEquals(Exit.INTERRUPTED, failure.exit());
    user.join();
    Files.delete(log);
  }

  private static void truncateTo(Path log, long size) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
      file.setLength(size);
    }
  }

  private static void pauseThenRequest(Cancellation cancellation) {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    cancellation.request();
  }
}
