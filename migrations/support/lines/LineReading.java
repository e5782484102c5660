package support.lines;

import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/** What a JSON parser has seen of a line so far. */
final class LineReading {
  /** The line as it stands in the file. */
  interface Text {
    /**
     * The string that the parser has come to, escapes as they stand there; null if it has more than
     * {@link Timestamps#LONGEST} characters.
     */
    String shortString(JsonParser json);
  }

  /** No header has any of them. */
  private static final Set<String> KEYS_OF_ENTRY = Set.of("timestamp", "request", "result");

  private final Text text;
  private boolean meta;
  private boolean isMetaFirst;
  private boolean hasKeyOfEntry;
  private boolean hasOtherKey;
  private boolean isFirst = true;
  private boolean request;
  private boolean result;
  private boolean hasTimestamp;
  private boolean tenant;
  private boolean transportOrSchemaVersion;
  private String timestamp;
  private Long version;
  private String problem;

  LineReading(Text text) {
    this.text = text;
  }

  /** Reads the whole line, which must have one value. */
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
    isMetaFirst |= isFirst && name.equals("_meta");
    isFirst = false;
    hasKeyOfEntry |= KEYS_OF_ENTRY.contains(name);
    hasOtherKey |= !name.equals("_meta");
    switch (name) {
      case "_meta" -> meta(json, value);
      case "timestamp" -> timestamp(json, value);
      case "request" -> request = part(json, value, "scope");
      case "result" -> result = part(json, value, "decision");
      case "tenant_id" -> tenant = true;
      case "transport" -> transportOrSchemaVersion = true;
      default -> {}
    }
    json.skipChildren();
  }

  private void timestamp(JsonParser json, JsonToken value) {
    hasTimestamp = value == JsonToken.VALUE_STRING;
    timestamp = hasTimestamp ? text.shortString(json) : null;
  }

  /**
   * Reads a request or a result. Of repeated keys the last one counts, as for Go's encoding/json.
   *
   * @return whether it is an object in which this member is a string
   */
  private boolean part(JsonParser json, JsonToken value, String member) {
    boolean isThere = false;
    if (value == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        transportOrSchemaVersion |= name.equals("schema_version");
        boolean isString = json.nextToken() == JsonToken.VALUE_STRING;
        isThere = name.equals(member) ? isString : isThere;
        json.skipChildren();
      }
    }
    return isThere;
  }

  private void meta(JsonParser json, JsonToken value) {
    if (meta) {
      problem = "_meta stands there twice";
    }
    meta = true;
    if (value != JsonToken.START_OBJECT) {
      problem = "_meta is not an object";
    } else {
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean isVersion = json.currentName().equals("schema_version");
        json.nextToken();
        if (isVersion) {
          metaVersion(json);
        }
        json.skipChildren();
      }
    }
  }

  private void metaVersion(JsonParser json) {
    if (version != null) {
      problem = "schema_version stands there twice";
    } else if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      problem =
          "json: cannot unmarshal %s into Go struct field MetaRecord._meta.schema_version of type int"
              .formatted(goName(json.currentToken()));
    } else if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      problem = "schema_version is out of range";
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

  /** Whether it has all that every entry has. */
  boolean isEntry() {
    return hasTimestamp && request && result;
  }

  /** Whether {@code _meta} stands beside a key that only entries have. */
  boolean isMixed() {
    return meta && hasKeyOfEntry;
  }

  /** Whether it begins as a header does. */
  boolean isMetaFirst() {
    return isMetaFirst;
  }

  /** Who wrote the entry; null where it is none. */
  Era era() {
    return isEntry() ? Era.of(tenant, transportOrSchemaVersion) : null;
  }

  /** As it stands there, if it is short enough; else null. */
  String timestamp() {
    return timestamp;
  }

  /** What is wrong with the header; null where nothing is. */
  String problem() {
    return problem == null && version == null ? "there is no schema_version" : problem;
  }

  /** The header's; only where it has no problem. */
  long version() {
    return version;
  }

  boolean hasOtherKeys() {
    return hasOtherKey;
  }
}
