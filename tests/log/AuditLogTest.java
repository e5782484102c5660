package support.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import support.lines.LogLine;
import support.lines.LogLines;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;
import support.scan.LogScan;

/** How a log is recognised, and the header that is written. */
class AuditLogTest {
  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\",\"a\":[1,{}]},\"result\":{\"decision\":\"\"}}";

  @TempDir Path folder;

  private Path log(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("audit.jsonl"), bytes);
  }

  private LogLine line(String text) throws IOException {
    try (LogLines lines = LogLines.open(log(text.getBytes(UTF_8)))) {
      return LogLine.read(lines);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-04-18T00:00:00.123456789Z, 2026-04-18T00:00:00.123456789Z",
    "2026-04-18T00:00:00.120Z, 2026-04-18T00:00:00.12Z",
    "2026-04-18T00:00:00.000000001Z, 2026-04-18T00:00:00.000000001Z",
    "2026-04-18T00:00:00Z, 2026-04-18T00:00:00Z",
    "2026-04-18T02:00:00+02:00, 2026-04-18T00:00:00Z",
  })
  void theHeaderIsToTheLetterWhatGoWrites(String time, String written) {
    Instant instant = java.time.OffsetDateTime.parse(time).toInstant();
    assertEquals(
        "{\"_meta\":{\"schema_version\":2,\"created_at\":\"" + written + "\"}}\n",
        new String(Header.line(2, instant), UTF_8));
  }

  @Test
  void linesAreToldApart() throws IOException {
    assertEquals(LogLine.Kind.ENTRY, line(ENTRY).kind());
    assertEquals(LogLine.Kind.ENTRY, line("  " + ENTRY + "\r\n").kind());
    assertEquals(LogLine.Kind.HEADER, line("{\"_meta\":{\"schema_version\":7}}").kind());
    assertEquals(7, line("{\"_meta\":{\"x\":{},\"schema_version\":7},\"y\":1}").version());
    assertEquals(LogLine.Kind.FOREIGN, line("{\"foo\":1}").kind());
    assertEquals(LogLine.Kind.FOREIGN, line("[" + ENTRY + "]").kind());
    assertEquals(LogLine.Kind.FOREIGN, line("null").kind());
    assertEquals(LogLine.Kind.DAMAGED, line(ENTRY + ENTRY).kind());
    assertEquals(LogLine.Kind.DAMAGED, line(ENTRY.substring(1)).kind());
    assertEquals(LogLine.Kind.DAMAGED, line("\0\0" + ENTRY).kind());
    assertEquals(LogLine.Kind.BAD_HEADER, line("{\"_meta\"").kind());
    assertEquals(LogLine.Kind.BAD_HEADER, line("{\"_meta\":{\"schema_version\":true}}").kind());
    assertEquals(
        LogLine.Kind.BAD_HEADER,
        line("{\"_meta\":{\"schema_version\":2},\"_meta\":{\"schema_version\":2}}").kind());
    assertEquals(
        LogLine.Kind.BAD_HEADER,
        line("{\"_meta\":{\"schema_version\":99999999999999999999}}").kind());
  }

  /** Through v0.4.0's way back, what counts as a header is removed: no entry may. */
  @Test
  void anEntryThatHasAMetaIsNoHeader() throws IOException {
    Path log = folder.resolve("mixed.jsonl");
    String meta = "\"_meta\":{\"schema_version\":2}";
    for (String line :
        List.of(
            ENTRY.replaceFirst("}$", "," + meta + "}"),
            ENTRY.replaceFirst("\\{", "{" + meta + ","))) {
      assertEquals(LogLine.Kind.MIXED, line(line).kind(), line);
      Files.writeString(log, line + "\n");
      assertThrows(Failure.class, () -> AuditLog.format(log, 2));
      Files.writeString(log, "{" + meta + "}\n" + line + "\n");
      assertEquals(meta.length() + 3, AuditLog.bodyOffset(log));
      assertEquals(1, LogScan.readEntries(log, Monitor.silent()).entryCount());
    }
    assertEquals(LogLine.Kind.MIXED, line("{" + meta + ",\"result\":1}").kind());
    assertEquals(LogLine.Kind.FOREIGN, line("{\"seal\":1," + meta + "}").kind());
    assertEquals(LogLine.Kind.HEADER, line("{" + meta + ",\"seal\":1}").kind());
  }

  /** What makes an entry AgentGuard's: other programs log requests and results, too. */
  @Test
  void anEntryHasAScopeAndADecision() throws IOException {
    String entry = "{\"timestamp\":\"x\",\"request\":%s,\"result\":%s}";
    String scope = "{\"scope\":\"\"}";
    String decision = "{\"a\":{\"decision\":1},\"decision\":\"x\"}";
    assertEquals(LogLine.Kind.ENTRY, line(entry.formatted(scope, decision)).kind());
    for (String other :
        List.of(
            "{}",
            "{\"scope\":null,\"decision\":null}",
            "{\"scope\":{},\"decision\":[]}",
            "{\"Scope\":\"\",\"Decision\":\"\"}",
            "{\"scope\":\"\",\"decision\":\"\",\"scope\":1,\"decision\":1}",
            "{\"a\":{\"scope\":\"\",\"decision\":\"\"}}")) {
      assertEquals(LogLine.Kind.FOREIGN, line(entry.formatted(other, decision)).kind(), other);
      assertEquals(LogLine.Kind.FOREIGN, line(entry.formatted(scope, other)).kind(), other);
    }
    Path log = log(entry.formatted("{\"id\":1}", "{\"ok\":true}").getBytes(UTF_8));
    Failure failure = assertThrows(Failure.class, () -> AuditLog.format(log));
    assertEquals(Exit.REFUSED, failure.exit());
  }

  @Test
  void anEntryNestedDeeperThanTheParserGoesIsDamagedAndNoBug() throws IOException {
    String deep = "[".repeat(5000) + "]".repeat(5000);
    assertEquals(LogLine.Kind.DAMAGED, line(ENTRY.replace("[1,{}]", deep)).kind());
  }

  @Test
  void noContentOfALineIsInAMessage() throws IOException {
    String secret = "s3cr3t-t0ken";
    List<String> logs =
        List.of(
            "{\"password\":\"" + secret + "\"}\n",
            secret + "\n",
            "{\"_meta\":\"" + secret + "\"}\n",
            "{\"_meta\":{\"" + secret + "\":",
            "{\"_meta\":{\"schema_version\":\"" + secret + "\"}}\n",
            "\0" + secret + "\n" + "{\"_meta\":{\"schema_version\":2}}\n");
    for (String text : logs) {
      Path log = log(text.getBytes(UTF_8));
      Failure failure = assertThrows(Failure.class, () -> AuditLog.format(log, 2));
      String told = failure.getMessage() + failure.state() + failure.next();
      assertFalse(told.contains(secret), told);
      assertEquals(Exit.REFUSED, failure.exit());
    }
  }

  @Test
  void entriesAreLookedForInABoundedPartOfADamagedLog() throws IOException {
    byte[] damage = new byte[1 << 20];
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    for (int i = 0; i < 6; i++) {
      log.write(damage);
      log.write('\n');
    }
    log.write(ENTRY.getBytes(UTF_8));
    assertEquals(new AuditLog.Format.Headerless(6, false), AuditLog.format(log(log.toByteArray())));
    for (int i = 0; i < 6; i++) {
      log.write('\n');
      log.write(damage);
    }
    ByteArrayOutputStream tooLate = new ByteArrayOutputStream();
    tooLate.write(new byte[(int) AuditLog.LOOK_AHEAD_BYTES]);
    tooLate.write('\n');
    tooLate.write(ENTRY.getBytes(UTF_8));
    Path late = log(tooLate.toByteArray());
    assertThrows(Failure.class, () -> AuditLog.format(late));
  }

  /** Sparse: it takes no space, and reading all of it would take minutes. */
  @Test
  @Timeout(20)
  void whatIsNotJsonIsNotReadToItsEndToBeRefused() throws IOException {
    Path nuls = log(new byte[0]);
    try (RandomAccessFile file = new RandomAccessFile(nuls.toFile(), "rw")) {
      file.setLength(1L << 38);
    }
    Failure refused = assertThrows(Failure.class, () -> AuditLog.format(nuls));
    assertEquals(LogErrors.NUL_FILLED, refused.error());
    Files.writeString(nuls, "text", StandardOpenOption.WRITE);
    Failure text = assertThrows(Failure.class, () -> AuditLog.format(nuls));
    assertEquals(LogErrors.NO_ENTRIES, text.error());
  }

  @Test
  void aFirstLineOfAnyLengthIsRead() throws IOException {
    String longEntry = ENTRY.replace("2025", "2025" + "x".repeat(20 << 20));
    Path log = log((longEntry + "\n" + ENTRY).getBytes(UTF_8));
    assertEquals(new AuditLog.Format.Headerless(0, false), AuditLog.format(log, 2));
  }

  /** The fast reader of lines against the plainest one, on random bytes with many line ends. */
  @Test
  void linesAreSplitWhereAPlainReaderSplitsThem() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      byte[] bytes = new byte[random.nextInt(200_000)];
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length / 50; i++) {
        bytes[random.nextInt(bytes.length)] = '\n';
      }
      assertArrayEquals(plainLines(bytes).toArray(), lines(log(bytes)).toArray(), "seed " + seed);
    }
  }

  private static List<String> plainLines(byte[] bytes) {
    List<String> lines = new ArrayList<>(List.of(new String(bytes, ISO_8859_1).split("\n", -1)));
    if (lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    return lines;
  }

  private static List<String> lines(Path log) throws IOException {
    List<String> lines = new ArrayList<>();
    try (LogLines in = LogLines.open(log)) {
      long number = 0;
      while (in.offset() < Files.size(log)) {
        assertEquals(++number, in.lineNumber());
        lines.add(new String(in.readAllBytes(), ISO_8859_1));
        in.nextLine();
      }
      assertEquals(Files.size(log), in.offset());
    }
    return lines;
  }

  @Test
  void theBodyBeginsBehindTheHeader() throws IOException {
    byte[] header = Header.line(2, Instant.EPOCH);
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    log.write(header);
    log.write(ENTRY.getBytes(UTF_8));
    assertEquals(header.length, AuditLog.bodyOffset(log(log.toByteArray())));
    assertTrue(header.length > 0);
  }
}
