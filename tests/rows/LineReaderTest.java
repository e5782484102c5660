package support.rows;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.imports.Reference;
import tools.jackson.databind.JsonNode;

/** What a line is, held against what AgentGuard's own code makes of it. */
class LineReaderTest {
  private static final String ENTRY =
      "{\"timestamp\":\"2026-04-17T09:30:00Z\",\"agent_id\":\"a\",\"request\":{\"scope\":\"s\"%s},"
          + "\"result\":{\"decision\":\"ALLOW\"%s}%s}";

  private static Line read(String line) {
    byte[] bytes = line.getBytes(UTF_8);
    return new LineReader("local").read(bytes, 0, bytes.length);
  }

  @TestFactory
  Stream<DynamicTest> everyLineOfTheReferenceIsWhatAgentGuardMakesOfIt() throws IOException {
    return Reference.cases().stream().map(c -> dynamicTest(c.toString(), () -> holds(c)));
  }

  private static void holds(Reference.Case reference) throws IOException {
    byte[] log = Files.readAllBytes(reference.log());
    List<String> wrong = new ArrayList<>();
    int start = 0;
    for (JsonNode expected : reference.lines()) {
      int end = start;
      while (end < log.length && log[end] != '\n') {
        end++;
      }
      Line line = new LineReader("local").read(log, start, end);
      if (!isAs(expected, line)) {
        wrong.add("line %s is %s".formatted(expected.required("line"), line));
      }
      start = end + 1;
    }
    assertEquals(List.of(), wrong);
    assertTrue(start >= log.length, "the reference ends before the log does");
  }

  private static boolean isAs(JsonNode expected, Line line) {
    String outcome = expected.required("outcome").asString();
    if (line instanceof Line.Entry entry) {
      return outcome.equals("row") && Reference.row(expected.required("row")).equals(entry.row());
    }
    if (line instanceof Line.Reject reject) {
      return outcome.equals(
          switch (reject.reason()) {
            case NO_TIME -> "no-time";
            case HEADER_WITH_MORE -> "header";
            default -> "refused";
          });
    }
    return outcome.equals(line instanceof Line.Blank ? "blank" : "header");
  }

  @Test
  void aHeaderThatHoldsMoreThanMetaIsAReject() {
    assertInstanceOf(Line.Header.class, read("{\"_meta\":{\"schema_version\":2}}"));
    assertInstanceOf(Line.Header.class, read(" \t{\"_meta\":{\"schema_ver"));
    for (String more :
        List.of(
            "{\"_meta\":{},\"timestamp\":\"2026-04-17T09:30:00Z\"}",
            "{\"_meta\":{},\"timestamp\":\"2026-04",
            "{\"_meta\":{}}{\"timestamp\":\"2026-04-17T09:30:00Z\"}")) {
      assertEquals(new Line.Reject(Line.Reason.HEADER_WITH_MORE), read(more), more);
    }
  }

  @Test
  void whatNoColumnHoldsIsNamed() {
    assertEquals(Set.of(), lost("", "", ""));
    assertEquals(
        Set.of("request.est_cost", "request.meta", "request.approval_id"),
        lost(",\"est_cost\":0.5,\"meta\":{\"k\":\"v\"},\"approval_id\":\"x\"", "", ""));
    assertEquals(
        Set.of("result.approval_id", "result.approval_url"),
        lost("", ",\"approval_id\":\"x\",\"approval_url\":\"u\"", ""));
    assertEquals(Set.of("unknown keys"), lost("", "", ",\"other\":1"));
    assertEquals(Set.of("unknown keys"), lost(",\"other\":[1]", "", ""));
  }

  @Test
  void whatIsEmptyOrStandsInAColumnIsNotLost() {
    assertEquals(Set.of(), lost(",\"est_cost\":0,\"meta\":{},\"approval_id\":\"\"", "", ""));
    assertEquals(Set.of(), lost(",\"agent_id\":\"a\",\"schema_version\":\"v1\"", "", ""));
    assertEquals(Set.of("request.agent_id"), lost(",\"agent_id\":\"b\"", "", ""));
    assertEquals(Set.of(), lost(",\"approval_id\":\"x\",\"approval_id\":\"\"", "", ""));
  }

  private static Set<String> lost(String request, String result, String entry) {
    return assertInstanceOf(Line.Entry.class, read(ENTRY.formatted(request, result, entry))).lost();
  }

  @Test
  void theTenantOfALineThatNamesNoneIsTheOneGiven() {
    byte[] line = ENTRY.formatted("", "", "").getBytes(UTF_8);
    Line.Entry entry = (Line.Entry) new LineReader("host-1").read(line, 0, line.length);
    assertEquals("host-1", entry.row().text(EntryRow.TENANT));
    assertTrue(!entry.namesTenant());
    Line.Entry named = (Line.Entry) read(ENTRY.formatted("", "", ",\"tenant_id\":\"t\""));
    assertEquals("t", named.row().text(EntryRow.TENANT));
    assertTrue(named.namesTenant());
  }

  @Test
  void aLineOfSixteenMebibytesIsAnEntryAndALongerOneIsNot() {
    assertInstanceOf(Line.Entry.class, ofLength(LineReader.LONGEST_LINE));
    assertEquals(new Line.Reject(Line.Reason.TOO_LONG), ofLength(LineReader.LONGEST_LINE + 1));
  }

  private static Line ofLength(int length) {
    byte[] entry = ENTRY.formatted("", "", "").getBytes(UTF_8);
    byte[] line = new byte[length];
    Arrays.fill(line, (byte) ' ');
    System.arraycopy(entry, 0, line, 0, entry.length);
    return new LineReader("local").read(line, 0, length);
  }

  @Test
  void aTimeOutsideFourDigitYearsIsWrittenAsGoWritesIt() {
    assertEquals("10000-01-01T00:59:59Z", time("9999-12-31T23:59:59-01:00"));
    assertEquals("-0001-12-31T23:00:00Z", time("0000-01-01T00:00:00+01:00"));
  }

  private static String time(String text) {
    return GoTime.parse(text).orElseThrow().format();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7, -17, 1_234_567_890_123L, Long.MAX_VALUE, Long.MIN_VALUE})
  void everyDurationIsTheNumberThatItWas(long millis) {
    String line = ENTRY.formatted("", "", ",\"duration_ms\":" + millis);
    assertEquals(millis, assertInstanceOf(Line.Entry.class, read(line)).row().duration());
  }
}
