import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run reports to an operator besides what it did. */
class NotesTest {
  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"shell\"},"
          + "\"result\":{\"decision\":\"ALLOW\"}}\n";

  private static final int ANOTHER_USER = 65534;

  @TempDir Path folder;
  private Path log;

  @BeforeEach
  void writeTheLog() throws IOException {
    log = Files.writeString(folder.resolve("audit.jsonl"), ENTRY);
  }

  private Run done(String... args) {
    Run run = Run.tool(folder, args);
    assertEquals(0, run.exit(), run::toString);
    return run;
  }

  @Test
  void furtherNamesOfTheLogLeadToTheOldOne() throws IOException {
    Files.createLink(folder.resolve("other"), log);
    String note = "note: WARN: the log has 1 more name(s) (hard links), which lead to the log as";
    assertTrue(done("--dry-run").stderr().contains(note));
    assertTrue(done().stderr().contains(note));
    assertEquals(ENTRY, Files.readString(folder.resolve("other")));
    // Now one of its names is the backup's, and nothing else.
    assertFalse(done("rollback").stderr().contains("more name(s)"));
  }

  /** What an interrupted run leaves: the backup is the log, and no name of somebody else's. */
  @Test
  void theBackupIsNoFurtherName() throws IOException {
    Files.createLink(folder.resolve("audit.jsonl.v040-backup"), log);
    assertFalse(done().stderr().contains("more name(s)"));
  }

  @Test
  void statusShowsWhatCanBeSeenWhereABackupMayNotBeRead(
      @TempDir(factory = support.files.RamDisk.class) Path memory) throws IOException {
    assumeTrue(Scene.isRoot(), "only root can run as another user");
    done();
    for (Path open : List.of(folder, memory)) {
      Files.setAttribute(open, "unix:mode", 0755);
    }
    Files.setAttribute(log, "unix:mode", 0644);
    Run status = Run.toolAs(ANOTHER_USER, memory, folder, "status");
    assertEquals(0, status.exit(), status::toString);
    String backup = "audit.jsonl.v040-backup: 95 bytes, not readable: permission denied\n";
    assertTrue(status.stdout().contains(backup), status::toString);
    assertTrue(status.stdout().contains("schema version 2"), status::toString);
    Run verify =
        Run.toolAs(ANOTHER_USER, Files.createDirectory(memory.resolve("2")), folder, "verify");
    verify.assertIsError(1, "audit.jsonl.v040-backup: permission denied");
    Run recover =
        Run.toolAs(ANOTHER_USER, Files.createDirectory(memory.resolve("3")), folder, "recover");
    recover.assertIsError(1, "audit.jsonl.v040-backup: permission denied");
  }

  @Test
  void aStrictRunFailsForWhatItWouldOnlyNote() throws IOException {
    Files.writeString(log, "damaged\n" + ENTRY);
    String note = "1 damaged line(s) before the first entry; kept as they are";
    Run dry = Run.tool(folder, "--strict", "--dry-run");
    dry.assertIsError(6, "v040_to_v041: " + note);
    assertTrue(dry.stderr().contains("  state: nothing was changed\n"), dry::toString);
    assertEquals("damaged\n" + ENTRY, Files.readString(log));
    Run run = Run.tool(folder, "startup", "--strict");
    run.assertIsError(6, "v040_to_v041: " + note);
    assertTrue(
        run.stderr().contains("  state: v040_to_v041 (1 -> 2) is done; nothing was changed after"),
        run::toString);
    assertTrue(Files.readString(log).endsWith("}}\ndamaged\n" + ENTRY));
    done("rollback");
    assertTrue(done().stderr().contains("note: " + note));
  }

  @Test
  void linesThatNoReaderTakesAreCounted() throws IOException {
    String text = "x".repeat(4 << 20);
    Files.writeString(log, ENTRY + ENTRY.replace("shell", text) + ENTRY);
    Run run = done();
    assertTrue(
        run.stderr()
            .contains(
                "note: WARN: 1 line(s) of 4 MiB or more; every reader stops at the first, and"
                    + " 'migrate status' says where it is\n"),
        run::toString);
    assertTrue(done("status").stdout().contains("too long: 1 line(s), every reader stops"));
  }

  /** The old server's hook would undo at once what was just done. */
  @Test
  void theLastNoteOfARollbackIsAboutTheHook() {
    done();
    String note =
        "migrate: v040_to_v041 note: before the old server starts, disable what runs 'migrate"
            + " startup' at its start: it would migrate the log forward again";
    assertFalse(done("rollback", "--dry-run").stderr().contains("disable what runs"));
    List<String> told = done("rollback").stderr().lines().toList();
    assertEquals(note, told.get(told.size() - 1));
    assertFalse(done("rollback", "--to", "1").stderr().contains("disable what runs"));
  }

  @Test
  void aStartupSaysInOneLineWhatItDid() {
    assertEquals(
        "migrate: startup of audit.jsonl: v040_to_v041 (1 -> 2) is done\n",
        done("startup").stdout());
    assertEquals("migrate: startup of audit.jsonl: nothing to do\n", done("startup").stdout());
    assertEquals("", done("startup", "--quiet").stdout());
  }

  @Test
  void standardInputIsNoNameOfALog() throws IOException {
    for (String path : List.of("/dev/stdin", "/proc/self/fd/0", "/dev/fd/0")) {
      for (String command :
          List.of("", "startup", "rollback", "recover", "verify", "status --check")) {
        String[] args = command.isEmpty() ? new String[0] : command.split(" ");
        for (String script :
            List.of(
                "exec \"$@\" --audit-log %s < audit.jsonl",
                "cat audit.jsonl | \"$@\" --audit-log %s")) {
          Run.toolInShell(script.formatted(path), folder, args)
              .assertIsError(
                  5, path + " leads to what a process has open, and is no name of a file");
        }
      }
    }
    try (var files = Files.list(folder)) {
      assertEquals(List.of(log), files.toList());
    }
    assertEquals(ENTRY, Files.readString(log));
  }
}
