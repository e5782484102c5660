package support.rows;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import support.imports.Reference;
import support.lines.Mutants;

/** The fast reader of entries against Jackson, which judges. */
class EntryParserTest {
  private static final int MUTANTS = 20_000;

  /** What matters to this parser, besides what matters to each. */
  private static final List<String> FRAGMENTS =
      List.of(
          "7",
          ".5",
          "\u00c3\u00a9",
          "\u00e2\u0082",
          "\\u0026",
          "\\ud83d\\ude42",
          "\\n",
          "\\/",
          "true",
          "\"\"",
          "\"meta\":{\"k\":\"v\"},",
          "\"meta\":{},",
          "\"est_cost\":0.5,",
          "\"scope\":\"x\",",
          "\"Scope\":\"y\",",
          "\"other\":1,",
          "\"result\":{},",
          "\"request\":null,",
          "\"timestamp\":\"2026-11-22T08:13:20Z\",",
          "\"duration_ms\":12,",
          "9223372036854775808");

  /** Everything that a reader of an entry may meet, in the order of a server. */
  private static final String WHOLE =
      "{\"timestamp\":\"2026-11-22T08:13:20.310661531Z\",\"tenant_id\":\"t\",\"session_id\":\"s\","
          + "\"agent_id\":\"a\",\"request\":{\"schema_version\":\"v1\",\"scope\":\"shell\","
          + "\"action\":\"x\",\"command\":\"a \\u0026 \\\"b\\\"\",\"path\":\"/\u00e9\","
          + "\"domain\":\"d\",\"url\":\"http://\\u003c\",\"agent_id\":\"a\",\"session_id\":\"z\","
          + "\"est_cost\":1.5e-3,\"approval_id\":\"p\",\"meta\":{\"k\":\"v\",\"n\":null}},"
          + "\"result\":{\"schema_version\":\"v1\",\"decision\":\"DENY\",\"reason\":\"r\","
          + "\"matched_rule\":\"m\",\"approval_id\":\"p\",\"approval_url\":\"u\"},"
          + "\"duration_ms\":-17,\"transport\":\"mcp\"}";

  private final LineReader reader = new LineReader("local");

  @Test
  void whatServersWriteIsReadFast() throws IOException {
    List<byte[]> entries = new ArrayList<>(List.of(WHOLE.getBytes(UTF_8)));
    entries.addAll(demo());
    for (byte[] entry : entries) {
      assertTrue(isReadFast(entry), new String(entry, UTF_8));
      assertAlike(entry);
    }
  }

  @Test
  void whatMakesNoRowIsLeftToJackson() {
    for (String line :
        List.of(
            "",
            "null",
            "[]",
            "{",
            "{}x",
            "{\"a\":1}",
            "{\"timestamp\":1}",
            "{\"timestamp\":\"x\"}",
            "{\"duration_ms\":1.0}",
            "{\"duration_ms\":01}",
            "{\"request\":[]}",
            "{\"request\":{\"scope\":\"x\"{\"path\":\"y\"}}}",
            "{\"request\":{\"scope\":\"x\"}",
            "{\"request\":{\"meta\":{\"k\":1}}}",
            "{\"request\":{\"est_cost\":1e999}}",
            "{\"agent_id\":\"a\"}}",
            "{\"agent_id\":\"a\",}",
            "{\"Agent_id\":\"a\"}",
            "{\"agent_id\":\"\\x\"}",
            "{\"agent_id\":\"a\u0001\"}")) {
      assertFalse(isReadFast(line.getBytes(UTF_8)), line);
    }
  }

  @Test
  void theReferenceIsReadAsJacksonReadsIt() throws IOException {
    for (Reference.Case reference : Reference.cases()) {
      for (byte[] line : lines(Files.readAllBytes(reference.log()))) {
        assertAlike(line);
      }
    }
  }

  @Test
  void mutantsOfEntriesAreReadAsJacksonReadsThem() throws IOException {
    long seed = System.nanoTime();
    System.out.println("mutants of entries: seed " + seed);
    Random random = new Random(seed);
    Mutants of = new Mutants(random, FRAGMENTS);
    List<byte[]> entries = new ArrayList<>(List.of(WHOLE.getBytes(UTF_8)));
    entries.addAll(demo());
    int fast = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = of.mutant(entries.get(random.nextInt(entries.size())));
      assertAlike(mutant);
      fast += isReadFast(mutant) ? 1 : 0;
    }
    System.out.printf("mutants of entries: %d of %d were read fast%n", fast, MUTANTS);
    assertTrue(fast > MUTANTS / 20, "too few were read fast to say much");
    assertTrue(fast < MUTANTS * 19 / 20, "too few were left to Jackson");
  }

  private boolean isReadFast(byte[] line) {
    EntryFields fields = new EntryFields("local");
    fields.clear();
    return new EntryParser(fields).read(line, 0, line.length);
  }

  /** Also where the line does not stand at the beginning, and after another one. */
  private void assertAlike(byte[] line) {
    byte[] within = new byte[line.length + 7];
    System.arraycopy(line, 0, within, 3, line.length);
    Line expected = new LineReader("local").readByJackson(line, 0, line.length);
    if (LineReader.beginsAsHeader(line, 0, line.length) || line.length == 0) {
      return;
    }
    byte last = line[line.length - 1];
    if (last != '\r') { // which is no part of a line at its end
      assertEquals(expected, reader.read(within, 3, 3 + line.length), new String(line, UTF_8));
    }
  }

  private static List<byte[]> demo() throws IOException {
    try (InputStream in = EntryParserTest.class.getResourceAsStream("/demo-audit.jsonl")) {
      return lines(in.readAllBytes());
    }
  }

  private static List<byte[]> lines(byte[] log) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int at = 0; at <= log.length; at++) {
      if (at == log.length || log[at] == '\n') {
        if (at > start && at - start <= LineReader.LONGEST_LINE) {
          lines.add(Arrays.copyOfRange(log, start, at));
        }
        start = at + 1;
      }
    }
    return lines;
  }
}
