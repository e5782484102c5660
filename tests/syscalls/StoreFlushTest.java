import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * That an import into SQLite ends with 0 only when all of it is on stable storage: behind the last
 * byte that is written to a file, that file is flushed.
 */
class StoreFlushTest {
  private static final String ENTRY =
      "{\"timestamp\":\"2026-04-17T09:30:00Z\",\"request\":{\"scope\":\"shell\"},"
          + "\"result\":{\"decision\":\"ALLOW\"}}\n";

  @TempDir Path folder;
  @TempDir Path traces;

  private Path log;
  private Path database;

  @BeforeEach
  void writeLog() throws IOException {
    Strace.assumeItWorks(traces);
    log = Files.writeString(folder.resolve("audit.jsonl"), ENTRY.repeat(30_000));
    database = folder.resolve("agentguard.db");
  }

  @Test
  void aNewStoreIsFlushedAndItsFolderToo() throws IOException {
    List<SystemCall> calls = imported();
    assertFlushedBehindLastChange(calls, database);
    assertTrue(
        calls.stream().anyMatch(call -> call.flushes() && call.paths().contains(folder)),
        "the new file's name was not flushed");
  }

  @Test
  void whatGoesIntoAStoreInUseIsFlushed() throws IOException {
    imported();
    Files.writeString(log, ENTRY, StandardOpenOption.APPEND);
    assertFlushedBehindLastChange(imported(), database);
  }

  /** A reader keeps what is new in the write-ahead log. */
  @Test
  void whatAReaderHoldsUpIsFlushedWhereItIs() throws Exception {
    imported();
    Files.writeString(log, ENTRY, StandardOpenOption.APPEND);
    try (Connection reader = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = reader.createStatement()) {
      statement.execute("BEGIN");
      statement.executeQuery("SELECT count(*) FROM audit_entries").close();
      assertFlushedBehindLastChange(imported(), Path.of(database + "-wal"));
    }
  }

  private static void assertFlushedBehindLastChange(List<SystemCall> calls, Path file) {
    int change = -1;
    int flush = -1;
    for (int i = 0; i < calls.size(); i++) {
      change = calls.get(i).changes(file) ? i : change;
      flush = calls.get(i).flushes() && calls.get(i).paths().contains(file) ? i : flush;
    }
    assertTrue(change >= 0, file + " was never written");
    assertTrue(flush > change, "what was written last to %s was not flushed".formatted(file));
  }

  /** The calls of the thread that writes to the store. */
  private List<SystemCall> imported() throws IOException {
    Path calls = Files.createTempDirectory(traces, "trace");
    List<String> command = Strace.command(calls, List.of(Strace.FAST));
    Collections.addAll(command, Run.storeCommand().split(" "));
    Run run = Run.of(folder, Map.of(), command.toArray(String[]::new));
    assertEquals(0, run.exit(), run::toString);
    return Strace.threads(calls, this::matters).get(0);
  }

  private boolean matters(SystemCall call) {
    return call.concerns(folder) && call.matters();
  }
}
