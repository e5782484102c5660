package support.rows;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A moment as Go's {@code time} package reads it from JSON and writes it, which AgentGuard does (Go
 * 1.20 on, time.Time.UnmarshalJSON and time.RFC3339Nano): laxer than RFC 3339 in places.
 *
 * @param second of the epoch of 1970
 * @param nano of the second
 */
public record GoTime(long second, int nano) implements Comparable<GoTime> {
  /** Go's zero time, for which AgentGuard puts the moment of writing. */
  static final GoTime ZERO =
      new GoTime(LocalDateTime.of(1, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC), 0);

  private static final int NANO_DIGITS = 9;
  private static final int SECONDS_END = "2006-01-02T15:04:05".length();
  private static final int LARGEST_OFFSET_HOUR = 24;
  private static final int LARGEST_OFFSET_MINUTE = 60;

  /**
   * Reads a time.
   *
   * @param text what stands between the quotes, escapes unread, as Go sees it
   * @return nothing where Go finds an error
   */
  public static Optional<GoTime> parse(String text) {
    try {
      return Optional.of(new Parser(text).time());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  boolean isZero() {
    return equals(ZERO);
  }

  /** In UTC, with as many digits of the second's fraction as it needs. */
  public String format() {
    LocalDateTime time = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(30);
    append(text, time.getYear() < 0 ? "-" : "", Math.abs(time.getYear()), 4);
    append(text, "-", time.getMonthValue(), 2);
    append(text, "-", time.getDayOfMonth(), 2);
    append(text, "T", time.getHour(), 2);
    append(text, ":", time.getMinute(), 2);
    append(text, ":", time.getSecond(), 2);
    if (nano != 0) {
      append(text, ".", nano, NANO_DIGITS);
      while (text.charAt(text.length() - 1) == '0') {
        text.setLength(text.length() - 1);
      }
    }
    return text.append('Z').toString();
  }

  /**
   * The same.
   *
   * @param read what it was read from, which mostly says it just so
   */
  String format(String read) {
    return isFormatted(read) ? read : format();
  }

  /** Of a text that is a time: with two digits of the hour, in UTC, without zeros to leave out. */
  private static boolean isFormatted(String text) {
    int length = text.length();
    boolean isPlain = length >= SECONDS_END + 1 && text.charAt(13) == ':' && text.endsWith("Z");
    return isPlain
        && (length == SECONDS_END + 1
            || text.charAt(SECONDS_END) == '.'
                && length <= SECONDS_END + 2 + NANO_DIGITS
                && text.charAt(length - 2) != '0');
  }

  /** A number with zeros in front. (A formatter takes longer than all the rest of a line.) */
  private static void append(StringBuilder text, String before, int number, int digits) {
    String decimal = Integer.toString(number);
    text.append(before).append("0".repeat(Math.max(0, digits - decimal.length()))).append(decimal);
  }

  @Override
  public int compareTo(GoTime other) {
    int bySecond = Long.compare(second, other.second);
    return bySecond != 0 ? bySecond : Integer.compare(nano, other.nano);
  }

  /** Go's {@code time.Parse(time.RFC3339, …)}. */
  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    GoTime time() {
      int year = digits(4);
      expect('-');
      int month = digits(2);
      expect('-');
      int day = digits(2);
      expect('T');
      int hour = isDigit(at + 1) ? digits(2) : digits(1);
      expect(':');
      int minute = digits(2);
      expect(':');
      int second = digits(2);
      int nano = fraction();
      int offset = offset();
      if (at != text.length()) {
        throw wrong();
      }
      long utc =
          LocalDateTime.of(year, month, day, hour, minute, second).toEpochSecond(ZoneOffset.UTC);
      return new GoTime(utc - offset, nano);
    }

    /** Behind a full stop or a comma; what is finer than a nanosecond is cut off. */
    private int fraction() {
      boolean isThere = at < text.length() && ".,".indexOf(text.charAt(at)) >= 0 && isDigit(at + 1);
      if (!isThere) {
        return 0;
      }
      int start = ++at;
      while (isDigit(at)) {
        at++;
      }
      String digits = text.substring(start, Math.min(at, start + NANO_DIGITS));
      return Integer.parseInt(digits + "0".repeat(NANO_DIGITS - digits.length()));
    }

    private int offset() {
      char sign = next();
      if (sign == 'Z') {
        return 0;
      }
      int hour = digits(2);
      expect(':');
      int minute = digits(2);
      boolean isInRange = hour <= LARGEST_OFFSET_HOUR && minute <= LARGEST_OFFSET_MINUTE;
      if (!isInRange || sign != '+' && sign != '-') {
        throw wrong();
      }
      int seconds = (hour * 60 + minute) * 60;
      return sign == '-' ? -seconds : seconds;
    }

    private int digits(int count) {
      int number = 0;
      for (int i = 0; i < count; i++) {
        if (!isDigit(at)) {
          throw wrong();
        }
        number = number * 10 + text.charAt(at++) - '0';
      }
      return number;
    }

    private void expect(char wanted) {
      if (next() != wanted) {
        throw wrong();
      }
    }

    private char next() {
      if (at == text.length()) {
        throw wrong();
      }
      return text.charAt(at++);
    }

    private boolean isDigit(int index) {
      return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private static DateTimeException wrong() {
      return new DateTimeException("no time");
    }
  }
}
