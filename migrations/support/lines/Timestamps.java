package support.lines;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * The earliest and the latest of the times of entries. They are text: RFC 3339 in UTC, as every
 * release writes them, trailing zeros of the fraction trimmed.
 */
final class Timestamps {
  /** More than any that Go writes (30 characters). */
  static final int LONGEST = 64;

  private static final byte[] SHAPE = "0000-00-00T00:00:00".getBytes(ISO_8859_1);

  private final byte[] earliest = new byte[LONGEST];
  private final byte[] latest = new byte[LONGEST];
  private int earliestLength;
  private int latestLength;

  /** Adds a text, unless it does not look like a time. */
  void add(byte[] text, int start, int end) {
    if (!isUtc(text, start, end)) {
      return;
    }
    if (latestLength == 0 || compare(text, start, end, latest, latestLength) > 0) {
      latestLength = end - start;
      System.arraycopy(text, start, latest, 0, latestLength);
    }
    if (earliestLength == 0 || compare(text, start, end, earliest, earliestLength) < 0) {
      earliestLength = end - start;
      System.arraycopy(text, start, earliest, 0, earliestLength);
    }
  }

  /** Adds a text, unless it is null, or does not look like a time. */
  void add(String text) {
    if (text != null) {
      byte[] bytes = text.getBytes(ISO_8859_1);
      add(bytes, 0, bytes.length);
    }
  }

  /** Null where there is none. */
  String earliest() {
    return earliestLength == 0 ? null : new String(earliest, 0, earliestLength, ISO_8859_1);
  }

  /** Null where there is none. */
  String latest() {
    return latestLength == 0 ? null : new String(latest, 0, latestLength, ISO_8859_1);
  }

  private static boolean isUtc(byte[] text, int start, int end) {
    int fraction = start + SHAPE.length;
    if (end <= fraction || end > start + LONGEST || text[end - 1] != 'Z') {
      return false;
    }
    for (int i = 0; i < SHAPE.length; i++) {
      if (SHAPE[i] == '0' ? !isDigit(text[start + i]) : text[start + i] != SHAPE[i]) {
        return false;
      }
    }
    return isFraction(text, fraction, end - 1);
  }

  private static boolean isFraction(byte[] text, int start, int end) {
    if (start == end) {
      return true;
    }
    for (int i = start + 1; i < end; i++) {
      if (!isDigit(text[i])) {
        return false;
      }
    }
    return text[start] == '.' && end > start + 1;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** Without the Z, which would order {@code 00Z} behind {@code 00.5Z}. */
  private static int compare(byte[] text, int start, int end, byte[] other, int otherLength) {
    return Arrays.compare(text, start, end - 1, other, 0, otherLength - 1);
  }
}
