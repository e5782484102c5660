import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tool among other processes: signals, live writers, another run, little memory. */
class ProcessTest {
  @TempDir Path folder;

  private static byte[] realEntries() throws IOException {
    return Files.readAllBytes(
        Checkout.fixtures().resolve("v040_to_v041/real-v0.4.0/before/audit.jsonl"));
  }

  /** A log of real entries of at least this size. */
  private Path log(long bytes) throws IOException {
    Path log = folder.resolve("audit.jsonl");
    byte[] entries = realEntries();
    try (OutputStream out = Files.newOutputStream(log)) {
      for (long written = 0; written < bytes; written += entries.length) {
        out.write(entries);
      }
    }
    return log;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Waits until the folder holds a file whose name matches. */
  private void awaitFile(String regex, Process process) throws Exception {
    while (names().stream().noneMatch(name -> name.matches(regex))) {
      assertTrue(process.isAlive(), "the run ended too early: " + names());
      Thread.sleep(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aSignalEndsARunAtASafeMomentAndNothingRemains(String signal, int exit) throws Exception {
    Run.assumeIsHeard(signal);
    Path log = log(512L << 20);
    long size = Files.size(log);
    Process run = Run.startTool(folder);
    awaitFile("audit\\.jsonl\\.migrate\\.[0-9a-f]{16}\\.tmp", run);
    Run.of(folder, Map.of(), "kill", "-" + signal, Long.toString(run.pid()));
    assertTrue(run.waitFor(60, TimeUnit.SECONDS));
    String stderr = Files.readString(folder.resolve("stderr"));
    assertEquals(exit, run.exitValue(), stderr);
    assertEquals(size, Files.size(log));
    assertEquals(List.of("audit.jsonl", "stderr", "stdout"), names());
    assertTrue(stderr.contains("migrate: v040_to_v041: interrupted while"), stderr);
    assertTrue(stderr.contains("  state: audit.jsonl is as it was\n"), stderr);
  }

  @Test
  void aKilledRunIsFinishedByTheNextOne() throws Exception {
    Path log = log(256L << 20);
    long size = Files.size(log);
    Process run = Run.startTool(folder);
    awaitFile("audit\\.jsonl\\.migrate\\.[0-9a-f]{16}\\.tmp", run);
    run.destroyForcibly().waitFor();
    assertEquals(size, Files.size(log));
    Run next = Run.tool(folder);
    assertEquals(0, next.exit(), next::toString);
    assertTrue(next.stderr().contains("left by an interrupted run"), next::toString);
    assertEquals(size, Files.size(folder.resolve("audit.jsonl.v040-backup")));
    assertEquals(List.of("audit.jsonl", "audit.jsonl.v040-backup", "stderr", "stdout"), names());
  }

  @Test
  void aLiveWriterIsNamedAndRefusedAndForceGoesOn() throws Exception {
    log(1);
    Process writer = holding("3>>audit.jsonl");
    try {
      Run refused = Run.tool(folder);
      assertEquals(4, refused.exit(), refused::toString);
      assertTrue(
          refused
              .stderr()
              .contains("is open for writing by process %d (bash)".formatted(writer.pid())),
          refused::toString);
      assertEquals(List.of("audit.jsonl"), names());
      Run dry = Run.tool(folder, "--dry-run");
      assertEquals(4, dry.exit(), dry::toString);
      Run forced = Run.tool(folder, "--force");
      assertEquals(0, forced.exit(), forced::toString);
    } finally {
      writer.destroyForcibly().waitFor();
    }
  }

  /** A process that has a file open until it is ended. */
  private Process holding(String redirection) throws Exception {
    Process holder =
        new ProcessBuilder("bash", "-c", "exec %s; read -r line".formatted(redirection))
            .directory(folder.toFile())
            .start();
    Path descriptor = Path.of("/proc", Long.toString(holder.pid()), "fd", "3");
    while (!Files.exists(descriptor)) {
      assertTrue(holder.isAlive());
      Thread.sleep(1);
    }
    return holder;
  }

  @Test
  void aReaderIsNoWriter() throws Exception {
    log(1);
    Process reader = holding("3<audit.jsonl");
    try {
      assertEquals(0, Run.tool(folder).exit());
    } finally {
      reader.destroyForcibly().waitFor();
    }
  }

  @Test
  void whileOneRunIsAtWorkAnotherIsBusyNamesItAndTellsWhetherItIsStopped() throws Exception {
    Path log = log(128L << 20);
    long size = Files.size(log);
    Process first = Run.startTool(folder);
    awaitFile("audit\\.jsonl\\.migrate\\.[0-9a-f]{16}\\.tmp", first);
    Run.of(folder, Map.of(), "kill", "-STOP", Long.toString(first.pid()));
    Run second = Run.tool(folder);
    Run.of(folder, Map.of(), "kill", "-CONT", Long.toString(first.pid()));
    first.waitFor();
    assertEquals(0, first.exitValue());
    second.assertIsError(4, "process %d, ".formatted(first.pid()));
    assertTrue(second.stderr().contains("that process is stopped"), second::toString);
    assertTrue(second.stderr().contains("'kill -CONT %d'".formatted(first.pid())));
    assertEquals(List.of("audit.jsonl", "audit.jsonl.v040-backup", "stderr", "stdout"), names());
    assertEquals(size, Files.size(folder.resolve("audit.jsonl.v040-backup")));
  }

  @Test
  void aStoppedRunCanBeEndedAsTheNextOneAdvises() throws Exception {
    Path log = log(128L << 20);
    Process first = Run.startTool(folder);
    awaitFile("audit\\.jsonl\\.migrate\\.[0-9a-f]{16}\\.tmp", first);
    Run.of(folder, Map.of(), "kill", "-STOP", Long.toString(first.pid()));
    for (String[] arguments : new String[][] {{}, {"--dry-run"}}) {
      Run next = Run.tool(folder, arguments);
      assertEquals(4, next.exit(), next::toString);
      assertTrue(next.stderr().contains("'kill -KILL %d'".formatted(first.pid())), next::toString);
    }
    Run.of(folder, Map.of(), "kill", "-KILL", Long.toString(first.pid()));
    first.waitFor();
    long size = Files.size(log);
    assertEquals(0, Run.tool(folder).exit());
    assertEquals(List.of("audit.jsonl", "audit.jsonl.v040-backup", "stderr", "stdout"), names());
    assertEquals(size, Files.size(folder.resolve("audit.jsonl.v040-backup")));
  }

  @Test
  void aRunWaitsForAnotherAsLongAsAskedAndThenFindsNothingToDo() throws Exception {
    log(128L << 20);
    Process first = Run.startTool(folder);
    awaitFile("audit\\.jsonl\\.migrate\\.lock", first);
    Run second = Run.tool(folder, "--lock-timeout", "60");
    first.waitFor();
    assertEquals(0, second.exit(), second::toString);
    assertEquals(List.of("audit.jsonl", "audit.jsonl.v040-backup", "stderr", "stdout"), names());
  }

  @Test
  void statusNeitherWaitsForAMigrationAtWorkNorDisturbsItAndTellsThatItIsStopped()
      throws Exception {
    log(128L << 20);
    Process migration = Run.startTool(folder);
    awaitFile("audit\\.jsonl\\.migrate\\.[0-9a-f]{16}\\.tmp", migration);
    Run.of(folder, Map.of(), "kill", "-STOP", Long.toString(migration.pid()));
    Run status = Run.tool(folder, "status", "--quick");
    Run document = Run.tool(folder, "status", "--quick", "--json");
    Run ofSeveral = Run.tool(folder, "status", "--quick", "--archives");
    Run.of(folder, Map.of(), "kill", "-CONT", Long.toString(migration.pid()));
    migration.waitFor();
    assertEquals(0, migration.exitValue());
    assertEquals(0, status.exit(), status::toString);
    String held =
        "lock: held by process %1$d; a migration is at work, but stopped: 'kill -CONT %1$d'"
            .formatted(migration.pid());
    assertTrue(status.stdout().contains(held), status::toString);
    assertTrue(document.stdout().contains("\"stopped\" : true"), document::toString);
    assertTrue(ofSeveral.stdout().contains(", a run is stopped"), ofSeveral::toString);
    assertTrue(status.stdout().contains("of the run at work"), status::toString);
    assertTrue(status.stdout().contains("(java): reading"), status::toString);
  }

  /** One that reads the hole of a tebibyte would take an hour. */
  @Test
  void quickStatusTakesNoLongerForALargerLog() throws Exception {
    Files.writeString(
        folder.resolve("audit.jsonl"),
        "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-04-17T09:30:00Z\"}}\n");
    Files.writeString(folder.resolve("audit.jsonl.v040-backup"), "{");
    for (String name : List.of("audit.jsonl", "audit.jsonl.v040-backup")) {
      assertEquals(0, Run.of(folder, Map.of(), "truncate", "-s", "1T", name).exit());
    }
    Run status = Run.tool(folder, "status", "--quick");
    assertEquals(0, status.exit(), status::toString);
    assertTrue(status.stdout().contains("schema version 2, 1099511627776 bytes"));
  }

  @Test
  void statusNamesAWriterAndTheMigrationThatItBlocks() throws Exception {
    log(1);
    Process writer = holding("3>>audit.jsonl");
    try {
      Run status = Run.tool(folder, "status", "--check");
      assertEquals(3, status.exit(), status::toString);
      String named = "process %d (bash)".formatted(writer.pid());
      assertTrue(status.stdout().contains("open by     " + named + ": writing"), status::toString);
      assertTrue(
          status.stdout().contains("blocked: v040_to_v041: audit file audit.jsonl is open for"),
          status::toString);
    } finally {
      writer.destroyForcibly().waitFor();
    }
  }

  /** A log of 400 entries and one of 1 GiB: the same small heap serves both. */
  @ParameterizedTest
  @CsvSource({"1", "1073741824"})
  void aHeapOf64MebibytesServesALogOfAnySize(long bytes) throws Exception {
    Path log = log(bytes);
    long size = Files.size(log);
    Run run = Run.tool(List.of("-Xmx64m"), folder);
    assertEquals(0, run.exit(), run::toString);
    String compare =
        "cmp <(tail -n +2 audit.jsonl) audit.jsonl.v040-backup && head -n 1 audit.jsonl";
    Run cmp = Run.of(folder, Map.of(), "bash", "-c", compare);
    assertEquals(0, cmp.exit(), cmp::toString);
    assertTrue(cmp.stdout().startsWith("{\"_meta\":{\"schema_version\":2,\"created_at\":\""));
    assertEquals(size + cmp.stdout().getBytes(UTF_8).length, Files.size(log));
  }
}
