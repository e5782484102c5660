import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The import as a command: what it prints, and how it ends. */
class StoreCommandTest {
  private static final String IMPORTED =
      "migrate: 191 entries imported into %s/agentguard.db (new)\n";

  private static final String SECOND =
      "{\"timestamp\":\"2026-04-17T09:30:00Z\",\"session_id\":\"s\",\"agent_id\":\"a\","
          + "\"request\":{\"scope\":\"shell\"},\"result\":{\"decision\":\"ALLOW\",\"reason\":\"\"},"
          + "\"duration_ms\":1}\n";

  @TempDir(factory = support.files.RamDisk.class)
  Path folder;

  @BeforeEach
  void copyLog() throws IOException {
    Files.copy(
        Checkout.root().resolve("tests/store/reference/real-v0.5.2.jsonl"),
        folder.resolve("audit.jsonl"));
  }

  private Run run(String... args) {
    return Run.store(folder, args);
  }

  private static JsonNode document(Run run) throws IOException {
    return new OutputSchema().requireValid(run.stdout());
  }

  @Test
  void theWholeWay() throws IOException {
    Run dry = run("--dry-run");
    assertEquals(0, dry.exit(), dry::toString);
    assertEquals(IMPORTED.replace("imported", "would be imported").formatted(folder), dry.stdout());
    assertTrue(
        dry.stderr().contains("audit.jsonl: would be imported, 191 new entries"), dry::toString);
    assertTrue(dry.stderr().contains("needs some 1 MB for rows and indexes"), dry::toString);
    assertFalse(Files.exists(folder.resolve("agentguard.db")));
    Run before = run("status", "--check");
    assertEquals(3, before.exit());
    assertTrue(
        before.stdout().contains("agentguard.db, which does not exist yet\n"), before::toString);
    Run first = run();
    assertEquals(IMPORTED.formatted(folder), first.stdout());
    assertTrue(first.stderr().contains("27 entries have request.est_cost"), first::toString);
    Run status = run("status", "--check");
    assertEquals(0, status.exit(), status::toString);
    assertEquals(
        "store       %s/agentguard.db%ndone        audit.jsonl: 191 entries in the store, 0 new lines%n"
            .formatted(folder),
        status.stdout());
    Run verify = run("verify", "--metrics-file", "out.prom");
    assertEquals(0, verify.exit(), verify::toString);
    assertTrue(
        Files.readString(folder.resolve("out.prom"))
            .contains("_exit_code{command=\"audit_to_store verify\"} 0\n"));
    Run rollback = run("rollback", "--all");
    assertEquals(0, rollback.exit(), rollback::toString);
    assertEquals(6, run("verify").exit());
  }

