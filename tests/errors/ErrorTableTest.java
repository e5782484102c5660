import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import support.evidence.EvidenceErrors;
import support.options.UsageErrors;
import support.rewrite.RewriteErrors;
import support.run.ErrorCode;
import support.run.RunErrors;
import support.run.Template;
import support.store.StoreErrors;
import tools.jackson.databind.json.JsonMapper;

/** The catalogue of errors: the tool meets each one for real, and the document shows them all. */
class ErrorTableTest {
  private static final int TERMINATED = 143;

  /** The errors that no cause is known of, and why. */
  private static final Map<ErrorCode, String> WITHOUT_CAUSE =
      Map.ofEntries(
          Map.entry(RunErrors.BUG, "nobody knows how to cause one"),
          Map.entry(
              UsageErrors.USAGE,
              "picocli says nothing else of this command line, as far as is known"),
          Map.entry(
              RewriteErrors.RUN_JUST_INTERRUPTED,
              "a race: another migration's run dies between two looks"),
          Map.entry(RewriteErrors.LOG_NOT_AS_MADE, "a race: the proof before it says it first"),
          Map.entry(
              KindErrors.MIGRATED_LOG_OF_ANOTHER_VERSION,
              "a race: somebody replaces the new log right after it was made"),
          Map.entry(
              CommandErrors.OUTPUT_NOT_READ,
              "nothing is said: CommandLineTest.whereNobodyReadsTheResultsNothingIsSaid"),
          Map.entry(CommandErrors.NO_WAY_BACK, "out of reach: every migration so far has one"),
          Map.entry(
              CommandErrors.RESULT_UNREADABLE,
              "out of reach: every migration so far turns file errors into its own"),
          Map.entry(
              UsageErrors.INVALID_VALUE,
              "out of reach: every type of option so far has words of its own"),
          Map.entry(RewriteErrors.RUN_TO_BE_FINISHED, "a race: as RUN_JUST_INTERRUPTED"),
          Map.entry(
              EvidenceErrors.BRING_OVER_FAILED,
              "LateTest causes it with a disk that fails: the lock file would fail before it"),
          Map.entry(EvidenceErrors.LATE_LINE_TOO_LONG, "as LINE_TOO_LONG"));

  @TempDir static Path work;

  @TempDir(factory = support.files.RamDisk.class)
  static Path memory;

  // ------------------------------------------------------------ causes

  @TestFactory
  Stream<DynamicTest> theToolMeets() {
    return ErrorCauses.all(work, memory).entrySet().stream()
        .flatMap(
            error ->
                error.getValue().stream()
                    .map(cause -> dynamicTest(error.getKey().code(), () -> meets(error, cause))));
  }

  private static void meets(
      Map.Entry<ErrorCode, List<ErrorCauses.Cause>> error, ErrorCauses.Cause cause)
      throws Exception {
    ErrorCode expected = error.getKey();
    Run run = cause.run(Files.createTempDirectory(work.toRealPath(), "error"));
    boolean isTerminated = expected == RunErrors.INTERRUPTED && run.exit() == TERMINATED;
    run.assertIsError(isTerminated ? TERMINATED : expected.entry().exit().code(), "");
    if (run.stdout().startsWith("{")) {
      String code = JsonMapper.shared().readTree(run.stdout()).at("/error/code").asString();
      assertEquals(expected.code(), code, run::toString);
    } else {
      assertTrue(bestMatches(run, expected).contains(expected), () -> expected + ": " + run);
    }
  }

  /** The errors whose texts, the first before the second, say the most of what a run says. */
  private static List<ErrorCode> bestMatches(Run run, ErrorCode expected) throws IOException {
    List<String> lines = run.stderr().lines().toList();
    String what = lines.get(lines.size() - 3);
    String next = lines.get(lines.size() - 1).substring("  next: ".length());
    List<ErrorCode> best = new ArrayList<>();
    int most = 0;
    for (ErrorCode error : ErrorTable.catalogue()) {
      ErrorCode.Entry entry = error.entry();
      if (entry.exit() != expected.entry().exit()
          || !isEndOf(what, entry.what())
          || entry.next().match(next).isEmpty()) {
        continue;
      }
      int letters = 1000 * letters(entry.what()) + letters(entry.next());
      if (letters > most) {
        best.clear();
      }
      if (letters >= most) {
        best.add(error);
        most = letters;
      }
    }
    return best;
  }

  /** Before it stands where it happened. */
  private static boolean isEndOf(String line, Template what) {
    return new Template("<context>: " + what.text()).match(line).isPresent();
  }

  private static int letters(Template template) {
    return template.text().replaceAll("<[^<>]+>", "").length();
  }

  /**
   * A new error fails here until there is a cause of it. Those of the store take a database: the
   * tests of tests/store meet them.
   */
  @Test
  void everyErrorHasACauseOrAReasonWhyNot() throws IOException {
    Set<String> known = names(ErrorCauses.all(work, memory).keySet());
    assertEquals(known.size() + WITHOUT_CAUSE.size(), union(known, WITHOUT_CAUSE).size());
    List<ErrorCode> ofLogs =
        ErrorTable.catalogue().stream().filter(e -> !(e instanceof StoreErrors)).toList();
    assertEquals(names(ofLogs), union(known, WITHOUT_CAUSE));
  }

  private static Set<String> union(Set<String> known, Map<ErrorCode, String> others) {
    Set<String> union = names(others.keySet());
    union.addAll(known);
    return union;
  }

  private static Set<String> names(Iterable<ErrorCode> errors) {
    Set<String> names = new TreeSet<>();
    errors.forEach(error -> names.add(error.getClass().getSimpleName() + "." + error));
    return names;
  }

  // ------------------------------------------------------------ the catalogue and its document

  @Test
  void noCodeIsUsedTwice() throws IOException {
    Map<String, Long> uses =
        ErrorTable.catalogue().stream()
            .collect(Collectors.groupingBy(ErrorCode::code, Collectors.counting()));
    uses.values().removeIf(count -> count == 1);
    assertEquals(Map.of(), uses);
  }

  /** {@code UPDATE_DOCS=1} makes it so, and fails, so that no pipeline takes that for a check. */
  @Test
  void theDocumentShowsTheCatalogue() throws IOException {
    String text = Markdown.ERRORS.text();
    String updated = ErrorTable.updated(text);
    if (System.getenv("UPDATE_DOCS") == null || text.equals(updated)) {
      assertEquals(updated, text, "UPDATE_DOCS=1 ./jbang test ErrorTableTest makes it anew");
      return;
    }
    if ("true".equals(System.getenv("CI"))) {
      fail("UPDATE_DOCS is refused where CI=true: documents are updated by people");
    }
    Files.writeString(Checkout.root().resolve(Markdown.ERRORS.name()), updated);
    fail("updated; look at the change and commit it: " + Markdown.ERRORS.name());
  }
}
