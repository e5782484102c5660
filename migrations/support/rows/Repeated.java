package support.rows;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Values that many lines have in common, such as agents, rules and reasons: held once, rows of a
 * chunk take a third of the memory, and the collector of garbage has as much less to copy.
 */
final class Repeated {
  private static final int LONGEST = 128;

  /** A power of two. */
  private static final int PLACES = 1 << 10;

  private final String[] texts = new String[PLACES];
  private final Map<Set<String>, Set<String>> sets = new HashMap<>();

  /** The same text, as an earlier line had it. */
  String text(String text) {
    if (text.length() > LONGEST) {
      return text;
    }
    int place = text.hashCode() & PLACES - 1;
    if (!text.equals(texts[place])) {
      texts[place] = text;
    }
    return texts[place];
  }

  /** A set of the same texts that is never changed. */
  Set<String> setOf(Set<String> found) {
    if (found.isEmpty()) {
      return Set.of();
    }
    Set<String> same = sets.get(found);
    if (same == null) {
      same = Set.copyOf(found);
      sets.put(same, same);
    }
    return same;
  }
}
