package support.rows;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
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

  /** That a value makes the whole line an error. */
  private static final class Rejected extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Line.Reason reason;

    Rejected(Line.Reason reason) {
      super(null, null, false, false);
      this.reason = reason;
    }
  }

  private final EntryFields fields;
  private final EntryParser fast;
  private String text;
  private int keys;
  private boolean ended;

  /**
   * @param tenant the tenant of a line that names none
   */
  public LineReader(String tenant) {
    fields = new EntryFields(tenant);
    fast = new EntryParser(fields);
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
    fields.clear();
    return fast.read(bytes, start, last) ? fields.line() : readByJackson(bytes, start, last);
  }

  /** The same, whatever the line is. */
  Line readByJackson(byte[] bytes, int start, int end) {
    text = GoText.decode(bytes, start, end);
    Line line = beginsAsHeader(bytes, start, end) ? header() : entry();
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
    keys = 0;
    ended = false;
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
    fields.clear();
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
    return fields.line();
  }

  private void entryField(JsonParser json) throws Rejected {
    Keys.Key key = Keys.ENTRY.of(GoText.foldedKey(json.currentName()));
    value(key, json, json.nextToken());
  }

  /**
   * @param key null for one that no release writes
   */
  private void value(Keys.Key key, JsonParser json, JsonToken value) throws Rejected {
    if (key == null) {
      fields.unknown();
      json.skipChildren();
    } else if (value != JsonToken.VALUE_NULL) {
      switch (key.kind()) {
        case TEXT -> text(key, json, value);
        case TIMESTAMP -> timestamp(json, value);
        case DURATION -> duration(json, value);
        case PART -> part(key.part(), json, value);
        case COST -> cost(json, value);
        case META -> meta(json, value);
      }
    }
  }

  private void part(Keys keys, JsonParser json, JsonToken value) throws Rejected {
    require(value == JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      Keys.Key key = keys.of(GoText.foldedKey(json.currentName()));
      value(key, json, json.nextToken());
    }
  }

  private void text(Keys.Key key, JsonParser json, JsonToken value) throws Rejected {
    require(value == JsonToken.VALUE_STRING);
    fields.text(key, GoText.wholeCharacters(json.getString()));
  }

  private void timestamp(JsonParser json, JsonToken value) throws Rejected {
    require(value == JsonToken.VALUE_STRING, Line.Reason.WRONG_TIME);
    require(fields.timestamp(asItStands(json)), Line.Reason.WRONG_TIME);
  }

  /** What stands between the quotes; no time has an escape, and so none where there is one. */
  private String asItStands(JsonParser json) {
    int start = (int) json.currentTokenLocation().getCharOffset() + 1;
    String value = json.getString();
    return text.startsWith(value + '"', start) ? value : "";
  }

  private void duration(JsonParser json, JsonToken value) throws Rejected {
    require(value == JsonToken.VALUE_NUMBER_INT);
    try {
      fields.duration(Long.parseLong(json.getString()));
    } catch (NumberFormatException e) {
      throw new Rejected(Line.Reason.OTHER_TYPE);
    }
  }

  private void cost(JsonParser json, JsonToken value) throws Rejected {
    require(value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_NUMBER_FLOAT);
    double cost = Double.parseDouble(json.getString());
    require(!Double.isInfinite(cost));
    fields.cost(cost);
  }

  private void meta(JsonParser json, JsonToken value) throws Rejected {
    require(value == JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      JsonToken next = json.nextToken();
      require(next == JsonToken.VALUE_STRING || next == JsonToken.VALUE_NULL);
      fields.meta();
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
