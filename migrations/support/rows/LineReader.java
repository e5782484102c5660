package support.rows;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Reads a line as AgentGuard v1.0.0 does before it writes a row: by the rules of Go's encoding/json
 * (keys without regard to case, the last of repeated ones, null leaves a field as it is, a value of
 * another type is an error). One reads many lines, and is for one thread.
 */
public final class LineReader {
  /** The longest line that is an entry, in bytes, without its newline. */
  public static final int LONGEST_LINE = 16 << 20;

  /** As deep as Go's scanner goes. */
  private static final int DEEPEST = 10_000;

  private static final byte[] HEADER_START = "{\"_meta\"".getBytes(US_ASCII);

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW) // Go knows no such
          .recyclerPool(JsonRecyclerPools.threadLocalPool()) // a parser a line: no common queue
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNameLength(LONGEST_LINE)
                  .maxNumberLength(LONGEST_LINE)
                  .build())
          .build();

  /** Texts that no column holds, by the part of the line that they are in. */
  private static final List<String> WITHOUT_COLUMN =
      List.of(
          "request.schema_version",
          "request.agent_id",
          "request.session_id",
          "request.approval_id",
          "result.schema_version",
          "result.approval_id",
          "result.approval_url");

  /** What each key fills: the index of a column; behind those, of {@link #WITHOUT_COLUMN}. */
  private static final Map<String, Integer> ENTRY_TEXTS =
      Map.of(
          "tenant_id", column("tenant_id"),
          "session_id", column("session_id"),
          "agent_id", column("agent_id"),
          "transport", column("transport"));

  private static final Map<String, Integer> REQUEST_TEXTS =
      Map.of(
          "schema_version", noColumn("request.schema_version"),
          "scope", column("scope"),
          "action", column("action"),
          "command", column("command"),
          "path", column("path"),
          "domain", column("domain"),
          "url", column("url"),
          "agent_id", noColumn("request.agent_id"),
          "session_id", noColumn("request.session_id"),
          "approval_id", noColumn("request.approval_id"));

  private static final Map<String, Integer> RESULT_TEXTS =
      Map.of(
          "schema_version", noColumn("result.schema_version"),
          "decision", column("decision"),
          "reason", column("reason"),
          "matched_rule", column("rule"),
          "approval_id", noColumn("result.approval_id"),
          "approval_url", noColumn("result.approval_url"));

  private static final String UNKNOWN_KEY = "unknown keys";

  /** That a value makes the whole line an error. */
  private static final class Rejected extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Line.Reason reason;

    Rejected(Line.Reason reason) {
      super(null, null, false, false);
      this.reason = reason;
    }
  }

  private final String tenant;
  private final Repeated repeated = new Repeated();
  private final String[] values = new String[EntryRow.COLUMNS.size() + WITHOUT_COLUMN.size()];
  private final Set<String> lost = new TreeSet<>();
  private String text;
  private GoTime time;
  private String timeAsRead;
  private int keys;
  private boolean ended;

  /**
   * @param tenant the tenant of a line that names none
   */
  public LineReader(String tenant) {
    this.tenant = tenant;
  }

  private void begin(String line) {
    text = line;
    time = GoTime.ZERO;
    keys = 0;
    ended = false;
    lost.clear();
    Arrays.fill(values, "");
    values[EntryRow.DURATION] = "0";
  }

  private static int column(String name) {
    return EntryRow.COLUMNS.indexOf(name);
  }

  private static int noColumn(String name) {
    return EntryRow.COLUMNS.size() + WITHOUT_COLUMN.indexOf(name);
  }

  /**
   * Reads a line.
   *
   * @param end where it ends, before its newline
   */
  public Line read(byte[] bytes, int start, int end) {
    int last = end > start && bytes[end - 1] == '\r' ? end - 1 : end;
    if (last == start) {
      return new Line.Blank();
    }
    if (end - start > LONGEST_LINE) {
      return new Line.Reject(Line.Reason.TOO_LONG);
    }
    begin(GoText.decode(bytes, start, last));
    Line line = beginsAsHeader(bytes, start, last) ? header() : entry();
    text = null; // which may be long
    return line;
  }

  /** Whether AgentGuard's readers take the line for a header, whatever follows. */
  public static boolean beginsAsHeader(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
    return end - at >= HEADER_START.length
        && Arrays.equals(bytes, at, at + HEADER_START.length, HEADER_START, 0, HEADER_START.length);
  }

  /** A header that is torn, or otherwise no JSON, is one as far as nothing else was seen in it. */
  private Line header() {
    boolean isWhole = true;
    try (JsonParser json = parser()) {
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        keys++;
        json.nextToken();
        json.skipChildren();
      }
      ended = true;
      isWhole = json.nextToken() == null;
    } catch (JacksonException e) {
      isWhole = !ended;
    }
    return keys <= 1 && isWhole ? new Line.Header() : new Line.Reject(Line.Reason.HEADER_WITH_MORE);
  }

  private Line entry() {
    try (JsonParser json = parser()) {
      return read(json);
    } catch (Rejected e) {
      return new Line.Reject(e.reason);
    } catch (JacksonException e) {
      return new Line.Reject(Line.Reason.NOT_JSON);
    }
  }

  private JsonParser parser() {
    return JSON.createParser(ObjectReadContext.empty(), text);
  }

  private Line read(JsonParser json) throws Rejected {
    JsonToken token = json.nextToken();
    require(token != null, Line.Reason.NOT_JSON);
    if (token == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        entryField(json);
      }
    } else {
      json.skipChildren();
    }
    require(json.nextToken() == null, Line.Reason.NOT_JSON);
    require(
        token == JsonToken.START_OBJECT || token == JsonToken.VALUE_NULL, Line.Reason.NO_OBJECT);
    return line();
  }

  private Line line() {
    if (time.isZero()) {
      return new Line.Reject(Line.Reason.NO_TIME);
    }
    boolean namesTenant = !values[EntryRow.TENANT].isEmpty();
    values[EntryRow.TENANT] = namesTenant ? values[EntryRow.TENANT] : tenant;
    values[EntryRow.TIMESTAMP] = time.format(timeAsRead);
    int transport = column("transport");
    values[transport] = values[transport].isEmpty() ? "sdk" : values[transport];
    for (int i = 0; i < WITHOUT_COLUMN.size(); i++) {
      lose(WITHOUT_COLUMN.get(i), values[EntryRow.COLUMNS.size() + i]);
    }
    EntryRow row = new EntryRow(List.of(Arrays.copyOf(values, EntryRow.COLUMNS.size())));
    return new Line.Entry(row, time, namesTenant, repeated.setOf(lost));
  }

  /** A request may say again whose it is, and an empty text says nothing. */
  private void lose(String name, String value) {
    if (value.isEmpty()) {
      return;
    }
    String kept =
        switch (name) {
          case "request.agent_id" -> values[column("agent_id")];
          case "request.session_id" -> values[column("session_id")];
          case "request.schema_version", "result.schema_version" -> value; // the same in all
          default -> "";
        };
    if (!value.equals(kept)) {
      lost.add(name);
    }
  }

  private void entryField(JsonParser json) throws Rejected {
    String key = GoText.foldedKey(json.currentName());
    JsonToken value = json.nextToken();
    switch (key) {
      case "timestamp" -> time(json, value);
      case "duration_ms" -> duration(json, value);
      case "request" -> part(json, value, REQUEST_TEXTS);
      case "result" -> part(json, value, RESULT_TEXTS);
      default -> text(json, value, ENTRY_TEXTS.get(key));
    }
  }

  private void part(JsonParser json, JsonToken value, Map<String, Integer> texts) throws Rejected {
    boolean isRequest = texts == REQUEST_TEXTS;
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    require(value == JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = GoText.foldedKey(json.currentName());
      JsonToken next = json.nextToken();
      if (isRequest && key.equals("est_cost")) {
        cost(json, next);
      } else if (isRequest && key.equals("meta")) {
        meta(json, next);
      } else {
        text(json, next, texts.get(key));
      }
    }
  }

  /**
   * @param place null for a key that no release writes
   */
  private void text(JsonParser json, JsonToken value, Integer place) throws Rejected {
    if (place == null) {
      lost.add(UNKNOWN_KEY);
      json.skipChildren();
    } else if (value != JsonToken.VALUE_NULL) {
      require(value == JsonToken.VALUE_STRING);
      values[place] = repeated.text(GoText.wholeCharacters(json.getString()));
    }
  }

  private void time(JsonParser json, JsonToken value) throws Rejected {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    require(value == JsonToken.VALUE_STRING, Line.Reason.WRONG_TIME);
    timeAsRead = asItStands(json);
    time = GoTime.parse(timeAsRead).orElseThrow(() -> new Rejected(Line.Reason.WRONG_TIME));
  }

  /** What stands between the quotes; no time has an escape, and so none where there is one. */
  private String asItStands(JsonParser json) {
    int start = (int) json.currentTokenLocation().getCharOffset() + 1;
    String value = json.getString();
    return text.startsWith(value + '"', start) ? value : "";
  }

  private void duration(JsonParser json, JsonToken value) throws Rejected {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    require(value == JsonToken.VALUE_NUMBER_INT);
    try {
      values[EntryRow.DURATION] = repeated.text(Long.toString(Long.parseLong(json.getString())));
    } catch (NumberFormatException e) {
      throw new Rejected(Line.Reason.OTHER_TYPE);
    }
  }

  private void cost(JsonParser json, JsonToken value) throws Rejected {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    require(value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_NUMBER_FLOAT);
    double cost = Double.parseDouble(json.getString());
    require(!Double.isInfinite(cost));
    if (cost != 0) {
      lost.add("request.est_cost");
    }
  }

  private void meta(JsonParser json, JsonToken value) throws Rejected {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    require(value == JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      JsonToken next = json.nextToken();
      require(next == JsonToken.VALUE_STRING || next == JsonToken.VALUE_NULL);
      lost.add("request.meta");
    }
  }

  private static void require(boolean isOfItsType) throws Rejected {
    require(isOfItsType, Line.Reason.OTHER_TYPE);
  }

  private static void require(boolean isSo, Line.Reason otherwise) throws Rejected {
    if (!isSo) {
      throw new Rejected(otherwise);
    }
  }
}
