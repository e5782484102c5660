package support.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * A row of {@code audit_entries}, as AgentGuard's server writes it for an entry (v1.0.0): the texts
 * of {@link #COLUMNS} in UTF-8, which is what both databases are sent; {@code duration_ms} as a
 * number in decimal. None of them is missing.
 *
 * <p>Its values stand one behind the other, each with its length in front: what is digested, and
 * what PostgreSQL is sent but for the number.
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

  private static final VarHandle LENGTH =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int start;
  private final int end;

  /**
   * @param bytes which hold the row, as {@link #copyTo} puts it
   */
  public EntryRow(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** A row of texts. */
  public static EntryRow of(List<String> texts) {
    List<byte[]> values = texts.stream().map(text -> text.getBytes(UTF_8)).toList();
    int size = values.stream().mapToInt(value -> Integer.BYTES + value.length).sum();
    ByteBuffer row = ByteBuffer.allocate(size);
    values.forEach(value -> row.putInt(value.length).put(value));
    return new EntryRow(row.array(), 0, size);
  }

  /** The values of all columns in UTF-8, in arrays of their own. */
  public byte[][] values() {
    byte[][] values = new byte[COLUMNS.size()][];
    int at = start;
    for (int i = 0; i < values.length; i++) {
      int behind = behind(at);
      values[i] = Arrays.copyOfRange(bytes, at + Integer.BYTES, behind);
      at = behind;
    }
    return values;
  }

  /** How many bytes all values take, with their lengths. */
  public int size() {
    return end - start;
  }

  /** Puts all values into an array, each with its length in front. */
  public void copyTo(byte[] target, int at) {
    System.arraycopy(bytes, start, target, at, size());
  }

  /** Values as they stand, each with its length in front as four bytes. */
  public ByteBuffer encoded(int fromColumn, int toColumn) {
    int from = at(fromColumn);
    return ByteBuffer.wrap(bytes, from, at(toColumn) - from);
  }

  /** The value of a column. */
  public String text(int column) {
    int at = at(column);
    return new String(bytes, at + Integer.BYTES, lengthAt(at), UTF_8);
  }

  /** How long the value of a column is, in bytes of UTF-8. */
  public int length(int column) {
    return lengthAt(at(column));
  }

  /** The value of {@link #DURATION}. */
  public long duration() {
    return Long.parseLong(text(DURATION));
  }

  /** The length of the longest key that the row has in an index of the server, in bytes. */
  public int longestKey() {
    int tenantAndTime = length(TENANT) + length(TIMESTAMP);
    int decisionOrScope = Math.max(length(DECISION), length(SCOPE));
    return Math.max(tenantAndTime, Math.max(length(AGENT), decisionOrScope));
  }

  /** Whether a text holds U+0000. */
  boolean holdsNul() {
    for (int at = start; at < end; at = behind(at)) {
      if (holdsNul(at + Integer.BYTES, behind(at))) {
        return true;
      }
    }
    return false;
  }

  private boolean holdsNul(int from, int to) {
    for (int at = from; at < to; at++) {
      if (bytes[at] == 0) {
        return true;
      }
    }
    return false;
  }

  /** Where the length of a column's value stands, and behind it the value. */
  private int at(int column) {
    int at = start;
    for (int i = 0; i < column; i++) {
      at = behind(at);
    }
    return at;
  }

  private int behind(int at) {
    return at + Integer.BYTES + lengthAt(at);
  }

  private int lengthAt(int at) {
    return (int) LENGTH.get(bytes, at);
  }

  /** The name of the first column in which two rows differ; null where they are equal. */
  public String firstDifference(EntryRow other) {
    if (equals(other)) {
      return null;
    }
    int column = 0;
    while (encoded(column, column + 1).equals(other.encoded(column, column + 1))) {
      column++;
    }
    return COLUMNS.get(column);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EntryRow row
        && Arrays.equals(bytes, start, end, row.bytes, row.start, row.end);
  }

  @Override
  public int hashCode() {
    return ByteBuffer.wrap(bytes, start, end - start).hashCode();
  }

  /** The SHA-256 of its values, each with its length in front. */
  public byte[] digest(MessageDigest sha256) {
    sha256.update(bytes, start, end - start);
    return sha256.digest();
  }
}
