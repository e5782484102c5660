package support;

/**
 * The times of entries, as text: RFC 3339 in UTC, as every release writes them, trailing zeros of
 * the fraction trimmed.
 */
final class Timestamps {
  /** More than any that Go writes (30 characters). */
  static final int LONGEST = 64;

  private static final String SHAPE = "0000-00-00T00:00:00";

  private Timestamps() {}

  /** Whether a text looks like one; null does not. */
  static boolean isUtc(String text) {
    if (text == null || text.length() < SHAPE.length() + 1 || !text.endsWith("Z")) {
      return false;
    }
    for (int i = 0; i < SHAPE.length(); i++) {
      char shape = SHAPE.charAt(i);
      if (shape == '0' ? !isDigit(text.charAt(i)) : text.charAt(i) != shape) {
        return false;
      }
    }
    return isFraction(text, SHAPE.length(), text.length() - 1);
  }

  private static boolean isFraction(String text, int start, int end) {
    if (start == end) {
      return true;
    }
    for (int i = start + 1; i < end; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return text.charAt(start) == '.' && end > start + 1;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static String earlier(String one, String other) {
    return compare(one, other) <= 0 ? one : other;
  }

  static String later(String one, String other) {
    return compare(one, other) >= 0 ? one : other;
  }

  /** Without the Z, which would order {@code 00Z} behind {@code 00.5Z}. */
  private static int compare(String one, String other) {
    int common = Math.min(one.length(), other.length()) - 1;
    for (int i = 0; i < common; i++) {
      if (one.charAt(i) != other.charAt(i)) {
        return Character.compare(one.charAt(i), other.charAt(i));
      }
    }
    return Integer.compare(one.length(), other.length());
  }
}
