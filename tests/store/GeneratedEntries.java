package support.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import support.rows.EntryRow;

/**
 * Lines that are made of the rows that they must become, by the rules of the reference: keys in any
 * case, repeated, of an object in two parts; escapes where none is needed; times in any zone. So
 * what a line becomes is known without reading it.
 */
final class GeneratedEntries {
  private static final List<String> OF_ENTRY =
      List.of("tenant_id", "session_id", "agent_id", "transport");
  private static final List<String> OF_REQUEST =
      List.of("scope", "action", "command", "path", "domain", "url");
  private static final List<String> OF_RESULT = List.of("decision", "reason", "rule");

  private static final String[] TEXTS = {
    "",
    "a",
    "ALLOW",
    "ls -l | wc",
    "k\u00e9",
    "\ud83d\ude42",
    "\"\\/\b\f\n\r\t",
    "\u2028<&>",
    "\u007f"
  };

  /** What no field of a known name may hold. */
  private static final String[] WRONG = {"1", "true", "[]", "[\"a\"]", "1.5e3"};

  private static final String[] ANYTHING = {
    "null", "0", "-1.5E+3", "\"x\"", "[]", "{\"a\":[1,{\"b\":null}]}"
  };

  private final Random random;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final List<List<String>> rows = new ArrayList<>();
  private final List<Long> rejects = new ArrayList<>();
  private final boolean holdsNul;
  private long line;

  /** The members of an object: those of a key in their order, keys in any. */
  private final class Members {
    private final List<List<String>> keys = new ArrayList<>();

    void add(List<String> ofKey) {
      keys.add(random.nextInt(keys.size() + 1), ofKey);
    }

    List<String> all() {
      return keys.stream().flatMap(List::stream).toList();
    }
  }

  /**
   * @param holdsNul whether the store can hold U+0000; else a line with it is a reject
   */
  GeneratedEntries(Random random, boolean holdsNul, int lines) {
    this.random = random;
    this.holdsNul = holdsNul;
    while (line < lines) {
      line++;
      next();
    }
  }

  byte[] log() {
    return log.toByteArray();
  }

  /** The columns of each row. */
  List<List<String>> rows() {
    return rows;
  }

  /** The numbers of the lines that make no rows. */
  List<Long> rejects() {
    return rejects;
  }

  private boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String any(String[] of) {
    return any(Arrays.asList(of));
  }

  private void next() {
    if (oneIn(20)) {
      write(oneIn(2) ? "" : "\r");
    } else if (oneIn(20)) {
      write(oneIn(2) ? "{\"_meta\":{\"schema_version\":2}}" : " \t{\"_meta\":null}");
    } else if (oneIn(20)) {
      rejects.add(line);
      write(
          any(
              new String[] {
                "{", "[]", "7", "{\"timestamp\":1}", "{} {}", "{\"a\":1,}", "{'a':1}"
              }));
    } else {
      entry();
    }
  }

  private void write(String text) {
    log.writeBytes((text + "\n").getBytes(UTF_8));
  }

  private void entry() {
    Map<String, String> row = new HashMap<>();
    EntryRow.COLUMNS.forEach(column -> row.put(column, ""));
    row.put("duration_ms", "0");
    Members entry = new Members();
    OF_ENTRY.forEach(column -> text(entry, column, column, row));
    Members request = new Members();
    OF_REQUEST.forEach(column -> text(request, column, column, row));
    Members result = new Members();
    OF_RESULT.forEach(
        column -> text(result, column.equals("rule") ? "matched_rule" : column, column, row));
    duration(entry, row);
    timestamp(entry, row);
    part(entry, "request", request);
    part(entry, "result", result);
    if (oneIn(5)) {
      entry.add(List.of(key("unknown") + any(ANYTHING)));
    }
    boolean isWrong = oneIn(10);
    if (isWrong) {
      entry.add(List.of(key(any(OF_ENTRY)) + any(WRONG)));
    }
    if (isWrong || row.get("timestamp").isEmpty() || !holdsNul && holdsNul(row)) {
      rejects.add(line);
    } else {
      row.replace("tenant_id", "", "local");
      row.replace("transport", "", "sdk");
      rows.add(EntryRow.COLUMNS.stream().map(row::get).toList());
    }
    write(json(entry.all()) + (oneIn(9) ? " \r" : ""));
  }

  private static boolean holdsNul(Map<String, String> row) {
    return row.values().stream().anyMatch(value -> value.indexOf('\0') >= 0);
  }

  /** Of an object that comes twice, the second one is read into the first. */
  private void part(Members entry, String name, Members members) {
    List<String> all = members.all();
    int cut = oneIn(4) ? random.nextInt(all.size() + 1) : 0;
    List<String> ofKey = new ArrayList<>();
    ofKey.add(key(name) + json(all.subList(0, cut)));
    ofKey.add(key(name) + json(all.subList(cut, all.size())));
    if (oneIn(9)) {
      ofKey.add(random.nextInt(3), key(name) + "null");
    }
    entry.add(ofKey);
  }

