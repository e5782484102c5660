import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a run is to make of a log.
 *
 * @param arguments those of the command that does it
 * @param backup what the name of its backup adds to the log's
 * @param old the log before
 * @param isNew whether that is what the log was to become
 */
record Work(List<String> arguments, String backup, byte[] old, Predicate<byte[]> isNew) {
  private static final String HEADER =
      "\\{\"_meta\":\\{\"schema_version\":2,\"created_at\":\"[0-9TZ.:-]+\"}}";

  private static final String HEADER_2 =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-01-01T00:00:00Z\"}}\n";

  private static final String HEADER_3 =
      HEADER_2.replace(":2,", ":3,").replace("}}", ",\"era\":{\"n\": 1}}}");

  private static final String NAMED =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"agent_id\":\"legacy-a\",\"request\":{\"scope\":\"shell\"},\"result\":{\"decision\":\"ALLOW\"}}\n";

  private static final String DROPPED =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"shell\",\"command\":\"ls\"},\"result\":{\"decision\":\"ALLOW\",\"reason\":\"drop"
          + " me\"}}\n";

  /** The first migration: entries, and then the same behind a header. */
  static Work newHeader(byte[] entries) {
    return new Work(List.of(), ".v040-backup", entries, log -> isBehindNewHeader(log, entries));
  }

  private static boolean isBehindNewHeader(byte[] log, byte[] entries) {
    int header = log.length - entries.length;
    return header > 0
        && new String(log, 0, header - 1, ISO_8859_1).matches(HEADER)
        && log[header - 1] == '\n'
        && Arrays.equals(log, header, log.length, entries, 0, entries.length);
  }

  /** Its way back. */
  static Work wayBack(byte[] entries) {
    return to(entries, ".v041-backup", joined(HEADER_2, entries), "rollback");
  }

  /** Another version, and a member more. */
  static Work editedHeader(byte[] entries) {
    byte[] made = joined(HEADER_3, entries);
    byte[] old = joined(HEADER_2, entries);
    return to(made, ".second_header-backup", old, "--id", "second_header");
  }

  /** Other lines, and one that goes. */
  static Work editedLines(byte[] entries) {
    byte[] old = joined(HEADER_2 + DROPPED, entries);
    String made =
        HEADER_2
            + new String(entries, ISO_8859_1).replace("\"command\":\"ls\"", "\"command\":\"**\"");
    return to(made.getBytes(ISO_8859_1), ".mask_lines-backup", old, "--id", "mask_lines");
  }

  /** One line that is another, and another version. */
  static Work raisedLines(byte[] entries) {
    byte[] old = joined(HEADER_3 + NAMED, entries);
    String header = HEADER_3.replace(":3,", ":4,");
    byte[] made = joined(header + NAMED.replace("legacy-a", "legacy-alpha"), entries);
    return to(made, ".raising_lines-backup", old, "--id", "raising_lines");
  }

  /** One of each migration there, and the way back of the first. */
  static List<Work> ofEveryKind(byte[] entries) {
    return List.of(
        newHeader(entries),
        wayBack(entries),
        editedHeader(entries),
        editedLines(entries),
        raisedLines(entries));
  }

  private static Work to(byte[] made, String backup, byte[] old, String... arguments) {
    return new Work(List.of(arguments), backup, old, log -> Arrays.equals(log, made));
  }

  private static byte[] joined(String first, byte[] second) {
    byte[] start = first.getBytes(UTF_8);
    byte[] both = Arrays.copyOf(start, start.length + second.length);
    System.arraycopy(second, 0, both, start.length, second.length);
    return both;
  }
}
