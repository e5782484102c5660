package support.log;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import support.lines.LogLine;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/** The first line of an audit log from schema version 2 on (AgentGuard v0.5.0, pkg/audit). */
public final class Header {
  /**
   * RFC 3339 as Go's {@code time.RFC3339Nano} prints it: trailing zeros of the fraction trimmed.
   */
  private static final DateTimeFormatter RFC3339_NANO =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral('Z')
          .toFormatter()
          .withZone(ZoneOffset.UTC);

  /** What AgentGuard's code takes for a header (all releases, pkg/audit). */
  private static final byte[] START = "{\"_meta\"".getBytes(US_ASCII);

  private static final String ROTATED_FROM = "rotated_from";

  /** Denotes the name of an archive that is none, and must not be followed or shown. */
  public static final String NO_NAME = "(no file name)";

  /** A name that leads nowhere else, and shows as it is. */
  private static final Pattern FILE_NAME = Pattern.compile("(?!\\.\\.?$)[^/\\p{Cntrl}]{1,255}");

  /** Far more than a header with all that a later release may add. */
  private static final int LONGEST = 1 << 20;

  private Header() {}

  /**
   * The header line of a log that succeeds no archive, to the letter what AgentGuard's own
   * migration writes, the newline included.
   *
   * @param createdAt the log's identity in the replay checkpoint of servers from v1.1.0 on
   */
  public static byte[] line(int schemaVersion, Instant createdAt) {
    String line =
        "{\"_meta\":{\"schema_version\":%d,\"created_at\":\"%s\"}}\n"
            .formatted(schemaVersion, RFC3339_NANO.format(createdAt));
    return line.getBytes(US_ASCII);
  }

  /** Whether AgentGuard sees a header in what a log begins with: its code compares eight bytes. */
  static boolean isSeenIn(byte[] beginning) {
    return beginning.length >= START.length
        && Arrays.equals(beginning, 0, START.length, START, 0, START.length);
  }

  /** The same of the content of a log, from its first byte on. */
  static boolean isSeenIn(InputStream content) throws IOException {
    return isSeenIn(content.readNBytes(START.length));
  }

  /**
   * What a header says.
   *
   * @param atFirstByte whether AgentGuard sees it
   * @param createdAt when the log was created, or null where that is no time
   * @param rotatedFrom the base name of the archive that the log succeeds, {@link #NO_NAME} where
   *     what stands there is no such name; null where it succeeds none
   */
  public record Fields(
      long schemaVersion, boolean atFirstByte, String createdAt, String rotatedFrom) {}

  /**
   * Reads a header line.
   *
   * @param line ends where the line ends
   */
  public static Fields fields(InputStream line, boolean atFirstByte) throws IOException {
    Map<String, String> meta = meta(line);
    String created = meta.getOrDefault("created_at", "");
    return new Fields(
        Long.parseLong(meta.getOrDefault("schema_version", "0")),
        atFirstByte,
        instant(created).isPresent() ? created : null,
        archiveName(meta));
  }

  private static String archiveName(Map<String, String> meta) {
    if (!meta.containsKey(ROTATED_FROM)) {
      return null;
    }
    String name = meta.get(ROTATED_FROM);
    return FILE_NAME.matcher(name).matches() ? name : NO_NAME;
  }

  /** The time that a text denotes, in RFC 3339. */
  public static Optional<Instant> instant(String text) {
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * The fields of a header, as texts; none where the line is no header. Read as a stream: binding
   * takes longer to load than a small log to read.
   */
  private static Map<String, String> meta(InputStream line) throws IOException {
    Map<String, String> fields = new HashMap<>();
    String text = new String(line.readNBytes(LONGEST), UTF_8);
    try (JsonParser json = LogLine.JSON.createParser(ObjectReadContext.empty(), text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean isMeta = json.currentName().equals("_meta");
        if (json.nextToken() == JsonToken.START_OBJECT && isMeta) {
          addFields(json, fields);
        }
        json.skipChildren();
      }
      return fields;
    } catch (JacksonException e) {
      return Map.of();
    }
  }

  private static void addFields(JsonParser json, Map<String, String> fields) {
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      fields.put(name, json.getValueAsString(""));
      json.skipChildren();
    }
  }
}
