package support;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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

  /** Stands for the name of an archive that is none, and must not be followed or shown. */
  static final String NO_NAME = "(no file name)";

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
  static Fields fields(InputStream line, boolean atFirstByte) throws IOException {
    JsonNode meta = meta(line);
    String created = meta.path("created_at").asString("");
    return new Fields(
        meta.path("schema_version").asLong(0),
        atFirstByte,
        instant(created).isPresent() ? created : null,
        archiveName(meta.path("rotated_from")));
  }

  private static String archiveName(JsonNode named) {
    if (named.isMissingNode()) {
      return null;
    }
    return FILE_NAME.matcher(named.asString("")).matches() ? named.asString() : NO_NAME;
  }

  /** The time that a text stands for, in RFC 3339. */
  static Optional<Instant> instant(String text) {
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether a header line says when the log was created, as every release writes it.
   *
   * @param line ends where the line ends
   */
  static boolean isWellFormed(InputStream line) throws IOException {
    return fields(line, true).createdAt() != null;
  }

  /**
   * Whether a header line names an archive that the log succeeds: then what was migrated is there,
   * or further back.
   *
   * @param line ends where the line ends
   */
  static boolean succeedsAnArchive(InputStream line) throws IOException {
    return meta(line).has("rotated_from");
  }

  /** Nothing where the line is no header. */
  private static JsonNode meta(InputStream line) throws IOException {
    try {
      return JsonMapper.shared().readTree(line.readNBytes(LONGEST)).path("_meta");
    } catch (JacksonException e) {
      return JsonMapper.shared().createObjectNode();
    }
  }
}
