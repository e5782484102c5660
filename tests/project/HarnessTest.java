import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The tests of the tests: they fail when they should, in a copy whose golden files are tampered.
 */
@Execution(ExecutionMode.SAME_THREAD)
class HarnessTest {
  private static final String CASE = "goldenCase v040_to_v041/list";

  @TempDir static Path work;
  private static Path copy;

  @BeforeAll
  static void copy() throws IOException {
    copy = Checkout.copyTo(work.resolve("copy"));
  }

  private static Run test(Map<String, String> more, String... args) {
    Map<String, String> environment = new HashMap<>(Map.of("CI", "", "UPDATE_GOLDEN", ""));
    environment.putAll(more);
    return Run.tests(copy, environment, args);
  }

  private static String lastLine(Run run) {
    List<String> lines = run.stdout().lines().toList();
    return lines.get(lines.size() - 1);
  }

  private static Path golden(String file) {
    return copy.resolve("fixtures/v040_to_v041/list").resolve(file);
  }

  @Test
  void aGoldenFileThatDiffersFailsAndShowsWhere() throws IOException {
    String sound = Files.readString(golden("stdout"));
    Files.writeString(golden("stdout"), sound.replace("  v040", "\tv040"));
    Run run = test(Map.of(), CASE);
    assertEquals(1, run.exit(), run::toString);
    assertEquals("0 passed, 1 failed, 0 skipped", lastLine(run));
    assertTrue(run.stdout().contains("first differs at byte 23, line 2"), run::toString);
    assertTrue(run.stdout().contains("expected: \\tv040_to_v041"), run::toString);
    assertTrue(run.stdout().contains("found:    ··v040_to_v041"), run::toString);
    assertUpdateIsForPeople(sound);
  }

  /** Refused in CI, told and failed elsewhere, and sound afterwards. */
  private static void assertUpdateIsForPeople(String sound) throws IOException {
    Run ci = test(Map.of("UPDATE_GOLDEN", "1", "CI", "true"), CASE);
    assertEquals(1, ci.exit(), ci::toString);
    assertTrue(ci.stdout().contains("UPDATE_GOLDEN is refused where CI=true"), ci::toString);
    assertNotEquals(sound, Files.readString(golden("stdout")));
    Run update = test(Map.of("UPDATE_GOLDEN", "1"), CASE);
    assertEquals(1, update.exit(), update::toString);
    assertTrue(update.stdout().contains("updated; look at the change"), update::toString);
    assertEquals(sound, Files.readString(golden("stdout")));
    assertEquals(0, test(Map.of(), CASE).exit());
  }

  @Test
  void aFileThatBelongsToNothingFails() throws IOException {
    Path orphan = Files.createFile(golden("stdout.old"));
    Run run = test(Map.of(), "thereAreCasesAndNothingElse");
    Files.delete(orphan);
    assertEquals(1, run.exit(), run::toString);
    assertTrue(run.stdout().contains("v040_to_v041/list: stdout.old belongs to nothing"));
  }

  @Test
  void noTestFoundIsAFailure() {
    Run run = test(Map.of(), "NoSuchTest");
    assertEquals(1, run.exit(), run::toString);
    assertEquals("0 passed, 1 failed, 0 skipped", lastLine(run));
  }

  @Test
  void reportsAreWrittenOnRequest() throws IOException {
    Path reports = work.resolve("reports");
    Run run = test(Map.of(), "--xml", reports.toString(), "statsAreSummedUp");
    assertEquals("1 passed, 0 failed, 0 skipped", lastLine(run), run::toString);
    String xml = Files.readString(reports.resolve("TEST-junit-jupiter.xml"));
    assertTrue(xml.contains("statsAreSummedUpInStableOrder"), xml);
  }
}
