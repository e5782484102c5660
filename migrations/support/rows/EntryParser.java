package support.rows;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import support.lines.JsonScanner;

/**
 * Reads entries as servers write them, fast: from bytes, and without an object for each value. What
 * it is not sure of it leaves to {@link LineReader}, which asks Jackson: whatever makes a line a
 * reject, names with capitals or escapes, and keys that no release writes. That it makes no other
 * row of a line than Jackson does, is what EntryParserTest is for.
 */
final class EntryParser extends JsonScanner {
  /** Longer lines are rare, and this is held for each thread. */
  private static final int LONGEST = 32 << 10;

  /** So many digits always fit. */
  private static final int MOST_DIGITS = 18;

  private final EntryFields fields;

  /** Texts of the line without their escapes, one behind the other. */
  private final byte[] unescaped = new byte[LONGEST];

  private int unescapedEnd;

  /** Of the object that is being read. */
  private Keys keys;

  /** Which of them was found last: mostly, the next one stands behind it. */
  private int found;

  /** The same of the entry, while a part of it is being read. */
  private int foundInEntry;

  /**
   * @param fields where what is read goes
   */
  EntryParser(EntryFields fields) {
    super(new byte[LONGEST + 2 + PADDING]);
    this.fields = fields;
  }

  /**
   * Reads a line into the fields.
   *
   * @param end where it ends, before its newline
   * @return false where it must be read otherwise; the fields then hold nothing of use
   */
  boolean read(byte[] bytes, int start, int end) {
    int length = end - start;
    if (length > LONGEST) {
      return false;
    }
    System.arraycopy(bytes, start, buffer, 0, length);
    buffer[length] = '\n';
    nowhere = length + 1;
    unescapedEnd = 0;
    buffer[nowhere] = '\n';
    int brace = skipSpace(0);
    return buffer[brace] == '{' && skipSpace(behind('}', members(brace))) == length;
  }

  /**
   * Reads the members of the entry and of its parts, one behind the other: a method that called
   * itself would take the compiler twice as long.
   *
   * @return where the entry's closing brace must stand
   */
  private int members(int brace) {
    keys = Keys.ENTRY;
    found = -1;
    int at = brace;
    boolean goesOn = true;
    while (goesOn) {
      int name = skipSpace(at + 1);
      int nameEnd = nameEnd(name);
      int value = valueBehind(nameEnd);
      Keys.Key key = key(name + 1, nameEnd);
      boolean opens = key != null && key.part() != null && hasMembers(value);
      at = opens ? enter(key.part(), value) : leave(key == null ? nowhere : value(key, value));
      goesOn = opens || buffer[at] == ',';
    }
    return keys == Keys.ENTRY ? at : nowhere;
  }

  private boolean hasMembers(int value) {
    return buffer[value] == '{' && buffer[skipSpace(value + 1)] != '}';
  }

  private int enter(Keys part, int brace) {
    keys = part;
    foundInEntry = found;
    found = -1;
    return brace;
  }

  /** Behind a value, and behind the part of the entry that it ends. */
  private int leave(int valueEnd) {
    int at = skipSpace(valueEnd);
    if (keys == Keys.ENTRY || buffer[at] != '}') {
      return at;
    }
    keys = Keys.ENTRY;
    found = foundInEntry;
    return skipSpace(at + 1);
  }

  /** The key of a name; null where it is none, as it stands. */
  private Keys.Key key(int name, int nameEnd) {
    int count = keys.count();
    for (int i = 1; i <= count; i++) {
      int index = found + i < count ? found + i : found + i - count;
      if (is(keys.name(index), name, nameEnd)) {
        found = index;
        return keys.key(index);
      }
    }
    return null;
  }

  private int value(Keys.Key key, int value) {
    if (isNull(value)) {
      return value(value, 0);
    }
    return switch (key.kind()) {
      case TEXT -> text(key, value);
      case TIMESTAMP -> timestamp(value);
      case DURATION -> duration(value);
      case PART -> emptyPart(value);
      case COST -> cost(value);
      case META -> meta(value);
    };
  }

  private boolean isNull(int value) {
    return buffer[value] == 'n';
  }

  private int emptyPart(int value) {
    return buffer[value] == '{' ? behind('}', skipSpace(value + 1)) : nowhere;
  }

  private int text(Keys.Key key, int quote) {
    if (buffer[quote] != '"') {
      return nowhere;
    }
    int end = plain(quote + 1);
    if (buffer[end] == '"') {
      fields.text(key, buffer, quote + 1, end);
      return end + 1;
    }
    int behind = string(quote);
    if (behind != nowhere) {
      unescape(key, quote + 1, behind - 1);
    }
    return behind;
  }

  private void unescape(Keys.Key key, int start, int end) {
    int behind = GoText.unescape(buffer, start, end, unescaped, unescapedEnd);
    if (behind >= 0) {
      fields.text(key, unescaped, unescapedEnd, behind);
      unescapedEnd = behind;
    } else {
      fields.text(key, GoText.unescape(GoText.decode(buffer, start, end)));
    }
  }

  private int timestamp(int quote) {
    int end = buffer[quote] == '"' ? plain(quote + 1) : nowhere;
    boolean isTime =
        buffer[end] == '"'
            && fields.timestamp(new String(buffer, quote + 1, end - quote - 1, ISO_8859_1));
    return isTime ? end + 1 : nowhere;
  }

  private int duration(int start) {
    int end = number(start);
    boolean isShort = end != nowhere && end - start <= MOST_DIGITS;
    long millis = 0;
    for (int at = buffer[start] == '-' ? start + 1 : start; isShort && at < end; at++) {
      if (buffer[at] < '0' || buffer[at] > '9') {
        return nowhere;
      }
      millis = 10 * millis + buffer[at] - '0';
    }
    fields.duration(buffer[start] == '-' ? -millis : millis);
    return isShort ? end : nowhere;
  }

  private int cost(int start) {
    int end = number(start);
    double cost =
        end == nowhere
            ? Double.POSITIVE_INFINITY
            : Double.parseDouble(new String(buffer, start, end - start, ISO_8859_1));
    fields.cost(cost);
    return Double.isInfinite(cost) ? nowhere : end;
  }

  private int meta(int brace) {
    if (!hasMembers(brace)) {
      return emptyPart(brace);
    }
    fields.meta();
    int at = brace;
    do {
      int value = valueBehind(nameEnd(skipSpace(at + 1)));
      boolean isText = buffer[value] == '"' || isNull(value);
      at = isText ? skipSpace(value(value, 0)) : nowhere;
    } while (buffer[at] == ',');
    return behind('}', at);
  }
}
