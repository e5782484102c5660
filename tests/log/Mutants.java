package support.lines;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Makes mutants of lines: parts are left out, changed, said in other bytes, or are something else.
 *
 * @param fragments what may stand instead of a part, besides JSON; a character a byte
 */
public record Mutants(Random random, List<String> fragments) {
  private static final int MOST_CHANGES = 3;
  private static final int LONGEST_CHANGE = 3;

  /** What matters to every parser of JSON, and what looks like it. */
  private static final List<String> OF_JSON =
      List.of(
          "\0",
          "\t",
          "\r",
          " ",
          "\"",
          "\\",
          "{",
          "}",
          "[",
          "]",
          ":",
          ",",
          "-",
          "0",
          "e",
          "null",
          "{}",
          "\u001f",
          "\u007f",
          "\u00ff",
          "\u00ed\u00a0\u0080",
          "\\ud800",
          "\\x");

  /** The same with what matters to one parser. */
  public Mutants {
    fragments = Stream.concat(OF_JSON.stream(), fragments.stream()).toList();
  }

  /** A line that differs from another in a few places. */
  public byte[] mutant(byte[] line) {
    String text = new String(line, ISO_8859_1);
    for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0; changes--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(LONGEST_CHANGE + 1));
      text = text.substring(0, at) + instead(text.charAt(at)) + text.substring(Math.max(end, at));
      text = text.isEmpty() ? "{" : text.replace('\n', ' ');
    }
    return text.getBytes(ISO_8859_1);
  }

  private String instead(char c) {
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> Character.toString((char) (c ^ 1 << random.nextInt(8)));
      case 2 -> disguised(c);
      default -> fragments.get(random.nextInt(fragments.size()));
    };
  }

  /** A character in other bytes: escaped, or as UTF-8 that is longer than it needs to be. */
  public String disguised(char c) {
    String escaped = "\\u%04x".formatted((int) c);
    String overlong = "" + (char) (0xC0 | c >> 6) + (char) (0x80 | c & 0x3F);
    return random.nextBoolean() ? escaped : overlong;
  }
}
