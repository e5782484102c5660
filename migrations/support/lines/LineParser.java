package support.lines;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads the lines of a buffer, fast. It knows the grammar of JSON, but judges nothing that it is
 * not sure of: damage, headers and rarities are left to {@link LogLine#read}, which asks Jackson.
 * That it takes no line for anything else than Jackson does, is what LogTwinsTest is for. A
 * library's parser stood here before; a cold {@code status} was then less than eight times as fast
 * as {@code jq empty}, since a third of its time went into compiling that parser.
 *
 * <p>Its methods take the index where something begins, and return the index behind it. Where
 * something else stands there, they return that of a newline behind the last line, which none of
 * them looks for: so all that are called with it give up too.
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
public final class LineParser {
  /** So many bytes of the buffer must be free behind those of the file. */
  public static final int PADDING = Long.BYTES;

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** A byte times this is eight of it. */
  private static final long EACH = 0x0101010101010101L;

  private static final byte[] TRUE = "true".getBytes(US_ASCII);
  private static final byte[] FALSE = "false".getBytes(US_ASCII);
  private static final byte[] NULL = "null".getBytes(US_ASCII);

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

  private final byte[] buffer;
  private int nowhere;
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
    this.buffer = buffer;
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
      counts.addEntry(era(), offset + start, end - start, buffer, timestamp, timestampEnd);
    } else {
      counts.addForeign(offset + start, end - start);
    }
    return end + 1;
  }

  private Era era() {
    if (tenant) {
      return Era.V06;
    }
    return transportOrSchemaVersion ? Era.V05 : Era.V04;
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

  private int array(int bracket, int levels) {
    int at = skipSpace(bracket + 1);
    if (buffer[at] == ']') {
      return at + 1;
    }
    at = bracket;
    do {
      at = skipSpace(value(skipSpace(at + 1), levels));
    } while (buffer[at] == ',');
    return behind(']', at);
  }

  /** The closing quote of a name without escapes. */
  private int nameEnd(int quote) {
    return buffer[quote] == '"' ? plain(quote + 1) : nowhere;
  }

  private int valueBehind(int nameEnd) {
    return buffer[nameEnd] == '"' ? skipSpace(behind(':', skipSpace(nameEnd + 1))) : nowhere;
  }

  private int behind(char expected, int at) {
    return buffer[at] == expected ? at + 1 : nowhere;
  }

  private int skipSpace(int start) {
    int at = start;
    while (buffer[at] <= ' ' && isSpace(buffer[at])) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }

  private boolean is(byte[] expected, int start, int end) {
    return end - start == expected.length && holds(expected, start);
  }

  /** For a few bytes, C1 makes less of {@link Arrays#equals} than of this. */
  private boolean holds(byte[] expected, int start) {
    int same = 0;
    while (same < expected.length && buffer[start + same] == expected[same]) {
      same++;
    }
    return same == expected.length;
  }

  private int value(int start, int levels) {
    return switch (buffer[start]) {
      case '"' -> string(start);
      case '{' -> levels > 0 ? object(start, levels - 1, null) : nowhere;
      case '[' -> levels > 0 ? array(start, levels - 1) : nowhere;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(start);
      case 't' -> literal(TRUE, start);
      case 'f' -> literal(FALSE, start);
      case 'n' -> literal(NULL, start);
      default -> nowhere;
    };
  }

  private int literal(byte[] expected, int start) {
    int end = start + expected.length;
    return is(expected, start, end) ? end : nowhere;
  }

  private int string(int quote) {
    int at = plain(quote + 1);
    while (buffer[at] == '\\') {
      at = plain(escape(at + 1));
    }
    return behind('"', at);
  }

  private int escape(int at) {
    return switch (buffer[at]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 1;
      case 'u' -> {
        int end = at + 5;
        int digit = at + 1;
        while (digit < end && isHexadecimal(buffer[digit])) {
          digit++;
        }
        yield digit == end ? end : nowhere;
      }
      default -> nowhere;
    };
  }

  private static boolean isHexadecimal(byte b) {
    return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F';
  }

  /** Where the next quote, backslash or control character stands. */
  private int plain(int start) {
    int at = start;
    long special = special((long) EIGHT_BYTES.get(buffer, at));
    while (special == 0) {
      at += Long.BYTES;
      special = special((long) EIGHT_BYTES.get(buffer, at));
    }
    return at + (int) ((special - 1 & EACH) * EACH >>> 56) - 1;
  }

  /**
   * Finds quotes, backslashes and control characters among eight bytes, the first in the lowest
   * bits, by the highest bit of each: from what is less than the subtrahend, subtraction borrows.
   * (With its second bit turned, a quote stands next to the control characters.) Bits above the
   * lowest that is set mean nothing, since a byte may have borrowed from the next. C1 inlines this
   * as long as it has no more than 35 bytes of code, and knows no instruction for {@link
   * Long#numberOfTrailingZeros}.
   */
  private static long special(long eight) {
    long quoteOrControl = (eight ^ 2 * EACH) - ('"' - 1) * EACH;
    return (quoteOrControl | (eight ^ '\\' * EACH) - EACH) & ~eight & 0x80 * EACH;
  }

  private int number(int start) {
    int first = buffer[start] == '-' ? start + 1 : start;
    int end = buffer[first] == '0' ? first + 1 : digits(first);
    if (buffer[end] == '.') {
      end = digits(end + 1);
    }
    if (buffer[end] == 'e' || buffer[end] == 'E') {
      boolean signed = buffer[end + 1] == '-' || buffer[end + 1] == '+';
      end = digits(signed ? end + 2 : end + 1);
    }
    return end;
  }

  private int digits(int start) {
    int at = start;
    while (buffer[at] >= '0' && buffer[at] <= '9') {
      at++;
    }
    return at > start ? at : nowhere;
  }
}
