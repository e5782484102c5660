package support.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with places for what varies: {@code <log> is missing}. A place that has the name of an
 * earlier one gets the same value.
 */
public record Template(String text) {
  private static final Pattern PLACE = Pattern.compile("<[^<>]+>");

  /** The names of its places, in the order of the text, each once. */
  public List<String> places() {
    return PLACE.matcher(text).results().map(place -> place.group()).distinct().toList();
  }

  /** The text with a value in each place. */
  public String fill(Object... values) {
    return fill(places(), values);
  }

  /**
   * The text with values in its places.
   *
   * @param names of all the values; may be more than the text has
   * @param values as many, in the same order
   */
  String fill(List<String> names, Object... values) {
    return PLACE
        .matcher(text)
        .replaceAll(
            place ->
                Matcher.quoteReplacement(String.valueOf(values[names.indexOf(place.group())])));
  }

  /** What must have stood in the places of a text that was made of this one; none if it was not. */
  public Optional<List<String>> match(String filled) {
    StringBuilder regex = new StringBuilder();
    List<String> seen = new ArrayList<>();
    Matcher place = PLACE.matcher(text);
    int end = 0;
    while (place.find()) {
      regex.append(Pattern.quote(text.substring(end, place.start())));
      int known = seen.indexOf(place.group());
      regex.append(known < 0 ? "(.*)" : "\\" + (known + 1));
      if (known < 0) {
        seen.add(place.group());
      }
      end = place.end();
    }
    regex.append(Pattern.quote(text.substring(end)));
    Matcher matcher = Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(filled);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    List<String> values = new ArrayList<>();
    for (int i = 1; i <= matcher.groupCount(); i++) {
      values.add(matcher.group(i));
    }
    return Optional.of(values);
  }
}
