package support.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * A row of {@code audit_entries}, as AgentGuard's server writes it for an entry (v1.0.0): the texts
 * of {@link #COLUMNS} in UTF-8, which is what both databases are sent; {@code duration_ms} as a
 * number in decimal. None of them is missing.
 */
public final class EntryRow {
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

  private static final int AGENT = COLUMNS.indexOf("agent_id");
  private static final int DECISION = COLUMNS.indexOf("decision");
  private static final int SCOPE = COLUMNS.indexOf("scope");

  private final byte[][] values;

  /**
   * @param values of all columns; neither they nor their bytes are ever changed
   */
  EntryRow(byte[][] values) {
    this.values = values;
  }

  /** A row of texts. */
  public static EntryRow of(List<String> values) {
    return new EntryRow(values.stream().map(value -> value.getBytes(UTF_8)).toArray(byte[][]::new));
  }

  /** The value of a column in UTF-8; not to be changed. */
  public byte[] bytes(int column) {
    return values[column];
  }

  /** The value of a column. */
  public String text(int column) {
    return new String(values[column], UTF_8);
  }

  /** The value of {@link #DURATION}. */
  public long duration() {
    byte[] digits = values[DURATION];
    boolean isNegative = digits[0] == '-';
    long negated = 0; // which the lowest of all numbers can be
    for (int i = isNegative ? 1 : 0; i < digits.length; i++) {
      negated = 10 * negated - (digits[i] - '0');
    }
    return isNegative ? negated : -negated;
  }

  /** The length of the longest key that the row has in an index of the server, in bytes. */
  public int longestKey() {
    int tenantAndTime = values[TENANT].length + values[TIMESTAMP].length;
    int decisionOrScope = Math.max(values[DECISION].length, values[SCOPE].length);
    return Math.max(tenantAndTime, Math.max(values[AGENT].length, decisionOrScope));
  }

  /** Whether a text holds U+0000. */
  boolean holdsNul() {
    return Arrays.stream(values).anyMatch(EntryRow::holdsNul);
  }

  private static boolean holdsNul(byte[] value) {
    for (byte b : value) {
      if (b == 0) {
        return true;
      }
    }
    return false;
  }

  /** The name of the first column in which two rows differ; null where they are equal. */
  public String firstDifference(EntryRow other) {
    for (int i = 0; i < COLUMNS.size(); i++) {
      if (!Arrays.equals(values[i], other.values[i])) {
        return COLUMNS.get(i);
      }
    }
    return null;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EntryRow row && firstDifference(row) == null;
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(values);
  }

  /** Digests rows, one after the other: of each value, its length in bytes and its UTF-8. */
  public static final class Digester {
    private static final int USUAL = 4 << 10;

    private final MessageDigest sha256 = Digests.sha256();
    private ByteBuffer buffer = ByteBuffer.allocate(USUAL);

    public byte[] digest(EntryRow row) {
      buffer.clear();
      for (byte[] value : row.values) {
        require(Integer.BYTES + value.length);
        buffer.putInt(value.length).put(value);
      }
      sha256.update(buffer.flip());
      return sha256.digest();
    }

    private void require(int more) {
      if (more > buffer.remaining()) {
        int size = Math.max(buffer.position() + more, 2 * buffer.capacity());
        buffer = ByteBuffer.allocate(size).put(buffer.flip());
      }
    }
  }
}
