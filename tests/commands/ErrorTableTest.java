import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
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

/** The table of errors in docs/errors.md: the tool says each one for real, and none is missing. */
class ErrorTableTest {
  /** The texts, and where, that the table does not name, and why. */
  private static final Map<String, String> NOT_IN_TABLE =
      Map.ofEntries(
          Map.entry(
              "getfacl is not installed [AccessTools.java]",
              "a race: it was there when it was looked for"),
          Map.entry(
              "setfacl is not installed [AccessTools.java]",
              "a race: it was there when it was looked for"),
          Map.entry(
              "stat is not installed [AccessTools.java]",
              "out of reach: where SELinux is at work, it is there"),
          Map.entry(
              "chcon is not installed [AccessTools.java]",
              "out of reach: where SELinux is at work, it is there"),
          Map.entry(
              "getfacl: an answer that is not understood [AccessTools.java]",
              "out of reach: a release of it that prints something else"),
          Map.entry(
              "stat: an answer that is not understood [AccessTools.java]",
              "out of reach: a release of it that prints something else"),
          Map.entry(
              "interrupted while … ran [Program.java]", "a bug: nobody interrupts the thread"),
          Map.entry(
              "… failed [Program.java]",
              "what another program does not say: the row of the step that it is a part of"),
          Map.entry(
              "…: its access-control list does not read back the same [Metadata.java]",
              "AccessListTest and MetadataTest: part of the row of the step that it fails"),
          Map.entry(
              "…: its extended attribute does not read back the same [Metadata.java]",
              "AccessListTest and MetadataTest: part of the row of the step that it fails"),
          Map.entry(
              "…: its SELinux label does not read back the same [Metadata.java]",
              "AccessListTest and MetadataTest: part of the row of the step that it fails"),
          Map.entry(
              "a run of … on audit file … was interrupted just now [Locked.java, Rewrite.java]",
              "a race: another migration's run dies between two looks"),
          Map.entry(
              "bring lines over from …: … [Retrieval.java]",
              "LateTest causes it with a disk that fails: the lock file would fail before it"),
          Map.entry(
              "…, byte ……: the line is longer than 16 MiB, and cannot be brought over"
                  + " [Retrieval.java]",
              "as the row of a line that cannot be edited"),
          Map.entry(
              "interrupted while waiting for another thread [Machine.java]",
              "a bug: nobody interrupts the thread"),
          Map.entry(
              "interrupted while reading … [LogScan.java]", "a bug: nobody interrupts the thread"),
          Map.entry(
              "interrupted while waiting for the lock [RunLock.java]",
              "a bug: nobody interrupts the thread"),
          Map.entry(
              "post-migration audit file is of schema version … [RewritingMigration.java]",
              "a race: somebody replaces the new log right after it was made"),
          Map.entry(
              "the log became shorter while it was copied [Segment.java]",
              "a race: the log is truncated between two looks, and then grows again to its size"),
          Map.entry(
              "…: it became shorter while it was read [LineCursor.java]",
              "a race: the log is truncated between two looks, and then grows again to its size"),
          Map.entry(
              "the old log became shorter while its last lines were carried over [LateLines.java]",
              "a race: the old log, which only has the backup's name by then, is truncated"),
          Map.entry(
              "… [Failure.java, MigrateCommand.java, Notes.java, Program.java, Verification.java,"
                  + " migrate.java]",
              "the same of no file; what another program says; what picocli says: the rows of exit"
                  + " code 2; and the check of a migration that does not turn file errors into its"
                  + " own, as v040_to_v041 does"),
          Map.entry(
              "… does not begin with what was made of … [NewLog.java]",
              "a race: the proof before it says it first"),
          Map.entry(
              "… has no way back [migrate.java]", "out of reach: every migration so far has one"),
          Map.entry(
              "…: … [Failure.java]",
              "what the system says of a file: the rows that begin with a file"));

  @TempDir static Path work;

  @TempDir(factory = support.files.RamDisk.class)
  static Path memory;

  private static Map<ErrorTable.Row, ErrorCauses.Cause> causes() {
    Map<ErrorTable.Row, ErrorCauses.Cause> causes = new ErrorCauses(work, memory).all();
    causes.putAll(new RareErrorCauses(work, memory).all());
    causes.putAll(ChainErrorCauses.all());
    return causes;
  }

  @TestFactory
  Stream<DynamicTest> theToolSays() throws IOException {
    Map<ErrorTable.Row, ErrorCauses.Cause> causes = causes();
    return ErrorTable.rows().stream()
        .filter(causes::containsKey)
        .map(row -> dynamicTest(row.toString(), () -> isSaid(row, causes.get(row))));
  }

  private static void isSaid(ErrorTable.Row row, ErrorCauses.Cause cause) throws Exception {
    Path folder = Files.createTempDirectory(work.toRealPath(), "error");
    Run run = cause.run(folder);
    run.assertIsError(row.exit(), "");
    List<String> lines = run.stderr().lines().toList();
    String what = lines.get(lines.size() - 3);
    assertTrue(row.line().matcher(what).matches(), run::toString);
  }

  @Test
  void everyRowIsCausedAndEveryCauseHasItsRow() throws IOException {
    assertEquals(names(ErrorTable.rows().stream()), names(causes().keySet().stream()));
  }

  private static String names(Stream<ErrorTable.Row> rows) {
    return rows.map(ErrorTable.Row::toString).sorted().collect(Collectors.joining("\n"));
  }

  @Test
  void theRowsAreInTheOrderOfTheirExitCodes() throws IOException {
    List<ErrorTable.Row> rows = ErrorTable.rows();
    List<Integer> exits = rows.stream().map(ErrorTable.Row::exit).filter(e -> e != 143).toList();
    assertEquals(exits.stream().sorted(Comparator.naturalOrder()).toList(), exits);
  }

  /** A new error fails here until the table has it. */
  @Test
  void everyErrorThatTheSourcesBuildIsInTheTable() throws IOException {
    List<String> table = ErrorTable.rows().stream().map(ErrorTable.Row::template).toList();
    Set<String> missing = new TreeSet<>();
    ErrorTexts.of(ErrorTexts.ofProduct(), text -> isIn(table, text))
        .forEach(
            (text, files) -> {
              if (!isIn(table, text)) {
                missing.add(text + " " + files);
              }
            });
    assertEquals(
        String.join("\n", new TreeSet<>(NOT_IN_TABLE.keySet())), String.join("\n", missing));
  }

  /** The text of a file error stands behind what was being done. */
  private static boolean isIn(List<String> table, String text) {
    return text.matches(".*\\p{L}.*")
        && table.stream().anyMatch(row -> row.equals(text) || row.endsWith(": " + text));
  }
}
