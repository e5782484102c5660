package support.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * A row of {@code audit_entries}, as AgentGuard's server writes it for an entry (v1.0.0).
 *
 * @param values the texts of {@link #COLUMNS}, in their order; {@code duration_ms} as a number in
 *     decimal. No text is null, and none holds half a surrogate pair, so that UTF-8 keeps them all
 */
public record EntryRow(List<String> values) {
  public static final String TABLE = "audit_entries";

  /** All columns but {@code id}, in the order of the table. */
  public static final List<String> COLUMNS =
      List.of(
          "tenant_id",
          "timestamp",
          "session_id",
          "agent_id",
          "scope",
          "action",
          "command",
          "path",
          "domain",
          "url",
          "decision",
          "reason",
          "rule",
          "duration_ms",
          "transport");

  public static final int TENANT = COLUMNS.indexOf("tenant_id");
  public static final int TIMESTAMP = COLUMNS.indexOf("timestamp");
  public static final int DURATION = COLUMNS.indexOf("duration_ms");

  /** The tenant of entries that name none. */
  public static final String LOCAL_TENANT = "local";

  /** The name of the first column in which two rows differ; null where they are equal. */
  public String firstDifference(EntryRow other) {
    for (int i = 0; i < COLUMNS.size(); i++) {
      if (!values.get(i).equals(other.values.get(i))) {
        return COLUMNS.get(i);
      }
    }
    return null;
  }

  /** Digests rows, one after the other: of each value, its length in bytes and its UTF-8. */
  public static final class Digester {
    private static final int USUAL = 4 << 10;

    private final MessageDigest sha256 = Digests.sha256();
    private byte[] buffer = new byte[USUAL];
    private int length;

    public byte[] digest(EntryRow row) {
      length = 0;
      for (String value : row.values) {
        add(value);
      }
      sha256.update(buffer, 0, length);
      return sha256.digest();
    }

    /** Nearly all is ASCII, which needs no encoder and nothing to throw away. */
    private void add(String value) {
      int start = length + Integer.BYTES;
      require(start + value.length());
      int at = 0;
      for (; at < value.length() && value.charAt(at) < 0x80; at++) {
        buffer[start + at] = (byte) value.charAt(at);
      }
      length = start + at;
      if (at < value.length()) {
        byte[] bytes = value.getBytes(UTF_8);
        require(start + bytes.length);
        System.arraycopy(bytes, 0, buffer, start, bytes.length);
        length = start + bytes.length;
      }
      int size = length - start;
      for (int i = 1; i <= Integer.BYTES; i++) {
        buffer[start - i] = (byte) size; // the highest first
        size >>>= Byte.SIZE;
      }
    }

    private void require(int size) {
      if (size > buffer.length) {
        buffer = Arrays.copyOf(buffer, Math.max(size, 2 * buffer.length));
      }
    }
  }
}
