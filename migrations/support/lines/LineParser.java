package support.lines;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Reads the lines of a buffer, fast. It knows the grammar of JSON, but judges nothing that it is
 * not sure of: damage, headers and rarities are left to {@link LogLine#read}, which asks Jackson.
 * That it takes no line for anything else than Jackson does, is what LogTwinsTest is for. A
 * library's parser stood here before; a cold {@code status} was then less than eight times as fast
 * as {@code jq empty}, since a third of its time went into compiling that parser.
 *
 * <p>Tried on 1 GiB of real entries in the page cache, two processors, a whole cold process, the
 * least of several runs:
 *
 * <pre>
 *                                                      wall    CPU
 *   Jackson's parser of bytes, handed line by line     1.64 s  3.06 s
 *   this, timestamps as strings                        1.29 s  2.33 s
 *   this, timestamps as bytes                          1.16 s  2.11 s
 *   this, one method for all objects but the outermost 1.06 s  1.94 s
 *   this, the search for quotes in fewer instructions  0.82 s  1.46 s
 *   with timestamps as bytes, a ByteBuffer for a VarHandle   1.53 s  2.89 s
 * </pre>
 */
public final class LineParser extends JsonScanner {
  private static final byte[] META = "_meta".getBytes(US_ASCII);
  private static final byte[] TIMESTAMP = "timestamp".getBytes(US_ASCII);
  private static final byte[] REQUEST = "request".getBytes(US_ASCII);
  private static final byte[] RESULT = "result".getBytes(US_ASCII);
  private static final byte[] TENANT = "tenant_id".getBytes(US_ASCII);
  private static final byte[] TRANSPORT = "transport".getBytes(US_ASCII);
  private static final byte[] SCOPE = "scope".getBytes(US_ASCII);
  private static final byte[] DECISION = "decision".getBytes(US_ASCII);
  private static final byte[] SCHEMA_VERSION = "schema_version".getBytes(US_ASCII);

  /** An entry has three objects within each other; Jackson goes much deeper. */
  private static final int MOST_LEVELS = 8;

  private int start;
  private int end;
  private int timestamp;
  private int timestampEnd;
  private boolean request;
  private boolean result;
  private boolean required;
  private boolean tenant;
  private boolean transportOrSchemaVersion;

  /**
   * @param buffer where the lines stand, with {@link #PADDING} bytes behind the last
   */
  public LineParser(byte[] buffer) {
    super(buffer);
  }

  /**
   * Reads a line of the buffer, if it is sound JSON, no header, and ends in a newline.
   *
   * @param limit where the bytes of the file end in the buffer; what stands there is overwritten
   * @return false where {@link LogLine#read} must tell what the line is
   */
  public boolean read(int start, int limit) {
    this.start = start;
    nowhere = limit;
    buffer[nowhere] = '\n';
    timestampEnd = 0;
    request = false;
    result = false;
    tenant = false;
    transportOrSchemaVersion = false;
    end = skipSpace(value(start, MOST_LEVELS + 1));
    return end < nowhere && buffer[end] == '\n';
  }

  /**
   * Counts the line that was read last.
   *
   * @param offset where in the file the buffer begins
   * @return the index behind its newline
   */
  public int addTo(LineCounts.Builder counts, long offset) {
    if (timestampEnd > 0 && request && result) {
      counts.addEntry(
          Era.of(tenant, transportOrSchemaVersion),
          offset + start,
          end - start,
          buffer,
          timestamp,
          timestampEnd);
    } else {
      counts.addForeign(offset + start, end - start);
    }
    return end + 1;
  }

  @Override
  protected int object(int brace, int levels) {
    return object(brace, levels, null);
  }

  /**
   * @param levels how many more may stand within each other; {@link #MOST_LEVELS} for the whole
   *     line
   * @param member the one that it must have, a string; null unless it is a request or a result
   */
  private int object(int brace, int levels, byte[] member) {
    int at = skipSpace(brace + 1);
    if (buffer[at] == '}') {
      return at + 1;
    }
    at = brace;
    do {
      int quote = skipSpace(at + 1);
      int nameEnd = nameEnd(quote);
      int value = valueBehind(nameEnd);
      if (member != null) {
        memberOfPart(member, quote + 1, nameEnd, value);
      }
      boolean isWholeLine = levels == MOST_LEVELS;
      at = isWholeLine ? property(quote + 1, nameEnd, value) : value(value, levels);
      at = skipSpace(at);
    } while (buffer[at] == ',');
    return behind('}', at);
  }

  /** A property of the whole line. */
  private int property(int name, int nameEnd, int value) {
    int levels = MOST_LEVELS - 1;
    if (is(TIMESTAMP, name, nameEnd)) {
      int valueEnd = value(value, levels);
      timestamp = value + 1;
      timestampEnd = buffer[value] == '"' ? valueEnd - 1 : 0;
      return valueEnd;
    }
    if (is(REQUEST, name, nameEnd)) {
      int valueEnd = part(value, levels, SCOPE);
      request = required;
      return valueEnd;
    }
    if (is(RESULT, name, nameEnd)) {
      int valueEnd = part(value, levels, DECISION);
      result = required;
      return valueEnd;
    }
    if (is(TENANT, name, nameEnd)) {
      tenant = true;
    } else if (is(TRANSPORT, name, nameEnd)) {
      transportOrSchemaVersion = true;
    } else if (is(META, name, nameEnd)) {
      return nowhere;
    }
    return value(value, levels);
  }

  /** A request or a result. */
  private int part(int start, int levels, byte[] member) {
    required = false;
    return buffer[start] == '{' ? object(start, levels, member) : value(start, levels);
  }

  private void memberOfPart(byte[] member, int name, int nameEnd, int value) {
    if (is(member, name, nameEnd)) {
      required = buffer[value] == '"';
    } else if (is(SCHEMA_VERSION, name, nameEnd)) {
      transportOrSchemaVersion = true;
    }
  }
}
