package support.rows;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Text as Go reads it: what is no UTF-8, and half a surrogate pair, become U+FFFD. */
final class GoText {
  private static final char REPLACEMENT = '\uFFFD';

  private static final int LAST_OF_ASCII = 0x7F;

  /** Of an escape with a character's number. */
  private static final int HEX_DIGITS = 4;

  private GoText() {}

  /** Decodes UTF-8; each byte that is part of no character becomes one U+FFFD. */
  static String decode(byte[] bytes, int start, int end) {
    String text = new String(bytes, start, end - start, UTF_8);
    // Java replaces several bytes at once in places; without a replacement, both agree.
    return text.indexOf(REPLACEMENT) < 0 ? text : decodeByteByByte(bytes, start, end);
  }

  static boolean isAscii(byte[] bytes, int start, int end) {
    int all = 0;
    for (int at = start; at < end; at++) {
      all |= bytes[at];
    }
    return all >= 0;
  }

  private static String decodeByteByByte(byte[] bytes, int start, int end) {
    StringBuilder text = new StringBuilder(end - start);
    int at = start;
    while (at < end) {
      int length = lengthOfCharacter(bytes, at, end);
      if (length == 0) {
        text.append(REPLACEMENT);
        at++;
      } else {
        text.append(new String(bytes, at, length, UTF_8));
        at += length;
      }
    }
    return text.toString();
  }

  /** How many bytes the character takes that begins here; 0 where none does. */
  private static int lengthOfCharacter(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xFF;
    if (first < 0x80) {
      return 1;
    }
    int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || at + length > end) {
      return 0;
    }
    int second = bytes[at + 1] & 0xFF;
    int lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    int highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (second < lowest || second > highest) {
      return 0;
    }
    for (int i = 2; i < length; i++) {
      if ((bytes[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  /**
   * What stands between the quotes of a JSON string, its escapes read.
   *
   * @param text in which each backslash begins an escape that JSON knows
   */
  static String unescape(String text) {
    StringBuilder read = new StringBuilder(text.length());
    int at = 0;
    for (int escape = text.indexOf('\\'); escape >= 0; escape = text.indexOf('\\', at)) {
      read.append(text, at, escape);
      char kind = text.charAt(escape + 1);
      at = escape + 2;
      if (kind == 'u') {
        read.append((char) Integer.parseInt(text, at, at + HEX_DIGITS, 16));
        at += HEX_DIGITS;
      } else {
        read.append(escaped(kind));
      }
    }
    return wholeCharacters(read.append(text, at, text.length()).toString());
  }

  /**
   * The same in bytes, for what is ASCII with its escapes read, too: as good as all texts.
   *
   * @param to where in the target it is put, which takes no more bytes than it had with escapes
   * @return behind its last byte there; negative where it is something else
   */
  static int unescape(byte[] bytes, int start, int end, byte[] target, int to) {
    int put = to;
    int all = 0;
    int at = start;
    while (at < end) {
      int c = bytes[at++];
      if (c == '\\') {
        char kind = (char) bytes[at++];
        c = kind == 'u' ? Integer.parseInt(ascii(bytes, at, HEX_DIGITS), 16) : escaped(kind);
        at += kind == 'u' ? HEX_DIGITS : 0;
      }
      all |= c;
      target[put++] = (byte) c;
    }
    return all >= 0 && all <= LAST_OF_ASCII ? put : -1;
  }

  private static String ascii(byte[] bytes, int start, int length) {
    return new String(bytes, start, length, US_ASCII);
  }

  private static char escaped(char kind) {
    return switch (kind) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> kind;
    };
  }

  /** The same text with U+FFFD for each half of a surrogate pair that stands alone. */
  static String wholeCharacters(String text) {
    StringBuilder whole = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean isPair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (isPair) {
        i++;
      } else {
        whole = whole == null ? new StringBuilder(text) : whole;
        whole.setCharAt(i, REPLACEMENT);
      }
    }
    return whole == null ? text : whole.toString();
  }

  /** A key as Go compares it: Unicode's simple folding, as far as it leads to ASCII letters. */
  static String foldedKey(String key) {
    StringBuilder folded = null;
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      char fold = folded(c);
      if (fold != c) {
        folded = folded == null ? new StringBuilder(key) : folded;
        folded.setCharAt(i, fold);
      }
    }
    return folded == null ? key : folded.toString();
  }

  private static char folded(char c) {
    return switch (c) {
      case '\u017F' -> 's'; // the long s
      case '\u212A' -> 'k'; // the sign of the Kelvin
      default -> c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
    };
  }
}
