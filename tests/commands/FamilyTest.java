import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A log and the archives beside it, with {@code --archives} and without. */
class FamilyTest {
  private static final String LOG = "audit.jsonl";

  /** The oldest first. */
  private static final List<String> ARCHIVES =
      List.of(
          "audit.jsonl.10",
          "audit.jsonl.2",
          "audit.jsonl-20260417",
          "audit.jsonl.20260418T093000Z");

  @TempDir Path folder;
  private LogsFolder logs;

  @BeforeEach
  void begin() throws IOException {
    logs = new LogsFolder(folder);
    int entries = 1;
    logs.log(LOG, entries);
    for (String archive : ARCHIVES) {
      logs.log(archive, ++entries);
    }
  }

  private void requireAllMigrated() throws IOException {
    int entries = 1;
    logs.requireMigrated(LOG, entries);
    for (String archive : ARCHIVES) {
      logs.requireMigrated(archive, ++entries);
    }
  }

  private void requireArchivesOld() throws IOException {
    int entries = 1;
    for (String archive : ARCHIVES) {
      logs.requireOld(archive, ++entries);
    }
  }

  @Test
  void theOldestArchiveComesFirstAndTheLogLast() throws IOException {
    List<String> expected = new ArrayList<>(ARCHIVES);
    expected.add(LOG);
    Run run = logs.run(0, "--archives", "--audit-log", LOG);
    assertEquals(expected, ManyLogsTest.turns(run));
    requireAllMigrated();
    assertTrue(run.stdout().endsWith("migrate: 5 log(s): 5 done\n"), run::toString);
  }

  @Test
  void theLogGoesEvenWhereAnArchiveFails() throws IOException {
    logs.write("audit.jsonl.10", LogsFolder.NO_LOG);
    Run run = logs.run(5, "--archives", "--audit-log", LOG);
    logs.requireMigrated(LOG, 1);
    assertTrue(run.stdout().endsWith("migrate: refused: audit.jsonl.10\n"), run::toString);
  }

