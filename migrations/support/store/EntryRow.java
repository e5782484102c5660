package support.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.List;

/**
 * A row of {@code audit_entries}, as AgentGuard's server writes it for an entry (v1.0.0).
 *
 * @param values the texts of {@link #COLUMNS}, in their order; {@code duration_ms} as a number in
 *     decimal. No text is null, and none holds half a surrogate pair, so that UTF-8 keeps them all
 */
record EntryRow(List<String> values) {
  static final String TABLE = "audit_entries";

  /** All columns but {@code id}, in the order of the table. */
  static final List<String> COLUMNS =
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

  static final int TENANT = COLUMNS.indexOf("tenant_id");
  static final int TIMESTAMP = COLUMNS.indexOf("timestamp");
  static final int DURATION = COLUMNS.indexOf("duration_ms");

  /** The tenant of entries that name none. */
  static final String LOCAL_TENANT = "local";

  /** The name of the first column in which two rows differ; null where they are equal. */
  String firstDifference(EntryRow other) {
    for (int i = 0; i < COLUMNS.size(); i++) {
      if (!values.get(i).equals(other.values.get(i))) {
        return COLUMNS.get(i);
      }
    }
    return null;
  }

  /**
   * The digest of the row: of each value, its length in bytes and its bytes in UTF-8.
   *
   * @param sha256 used, and then as new
   */
  byte[] digest(MessageDigest sha256) {
    for (String value : values) {
      byte[] bytes = value.getBytes(UTF_8);
      Digests.updateInt(sha256, bytes.length);
      sha256.update(bytes);
    }
    return sha256.digest();
  }
}
