package support.imports;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import support.run.Exit;
import support.run.Failure;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Imports into a file. */
class SqliteImportTest extends ImportScenarios {
  @Override
  StoreScene newScene(Path where) {
    return StoreScene.inSqlite(where);
  }

  @Test
  void theCatalogueSaysWhatTheServersSays() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.importAll();
    JsonNode wanted =
        JsonMapper.shared()
            .readTree(Files.readAllBytes(Reference.FOLDER.resolve("schema.json")))
            .required("sqlite");
    assertEquals(
        columns(wanted),
        scene.query(
            "SELECT name || ' ' || type || ' ' || \"notnull\" || ' ' ||"
                + " coalesce(dflt_value, 'null') || ' ' || pk FROM"
                + " pragma_table_info('audit_entries')"));
    assertEquals(
        indexes(wanted),
        scene.query(
            "SELECT m.name || ' ' || (SELECT group_concat(name) FROM pragma_index_info(m.name))"
                + " FROM sqlite_master m WHERE type = 'index' AND tbl_name = 'audit_entries'"
                + " ORDER BY 1"));
    assertTrue(
        scene
            .query("SELECT sql FROM sqlite_master WHERE name = 'audit_entries'")
            .get(0)
            .contains("AUTOINCREMENT"));
    assertEquals(List.of("wal"), scene.query("PRAGMA journal_mode"));
  }

  private static List<String> columns(JsonNode wanted) {
    List<String> columns = new ArrayList<>();
    for (JsonNode c : wanted.required("columns")) {
      columns.add(
          "%s %s %s %s %s"
              .formatted(
                  c.required("name").asString(),
                  c.required("type").asString(),
                  c.required("notnull").asString(),
                  c.required("default").isNull() ? null : c.required("default").asString(),
                  c.required("pk").asString()));
    }
    return columns;
  }

  private static List<String> indexes(JsonNode wanted) {
    List<String> indexes = new ArrayList<>();
    for (JsonNode index : wanted.required("indexes")) {
      List<String> of = new ArrayList<>();
      index.required("columns").forEach(column -> of.add(column.asString()));
      indexes.add(index.required("name").asString() + " " + String.join(",", of));
    }
    return indexes;
  }

  @Test
  void aNewFileIsForItsOwnerOnlyAndNothingStaysBesideIt() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    if (System.getProperty("user.name").equals("root")) {
      Files.setAttribute(scene.log(), "unix:uid", 12345);
      Files.setAttribute(scene.log(), "unix:gid", 12346);
    }
    scene.importAll();
    assertEquals(0600, (Integer) Files.getAttribute(scene.databaseFile(), "unix:mode") & 0777);
    for (String owner : List.of("unix:uid", "unix:gid")) {
      assertEquals(
          Files.getAttribute(scene.log(), owner), Files.getAttribute(scene.databaseFile(), owner));
    }
    assertEquals(List.of("agentguard.db", "audit.jsonl"), names());
  }

  /** A server of that user could else not go on with the store. */
  @Test
  void whatSqliteMakesBesideItBelongsToItsOwnerToo() throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        System.getProperty("user.name").equals("root"), "only root has a store of somebody else");
    scene.write("audit.jsonl", StoreScene.entries(0, 60));
    Files.setAttribute(scene.log(), "unix:uid", 12345);
    Set<Object> owners = new HashSet<>();
    Set<String> seen = new HashSet<>();
    scene.monitor =
        Moments.afterAdvances(
            1,
            () -> {
              for (String suffix : List.of("", "-wal", "-shm")) {
                Path file = Path.of(scene.databaseFile() + suffix);
                owners.add(Files.getAttribute(file, "unix:uid"));
                seen.add(suffix);
              }
            });
    scene.importAll();
    assertEquals(Set.of("", "-wal", "-shm"), seen);
    assertEquals(Set.of(12345), owners);
  }

  @Test
  void aUserWhoCannotGiveTheFileToTheLogsOwnerMakesNone() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.disk =
        new support.files.HookedDisk(
            (effect, path) -> {
              if (effect.equals("setOwner")) {
                throw new java.nio.file.AccessDeniedException(path.toString());
              }
            });
    org.junit.jupiter.api.Assumptions.assumeTrue(
        System.getProperty("user.name").equals("root"), "only root has a log of somebody else");
    Files.setAttribute(scene.log(), "unix:uid", 12345);
    assertFails(Exit.FAILED, scene::importAll);
    assertEquals(List.of("audit.jsonl"), names());
  }

  /** A checkpoint that waits for the reader would keep the writer out for as long. */
  @Test
  void aReaderMakesTheImportKeepNoWriterOut() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.importAll();
    append("audit.jsonl", StoreScene.entry(3));
    CompletableFuture<Long> imported = new CompletableFuture<>();
    try (Connection reader = DriverManager.getConnection("jdbc:sqlite:" + scene.databaseFile());
        Statement statement = reader.createStatement()) {
      statement.execute("BEGIN");
      statement.executeQuery("SELECT count(*) FROM audit_entries").close();
      imported.completeAsync(this::importedOrNothing);
      while (!imported.isDone()) {
        scene.sql(
            "PRAGMA busy_timeout = 3000",
            "INSERT INTO audit_entries (timestamp) VALUES ('by the server')");
      }
    }
    assertEquals(1, imported.get());
  }

  private long importedOrNothing() {
    try {
      return scene.importAll();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  @Test
  void aFileThatWouldChangeTextsIsRefused() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.sql("PRAGMA encoding = 'UTF-16le'", "CREATE TABLE others (id INTEGER)");
    byte[] before = Files.readAllBytes(scene.databaseFile());
    assertFails(Exit.REFUSED, scene::importAll);
    assertFails(Exit.REFUSED, () -> scene.store().status(scene.logs()));
    assertArrayEquals(before, Files.readAllBytes(scene.databaseFile()));
  }

  @Test
  void whatIsNoDatabaseIsRefusedAndStays() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    String text = "no database, and long enough to have a header ".repeat(9);
    scene.write("agentguard.db", text);
    assertFails(Exit.REFUSED, scene::importAll);
    assertEquals(text, Files.readString(scene.databaseFile()));
  }

  @Test
  void aSecondImportIsBusyAndOneOfADeadProcessIsNot() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.importAll();
    append("audit.jsonl", StoreScene.entry(3));
    Process other = new ProcessBuilder("sleep", "600").start();
    try {
      lockAs(other.pid() + " " + other.info().startInstant().orElse(null));
      Failure failure = assertFails(Exit.BUSY, scene::importAll);
      assertTrue(failure.getMessage().contains("process " + other.pid()), failure.getMessage());
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertEquals(1, scene.importAll());
    lockAs(ProcessHandle.current().pid() + " 2001-01-01T00:00:00Z");
    assertEquals(0, scene.importAll());
  }

  private void lockAs(String holder) throws Exception {
    scene.sql(
        ("INSERT INTO agentguard_migrate_imports SELECT 'lock', content, -1, log, '%s', 0, 0,"
                + " sha256, rows_sha256, 0, 0, 0, 0, 0, since, tenant, '', '', '', '', marks, ''"
                + " FROM agentguard_migrate_imports LIMIT 1")
            .formatted(holder));
  }

  /** A dry run that promises what the run then refuses helps nobody. */
  @Test
  void aDryRunIsRefusedWhereTheFileCouldNotBeMade() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    AuditStore nowhere = scene.store(folder.resolve("nowhere/agentguard.db").toString());
    for (ImportOptions options : List.of(StoreScene.USUAL.asDryRun(), StoreScene.USUAL)) {
      Failure failure = assertFails(Exit.FAILED, () -> nowhere.importFrom(scene.logs(), options));
      assertTrue(failure.getMessage().contains("its folder does not exist"), failure.getMessage());
    }
  }

  @Test
  void aRunWarnsOfManyRowsAndOfRecentOnes() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.importAll();
    append("audit.jsonl", StoreScene.entry(3));
    String warned = scene.imported(scene.logs(), StoreScene.USUAL.asDryRun()).notes().toString();
    assertFalse(warned.contains("WARN"), warned);
    scene.sql(
        "INSERT INTO audit_entries (timestamp) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT"
            + " i + 1 FROM n WHERE i < 499997) SELECT 'x' FROM n");
    scene.clock = Clock.fixed(Instant.parse("2026-04-18T00:00:02Z"), ZoneId.of("UTC"));
    for (ImportOptions options : List.of(StoreScene.USUAL.asDryRun(), StoreScene.USUAL)) {
      warned = scene.imported(scene.logs(), options).notes().toString();
      assertTrue(warned.contains("WARN: the store has 500,001 rows"), warned);
      assertTrue(warned.contains("WARN: the newest entry is younger than a day"), warned);
    }
  }
}
