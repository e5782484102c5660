import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The README, whose code blocks the tests use as they stand there. */
final class Readme {
  private Readme() {}

  static String text() throws IOException {
    return Files.readString(Checkout.root().resolve("README.md"));
  }

  /** The code blocks of a language, in their order. */
  static List<String> blocks(String language) throws IOException {
    Matcher matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(text());
    List<String> blocks = new ArrayList<>();
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }

  /** The one code block of a language that holds a text. */
  static String block(String language, String text) throws IOException {
    return only(blocks(language), text);
  }

  /** The one command that begins with a text. */
  static String command(String text) throws IOException {
    return only(blocks("sh").stream().flatMap(String::lines).toList(), text);
  }

  private static String only(List<String> all, String text) {
    List<String> found = all.stream().filter(one -> one.contains(text)).toList();
    assertEquals(1, found.size(), () -> "how often README.md has " + text);
    return found.get(0);
  }
}
