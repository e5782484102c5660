import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tool on a terminal, and in a pipe, where slow work is made by strace(1). */
class TerminalTest {
  private static final char ESCAPE = '\033';
  private static final String YELLOW = ESCAPE + "[33m";

  /** script(1) gives a command a terminal. */
  private static final String ON_A_TERMINAL =
      "%s exec env TERM=xterm script -qec \"$(printf '%%q ' %s \"$@\")\" /dev/null";

  private static final String SLOW =
      "strace -f -qq -o /dev/null -e inject=fsync:delay_enter=700000";
  private static final String VERY_SLOW = SLOW.replace("700000", "11000000:when=1");

  /** Of a step that has a size. */
  private static final Pattern BAR =
      Pattern.compile("\r +\\d+%.* \\[[#-]{24}\\] [a-z, ]+, \\d+ of \\d+ MiB");

  @TempDir Path folder;

  @BeforeEach
  void requireTools() throws IOException {
    assumeTrue(
        Run.of(folder, Map.of(), "bash", "-c", "script -qec true /dev/null").exit() == 0,
        "script(1) of util-linux is missing");
    Strace.assumeItWorks(folder);
    Files.delete(folder.resolve("probe"));
  }

  private void log(long bytes) throws IOException {
    Files.write(folder.resolve("audit.jsonl"), Scene.realEntries(bytes));
  }

  private Run onATerminal(String environment, String tracer, String... args) {
    return Run.toolInShell(ON_A_TERMINAL.formatted(environment, tracer), folder, args);
  }

  /** What an operator sees at last: lines of a terminal, without control characters. */
  private static List<String> screen(String printed) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int column = 0;
    for (int i = 0; i < printed.length(); i++) {
      char c = printed.charAt(i);
      if (c == '\n') {
        lines.add(line.toString());
        line.setLength(0);
      } else if (c == '\r') {
        column = 0;
      } else if (printed.startsWith(ESCAPE + "[K", i)) {
        line.setLength(column);
        i += 2;
      } else if (printed.startsWith(ESCAPE + "[?7", i)) {
        i += 4; // wrap or not
      } else {
        line.replace(column, Math.min(column + 1, line.length()), String.valueOf(c));
        column++;
      }
    }
    lines.add(line.toString());
    return lines;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "export NO_COLOR=1;"})
  void aSlowRunShowsABarThatIsGoneInTheEnd(String environment) throws IOException {
    log(1);
    Run run = onATerminal(environment, SLOW);
    assertEquals(0, run.exit(), run::toString);
    assertTrue(BAR.matcher(run.stdout()).find(), run::toString);
    assertFalse(run.stdout().matches("(?s).*" + ESCAPE + "\\[[0-9;]*m.*"), "colours: " + run);
    List<String> screen = new ArrayList<>(screen(run.stdout()));
    // Some machines hide processes even from root.
    screen.removeIf(line -> line.contains("could not look into all processes"));
    assertEquals("migrate: running v040_to_v041 (1 -> 2)", screen.get(0), run::toString);
    assertTrue(screen.get(1).startsWith("migrate: v040_to_v041 result: "), screen::toString);
    assertEquals("migrate: v040_to_v041 done", screen.get(3), run::toString);
    assertEquals("migrate: 1 migration(s) processed", screen.get(4), run::toString);
    assertEquals(List.of(""), screen.subList(5, screen.size()));
  }

  @Test
  void anErrorStandsWhereTheBarWas() throws IOException {
    log(1);
    String fails = SLOW + " -e inject=?rename,?renameat,?renameat2:error=EIO";
    Run run = onATerminal("", fails);
    assertEquals(1, run.exit(), run::toString);
    assertTrue(BAR.matcher(run.stdout()).find(), run::toString);
    List<String> screen = screen(run.stdout());
    assertEquals(5, screen.size(), screen::toString);
    assertTrue(screen.get(1).startsWith("migrate: v040_to_v041: rename temp"), screen::toString);
    assertTrue(screen.get(2).startsWith("  state: "), screen::toString);
    assertTrue(screen.get(3).startsWith("  next: "), screen::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--quiet", "--json"})
  void noBarIsShownToWhoWantsNone(String option) throws IOException {
    log(1);
    Run run = onATerminal("", SLOW, option);
    assertEquals(0, run.exit(), run::toString);
    assertEquals(-1, run.stdout().indexOf(ESCAPE), run::toString);
    assertFalse(BAR.matcher(run.stdout()).find(), run::toString);
  }

  @Test
  void aTerminalThatCannotMoveItsCursorGetsNoBar() throws IOException {
    log(1);
    Run run = onATerminal("", "env TERM=dumb " + SLOW);
    assertEquals(0, run.exit(), run::toString);
    assertEquals(-1, run.stdout().indexOf(ESCAPE), run::toString);
  }

  /** So that a supervisor sees life. */
  @Test
  void aLongRunInAPipeTellsEveryTenSecondsWhereItIs() throws IOException {
    log(1);
    Run run = Run.toolInShell("exec " + VERY_SLOW + " \"$@\"", folder);
    assertEquals(0, run.exit(), run::toString);
    List<String> alive =
        run.stderr().lines().filter(line -> line.matches("migrate: .*, \\d+ s")).toList();
    assertFalse(alive.isEmpty(), run::toString);
    assertEquals("migrate: 1 migration(s) processed\n", run.stdout());
    assertFalse(run.stderr().matches("(?s).*[\r" + ESCAPE + "].*"), run::toString);
  }

  @Test
  void aStatusHasColoursOnATerminalOnly() throws IOException {
    log(1);
    String script = "unset NO_COLOR;";
    Run coloured = onATerminal(script, "", "status");
    assertEquals(0, coloured.exit(), coloured::toString);
    assertTrue(coloured.stdout().contains(YELLOW + "pending" + ESCAPE), coloured::toString);
    Run plain = Run.tool(folder, "status");
    assertEquals(-1, plain.stdout().indexOf(ESCAPE), plain::toString);
    assertTrue(plain.stdout().contains(" pending\n"), plain::toString);
  }

  @Test
  void aTerminalThatKnowsNoColoursGetsNone() throws IOException {
    log(1);
    for (String command : List.of("status", "--help", "status --help", "--no-such-option")) {
      Run run = onATerminal("unset NO_COLOR;", "env TERM=dumb", command.split(" "));
      assertEquals(-1, run.stdout().indexOf(ESCAPE), run::toString);
    }
  }

  @Test
  void noColorIsHonoured() throws IOException {
    log(1);
    for (String command : List.of("status", "--help", "--no-such-option")) {
      Run run = onATerminal("export NO_COLOR=1;", "", command);
      assertEquals(-1, run.stdout().indexOf(ESCAPE), run::toString);
    }
  }
}
