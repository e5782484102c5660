import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.files.RamDisk;
import support.lines.Mutants;
import support.scan.PlainScan;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The fast reader of lines against its plain twin, which judges. */
class LogTwinsTest {
  private static final int LOGS = 500;
  private static final int ROUNDS = 50;
  private static final int MUTANTS_A_ROUND = 1_000;

  /** What matters to this parser, besides what matters to each. */
  private static final List<String> FRAGMENTS =
      List.of(
          "/",
          "\u00c0",
          "\u00c1\u00b4",
          "\u00e0\u0081\u00b4",
          "\u00f0\u0080\u0081\u00b4",
          "\u00ef\u00bb\u00bf",
          "\\u0074",
          "NaN",
          "//",
          "[[",
          "1.",
          "-0",
          "01",
          "1e999",
          "9999999999999999999999",
          "\"timestamp\":",
          "\"request\":{},",
          "\"request\":{\"scope\":\"\"},",
          "\"scope\":",
          "\"decision\":1,",
          "\"result\":1,",
          "\"_meta\":{\"schema_version\":2},",
          "\"tenant_id\":null,",
          "\"transport\":\"\",",
          "\"schema_version\":1,",
          "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"}}");

  /** What JSON's grammar distinguishes, and some of what it does not. */
  private static final List<String> TOKENS =
      List.of(
          "{", "}", "[", "]", ",", ":", "\"", "\\", "/", "0", "1", "+", "-", ".", "e", "E", "u",
          " ", "\t", "\r", "\f", "\0", "\u007f", "\u00ff", "x", "true", "null", "false");

  @TempDir(factory = RamDisk.class)
  Path folder;

  private static List<byte[]> lines(String fixture) throws IOException {
    Path log = Checkout.fixtures().resolve("v040_to_v041").resolve(fixture);
    List<byte[]> lines = new ArrayList<>();
    for (String line : Files.readString(log, ISO_8859_1).split("\n")) {
      lines.add(line.getBytes(ISO_8859_1));
    }
    return lines;
  }

  private static List<byte[]> realEntries() throws IOException {
    List<byte[]> entries = new ArrayList<>(lines("real-v0.4.0/before/audit.jsonl"));
    List<byte[]> newer = lines("already-real-v0.5.2/before/audit.jsonl");
    entries.addAll(newer.subList(1, newer.size()));
    return entries;
  }

  @Test
  void everyRealEntryTakesTheFastPath() throws IOException {
    List<byte[]> entries = realEntries();
    PlainScan.Comparison comparison = PlainScan.Comparison.of(entries);
    assertNull(comparison.wrong());
    assertEquals(entries.size(), comparison.fast());
  }

  /** A log that some program has read and written again. */
  @Test
  void everyEntryInAnotherStyleTakesItToo() throws IOException {
    JsonMapper mapper = JsonMapper.shared();
    List<byte[]> entries = new ArrayList<>();
    for (byte[] entry : realEntries()) {
      ObjectNode node = (ObjectNode) mapper.readTree(entry);
      node.putArray("labels").add(true).add(false).addNull().add(1E-7).addArray();
      entries.add((node.toPrettyString().replace("\n", "\t") + " \r").getBytes(UTF_8));
    }
    PlainScan.Comparison comparison = PlainScan.Comparison.of(entries);
    assertNull(comparison.wrong());
    assertEquals(entries.size(), comparison.fast());
  }

  @Test
  void bothSayTheSameOfRealLogs() throws IOException {
    for (String log :
        List.of(
            "real-v0.4.0",
            "already-real-v0.5.2",
            "legacy-copytruncated-v0.6",
            "legacy-5-mib-line",
            "malformed-nul-bytes",
            "malformed-utf-16")) {
      Path file = Checkout.fixtures().resolve("v040_to_v041/" + log + "/before/audit.jsonl");
      assertEquals(PlainScan.read(file), PlainScan.readFast(file, 10_000, 4096), log);
    }
  }

  @Test
  void bothSayTheSameOfGeneratedLogs() throws IOException {
    Random random = Proof.random("twins on generated logs");
    LogGenerator generator = new LogGenerator(random);
    Path file = folder.resolve("audit.jsonl");
    for (int i = 0; i < LOGS; i++) {
      LogGenerator.Log log = generator.next();
      Files.write(file, log.bytes());
      int piece = 1 + random.nextInt(100_000);
      int buffer = 1 + random.nextInt(30_000);
      assertEquals(
          PlainScan.read(file),
          PlainScan.readFast(file, piece, buffer),
          () -> "piece %d, buffer %d: %s".formatted(piece, buffer, log));
    }
  }

  @Test
  void bothSayTheSameOfMutatedEntries() throws IOException {
    Random random = Proof.random("twins on mutated entries");
    Mutants of = new Mutants(random, FRAGMENTS);
    List<byte[]> entries = realEntries();
    int fast = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<byte[]> mutants = new ArrayList<>();
      for (int i = 0; i < MUTANTS_A_ROUND; i++) {
        mutants.add(of.mutant(entries.get(random.nextInt(entries.size()))));
      }
      PlainScan.Comparison comparison = PlainScan.Comparison.of(mutants);
      assertNull(comparison.wrong(), () -> new String(comparison.wrong(), ISO_8859_1));
      fast += comparison.fast();
      for (byte[] mutant : mutants.subList(0, 100)) {
        assertTrue(PlainScan.isSameInMemory(mutant), () -> new String(mutant, ISO_8859_1));
      }
    }
    int all = ROUNDS * MUTANTS_A_ROUND;
    System.out.println("twins: %d of %d mutants took the fast path".formatted(fast, all));
    assertTrue(fast > all / 20 && fast < all - all / 20);
  }

  /** Every short text, not only those that chance brings, wherever a line has room for one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "#",
        "{\"timestamp\":\"x\",\"request\":#,\"result\":{\"decision\":\"\"}}",
        "{\"timestamp\":\"x\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"},\"a\":#}",
        "{\"timestamp\":\"x\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"},\"a\":[#]}",
        "{\"timestamp\":\"x\",\"request\":{\"scope\":\"\",\"a\":1#},\"result\":{\"decision\":\"\"}}",
        "{\"timestamp\":\"x\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":#}}",
        "{\"timestamp\":\"#\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"}}",
        "{\"timestamp\":\"\\u#0\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"}}",
        "{\"timestamp\":\"x\",\"#\":0,\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"}}",
        "{#\"timestamp\":\"x\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"}}#"
      })
  void bothSayTheSameOfEveryShortTextInALine(String line) {
    int most = Proof.isExhaustive() ? 4 : 3;
    List<byte[]> lines = new ArrayList<>();
    for (String text : shortTexts(most)) {
      lines.add(line.replace("#", text).getBytes(ISO_8859_1));
    }
    PlainScan.Comparison comparison = PlainScan.Comparison.of(lines);
    assertNull(comparison.wrong(), () -> new String(comparison.wrong(), ISO_8859_1));
    assertTrue(comparison.fast() > 0 && comparison.fast() < lines.size());
  }

  /** All of at most so many tokens. */
  private static List<String> shortTexts(int tokens) {
    List<String> texts = new ArrayList<>(List.of(""));
    List<String> longest = List.copyOf(texts);
    for (int i = 0; i < tokens; i++) {
      longest = longest.stream().flatMap(text -> TOKENS.stream().map(text::concat)).toList();
      texts.addAll(longest);
    }
    return texts;
  }

  /** Eight bytes are looked at together: what stands in one must not hide or feign the next. */
  @Test
  void bothSayTheSameOfEveryTwoBytesInAString() {
    for (int position = 0; position < Long.BYTES; position++) {
      List<byte[]> lines = new ArrayList<>();
      for (int pair = 0; pair < 1 << 16; pair++) {
        String text = "x".repeat(position) + (char) (pair & 0xFF) + (char) (pair >> 8);
        String line =
            "{\"timestamp\":\"%s\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"}}"
                .formatted(text);
        lines.add(line.replace('\n', ' ').getBytes(ISO_8859_1));
      }
      PlainScan.Comparison comparison = PlainScan.Comparison.of(lines);
      assertNull(comparison.wrong(), () -> new String(comparison.wrong(), ISO_8859_1));
      assertTrue(comparison.fast() > (256 - 34) * (256 - 34), "they take the fast path");
    }
  }

  @Test
  void anEntryWithAMetaIsLeftToThePlainOne() {
    String entry =
        "{\"timestamp\":\"x\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"},\"_meta\":{}}";
    PlainScan.Comparison comparison = PlainScan.Comparison.of(List.of(entry.getBytes(ISO_8859_1)));
    assertNull(comparison.wrong());
    assertEquals(0, comparison.fast());
  }

  /** A scope and a decision count where they stand last, and in their own part. */
  @Test
  void bothSayTheSameOfEveryPartWithOrWithoutItsMember() {
    List<String> members =
        List.of("", "\"scope\":\"\"", "\"scope\":1", "\"decision\":\"\"", "\"decision\":{}");
    List<String> parts = new ArrayList<>(List.of("0", "\"\"", "[]", "null"));
    for (String first : members) {
      for (String second : members) {
        String both = first + (first.isEmpty() || second.isEmpty() ? "" : ",") + second;
        parts.add("{" + both + "}");
        parts.add("{\"a\":{" + both + "}}");
        parts.add("[{" + both + "}]");
      }
    }
    List<byte[]> lines = new ArrayList<>();
    for (String one : parts) {
      for (String other : parts) {
        for (String line :
            List.of(
                "{\"request\":#,\"timestamp\":\"\",\"result\":@}",
                "{\"request\":#,\"request\":@,\"result\":{\"decision\":\"\"},\"timestamp\":\"\"}")) {
          lines.add(line.replace("#", one).replace("@", other).getBytes(ISO_8859_1));
        }
      }
    }
    PlainScan.Comparison comparison = PlainScan.Comparison.of(lines);
    assertNull(comparison.wrong(), () -> new String(comparison.wrong(), ISO_8859_1));
    assertEquals(lines.size(), comparison.fast());
  }

  /** What a careless parser of bytes takes for letters, and Go for damage. */
  @Test
  void aNameInOverlongUtf8IsNoName() throws IOException {
    String entry =
        "{\"timestamp\":\"x\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"},\"transport\":1,\"tenant_id\":1}";
    Mutants of = new Mutants(new Random(1), FRAGMENTS);
    for (int i = 0; i < entry.length(); i++) {
      for (int kind = 0; kind < 8; kind++) {
        String changed =
            entry.substring(0, i) + of.disguised(entry.charAt(i)) + entry.substring(i + 1);
        byte[] line = changed.getBytes(ISO_8859_1);
        assertNull(PlainScan.Comparison.of(List.of(line)).wrong(), changed);
      }
    }
  }
}
