package support.run;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * An error of the catalogue: what an operator can be told of. Each room has an enum of those that
 * it meets; the constants are the catalogue, and docs/errors.md is made of them. A {@link Failure}
 * is made of a constant, and of nothing else.
 */
public interface ErrorCode {
  /**
   * What there is to say of an error.
   *
   * @param exit how the process ends because of it
   * @param what one line: what is wrong with which file; where AgentGuard reports the same event,
   *     its words. What varies stands in {@link Template} places such as {@code <log>}
   * @param next one line: what the operator should do; likewise
   * @param meaning for docs/errors.md: what it means, in whole sentences
   * @param remedy for docs/errors.md: what to do, where the meaning is known
   */
  record Entry(Exit exit, Template what, Template next, String meaning, String remedy) {
    public Entry(Exit exit, String what, String next, String meaning, String remedy) {
      this(exit, new Template(what), new Template(next), meaning, remedy);
    }

    /**
     * One of its texts with values in its places.
     *
     * @param values one for each place of the two texts, in their order, each name once
     * @throws IllegalArgumentException if there are more or fewer: a programming error
     */
    String fill(Template text, Object... values) {
      Set<String> names = new LinkedHashSet<>(what.places());
      names.addAll(next.places());
      if (names.size() != values.length) {
        throw new IllegalArgumentException(what.text() + " needs values for " + names);
      }
      return text.fill(List.copyOf(names), values);
    }
  }

  /** The constant's name. */
  String name();

  /** What there is to say of it. */
  Entry entry();

  /** What programs know it by, such as {@code no-such-file}. It never changes: nor may the name. */
  default String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