  /** The last of repeated keys counts; null is as none. */
  private void text(Members members, String name, String column, Map<String, String> row) {
    List<String> ofKey = new ArrayList<>();
    if (oneIn(6)) {
      ofKey.add(key(name) + quoted("an earlier one"));
      row.put(column, "an earlier one");
    }
    if (!oneIn(3)) {
      StringBuilder value = new StringBuilder();
      for (int i = random.nextInt(3); i >= 0; i--) {
        value.append(oneIn(300) ? "\0" : any(TEXTS));
      }
      ofKey.add(key(name) + quotedAndHalves(value));
      row.put(column, value.toString());
    }
    if (oneIn(6)) {
      ofKey.add(random.nextInt(ofKey.size() + 1), key(name) + "null");
    }
    members.add(ofKey);
  }

  private void duration(Members entry, Map<String, String> row) {
    if (oneIn(3)) {
      long millis = oneIn(3) ? random.nextLong() : random.nextInt(1000);
      entry.add(List.of(key("duration_ms") + millis));
      row.put("duration_ms", Long.toString(millis));
    }
  }

  private void timestamp(Members entry, Map<String, String> row) {
    if (oneIn(20)) {
      return;
    }
    int offset = oneIn(2) ? 0 : random.nextInt(1439) - 719;
    LocalDateTime utc = LocalDateTime.of(2020, 1, 1, 0, 0).plusSeconds(random.nextInt(400_000_000));
    String fraction = fraction();
    String local = utc.plusMinutes(offset).toString();
    String seconds = local.length() == "2020-01-01T00:00".length() ? ":00" : "";
    String zone = offset == 0 && !oneIn(4) ? "Z" : zone(offset);
    entry.add(List.of(key("timestamp") + '"' + local + seconds + fraction + zone + '"'));
    String digits =
        fraction.substring(0, Math.min(fraction.length(), 10)).replaceFirst("\\.?0*$", "");
    String utcSeconds = utc.toString().length() == "2020-01-01T00:00".length() ? ":00" : "";
    row.put("timestamp", utc + utcSeconds + digits + "Z");
  }

  private String fraction() {
    StringBuilder fraction = new StringBuilder(oneIn(3) ? "" : ".");
    for (int i = fraction.length() == 0 ? 0 : 1 + random.nextInt(11); i > 0; i--) {
      fraction.append(oneIn(3) ? 0 : random.nextInt(10));
    }
    return fraction.toString();
  }

  private static String zone(int minutes) {
    String zone = ZoneOffset.ofTotalSeconds(60 * minutes).toString();
    return zone.equals("Z") ? "+00:00" : zone;
  }

  // ------------------------------------------------------------ JSON

  private String json(List<String> members) {
    String blanks = blanks();
    return "{" + blanks + String.join("," + blanks, members) + blanks + "}";
  }

  private String blanks() {
    return oneIn(3) ? any(new String[] {" ", "\t", "  ", " \t "}) : "";
  }

  private String key(String name) {
    StringBuilder key = new StringBuilder();
    boolean isFolded = oneIn(10);
    for (char c : name.toCharArray()) {
      boolean isOther = isFolded && oneIn(2);
      key.append(isOther ? folded(c) : c);
    }
    return quoted(key) + blanks() + ":" + blanks();
  }

  /** Another letter that Go takes for the same. */
  private char folded(char c) {
    return switch (c) {
      case 's' -> oneIn(2) ? '\u017F' : 'S';
      case 'k' -> oneIn(2) ? '\u212A' : 'K';
      default -> Character.toUpperCase(c);
    };
  }

  /** The same with half a pair of surrogates at times, which becomes U+FFFD. */
  private String quotedAndHalves(StringBuilder value) {
    String quoted = quoted(value);
    if (!oneIn(20)) {
      return quoted;
    }
    value.append('\uFFFD');
    return quoted.substring(0, quoted.length() - 1) + (oneIn(2) ? "\\ud83d\"" : "\\uDE42\"");
  }

  private String quoted(CharSequence text) {
    StringBuilder quoted = new StringBuilder("\"");
    boolean isEscaped = oneIn(4);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean mustBe = c < ' ' || c == '"' || c == '\\';
      if (mustBe || isEscaped && oneIn(2) && !isHalf(text, i)) {
        quoted.append(escape(c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  /** One of a pair is written as its other half is. */
  private static boolean isHalf(CharSequence text, int i) {
    return Character.isSurrogate(text.charAt(i));
  }

  private String escape(char c) {
    int shortOne = "\"\\/\b\f\n\r\t".indexOf(c);
    return shortOne >= 0 && oneIn(2)
        ? "\\" + "\"\\/bfnrt".charAt(shortOne)
        : (oneIn(2) ? "\\u%04x" : "\\u%04X").formatted((int) c);
  }
}
