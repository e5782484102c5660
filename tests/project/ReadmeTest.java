import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Does what the README says, in a fresh copy of the checkout, in its order. */
@Execution(ExecutionMode.SAME_THREAD)
class ReadmeTest {
  /**
   * The one command that cannot run here, since this test is part of it: {@code .ci/run} runs it.
   */
  private static final String ALL_TESTS = "./jbang test";

  @TempDir static Path work;
  private static Path copy;

  @BeforeAll
  static void aFreshCopyWithALog() throws IOException {
    copy = Checkout.copyTo(work.resolve("agentguard-migrate"));
    Run.of(copy, Map.of(), "git", "init", "-q");
    Files.copy(
        Checkout.fixtures().resolve("v040_to_v041/real-v0.4.0/before/audit.jsonl"),
        copy.resolve("audit.jsonl"));
  }

  @TestFactory
  Stream<DynamicTest> everyCommandWorks() throws IOException {
    return Readme.blocks("sh").stream()
        .flatMap(String::lines)
        .filter(command -> !command.equals(ALL_TESTS))
        .map(command -> dynamicTest(command, () -> works(command)));
  }

  /** The copy's wrapper stands for an installed JBang. */
  private static void works(String command) {
    Map<String, String> environment =
        Map.of(
            "PATH",
            copy + ":" + System.getenv("PATH"),
            "JBANG_DIR",
            work.resolve("jbang-dir").toString(),
            "CI",
            "");
    boolean everywhere = command.startsWith("jbang migrate@");
    Run run = Run.of(everywhere ? work : copy, environment, "bash", "-c", command);
    assertEquals(0, run.exit(), run::toString);
  }

  @Test
  void noFigureIsMissing() throws IOException {
    assertTrue(!Pattern.compile("@[A-Z]+@").matcher(Readme.text()).find());
  }

  @AfterAll
  static void theCommandsLeaveTheCatalogAlone() throws IOException {
    assertEquals(
        Files.readString(Checkout.root().resolve("jbang-catalog.json")),
        Files.readString(copy.resolve("jbang-catalog.json")));
  }

  @Test
  void theCommandThatRunsAllTestsIsWhatCiRuns() throws IOException {
    assertTrue(Readme.blocks("sh").contains(ALL_TESTS + "\n"));
    assertTrue(Files.readString(Checkout.root().resolve(".ci/run")).contains("\n" + ALL_TESTS));
  }

  @Test
  void theOptionsAreTheRealHelp() throws IOException {
    String help = Run.tool(work, "--help").stdout();
    List<String> blocks = Readme.blocks("text");
    assertTrue(
        blocks.stream().anyMatch(b -> Diff.of(b, help).isEmpty()), () -> difference(blocks, help));
  }

  @ParameterizedTest
  @ValueSource(strings = {"startup", "status", "verify", "rollback", "demo", "completion"})
  void everyOptionOfEveryCommandIsThere(String command) throws IOException {
    String help = Run.tool(work, command, "--help").stdout();
    Matcher options = Pattern.compile("--[a-z][a-z-]+").matcher(help);
    assertTrue(options.find(), help);
    String text = Readme.text();
    do {
      assertTrue(text.contains(options.group()), options.group());
    } while (options.find());
  }

  private static String difference(List<String> blocks, String help) {
    return blocks.stream()
        .filter(block -> block.startsWith("Usage: "))
        .findFirst()
        .flatMap(block -> Diff.of(block, help))
        .orElse("there is no block that begins with 'Usage: '");
  }
}
