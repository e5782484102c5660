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

  private static final String STRACE = "strace -f -qq -o /dev/null -e inject=";
  private static final String SLOW_COPY = STRACE + "?sendfile,?copy_file_range:delay_enter=1500000";
  private static final String SLOW_FLUSH = STRACE + "fsync:delay_enter=11000000:when=1";

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
    log(64 << 20);
    Run run = onATerminal(environment, SLOW_COPY);
    assertEquals(0, run.exit(), run::toString);
    assertTrue(
        run.stdout().contains("\r[------------------------] copy, 0%, 0 of "), run::toString);
    assertTrue(
        run.stdout().matches("(?s).*\r\\[#{11}-{13}\\] copy, 49%, 32 of .* s left.*"),
        run::toString);
    assertFalse(run.stdout().matches("(?s).*" + ESCAPE + "\\[[0-9;]*m.*"), "colours: " + run);
    List<String> screen = screen(run.stdout());
    assertEquals("migrate: running v040_to_v041 (1 -> 2)", screen.get(0), run::toString);
    assertTrue(screen.get(1).startsWith("migrate: v040_to_v041 result: "), screen::toString);
    assertEquals("migrate: v040_to_v041 done", screen.get(3), run::toString);
    assertEquals("migrate: 1 migration(s) processed", screen.get(4), run::toString);
    assertEquals(List.of(""), screen.subList(5, screen.size()));
  }

  @Test
  void anErrorStandsWhereTheBarWas() throws IOException {
    log(1);
    String fails = SLOW_COPY + " -e inject=?rename,?renameat,?renameat2:error=EIO";
    Run run = onATerminal("", fails);
    assertEquals(1, run.exit(), run::toString);
    assertTrue(run.stdout().contains("] copy, 0%"), run::toString);
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
    Run run = onATerminal("", SLOW_COPY, option);
    assertEquals(0, run.exit(), run::toString);
    assertEquals(-1, run.stdout().indexOf(ESCAPE), run::toString);
    assertFalse(run.stdout().contains("copy,"), run::toString);
  }

  @Test
  void aTerminalThatCannotMoveItsCursorGetsNoBar() throws IOException {
    log(1);
    Run run = onATerminal("", "env TERM=dumb " + SLOW_COPY);
    assertEquals(0, run.exit(), run::toString);
    assertEquals(-1, run.stdout().indexOf(ESCAPE), run::toString);
  }

  /** So that a supervisor sees life. */
  @Test
  void aLongRunInAPipeTellsEveryTenSecondsWhereItIs() throws IOException {
    log(1);
    Run run = Run.toolInShell(SLOW_FLUSH.replace("strace", "exec strace") + " \"$@\"", folder);
    assertEquals(0, run.exit(), run::toString);
    List<String> alive =
        run.stderr().lines().filter(line -> line.matches("migrate: .*, (9|1\\d) s")).toList();
    assertEquals(1, alive.size(), run::toString);
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
  void noColorIsHonoured() throws IOException {
    log(1);
    for (String command : List.of("status", "--help", "--no-such-option")) {
      Run run = onATerminal("export NO_COLOR=1;", "", command);
      assertEquals(-1, run.stdout().indexOf(ESCAPE), run::toString);
    }
  }
}
