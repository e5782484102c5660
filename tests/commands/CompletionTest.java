import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shell completion, installed as docs/programs.md says. */
class CompletionTest {
  /** What bash does for a Tab. */
  private static final String TAB_IN_BASH =
      """
      . ~/.bashrc
      COMP_WORDS=(%1$s)
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      $(complete -p "${COMP_WORDS[0]}" | sed 's/.*-F \\([^ ]*\\).*/\\1/') 2> /dev/null
      echo "${COMPREPLY[*]}"
      """;

  /** A Tab in a terminal; ends when the word is complete. */
  private static final String TAB_IN_ZSH =
      """
      zmodload zsh/zpty
      zpty shell zsh -i
      zpty -r -m shell greeting '*READY*'
      zpty -w -n shell $'%1$s\\t'
      zpty -r -m shell line '*%2$s*'
      """;

  @TempDir static Path home;

  @BeforeAll
  static void install() throws IOException {
    Run install = run("bash", "-ec", Markdown.PROGRAMS.block("bash", " completion > "));
    assertEquals(0, install.exit(), install::toString);
  }

  private static Run run(String... command) {
    Map<String, String> environment =
        Map.of(
            "HOME",
            home.toString(),
            "JBANG_DIR",
            home.resolve("jbang-dir").toString(),
            "TERM",
            "dumb",
            "PS1",
            "READY");
    return Run.of(Checkout.root(), environment, command);
  }

  @ParameterizedTest
  @CsvSource({
    "migrate st, startup status",
    "migrate.java st, startup status",
    "migrate --au, --audit-log",
    "migrate rollback --fr, --from-backup"
  })
  void bashCompletes(String line, String words) {
    Run run = run("bash", "--norc", "-c", TAB_IN_BASH.formatted(line));
    assertEquals(words, run.stdout().strip(), run::toString);
  }

  @Test
  void zshCompletes() {
    assumeTrue(Tools.has("zsh"), "zsh is missing");
    String script = TAB_IN_ZSH.formatted("migrate rollback --fr", "--from-backup");
    Run run = run("timeout", "20", "zsh", "-f", "-c", script);
    assertEquals(0, run.exit(), run::toString);
    assertTrue(run.stderr().isEmpty(), run::toString);
  }
}
