package support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/**
 * What one line of an audit log is, told by a JSON parser that streams: memory stays constant
 * however long the line is, and no content of the line is kept.
 *
 * @param version the {@code schema_version} of a {@link Kind#HEADER}, else 0
 * @param problem what is wrong with a {@link Kind#BAD_HEADER}, in the words of AgentGuard where it
 *     has some (Go's encoding/json), else null
 */
record LogLine(Kind kind, long version, String problem) {
  /** The kinds of lines. */
  enum Kind {
    /** {@code {"_meta":{"schema_version":N,…}}} with an integer N. */
    HEADER,
    /** A line that begins as a header, and is torn or does not tell its version. */
    BAD_HEADER,
    /** An object with a timestamp, a request and a result, which every release writes. */
    ENTRY,
    /** JSON, but neither header nor entry. */
    FOREIGN,
    /** Not JSON. */
    DAMAGED
  }

  /** The longest line that AgentGuard's readers take: no name or number in it can be longer. */
  private static final int LONGEST_LINE = 4 << 20;

  /** The end of a line is not the end of the log. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(LONGEST_LINE)
                  .maxNumberLength(LONGEST_LINE)
                  .build())
          .build();

  private static final Pattern HEADER_START = Pattern.compile("\\s*\\{\\s*\"_meta\"");
  private static final int LONGEST_HEADER_START = 256;

  private static final LogLine DAMAGED = new LogLine(Kind.DAMAGED, 0, null);
  private static final LogLine TORN_HEADER =
      new LogLine(Kind.BAD_HEADER, 0, "parse meta header: unexpected end of JSON input");
  private static final LogLine INVALID_HEADER =
      new LogLine(Kind.BAD_HEADER, 0, "parse meta header: invalid JSON");

  /**
   * Reads one line to its end.
   *
   * @param line ends where the line ends
   * @throws IOException if the file cannot be read; content that is not understood is a kind
   */
  static LogLine read(InputStream line) throws IOException {
    // Decoded as Go does, bad bytes replaced. Given the bytes, the parser would guess at UTF-16 and
    // take a log that no AgentGuard can read.
    BufferedReader text = new BufferedReader(new InputStreamReader(line, UTF_8));
    boolean begunAsHeader = HEADER_START.matcher(start(text)).lookingAt();
    Reading reading = new Reading();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      reading.document(json);
      return reading.result();
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      boolean ended = e instanceof UnexpectedEndOfInputException;
      return begunAsHeader ? (ended ? TORN_HEADER : INVALID_HEADER) : DAMAGED;
    }
  }

  /** Looks at the beginning of a text without taking it away. */
  private static String start(BufferedReader text) throws IOException {
    char[] start = new char[LONGEST_HEADER_START];
    text.mark(start.length);
    int length = Math.max(0, text.read(start));
    text.reset();
    return new String(start, 0, length);
  }

  /** What has been seen of a line so far. */
  private static final class Reading {
    private boolean meta;
    private boolean timestamp;
    private boolean request;
    private boolean result;
    private Long version;
    private String problem;

    void document(JsonParser json) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          property(json);
        }
      } else {
        json.skipChildren();
      }
      if (json.nextToken() != null) {
        throw new StreamReadException(json, "more than one value");
      }
    }

    private void property(JsonParser json) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      switch (name) {
        case "_meta" -> meta(json, value);
        case "timestamp" -> timestamp = value == JsonToken.VALUE_STRING;
        case "request" -> request = value == JsonToken.START_OBJECT;
        case "result" -> result = value == JsonToken.START_OBJECT;
        default -> {}
      }
      json.skipChildren();
    }

    private void meta(JsonParser json, JsonToken value) {
      if (meta) {
        problem = "parse meta header: _meta stands there twice";
      }
      meta = true;
      if (value != JsonToken.START_OBJECT) {
        problem = "parse meta header: _meta is not an object";
      } else {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          boolean isVersion = json.currentName().equals("schema_version");
          json.nextToken();
          if (isVersion) {
            schemaVersion(json);
          }
          json.skipChildren();
        }
      }
    }

    private void schemaVersion(JsonParser json) {
      if (version != null) {
        problem = "parse meta header: schema_version stands there twice";
      } else if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        problem =
            "parse meta header: json: cannot unmarshal %s into Go struct field MetaRecord._meta.schema_version of type int"
                .formatted(goName(json.currentToken()));
      } else if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        problem = "parse meta header: schema_version is out of range";
      } else {
        version = json.getLongValue();
      }
    }

    /** What Go's encoding/json calls a value in its errors. */
    private static String goName(JsonToken value) {
      return switch (value) {
        case VALUE_STRING -> "string";
        case VALUE_TRUE, VALUE_FALSE -> "bool";
        case VALUE_NULL -> "null";
        case START_OBJECT -> "object";
        case START_ARRAY -> "array";
        default -> "number";
      };
    }

    LogLine result() {
      if (meta && problem == null && version == null) {
        problem = "parse meta header: there is no schema_version";
      }
      if (problem != null) {
        return new LogLine(Kind.BAD_HEADER, 0, problem);
      }
      if (meta) {
        return new LogLine(Kind.HEADER, version, null);
      }
      Kind kind = timestamp && request && result ? Kind.ENTRY : Kind.FOREIGN;
      return new LogLine(kind, 0, null);
    }
  }
}
