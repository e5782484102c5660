import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import support.imports.PostgresProcess;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bench measures everything it should, and leaves nothing behind; never how fast it was. */
@Execution(ExecutionMode.SAME_THREAD)
class BenchTest {
  /**
   * How the name of each row begins, in the order of the table, and what it needs that a machine
   * may lack.
   */
  private enum Measured {
    FLOOR("the floor"),
    AGENTGUARD("AgentGuard's way"),
    OURS("ours: "),
    OURS_SMALL("16 times ours"),
    MEMORY("peak memory of ours"),
    MEMORY_SMALL("peak memory of ours on 1/16"),
    WC("wc -l", "wc"),
    JQ("jq empty", "jq"),
    STATUS("migrate status"),
    VERIFY("migrate verify"),
    EMPTY_MAIN("an empty main"),
    FAT_JAR("the fat jar"),
    EMPTY_SCRIPT("an empty JBang script"),
    JBANG("jbang migrate"),
    JBANG_ANEW("the same, JBang asked anew"),
    FLOORS("the floor of 4 logs"),
    MANY_RUNS("4 runs of ours"),
    ONE_RUN("4 logs in one run of ours"),
    FIRST_LINES("the first lines of 10000 archives"),
    QUICK_STATUS("status --quick of them"),
    COMPRESSED_FLOOR("the floor of a compressed archive"),
    INFLATED("one inflation of it in Java"),
    COMPRESSED_ANEW("zcat, a header, and gzip anew", "gzip"),
    COMPRESSED("ours on a compressed archive"),
    INFLATED_LINES("gzip -dc into wc -l", "gzip"),
    COMPRESSED_STATUS("status in a compressed archive"),
    COMPRESSED_VERIFY("verify in a compressed archive"),
    SQLITE_IMPORT("sqlite3 .import", "sqlite3"),
    INTO_SQLITE("audit_to_store into SQLite"),
    PSQL_COPY("psql \\copy", "psql"),
    INTO_POSTGRES("audit_to_store into PostgreSQL", "psql");

    private static final Set<Measured> OF_STORES =
        EnumSet.of(SQLITE_IMPORT, INTO_SQLITE, PSQL_COPY, INTO_POSTGRES);

    private final String beginning;
    private final List<String> programs;

    Measured(String beginning, String... programs) {
      this.beginning = beginning;
      this.programs = List.of(programs);
    }

    boolean canBeMeasured() {
      boolean hasServer =
          this != PSQL_COPY && this != INTO_POSTGRES || PostgresProcess.programs() != null;
      return this == MEMORY || this == MEMORY_SMALL
          ? Files.exists(BenchChild.STATUS)
          : hasServer && programs.stream().allMatch(Tools::has);
    }
  }

  @TempDir static Path work;
  private static Path temporary;

  @BeforeAll
  static void makeFolder() throws IOException {
    Files.setPosixFilePermissions(
        work, PosixFilePermissions.fromString("rwx--x--x")); // PostgreSQL's
    temporary = Files.createDirectory(work.resolve("temporary"));
  }

  private static String[] command(String... args) {
    List<String> command = new ArrayList<>(List.of("./jbang", "run"));
    command.add("-R-Djava.io.tmpdir=" + temporary);
    command.add("bench");
    command.addAll(List.of(args));
    return command.toArray(String[]::new);
  }

  private static Map<String, String> environment() {
    return Map.of("JBANG_DIR", work.resolve("jbang-dir").toString());
  }

  private static Run bench(String... args) {
    return Run.of(Checkout.root(), environment(), command(args));
  }

  private static List<Path> left() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.toList();
    }
  }

  @Test
  void everyRowIsThereOrSaysWhyNotAndNothingIsLeftBehind() throws IOException {
    assertMeasures(EnumSet.complementOf(EnumSet.copyOf(Measured.OF_STORES)));
  }

  @Test
  void everyRowOfAStoreIsThereOrSaysWhyNotAndNothingIsLeftBehind() throws IOException {
    assertMeasures(Measured.OF_STORES, "--store");
  }

  /** Each script on the way here may have named the option once more. */
  @Test
  void aLongRunIsMeasuredWithTheCompilerToTheEnd() {
    List<String> command = BenchJvm.longCommand("-Xmx128m", List.of("audit_to_store"));
    assertTrue(command.contains("-Xmx128m"), command::toString);
    assertTrue(!command.toString().contains("TieredStopAtLevel"), command::toString);
  }

  private static void assertMeasures(Set<Measured> wanted, String... options) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("--size", "64k", "--runs", "1", "--logs", "4", "--json"));
    words.addAll(List.of(options));
    Run run = bench(words.toArray(String[]::new));
    assertEquals(0, run.exit(), run::toString);
    JsonNode report = JsonMapper.shared().readTree(run.stdout());
    List<String> names = new ArrayList<>();
    for (JsonNode row : report.required("rows")) {
      names.add(row.required("name").asString());
      assertTrue(row.required("figure").required("median").asDouble() > 0, row::toString);
    }
    List<String> leftOut = new ArrayList<>();
    report.required("left_out").forEach(why -> leftOut.add(why.asString()));
    assertAreMeasured(wanted, names, leftOut);
    assertTrue(report.required("machine").size() > 0, run::toString);
    assertEquals(List.of(), left());
  }

  /** Only what needs something that is not here may be left out, and must be said to be. */
  private static void assertAreMeasured(
      Set<Measured> wanted, List<String> names, List<String> leftOut) {
    List<String> expected = new ArrayList<>();
    for (Measured row : wanted) {
      if (row.canBeMeasured()) {
        expected.add(row.beginning);
      } else {
        assertTrue(
            leftOut.stream().anyMatch(why -> row.beginning.startsWith(why.replaceFirst(":.*", ""))),
            () -> row + " is missing here, and nothing says so: " + leftOut);
      }
    }
    String all = "rows: %s, left out: %s".formatted(names, leftOut);
    assertEquals(expected.size(), names.size(), all);
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(names.get(i).startsWith(expected.get(i)), expected.get(i) + " is not in " + all);
    }
    assertTrue(leftOut.isEmpty() || expected.size() < wanted.size(), all);
  }

  @Test
  void anInterruptedBenchLeavesNothingBehind() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command("--size", "64k", "--runs", "1000"))
            .directory(Checkout.root().toFile())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("output").toFile());
    builder.environment().putAll(environment());
    Process process = builder.start();
    while (process.isAlive() && left().isEmpty()) {
      Thread.sleep(10);
    }
    Thread.sleep(500); // into the middle of a round
    process.destroy();
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    assertEquals(143, process.exitValue(), () -> read(work.resolve("output")));
    assertEquals(List.of(), left());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void aSizeThatMakesNoSenseOrDoesNotFitIsATypingError() throws IOException {
    for (String size : List.of("0", "1x", "9999999g")) {
      Run run = bench("--size", size);
      assertEquals(2, run.exit(), run::toString);
      assertTrue(!run.stderr().contains("Exception"), run::toString);
    }
    assertEquals(List.of(), left());
  }
}