  @Test
  void aStoreThatCannotBeWrittenRefusesADryRunToo() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 8 << 20)) {
      String dataDir = disk.folder().toString();
      assertEquals(0, run("--data-dir", dataDir).exit());
      Files.writeString(folder.resolve("audit.jsonl"), SECOND, StandardOpenOption.APPEND);
      disk.remount("ro");
      for (String command : List.of("", "--dry-run", "rollback --dry-run", "rollback")) {
        Run run = run((command + " --data-dir " + dataDir).strip().split(" "));
        assertEquals(1, run.exit(), run::toString);
        assertTrue(run.stderr().contains("cannot be opened or written"), run::toString);
      }
      assertEquals(3, run("status", "--check", "--data-dir", dataDir).exit());
      assertEquals(0, run("verify", "--data-dir", dataDir).exit());
    }
  }

  @Test
  void aFileOfRejectsThatCannotBeWrittenIsNoFaultOfTheLog() throws IOException {
    Files.writeString(folder.resolve("audit.jsonl"), SECOND + "torn".repeat(300_000) + "\n");
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 1 << 20)) {
      Run run =
          run("--skip-unreadable", "--reject-file", disk.folder().resolve("rejects").toString());
      assertEquals(1, run.exit(), run::toString);
      assertTrue(run.stderr().contains("migrate: --reject-file "), run::toString);
      assertTrue(run.stderr().contains("state: no row was imported or removed"), run::toString);
    }
  }

  @Test
  void tooLittleSpaceIsSaidBeforeTheFirstWrite() throws IOException {
    Files.writeString(folder.resolve("audit.jsonl"), SECOND.repeat(10_000));
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 1 << 20)) {
      for (String dry : List.of("--dry-run", "--quiet")) {
        Run run = run(dry, "--data-dir", disk.folder().toString());
        assertEquals(1, run.exit(), run::toString);
        assertTrue(run.stderr().contains("the import needs some 3 MB"), run::toString);
        assertEquals(0, disk.folder().toFile().list().length);
      }
    }
  }

  /** The first entries do not tell of it: what is long in them has no column. */
  @Test
  void aDiskThatGetsFullLosesNothing() throws IOException {
    String long1 = SECOND.replace("\"shell\"", "\"shell\",\"meta\":{\"a\":\"%s\"}");
    Files.writeString(
        folder.resolve("audit.jsonl"),
        long1.formatted("x".repeat(10_000)).repeat(100) + SECOND.repeat(30_000));
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 4 << 20)) {
      String[] there = {"--data-dir", disk.folder().toString()};
      Run full = run(there);
      assertEquals(1, full.exit(), full::toString);
      assertTrue(full.stderr().contains("has no room left on its disk"), full::toString);
      assertTrue(full.stderr().contains("whole, with its record, or not at all"), full::toString);
      disk.remount("size=64m");
      Run again = run(there);
      assertEquals(0, again.exit(), again::toString);
      Run verify = run("verify", "--data-dir", disk.folder().toString());
      assertTrue(verify.stdout().contains("30100 "), verify::toString);
      assertEquals(0, verify.exit(), verify::toString);
    }
  }

  @Test
  void theDocumentsFollowTheSchema() throws IOException {
    Files.writeString(folder.resolve("audit.jsonl"), "torn\n", StandardOpenOption.APPEND);
    JsonNode imported = document(run("--json")).required("details");
    assertEquals(191, imported.required("entries").asInt());
    assertEquals(193, imported.required("rejects").get(0).required("line").asInt());
    assertFalse(imported.required("rejects_cut").asBoolean());
    for (String[] command :
        List.of(
            new String[] {"--json", "--dry-run"},
            new String[] {"status", "--json"},
            new String[] {"verify", "--json"},
            new String[] {"rollback", "--json"},
            new String[] {"verify", "--json"},
            new String[] {"--json", "--store-dsn", "mysql://x"},
            new String[] {"--jsno", "--json"})) {
      document(run(command));
    }
  }

  @Test
  void whatIsNotUnderstoodRunsNothing() {
    for (String[] wrong :
        List.of(
            new String[] {"--since", "yesterday"},
            new String[] {"--dry-run", "--reject-file", "r"},
            new String[] {"--max-rejects", "-1"},
            new String[] {"--tenant", ""},
            new String[] {"--store-dsn", "host=db dbname=x"},
            new String[] {"--store-dsn", "postgres:///x"},
            new String[] {"--dry-run", "status"},
            new String[] {"rollback", "--all", "--audit-log", "audit.jsonl"},
            new String[] {"--backup-dir", "x"})) {
      Run run = run(wrong);
      run.assertIsError(2, "");
    }
    assertFalse(Files.exists(folder.resolve("agentguard.db")));
  }

  @Test
  void errorsHaveThreeParts() {
    run("--audit-log", "nowhere.jsonl").assertIsError(1, "nowhere.jsonl: no such file");
    run("rollback").assertIsError(1, "does not exist");
    run("--data-dir", "nowhere").assertIsError(1, "nowhere");
    Run.of(folder, java.util.Map.of(), "sh", "-c", "echo 'no database at all' > agentguard.db");
    run().assertIsError(5, "is no SQLite database");
  }

  /** A long one is copied in parts, of which the last may lack its newline. */
  @Test
  void rejectedLinesOfSeveralFilesAreLinesOfTheirOwn() throws IOException {
    String longLine = "{\"request\":\"%s\"}".formatted("x".repeat(1 << 20));
    Files.writeString(folder.resolve("audit.jsonl.1"), SECOND + longLine);
    Files.writeString(folder.resolve("audit.jsonl"), "no entry\n" + SECOND);
    Run run = run("--archives", "--reject-file", "rejects");
    assertEquals(0, run.exit(), run::toString);
    assertEquals(List.of(longLine, "no entry"), Files.readAllLines(folder.resolve("rejects")));
  }

  @Test
  void theLongestLinesFitIntoASmallHeap() throws IOException {
    Path log = folder.resolve("audit.jsonl");
    Files.writeString(log, SECOND);
    for (int length : new int[] {(16 << 20) - SECOND.length(), 20 << 20, (16 << 20) - 300}) {
      String line = SECOND.replace("\"shell\"", '"' + "x".repeat(length) + '"');
      Files.writeString(log, line, StandardOpenOption.APPEND);
    }
    List<String> small = List.of("-Xmx128m");
    Run run = Run.store(small, folder, "--json", "--reject-file", "rejects");
    assertEquals(0, run.exit(), run::toString);
    assertEquals(3, document(run).required("details").required("entries").asInt());
    assertTrue(Files.size(folder.resolve("rejects")) > 20 << 20);
    Run verify = Run.store(small, folder, "verify");
    assertEquals(0, verify.exit(), verify::toString);
  }

  /** S2, with a real process that really dies. */
  @Test
  void killedAtAnyMomentTheNextRunGoesOn() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String log = SECOND.repeat(60_000);
    Files.writeString(folder.resolve("audit.jsonl"), log);
    for (int i = 0; i < 4; i++) {
      Process run = Run.startStore(folder);
      run.waitFor(600 + random.nextInt(1500), TimeUnit.MILLISECONDS);
      run.destroyForcibly().waitFor();
    }
    Run last = run();
    assertEquals(0, last.exit(), () -> "seed " + seed + ": " + last);
    Run verify = run("verify", "--strict", "--json");
    assertEquals(0, verify.exit(), () -> "seed " + seed + ": " + verify);
    assertEquals(60_000, document(verify).required("details").required("entries").asInt());
  }

  /** One is busy, or comes when the other has done all of it. */
  @Test
  void twoImportsAtOnceWriteEachEntryOnce() throws Exception {
    Files.writeString(folder.resolve("audit.jsonl"), SECOND.repeat(60_000));
    Process other = Run.startStore(folder);
    while (other.isAlive() && !Files.exists(folder.resolve("agentguard.db"))) {
      Thread.sleep(5);
    }
    Run run = run();
    assertTrue(List.of(0, 4).contains(run.exit()), run::toString);
    assertTrue(run.exit() == 0 || run.stderr().contains("  next: "), run::toString);
    assertEquals(0, other.waitFor());
    Run verify = run("verify");
    assertEquals(0, verify.exit(), verify::toString);
    assertTrue(verify.stdout().contains("60000 "), verify::toString);
  }

  @Test
  void metricsTakeThePlaceOfNeitherLogNorStore() throws IOException {
    byte[] log = Files.readAllBytes(folder.resolve("audit.jsonl"));
    run();
    byte[] store = Files.readAllBytes(folder.resolve("agentguard.db"));
    for (String file :
        List.of("audit.jsonl", "audit.jsonl.1", "agentguard.db", "agentguard.db-wal")) {
      Run run = run("verify", "--metrics-file", file);
      assertEquals(2, run.exit(), run::toString);
    }
    assertArrayEquals(log, Files.readAllBytes(folder.resolve("audit.jsonl")));
    assertArrayEquals(store, Files.readAllBytes(folder.resolve("agentguard.db")));
  }

  /** Each line is short where there is little to say, and advises what is not refused. */
  @Test
  void itSpeaksOfOneEntryAndOfNothingNew() throws IOException {
    Files.writeString(folder.resolve("audit.jsonl"), SECOND + "torn\n".repeat(30));
    String more = "and 10 more; --%s";
    Run dry = run("--dry-run");
    assertTrue(dry.stderr().contains(more.formatted("json lists up to 10,000")), dry::toString);
    Run first = run();
    assertEquals(IMPORTED.replace("191 entries", "1 entry").formatted(folder), first.stdout());
    String imported = "audit.jsonl: imported, 1 new entry, lines that make no rows: 30\n";
    assertTrue(first.stderr().contains(imported), first::toString);
    assertTrue(first.stderr().contains(more.formatted("reject-file keeps all")), first::toString);
    Run second = run("--reject-file", "rejects");
    assertEquals(
        List.of(
            "migrate: audit.jsonl: nothing new, 1 entry known",
            "migrate: the lines that make no rows are in rejects"),
        second.stderr().lines().filter(line -> line.startsWith("migrate: ")).toList());
    assertEquals(30, Files.readAllLines(folder.resolve("rejects")).size());
    assertTrue(run("verify").stdout().contains("1 entry in "));
    assertTrue(run("status").stdout().contains("audit.jsonl: 1 entry in the store, 0 new lines"));
    assertTrue(run("rollback").stdout().contains("migrate: 1 entry of 1 file(s) removed"));
  }

  @Test
  void statusSaysWhatItDoesNotFindAndFailsForWhatCannotBeImported() throws IOException {
    Path log = folder.resolve("audit.jsonl");
    List<String> lines = Files.readAllLines(log);
    Files.write(folder.resolve("audit.jsonl.1"), lines.subList(0, 100));
    Files.write(log, lines.subList(100, lines.size()));
    assertEquals(0, run("--archives").exit());
    Files.delete(folder.resolve("audit.jsonl.1"));
    Run status = run("status", "--archives", "--check");
    assertEquals(0, status.exit(), status::toString);
    assertTrue(status.stderr().contains("1 file(s) that were imported are not"), status::toString);
    JsonNode details = document(run("status", "--json")).required("details");
    assertEquals(1, details.required("gone_files").asInt());
    assertEquals(99, details.required("gone_entries").asInt());
    Files.writeString(folder.resolve("audit.jsonl.1.gz"), "no gzip");
    assertEquals(0, run("status", "--archives").exit());
    run("status", "--archives", "--check").assertIsError(1, "audit.jsonl.1.gz");
    Files.writeString(log, Files.readString(log) + SECOND.repeat(3000));
    assertEquals(0, run().exit());
    byte[] changed = Files.readAllBytes(log);
    changed[changed.length - 3]++;
    Files.write(log, changed);
    run("status", "--check").assertIsError(5, "differs from it");
  }

  /** No code of success where less was looked at than was asked for. */
  @Test
  void verifySaysWhatItCouldNotRead() throws IOException {
    run();
    Files.writeString(folder.resolve("audit.jsonl.1.gz"), "no gzip");
    Run verify = run("verify", "--archives");
    verify.assertIsError(1, "audit.jsonl.1.gz");
    assertTrue(verify.stderr().contains("state: all that can be read is as it was"), verify + "");
    Run skipping = run("verify", "--archives", "--skip-unreadable");
    assertEquals(0, skipping.exit(), skipping::toString);
    assertTrue(skipping.stdout().startsWith("migrate: 191 entries in "), skipping::toString);
    assertTrue(skipping.stderr().contains("audit.jsonl.1.gz: "), skipping::toString);
    run("verify", "--archives", "--skip-unreadable", "--strict")
        .assertIsError(6, "audit.jsonl.1.gz: could not be read");
    JsonNode details = document(run("verify", "--archives", "--json")).required("details");
    assertEquals("audit.jsonl.1.gz", details.required("unreadable").get(0).asString());
  }

  @Test
  void aPatternNamesSeveralLogs() throws IOException {
    String ofTenant = SECOND.replace("{\"timestamp", "{\"tenant_id\":\"%s\",\"timestamp");
    for (String tenant : List.of("a", "b")) {
      Path own = Files.createDirectory(folder.resolve(tenant));
      Files.writeString(own.resolve("audit.jsonl"), ofTenant.formatted(tenant));
    }
    Run run = run("--audit-log", "?/audit.jsonl");
    assertEquals(0, run.exit(), run::toString);
    assertTrue(run.stdout().contains("2 entries imported"), run::toString);
    assertEquals(2, run("--audit-log", "x*/audit.jsonl").exit());
  }
}
