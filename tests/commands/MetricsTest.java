import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import support.console.Metrics;
import support.files.Machine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code --metrics-file} writes, as Prometheus' own parsers read it. */
class MetricsTest {
  private static final String PREFIX = "agentguard_audit_migration_";
  private static final String FILE = "migrate.prom";

  /** AgentGuard v0.5.0 and later, pkg/metrics. */
  private static final String STATUS_HELP =
      "Audit-schema migration outcome gauge, labeled by from/to versions and status"
          + " (ran|skipped|failed).";

  /** Both parsers of the official Python client; the one of OpenMetrics is strict. */
  private static final String PARSE =
      """
      import json, sys
      from prometheus_client.openmetrics import parser as strict
      from prometheus_client.parser import text_string_to_metric_families as families
      text = open(sys.argv[1]).read()
      list(strict.text_string_to_metric_families(text + "# EOF\\n"))
      print(json.dumps([[f.name, f.type, f.documentation, [[s.name, s.labels, s.value]
          for s in f.samples]] for f in families(text)]))
      """;

  private static final String PROBE = "import prometheus_client.parser";

  @TempDir Path folder;

  private Path log(String golden) throws IOException {
    Path fixture = Checkout.fixtures().resolve("v040_to_v041").resolve(golden);
    new GoldenCase(fixture).before().writeTo(folder);
    return folder.resolve("audit.jsonl");
  }

  private Run migrate(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--metrics-file", FILE));
    return Run.tool(folder, all.toArray(String[]::new));
  }

  /** The samples of the file, by name and labels; everything is a gauge with a help text. */
  private Map<String, Double> samples() throws IOException {
    Run run = Run.of(folder, Map.of(), python(), "-c", PARSE, FILE);
    assertEquals(0, run.exit(), run::toString);
    Map<String, Double> samples = new TreeMap<>();
    for (JsonNode family : JsonMapper.shared().readTree(run.stdout()).values()) {
      assertEquals("gauge", family.get(1).asString());
      assertFalse(family.get(2).asString().isBlank());
      if (family.get(0).asString().equals(PREFIX + "status")) {
        assertEquals(STATUS_HELP, family.get(2).asString());
      }
      for (JsonNode sample : family.get(3).values()) {
        assertEquals(family.get(0), sample.get(0));
        String name = sample.get(0).asString().replace(PREFIX, "");
        samples.put(name + sample.get(1), sample.get(2).asDouble());
      }
    }
    return samples;
  }

  private String python() {
    return Stream.of("python3", "/usr/bin/python3")
        .filter(p -> Run.of(folder, Map.of(), "bash", "-c", p + " -c '" + PROBE + "'").exit() == 0)
        .findFirst()
        .orElseGet(() -> abort("python3-prometheus-client is missing"));
  }

  private static String status(String status) {
    return "status{\"id\":\"v040_to_v041\",\"from\":\"1\",\"to\":\"2\",\"status\":\"%s\"}"
        .formatted(status);
  }

  private void requireStatus(String expected, Map<String, Double> samples) {
    for (String status : List.of("ran", "skipped", "failed")) {
      double value = status.equals(expected) ? 1 : 0;
      assertEquals(value, samples.remove(status(status)), status + " in " + samples);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "migrate, real-v0.4.0, 0, ran",
    "startup, real-v0.4.0, 0, ran",
    "migrate, already-v2, 0, skipped",
    "startup, newer-schema, 5, failed",
  })
  void aMigrationTellsItsOutcome(String command, String golden, int exit, String status)
      throws IOException {
    Path log = log(golden);
    Instant begun = Instant.now();
    Run run = command.equals("migrate") ? migrate() : migrate(command);
    assertEquals(exit, run.exit(), run::toString);
    Map<String, Double> samples = samples();
    requireStatus(status, samples);
    requireRun(command, exit, begun, samples);
    assertEquals((double) Files.size(log), samples.remove("bytes{}"));
    if (exit == 0) { // a log that is refused has no entries to be counted
      long lines = Files.readString(log).lines().count();
      assertEquals(lines - 1.0, samples.remove("entries{}"), "the lines behind the header");
      assertEquals(0.0, samples.remove("damaged_lines{}"));
    }
    assertEquals(Map.of(), samples, "of no known name");
  }

