import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Does what the README and every other document says, each in a fresh copy of the checkout, in its
 * order; and follows every link.
 */
@Execution(ExecutionMode.SAME_THREAD)
class ReadmeTest {
  /**
   * The one command that cannot run here, since this test is part of it: {@code .ci/run} runs it.
   */
  private static final String ALL_TESTS = "./jbang test";

  private static final Set<String> LANGUAGES =
      Set.of("sh", "bash", "text", "json", "ini", "yaml", "dockerfile");

  /** Of a whole name, so that {@code --backup-dir} does not stand for {@code --backup}. */
  private static final Pattern OPTION =
      Pattern.compile("(?<![\\w-])--[a-z]+(?:-[a-z]+)*(?![\\w-])");

  /** What {@code startup} takes, every command that works on a log takes. */
  private static final String WITHOUT_OPTIONS_OF_ITS_OWN = "startup";

  /** What the contributor's guide has its reader change. */
  private static final Set<String> CHANGED_BY_A_NEW_MIGRATION =
      Set.of("jbang-catalog.json", "migrations/all.java");

  @TempDir static Path work;

  // ------------------------------------------------------------ commands

  @TestFactory
  Stream<DynamicContainer> everyCommandWorks() throws IOException {
    List<DynamicContainer> documents = new ArrayList<>();
    for (Markdown document : Markdown.all()) {
      List<String> commands = commands(document);
      if (!commands.isEmpty()) {
        documents.add(dynamicContainer(document.name(), inAFreshCopy(commands)));
      }
    }
    return documents.stream();
  }

  /** A line of {@code sh} is a command; a block of {@code bash} is one as a whole. */
  private static List<String> commands(Markdown document) throws IOException {
    return document.blocks().stream()
        .flatMap(
            block ->
                switch (block.language()) {
                  case "sh" -> block.text().lines();
                  case "bash" -> Stream.of(block.text());
                  default -> Stream.empty();
                })
        .filter(command -> !command.equals(ALL_TESTS))
        .toList();
  }

  /** A command that is marked as anything else would not be run. */
  @ParameterizedTest
  @MethodSource("documents")
  void everyBlockIsMarkedAsWhatATestKnows(Markdown document) throws IOException {
    List<Markdown.Block> blocks = document.blocks();
    assertEquals(document.text().split("```", -1).length - 1, 2 * blocks.size());
    List<String> unknown =
        blocks.stream().map(Markdown.Block::language).filter(l -> !LANGUAGES.contains(l)).toList();
    assertEquals(List.of(), unknown);
  }

  private static Stream<DynamicTest> inAFreshCopy(List<String> commands) throws IOException {
    Path folder = Files.createTempDirectory(work, "document");
    Path copy = folder.resolve("agentguard-migrate");
    Stream<DynamicTest> before = Stream.of(dynamicTest("a fresh copy", () -> makeFresh(copy)));
    Stream<DynamicTest> after =
        Stream.of(dynamicTest("the checkout is left as it was", () -> isUnchanged(copy)));
    Stream<DynamicTest> works =
        commands.stream()
            .map(command -> dynamicTest(command.strip(), () -> works(command, folder, copy)));
    return Stream.of(before, works, after).flatMap(tests -> tests);
  }

  /** With logs to operate on. */
  private static void makeFresh(Path copy) throws IOException {
    Checkout.copyTo(copy);
    Run.of(copy, Map.of(), "git", "init", "-q");
    Path log = Checkout.fixtures().resolve("v040_to_v041/real-v0.4.0/before/audit.jsonl");
    Files.copy(log, copy.resolve("audit.jsonl"));
    Files.copy(log, Files.createDirectories(copy.resolve("tenants/acme")).resolve("audit.jsonl"));
  }

  /** The copy's wrapper takes the place of an installed JBang. */
  private static void works(String command, Path folder, Path copy) {
    Map<String, String> environment =
        Map.of(
            "PATH",
            copy + ":" + System.getenv("PATH"),
            "HOME",
            folder.toString(),
            "JBANG_DIR",
            work.resolve("jbang-dir").toString(),
            "CI",
            "");
    boolean everywhere = command.startsWith("jbang migrate@");
    Run run = Run.of(everywhere ? folder : copy, environment, "bash", "-ec", command);
    assertEquals(0, run.exit(), run::toString);
  }

