package support.rows;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What was read of a line, and the row that it makes. Holds one line after the other, and texts
 * where they stand: they are copied once, into the row.
 */
final class EntryFields {
  private static final int AGENT = EntryRow.COLUMNS.indexOf("agent_id");
  private static final int SESSION = EntryRow.COLUMNS.indexOf("session_id");
  private static final int TRANSPORT = EntryRow.COLUMNS.indexOf("transport");

  private static final int COLUMNS = EntryRow.COLUMNS.size();

  private static final byte[] EMPTY = {};
  private static final byte[] ZERO = {'0'};

  /** What a request came by that does not say it. */
  private static final byte[] SDK = "sdk".getBytes(US_ASCII);

  /** Behind the texts that no column holds. */
  private static final List<String> OTHERS_LOST =
      List.of("request.est_cost", "request.meta", "unknown keys");

  private static final int COST = Keys.WITHOUT_COLUMN.size();
  private static final int META = COST + 1;
  private static final int UNKNOWN = COST + 2;

  private final byte[] tenant;
  private final Text[] texts = new Text[COLUMNS + Keys.WITHOUT_COLUMN.size()];
  private final Map<Integer, Set<String>> namesOfLost = new HashMap<>();

  /** A bit for each name of what no column holds. */
  private int lost;

  private GoTime time;
  private String timeAsRead;

  /** A text in UTF-8, where it stands. */
  private static final class Text {
    private byte[] bytes;
    private int start;
    private int end;

    void set(byte[] all) {
      set(all, 0, all.length);
    }

    void set(byte[] bytes, int start, int end) {
      this.bytes = bytes;
      this.start = start;
      this.end = end;
    }

    int length() {
      return end - start;
    }

    boolean equals(Text other) {
      return Arrays.equals(bytes, start, end, other.bytes, other.start, other.end);
    }
  }

  /**
   * @param tenant the tenant of a line that names none
   */
  EntryFields(String tenant) {
    this.tenant = tenant.getBytes(UTF_8);
    Arrays.setAll(texts, place -> new Text());
  }

  /** Forgets the line before. */
  void clear() {
    time = GoTime.ZERO;
    timeAsRead = "";
    lost = 0;
    for (Text text : texts) {
      text.set(EMPTY);
    }
    texts[EntryRow.DURATION].set(ZERO);
  }

  /**
   * Takes the text of a key, instead of an earlier one.
   *
   * @param text without half surrogate pairs
   */
  void text(Keys.Key key, String text) {
    texts[key.place()].set(text.getBytes(UTF_8));
  }

  /** The same with bytes without escapes, which stay as they are until the line is made. */
  void text(Keys.Key key, byte[] bytes, int start, int end) {
    if (GoText.isAscii(bytes, start, end)) {
      texts[key.place()].set(bytes, start, end);
    } else {
      text(key, GoText.decode(bytes, start, end));
    }
  }

  /**
   * Takes the entry's time.
   *
   * @param text what stands between the quotes
   * @return false where it is no time
   */
  boolean timestamp(String text) {
    Optional<GoTime> read = GoTime.parse(text);
    time = read.orElse(GoTime.ZERO);
    timeAsRead = text;
    return read.isPresent();
  }

  void duration(long millis) {
    texts[EntryRow.DURATION].set(millis == 0 ? ZERO : Long.toString(millis).getBytes(US_ASCII));
  }

  void cost(double cost) {
    lost |= cost == 0 ? 0 : 1 << COST;
  }

  /** Takes a member of the request's {@code meta}. */
  void meta() {
    lost |= 1 << META;
  }

  /** Takes a key that no release writes. */
  void unknown() {
    lost |= 1 << UNKNOWN;
  }

  /** The row of the line; a reject where it has no time. */
  Line line() {
    if (time.isZero()) {
      return new Line.Reject(Line.Reason.NO_TIME);
    }
    boolean namesTenant = setWhereEmpty(EntryRow.TENANT, tenant);
    setWhereEmpty(TRANSPORT, SDK);
    texts[EntryRow.TIMESTAMP].set(time.format(timeAsRead).getBytes(US_ASCII));
    for (int i = 0; i < Keys.WITHOUT_COLUMN.size(); i++) {
      lost |= isLost(i) ? 1 << i : 0;
    }
    return new Line.Entry(row(), time, namesTenant, lost());
  }

  /** Returns whether there was something. */
  private boolean setWhereEmpty(int place, byte[] text) {
    if (texts[place].length() > 0) {
      return true;
    }
    texts[place].set(text);
    return false;
  }

  private EntryRow row() {
    int size = 0;
    for (int i = 0; i < COLUMNS; i++) {
      size += Integer.BYTES + texts[i].length();
    }
    ByteBuffer row = ByteBuffer.allocate(size);
    for (int i = 0; i < COLUMNS; i++) {
      row.putInt(texts[i].length()).put(texts[i].bytes, texts[i].start, texts[i].length());
    }
    return new EntryRow(row.array(), 0, size);
  }

  /** A request may say again whose it is, and an empty text says nothing. */
  private boolean isLost(int withoutColumn) {
    Text text = texts[COLUMNS + withoutColumn];
    if (text.length() == 0) {
      return false;
    }
    return switch (Keys.WITHOUT_COLUMN.get(withoutColumn)) {
      case "request.agent_id" -> !text.equals(texts[AGENT]);
      case "request.session_id" -> !text.equals(texts[SESSION]);
      case "request.schema_version", "result.schema_version" -> false; // the same in all
      default -> true;
    };
  }

  private Set<String> lost() {
    return lost == 0 ? Set.of() : namesOfLost.computeIfAbsent(lost, EntryFields::names);
  }

  private static Set<String> names(int bits) {
    return IntStream.rangeClosed(0, UNKNOWN)
        .filter(name -> (bits & 1 << name) != 0)
        .mapToObj(i -> i < COST ? Keys.WITHOUT_COLUMN.get(i) : OTHERS_LOST.get(i - COST))
        .collect(Collectors.toUnmodifiableSet());
  }
}