  private static void requireRun(
      String command, int exit, Instant begun, Map<String, Double> samples) {
    String of = "{\"command\":\"%s\"}".formatted(command);
    double now = Instant.now().toEpochMilli() / 1e3;
    double ended = samples.remove("last_run_timestamp_seconds" + of);
    double duration = samples.remove("duration_seconds" + of);
    assertEquals((double) exit, samples.remove("exit_code" + of));
    assertTrue(ended > begun.getEpochSecond() && ended <= now, "ended at " + ended);
    assertTrue(duration > 0 && duration <= now - begun.getEpochSecond(), "took " + duration);
  }

  @Test
  void damagedLinesAreCounted() throws IOException {
    log("legacy-corrupt-later-line");
    assertEquals(0, migrate().exit());
    assertEquals(1.0, samples().get("damaged_lines{}"));
  }

  @Test
  void whatDoesNotMigrateTellsNoOutcome() throws IOException {
    log("real-v0.4.0");
    assertEquals(0, migrate("--dry-run").exit());
    assertFalse(samples().containsKey(status("ran")));
    assertEquals(0, migrate("status").exit());
    assertEquals(1.0, samples().get("pending{}"));
    assertEquals(6, migrate("verify").exit());
    assertEquals(6.0, samples().get("exit_code{\"command\":\"verify\"}"));
  }

  /** A name of a log may hold whatever ends a label, or its line. */
  @Test
  void aLabelIsReadAsItWas() throws IOException {
    String name = "a \"b\" \\n \n.jsonl";
    Files.move(log("legacy-two-records"), folder.resolve(name));
    assertEquals(0, migrate("--archives", "--audit-log", name).exit());
    String label = JsonMapper.shared().writeValueAsString(Map.of("log", name));
    assertEquals(2.0, samples().get("entries" + label), () -> label);
  }

  // ------------------------------------------------------------ the file

  /** node_exporter runs as another user, and a service's umask is often strict. */
  @Test
  void everybodyMayReadTheFile() throws IOException {
    log("already-v2");
    Run run = Run.toolInShell("umask 077; exec \"$@\"", folder, "--metrics-file", FILE);
    assertEquals(0, run.exit(), run::toString);
    assertEquals(0644, (int) Files.getAttribute(folder.resolve(FILE), "unix:mode") & 0777);
  }

