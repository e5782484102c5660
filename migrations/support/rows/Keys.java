package support.rows;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of one object of an entry, in the order in which servers write them (AgentGuard v0.4.0
 * to v1.0.0), and what each of their values is for.
 */
final class Keys {
  /** What the value of a key is. */
  enum Kind {
    TEXT,
    TIMESTAMP,
    DURATION,
    PART,
    COST,
    META
  }

  /**
   * A key.
   *
   * @param place of a text among the {@link EntryFields}; else -1
   * @param part the keys of a part; else null
   */
  record Key(String name, Kind kind, int place, Keys part) {}

  /** Texts that no column holds, by the part of the line that they are in. */
  static final List<String> WITHOUT_COLUMN =
      List.of(
          "request.schema_version",
          "request.agent_id",
          "request.session_id",
          "request.approval_id",
          "result.schema_version",
          "result.approval_id",
          "result.approval_url");

  static final Keys REQUEST =
      new Keys("request.")
          .withTexts("schema_version", "scope", "action", "command", "path", "domain", "url")
          .withTexts("agent_id", "session_id")
          .with("est_cost", Kind.COST)
          .withTexts("approval_id")
          .with("meta", Kind.META);

  static final Keys RESULT =
      new Keys("result.")
          .withTexts("schema_version", "decision", "reason")
          .with(new Key("matched_rule", Kind.TEXT, EntryRow.COLUMNS.indexOf("rule"), null))
          .withTexts("approval_id", "approval_url");

  static final Keys ENTRY =
      new Keys("")
          .with("timestamp", Kind.TIMESTAMP)
          .withTexts("tenant_id", "session_id", "agent_id")
          .with(new Key("request", Kind.PART, -1, REQUEST))
          .with(new Key("result", Kind.PART, -1, RESULT))
          .with("duration_ms", Kind.DURATION)
          .withTexts("transport");

  private final String part;
  private final List<byte[]> names = new ArrayList<>();
  private final List<Key> keys = new ArrayList<>();
  private final Map<String, Key> byName = new HashMap<>();

  /**
   * @param part of the line, as {@link #WITHOUT_COLUMN} names it
   */
  private Keys(String part) {
    this.part = part;
  }

  private Keys with(Key key) {
    keys.add(key);
    names.add(key.name().getBytes(US_ASCII));
    byName.put(key.name(), key);
    return this;
  }

  private Keys with(String name, Kind kind) {
    return with(new Key(name, kind, -1, null));
  }

  /** A text that a column of its name holds, or none. */
  private Keys withTexts(String... texts) {
    for (String text : texts) {
      int withoutColumn = WITHOUT_COLUMN.indexOf(part + text);
      int place =
          withoutColumn < 0
              ? EntryRow.COLUMNS.indexOf(text)
              : EntryRow.COLUMNS.size() + withoutColumn;
      with(new Key(text, Kind.TEXT, place, null));
    }
    return this;
  }

  /** The key of a name in lower case; null for one that no release writes. */
  Key of(String name) {
    return byName.get(name);
  }

  int count() {
    return names.size();
  }

  byte[] name(int index) {
    return names.get(index);
  }

  Key key(int index) {
    return keys.get(index);
  }
}