  /** So what a document has made again, such as its picture, was as it is made today. */
  private static void isUnchanged(Path copy) throws IOException {
    List<String> changed = new ArrayList<>();
    for (String file : Checkout.files()) {
      boolean isLink = Files.isSymbolicLink(Checkout.root().resolve(file));
      if (!isLink
          && !CHANGED_BY_A_NEW_MIGRATION.contains(file)
          && Files.mismatch(Checkout.root().resolve(file), copy.resolve(file)) >= 0) {
        changed.add(file);
      }
    }
    assertEquals(List.of(), changed);
  }

  @Test
  void theCommandThatRunsAllTestsIsWhatCiRuns() throws IOException {
    assertTrue(Markdown.README.blocks("sh").contains(ALL_TESTS + "\n"));
    assertTrue(Files.readString(Checkout.root().resolve(".ci/run")).contains("\n" + ALL_TESTS));
  }

  // ------------------------------------------------------------ links

  static List<Markdown> documents() {
    return Markdown.all();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLinkLeadsSomewhere(Markdown document) throws IOException {
    Set<String> files = Set.copyOf(Checkout.files());
    List<String> dead = new ArrayList<>();
    for (String link : document.links()) {
      if (!link.matches("https://[^/]+\\.[^/]+(/.*)?") && !leadsSomewhere(document, link, files)) {
        dead.add(link);
      }
    }
    assertEquals(List.of(), dead);
  }

  private static boolean leadsSomewhere(Markdown document, String link, Set<String> files)
      throws IOException {
    String[] parts = link.split("#", 2);
    String target = document.target(parts[0]);
    return files.contains(target)
        && (parts.length == 1 || new Markdown(target).anchors().contains(parts[1]));
  }

  /** Nobody finds a document that the front page does not name. */
  @Test
  void theReadmeLeadsToEveryDocument() throws IOException {
    Set<String> named = new TreeSet<>(Set.of(Markdown.README.name()));
    for (String link : Markdown.README.links()) {
      named.add(Markdown.README.target(link.replaceFirst("#.*", "")));
    }
    List<String> notNamed =
        Markdown.all().stream().map(Markdown::name).filter(name -> !named.contains(name)).toList();
    assertEquals(List.of(), notNamed);
  }

  // ------------------------------------------------------------ options

  @Test
  void theOptionsAreTheRealHelp() throws IOException {
    String help = Run.tool(work, "--help").stdout();
    String shown = Markdown.OPERATE.block("text", "Usage: migrate ");
    assertEquals("", Diff.of(help, shown).orElse(""));
  }

  /** As the help lists them. */
  static List<String> commandsOfTheTool() {
    String list = Run.tool(work, "--help").stdout().replaceAll("(?s).*\nCommands:|\n\n.*", "");
    return Pattern.compile("(?m)^  (\\w+)").matcher(list).results().map(m -> m.group(1)).toList();
  }

  @ParameterizedTest
  @MethodSource("commandsOfTheTool")
  void theOptionsOfEachCommandAreThoseOfItsRow(String command) throws IOException {
    Set<String> real = optionsOf(command);
    assertTrue(!real.isEmpty());
    real.removeAll(optionsOf(WITHOUT_OPTIONS_OF_ITS_OWN));
    assertEquals(real, options(row(Markdown.OPERATE, command)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"audit_to_store", "status", "verify", "rollback"})
  void theOptionsOfTheImportAreThoseOfItsTable(String command) throws IOException {
    boolean isItself = command.equals("audit_to_store");
    String[] arguments = isItself ? new String[] {"--help"} : new String[] {command, "--help"};
    String help = Run.store(work, arguments).stdout();
    Set<String> real = options(help.replaceFirst("(?s)\nExit codes:.*", "")); // of any command
    real.removeAll(Set.of("--help", "--version"));
    Set<String> ofAll = options(row(Markdown.STORE, "all"));
    assertTrue(!ofAll.isEmpty() && real.containsAll(ofAll), real::toString);
    real.removeAll(ofAll);
    assertEquals(real, options(row(Markdown.STORE, command)));
  }

  private static Set<String> optionsOf(String command) {
    return options(Run.tool(work, command, "--help").stdout());
  }

  private static Set<String> options(String text) {
    return OPTION
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What the table says of a command; nothing where it has no options of its own. */
  private static String row(Markdown document, String command) throws IOException {
    Matcher row =
        Pattern.compile("^\\| `?%s`? \\|.*$".formatted(command), Pattern.MULTILINE)
            .matcher(document.text());
    return row.find() ? row.group() : "";
  }
}