  @Test
  void aReaderNeverSeesHalfAFileNorNone() throws Exception {
    Path file = folder.resolve(FILE);
    write(file, 0);
    String sound = Files.readString(file).replaceAll(" 0\n", " N\n");
    CompletableFuture<?> writer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 200; i++) {
                write(file, i % 10);
              }
            });
    int reads = 0;
    while (!writer.isDone()) {
      assertEquals(sound, Files.readString(file).replaceAll(" \\d\n", " N\n"));
      reads++;
    }
    writer.get();
    assertTrue(reads > 100, reads + " reads");
    assertEquals(List.of(FILE), names());
  }

  private static void write(Path file, double value) {
    try {
      Metrics metrics = new Metrics(file, Machine.real());
      for (int i = 0; i < 100; i++) {
        metrics.gauge("gauge_" + i, "Help.", Map.of("", value));
      }
      metrics.write();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Whatever fails, the log is migrated, the old file stays, and the operator is told. */
  @ParameterizedTest
  @CsvSource({"openat, 1", "write, 1", "fsync, 1", "fchmod|chmod|fchmodat, 1", "rename, 1"})
  void aFileThatCannotBeWrittenIsToldAndTheOldOneStays(String calls, int which) throws IOException {
    Strace.assumeItWorks(folder);
    Files.delete(folder.resolve("probe"));
    log("legacy-two-records");
    write(folder.resolve(FILE), 7);
    String old = Files.readString(folder.resolve(FILE));
    Path staged = folder.resolve("." + FILE + "." + KnownNames.WORD + ".tmp");
    String inject =
        "inject=%s:error=ENOSPC:when=%d".formatted(calls.replaceAll("(^|[|])", ",?"), which);
    List<String> tracer =
        new ArrayList<>(List.of("strace", "-f", "-qq", "-o", "/dev/null", "-e", inject));
    tracer.addAll(Strace.only(List.of(staged)));
    String file = folder.resolve(FILE).toString();
    Run run = Run.tracedTool(tracer, List.of(), folder, "--metrics-file", file);
    run.assertIsError(1, "write metrics file: ");
    assertTrue(run.stderr().contains("No space left on device"), run::toString);
    assertTrue(run.stderr().contains("v040_to_v041 done\n"), run::toString);
    assertEquals(old, Files.readString(folder.resolve(FILE)));
    assertEquals(List.of("audit.jsonl", "audit.jsonl.v040-backup", FILE), names());
  }

  @Test
  void aFolderThatCannotBeWrittenIsToldBeforeAnythingIsDone() throws IOException {
    assumeTrue(Scene.isRoot(), "only root can change users");
    Path log = log("legacy-two-records");
    String before = Files.readString(log);
    Path jars = Files.createDirectory(folder.resolve("jars"));
    Path metrics = Files.createDirectory(folder.resolve("metrics"));
    Files.setAttribute(folder, "unix:mode", 0755);
    Files.setAttribute(metrics, "unix:mode", 0755);
    Files.setAttribute(folder, "unix:uid", 65534);
    Files.setAttribute(log, "unix:uid", 65534);
    Run run = Run.toolAs(65534, jars, folder, "--metrics-file", "metrics/" + FILE);
    run.assertIsError(1, "its folder does not exist or cannot be written");
    assertEquals(before, Files.readString(log));
    assertEquals(List.of("audit.jsonl", "jars", "metrics"), names());
  }

  @Test
  void aNameBehindTheLogsIsAllowedToPrometheus() throws IOException {
    log("legacy-two-records");
    assertEquals(0, Run.tool(folder, "--metrics-file", "audit.jsonl.prom").exit());
    assertTrue(Files.readString(folder.resolve("audit.jsonl.prom")).startsWith("# HELP "));
    Run.tool(folder, "--metrics-file", "audit.jsonl.v041-backup").assertIsError(2, "has a name of");
  }

  /** Its name is not known before a link is followed, nor that there will be such a file. */
  @Test
  void aBackupThatTheRunMakesIsNotReplaced() throws IOException {
    log("legacy-two-records");
    byte[] old = Files.readAllBytes(folder.resolve("audit.jsonl"));
    Files.createSymbolicLink(folder.resolve("link"), Path.of("audit.jsonl"));
    String backup = "audit.jsonl.v040-backup";
    Run run = Run.tool(folder, "--metrics-file", backup, "--audit-log", "link");
    run.assertIsError(1, "is no metrics file of this tool, and is not replaced");
    assertArrayEquals(old, Files.readAllBytes(folder.resolve(backup)));
  }

  @ParameterizedTest
  @CsvSource({"else.jsonl.1, entry", "empty, ''", "folder/, ''", "link -> audit.jsonl, ''"})
  void whatIsNoMetricsFileIsNotReplaced(String name, String content) throws IOException {
    log("legacy-two-records");
    Path file = folder.resolve(name.replaceAll(" .*", ""));
    if (name.endsWith("/")) {
      Files.createDirectory(file);
    } else if (name.startsWith("link")) {
      Files.createSymbolicLink(file, Path.of("audit.jsonl"));
    } else {
      Files.writeString(file, content);
    }
    Tree before = Tree.of(folder);
    Run run = Run.tool(folder, "--metrics-file", file.getFileName().toString());
    run.assertIsError(1, "is no metrics file of this tool, and is not replaced");
    assertEquals(List.of(), before.differencesTo(Tree.of(folder)));
  }
}
