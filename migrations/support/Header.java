package support;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;

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
}
