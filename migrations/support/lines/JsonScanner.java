package support.lines;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The grammar of JSON, for those who read lines fast and leave to Jackson what they are not sure
 * of.
 *
 * <p>Its methods take the index where something begins, and return the index behind it. Where
 * something else stands there, they return that of a newline behind the line, which none of them
 * looks for: so all that are called with it give up too.
 */
public abstract class JsonScanner {
  /** So many bytes of the buffer must be free behind those of the file. */
  public static final int PADDING = Long.BYTES;

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** A byte times this is eight of it. */
  private static final long EACH = 0x0101010101010101L;

  private static final byte[] TRUE = "true".getBytes(US_ASCII);
  private static final byte[] FALSE = "false".getBytes(US_ASCII);
  private static final byte[] NULL = "null".getBytes(US_ASCII);

  /** Where the line stands. */
  protected final byte[] buffer;

  /** The index of a newline behind the line and its own. */
  protected int nowhere;

  /**
   * @param buffer where lines stand, with {@link #PADDING} bytes behind the last
   */
  protected JsonScanner(byte[] buffer) {
    this.buffer = buffer;
  }

  /**
   * An object, for those who look into one: without more, there is none.
   *
   * @param levels how many more may stand within each other
   */
  protected int object(int brace, int levels) {
    return nowhere;
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
  protected final int nameEnd(int quote) {
    return buffer[quote] == '"' ? plain(quote + 1) : nowhere;
  }

  /** Where the value begins that belongs to a name. */
  protected final int valueBehind(int nameEnd) {
    return buffer[nameEnd] == '"' ? skipSpace(behind(':', skipSpace(nameEnd + 1))) : nowhere;
  }

  /** Behind a character that must stand here. */
  protected final int behind(char expected, int at) {
    return buffer[at] == expected ? at + 1 : nowhere;
  }

  /** Behind what may stand between values. */
  protected final int skipSpace(int start) {
    int at = start;
    while (buffer[at] <= ' ' && isSpace(buffer[at])) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }

  /** Whether these bytes, and no others, stand between two indexes. */
  protected final boolean is(byte[] expected, int start, int end) {
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

  /**
   * Any value.
   *
   * @param levels how many objects and arrays may stand within each other
   */
  protected final int value(int start, int levels) {
    return switch (buffer[start]) {
      case '"' -> string(start);
      case '{' -> levels > 0 ? object(start, levels - 1) : nowhere;
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

  /** A string, with or without escapes. */
  protected final int string(int quote) {
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
  protected final int plain(int start) {
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

  /** A number, as JSON writes it. */
  protected final int number(int start) {
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
