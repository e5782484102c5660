package support.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import support.run.Exit;
import support.run.Failure;
import support.store.Records;

/** In which order entries come into a store, also where a file of a log cannot be read. */
abstract class OrderScenarios extends RowScenarios {
  @Test
  void idsAscendWithTimeAndAreNegative() throws Exception {
    scene.write("audit.jsonl.1", StoreScene.entries(20, 30));
    scene.write("audit.jsonl.2", StoreScene.entries(10, 20));
    scene.write("audit.jsonl", StoreScene.entries(30, 40));
    scene.importAll();
    scene.assertHas(10, 40);
    assertEquals(
        List.of(Long.toString(Records.FIRST_ID)), scene.query("SELECT min(id) FROM audit_entries"));
    scene.write("audit.jsonl.3.gz", "");
    Files.write(
        scene.file("audit.jsonl.3.gz"), StoreScene.gzip(StoreScene.entries(0, 10).getBytes()));
    ImportResult older = scene.imported();
    assertFalse(older.notes().toString().contains("order"), older.notes().toString());
    scene.assertHas(0, 40);
    scene.sql(
        "INSERT INTO audit_entries (timestamp, duration_ms) VALUES ('2026-04-18T00:00:00Z', 40)");
    scene.assertHas(0, 41);
    assertEquals(List.of("1"), scene.query("SELECT max(id) FROM audit_entries"));
  }

  /** A chunk without a row, in the middle or first, does not send what follows it to the top. */
  @Test
  void anOlderFileGoesBelowAlsoWhereSomeOfItsChunksHaveNoRow() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(30, 40));
    scene.importAll();
    String noRows = "torn\n".repeat(500);
    scene.write(
        "audit.jsonl.1", noRows + StoreScene.entries(0, 10) + noRows + StoreScene.entries(10, 30));
    ImportResult older = scene.imported();
    assertEquals(1000, older.rejectCount());
    assertFalse(older.notes().toString().contains("order"), older.notes().toString());
    scene.assertHas(0, 40);
    assertEquals(40, verified().entries());
  }

  @Test
  void aRowThatNoImportKnowsIsNamedWhereItIsInTheWay() throws Exception {
    scene.write("audit.jsonl.1", StoreScene.entries(0, 5));
    scene.importAll();
    scene.sql(
        "INSERT INTO audit_entries (id, timestamp)"
            + " SELECT max(id) + 1, 'x' FROM audit_entries WHERE id < 1");
    scene.write("audit.jsonl", StoreScene.entries(5, 9));
    Failure failure = assertFails(Exit.FAILED, scene::importAll);
    assertTrue(failure.getMessage().contains("is there already"), failure.getMessage());
    assertTrue(failure.next().contains("'verify'"), failure.next());
    scene.sql("DELETE FROM audit_entries WHERE timestamp = 'x'");
    assertEquals(4, scene.importAll());
  }

  @Test
  void aRunSaysThatTheOrderOfTimeIsBroken() throws IOException, SQLException {
    scene.write("audit.jsonl", StoreScene.entries(0, 10) + StoreScene.entries(30, 40));
    scene.importAll();
    scene.write("audit.jsonl.1", StoreScene.entries(20, 25));
    ImportResult result = scene.imported();
    assertTrue(result.notes().toString().contains("in the order of the import"));
    assertEquals(5, result.entries());
  }

  @Test
  void anUnreadableFileStopsItsLogAndIsSkippedOnRequest() throws Exception {
    scene.write("audit.jsonl.1.gz", "no gzip");
    scene.write("audit.jsonl", StoreScene.entries(0, 5));
    Failure failure = assertFails(Exit.FAILED, scene::importAll);
    assertTrue(failure.getMessage().contains("audit.jsonl.1.gz"), failure.getMessage());
    ImportOptions skip = new ImportOptions(false, null, null, null, null, true);
    assertEquals(5, scene.imported(scene.logs(), skip).entries());
    scene.assertHas(0, 5);
  }

  @Test
  void whatIsOlderThanAnUnreadableFileIsImported() throws Exception {
    scene.write("audit.jsonl.3", StoreScene.entries(0, 5));
    scene.write("audit.jsonl.2.gz", "no gzip");
    scene.write("audit.jsonl.1", StoreScene.entries(10, 15));
    scene.write("audit.jsonl", StoreScene.entries(15, 20));
    ImportResult result = scene.store().importFrom(scene.logs(), StoreScene.USUAL).result();
    assertEquals(Exit.FAILED, result.failure().exit());
    assertEquals(
        List.of("unreadable", "imported", "not reached", "not reached"),
        result.files().stream().map(ImportResult.FileResult::state).toList());
    scene.assertHas(0, 5);
  }

  @Test
  void anArchiveThatIsDamagedAtItsEndIsNotImportedAtAll() throws Exception {
    byte[] zipped = StoreScene.gzip(StoreScene.entries(0, 30).getBytes());
    Files.write(scene.file("audit.jsonl.1.gz"), java.util.Arrays.copyOf(zipped, zipped.length - 3));
    scene.write("audit.jsonl", StoreScene.entries(30, 33));
    assertFails(Exit.FAILED, scene::importAll);
    assertEquals(List.of(), scene.rows());
    scene.write("audit.jsonl.1", StoreScene.entries(0, 30));
    ImportResult result = scene.imported();
    assertTrue(result.notes().toString().contains("was not finished"), result.notes().toString());
    scene.assertHas(0, 33);
  }
}