  @Test
  void theWayBackAndTheProofTakeArchivesToo() throws IOException {
    logs.run(0, "--archives", "--audit-log", LOG);
    logs.run(0, "verify", "--archives", "--audit-log", LOG);
    logs.run(0, "rollback", "--archives", "--audit-log", LOG);
    logs.requireOld(LOG, 1);
    requireArchivesOld();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--dry-run", "startup", "status"})
  void withoutTheOptionArchivesAreLeftAloneAndCounted(String command) throws IOException {
    Files.write(folder.resolve("audit.jsonl.2.gz"), Gzip.of("compressed while it is looked at"));
    String note = "note: 4 archive(s) of audit.jsonl have no header";
    Run run = logs.run(0, command, "--audit-log", LOG);
    assertTrue(run.stderr().contains(note), run::toString);
    requireArchivesOld();
    logs.run(0, "--archives", "--audit-log", LOG);
    assertFalse(logs.run(0, command, "--audit-log", LOG).stderr().contains("archive(s)"));
  }

  /** It says nothing of the log, and so fails no proof of it; nor would what it advises. */
  @Test
  void aProofCountsTheArchivesThatItLeavesAloneAndIsNoLessOne() throws IOException {
    logs.run(0, "--audit-log", LOG);
    for (String strict : List.of("--json", "--strict")) {
      Run run = logs.run(0, "verify", strict, "--audit-log", LOG);
      String note = "note: 4 archive(s) of audit.jsonl have no header, and are left alone; a run";
      assertTrue(run.stderr().contains(note), run::toString);
    }
    logs.run(0, "--archives", "--audit-log", LOG);
    assertFalse(logs.run(0, "verify", "--audit-log", LOG).stderr().contains("archive(s)"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--dry-run", "--json"})
  void theWayBackCountsTheArchivesThatItLeavesAsTheyAre(String option) throws IOException {
    logs.run(0, "--archives", "--audit-log", LOG);
    logs.run(0, "rollback", "--audit-log", "audit.jsonl.10");
    Run run = logs.run(0, "rollback", option, "--audit-log", LOG);
    assertTrue(
        run.stderr()
            .contains(
                "note: 3 archive(s) of audit.jsonl are of a later version than 1, and stay as they"
                    + " are; 'migrate rollback --to 1 --archives' takes them back, too"),
        run::toString);
    logs.run(0, "rollback", "--to", "1", "--archives", "--audit-log", LOG);
    requireArchivesOld();
    Run again = logs.run(0, "rollback", "--to", "1", option, "--audit-log", LOG);
    assertFalse(again.stderr().contains("archive(s)"), again::toString);
  }

  /** Just rotated away, while the server is down. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theArchivesOfALogThatIsNotThereGoByThemselves(boolean migrated) throws IOException {
    if (migrated) {
      logs.run(0, "--audit-log", LOG);
    }
    Files.move(folder.resolve(LOG), folder.resolve("audit.jsonl.1"));
    for (String command : List.of("--dry-run", "startup", "status", "verify", "rollback")) {
      Run run = logs.run(0, command, "--archives", "--audit-log", LOG);
      assertFalse(run.stderr().contains("WARN"), run::toString);
    }
    requireArchivesOld();
    assertEquals(LiveLog.entries(LOG, 0, 1), Files.readString(folder.resolve("audit.jsonl.1")));
  }

  /** Logrotate rotates a log that nobody wrote to, too, and then the log is empty. */
  @ParameterizedTest
  @ValueSource(strings = {"audit.jsonl.1", "audit.jsonl.3.gz", LOG})
  void aRotationOfNothingIsNoFault(String empty) throws IOException {
    Files.write(folder.resolve(empty), empty.endsWith(".gz") ? Gzip.of("") : new byte[0]);
    logs.run(0, "--archives", "--audit-log", LOG);
    Run verify = logs.run(0, "verify", "--archives", "--audit-log", LOG);
    assertTrue(
        verify.stdout().contains(empty + " is empty, and no backup of it is here"),
        verify::toString);
    logs.run(6, "verify", "--strict", "--archives", "--audit-log", LOG);
    boolean isLog = empty.equals(LOG);
    logs.run(
        isLog ? 6 : 0,
        "verify",
        "--strict",
        "--no-archive-backup",
        "--archives",
        "--audit-log",
        LOG);
  }

  @Test
  void anArchiveThatSomebodyEmptiedIsAFault() throws IOException {
    logs.run(0, "--archives", "--audit-log", LOG);
    logs.write("audit.jsonl.2", "");
    Run verify = logs.run(6, "verify", "--archives", "--audit-log", LOG);
    assertTrue(
        verify.stderr().contains("audit.jsonl.2 is empty, and no archive"), verify::toString);
  }

  @Test
  void archivesOfSeveralLogsComeBeforeTheirOwn() throws IOException {
    logs.log("z.jsonl", 1);
    logs.log("z.jsonl.1", 1);
    Run run = logs.run(0, "--archives", "--audit-log", "*.jsonl");
    assertEquals("audit.jsonl", ManyLogsTest.turns(run).get(4));
    assertEquals(List.of("z.jsonl.1", "z.jsonl"), ManyLogsTest.turns(run).subList(5, 7));
  }

  @Test
  void anUnfinishedCompressionIsLeftOutAndNamed() throws IOException {
    Files.write(folder.resolve("audit.jsonl.2.gz"), new byte[] {0x1f, (byte) 0x8b, 8});
    Run run = logs.run(0, "--archives", "--audit-log", LOG);
    assertTrue(run.stderr().contains("note: audit.jsonl.2.gz is left out"), run::toString);
    requireAllMigrated();
  }

  @Test
  void whatOnlyHasTheNameOfAnArchiveIsNamedAsNotLookedAt() throws IOException {
    Files.createSymbolicLink(folder.resolve("audit.jsonl.1"), folder.resolve("audit.jsonl.2"));
    Files.createSymbolicLink(folder.resolve("audit.jsonl.4.zst"), Path.of("nowhere"));
    Files.createDirectory(folder.resolve("audit.jsonl-20260101.gz"));
    assertEquals(0, Run.of(folder, Map.of(), "mkfifo", "audit.jsonl.3").exit());
    List<String> notes =
        List.of(
            "audit.jsonl-20260101.gz is not looked at: it is a folder",
            "audit.jsonl.1 is not looked at: it is a symbolic link",
            "audit.jsonl.3 is not looked at: it is no regular file",
            "audit.jsonl.4.zst is not looked at: it is a symbolic link");
    for (String command : List.of("--dry-run", "startup", "status", "verify", "rollback")) {
      Run text = logs.run(0, command, "--archives", "--audit-log", LOG);
      notes.forEach(n -> assertTrue(text.stderr().contains("note: " + n + "\n"), text::toString));
      Run json = logs.run(0, command, "--json", "--archives", "--audit-log", LOG);
      String messages = new OutputSchema().requireValid(json.stdout()).get("messages").toString();
      notes.forEach(note -> assertTrue(messages.contains(note), json::toString));
    }
    assertFalse(logs.run(0, "--audit-log", LOG).stderr().contains("not looked at"));
  }

  @ParameterizedTest
  @CsvSource({
    "3.zst, zstd, 28B52FFD",
    "-20260101.xz, xz, FD377A585A00",
    "4.bz2, bzip2, 425A6839",
    "5.lz4, lz4, 04224D18"
  })
  void whatIsCompressedWithAnythingButGzipIsRefused(String generation, String program, String magic)
      throws IOException {
    String name = "audit.jsonl" + (generation.startsWith("-") ? "" : ".") + generation;
    Files.write(folder.resolve(name), HexFormat.of().parseHex(magic));
    String what = name + " is compressed with " + program + ", which no AgentGuard reads";
    for (String command : List.of("--dry-run", "startup", "verify", "rollback", "--strict")) {
      boolean isLenient = command.equals("startup");
      Run run = logs.run(isLenient ? 0 : 5, command, "--archives", "--audit-log", LOG);
      assertTrue(run.stderr().contains(what), run::toString);
    }
    Run status = logs.run(5, "status", "--check", "--archives", "--audit-log", LOG);
    assertTrue(status.stdout().contains(what), status::toString);
    requireAllMigrated();
    decompress(name);
  }

  /** As the advice says: what a decompressor leaves beside its result is in nobody's way. */
  private void decompress(String name) throws IOException {
    logs.log(name.substring(0, name.lastIndexOf('.')), 1);
    Run run = logs.run(0, "--archives", "--audit-log", LOG);
    assertTrue(run.stderr().contains("note: " + name + " is left out"), run::toString);
    assertTrue(run.stdout().contains("6 log(s): 6 done"), run::toString);
  }

  @Test
  void onlyTheLogsOwnCheckpointIsReset() throws IOException {
    logs.write("audit.jsonl.replay-checkpoint", "{\"offset\":0,\"audit_size\":0}");
    Run run = logs.run(0, "--reset-checkpoint", "--archives", "--audit-log", LOG);
    assertFalse(run.stdout().contains("10.replay-checkpoint"), run::toString);
    assertFalse(Files.exists(folder.resolve("audit.jsonl.replay-checkpoint")));
  }

  // ------------------------------------------------------------ at a server's start

  @Test
  void atStartupTheLogsComeFirst() throws IOException {
    logs.log("z.jsonl", 1);
    Run run = logs.run(0, "startup", "--archives", "--audit-log", "*.jsonl");
    assertEquals(List.of(LOG, "z.jsonl"), ManyLogsTest.turns(run).subList(0, 2));
    requireAllMigrated();
  }

  @Test
  void atStartupAnArchiveThatFailsKeepsNoServerDown() throws IOException {
    logs.write("audit.jsonl.10", LogsFolder.NO_LOG);
    String[] startup = {"startup", "--archives", "--json", "--audit-log", LOG};
    Run run = logs.run(0, startup);
    assertTrue(run.stderr().contains("migrate: audit.jsonl.10: "), run::toString);
    JsonNode document = new OutputSchema().requireValid(run.stdout());
    assertEquals("done", document.get("result").asString());
    assertEquals(5, document.get("logs").get(1).get("exit").asInt());
    logs.requireMigrated("audit.jsonl.2", 3); // those behind it go on
    logs.run(0, "startup", "--archives", "--metrics-file", "audit.prom", "--audit-log", LOG);
    String sample = "exit_code{command=\"startup\",log=\"%s/audit.jsonl.10\"} 5";
    assertTrue(Files.readString(folder.resolve("audit.prom")).contains(sample.formatted(folder)));
  }

  @Test
  void atAStrictStartupAnArchiveThatFailsIsAFailure() throws IOException {
    logs.write("audit.jsonl.10", LogsFolder.NO_LOG);
    logs.run(5, "startup", "--strict", "--archives", "--audit-log", LOG);
    logs.requireMigrated(LOG, 1);
  }

  // ------------------------------------------------------------ status

  @Test
  void statusHasALineForEachFileAndOneForAll() throws IOException {
    logs.run(0, "--audit-log", "audit.jsonl.10");
    logs.write("audit.jsonl.2", LogsFolder.NO_LOG);
    Run run = logs.run(0, "status", "--archives", "--audit-log", LOG);
    List<String> lines = run.stdout().lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertEquals(6, lines.size(), run::toString);
    assertTrue(lines.get(0).matches("done version 2 \\d+ bytes 2 entries audit.jsonl.10"));
    assertTrue(lines.get(1).matches("refused no version 18 bytes audit.jsonl.2: .+"));
    assertTrue(lines.get(4).matches("pending version 1 \\d+ bytes 1 entries audit.jsonl"));
    assertTrue(lines.get(5).matches("5 log\\(s\\), \\d+ bytes, 12 entries: 3 pending"));
    assertEquals("", run.stderr());
    logs.run(5, "status", "--check", "--archives", "--audit-log", LOG);
  }

  @Test
  void statusSaysWhereARunWasInterrupted() throws IOException {
    Path lock = logs.write("audit.jsonl.2.archive.migrate.lock", lockOfNobody());
    Files.setAttribute(lock, "unix:mode", 0600);
    Run run = logs.run(0, "status", "--quick", "--archives", "--audit-log", LOG);
    assertTrue(run.stdout().contains("audit.jsonl.2, a run was interrupted\n"), run::toString);
  }

  private static String lockOfNobody() {
    return "agentguard migrate lock pid=1 word=0000000000000000\n";
  }
}
