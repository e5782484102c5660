import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A document of the checkout, whose code blocks the tests use as they stand there.
 *
 * @param name its path, from the root of the checkout
 */
record Markdown(String name) {
  static final Markdown README = new Markdown("README.md");
  static final Markdown OPERATE = new Markdown("docs/operate.md");
  static final Markdown ERRORS = new Markdown("docs/errors.md");
  static final Markdown PROGRAMS = new Markdown("docs/programs.md");
  static final Markdown SERVICES = new Markdown("docs/services.md");
  static final Markdown STORE = new Markdown("docs/store.md");

  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w*)\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern CODE = Pattern.compile("(`+)[^`](?:.*?[^`])?\\1(?!`)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#{1,6} (.*)$", Pattern.MULTILINE);

  /**
   * A code block.
   *
   * @param language as it is marked; empty where it is not
   */
  record Block(String language, String text) {}

  /** All of the checkout. */
  static List<Markdown> all() {
    return Checkout.files().stream()
        .filter(file -> file.endsWith(".md"))
        .sorted()
        .map(Markdown::new)
        .toList();
  }

  String text() throws IOException {
    return Files.readString(Checkout.root().resolve(name));
  }

  /** The code blocks, in their order. */
  List<Block> blocks() throws IOException {
    Matcher matcher = BLOCK.matcher(text());
    List<Block> blocks = new ArrayList<>();
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  /** The code blocks of a language, in their order. */
  List<String> blocks(String language) throws IOException {
    return blocks().stream()
        .filter(block -> block.language().equals(language))
        .map(Block::text)
        .toList();
  }

  /** The one code block of a language that holds a text. */
  String block(String language, String text) throws IOException {
    return only(blocks(language), text);
  }

  /** The one command that holds a text. */
  String command(String text) throws IOException {
    return only(blocks("sh").stream().flatMap(String::lines).toList(), text);
  }

  private String only(List<String> all, String text) {
    List<String> found = all.stream().filter(one -> one.contains(text)).toList();
    assertEquals(1, found.size(), () -> "how often %s has %s".formatted(name, text));
    return found.get(0);
  }

  /** Where its links and its pictures lead, as they are written. */
  List<String> links() throws IOException {
    String prose = CODE.matcher(BLOCK.matcher(text()).replaceAll("")).replaceAll("code");
    return LINK.matcher(prose).results().map(result -> result.group(1)).toList();
  }

  /** What a link within it resolves to: a path from the root of the checkout. */
  String target(String link) {
    Path here = Path.of(name);
    return link.isEmpty() ? name : here.resolveSibling(link).normalize().toString();
  }

  /** What may stand behind the {@code #} of a link to it: its headings, as GitHub makes them. */
  Set<String> anchors() throws IOException {
    Set<String> anchors = new LinkedHashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    for (MatchResult heading :
        HEADING.matcher(BLOCK.matcher(text()).replaceAll("")).results().toList()) {
      String anchor = anchor(heading.group(1));
      int before = seen.merge(anchor, 1, Integer::sum) - 1;
      anchors.add(before == 0 ? anchor : anchor + "-" + before);
    }
    return anchors;
  }

  private static String anchor(String heading) {
    return heading
        .strip()
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
        .replace(' ', '-');
  }

  @Override
  public String toString() {
    return name;
  }
}
