package support.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import support.run.Exit;
import support.run.Monitor;

/** What becomes of lines that make no rows. */
abstract class RejectScenarios extends OrderScenarios {
  @Test
  void rejectsAreCountedNamedAndKept() throws Exception {
    String log = StoreScene.entries(0, 8) + "{\"a\":1}\n" + StoreScene.entries(8, 20) + "torn{\n";
    scene.write("audit.jsonl", log + StoreScene.entry(20));
    Path kept = scene.file("rejects");
    ImportOptions few = new ImportOptions(false, null, null, kept, 1L, false);
    assertFails(Exit.REFUSED, () -> scene.imported(scene.logs(), few));
    assertFalse(Files.exists(scene.databaseFile()));
    ImportResult dry = scene.store().importFrom(scene.logs(), few.asDryRun()).result();
    assertEquals(2, dry.rejects().size());
    assertEquals(Exit.REFUSED, dry.failure().exit());
    ImportOptions options = new ImportOptions(false, null, null, kept, 2L, false);
    ImportResult result = scene.imported(scene.logs(), options);
    assertEquals(2, result.rejectCount());
    assertEquals(9, result.rejects().get(0).line());
    assertEquals(StoreScene.entries(0, 8).length(), result.rejects().get(0).offset());
    assertEquals("{\"a\":1}\ntorn{\n", Files.readString(kept));
    assertEquals(0600, (Integer) Files.getAttribute(kept, "unix:mode") & 0777);
    append("audit.jsonl", "{}\n");
    scene.imported(scene.logs(), options);
    assertEquals("{\"a\":1}\ntorn{\n{}\n", Files.readString(scene.file("rejects.1")));
    scene.assertHas(0, 21);
  }

  private ImportOptions keepingRejects() {
    return new ImportOptions(false, null, null, scene.file("rejects"), null, false);
  }

  /** They are in no other place then: the log is truncated, or its archive removed. */
  @Test
  void aRejectIsKeptBeforeItsChunkIsCommitted() throws Exception {
    String log = StoreScene.entries(0, 3) + "torn{\n" + StoreScene.entries(3, 20) + "cut{\n";
    scene.write("audit.jsonl", log);
    scene.monitor = Moments.afterAdvances(1, () -> scene.write("audit.jsonl", ""));
    scene.imported(scene.logs(), keepingRejects());
    assertEquals("torn{\n", Files.readString(scene.file("rejects")));
    Files.delete(scene.file("rejects"));
    scene.store().rollback(null, false);
    Files.write(scene.file("audit.jsonl.1.gz"), StoreScene.gzip(log.getBytes(UTF_8)));
    scene.monitor = Moments.interruptedAtCheck(1);
    assertFails(Exit.INTERRUPTED, () -> scene.imported(scene.logs(), keepingRejects()));
    assertEquals("torn{\n", Files.readString(scene.file("rejects")));
    scene.monitor = Monitor.silent();
    scene.imported(scene.logs(), keepingRejects());
    assertEquals("torn{\ncut{\n", Files.readString(scene.file("rejects.1")));
    scene.assertHas(0, 20);
  }

  @Test
  void aRejectOfAChunkThatIsTakenBackIsNotKept() throws Exception {
    String before = StoreScene.entries(0, 3) + "torn{\n";
    scene.write("audit.jsonl", before);
    scene.clock =
        Moments.clockThat(
            () -> {
              scene.write("audit.jsonl.1", before);
              scene.write("audit.jsonl", StoreScene.entries(3, 6) + "cut{\n");
            });
    assertEquals(3, scene.imported(scene.logs(), keepingRejects()).entries());
    assertEquals("cut{\n", Files.readString(scene.file("rejects")));
    scene.clock = Clock.systemUTC();
    scene.imported(scene.logs(), keepingRejects());
    assertEquals("torn{\ncut{\n", Files.readString(scene.file("rejects.1")));
  }

  @Test
  void rejectsOfACompressedFileAreKeptAsTheyStand() throws Exception {
    StringBuilder log = new StringBuilder();
    StringBuilder rejects = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      String reject = "%d{%s\n".formatted(i, "x".repeat(i % 90));
      log.append(i % 7 == 0 ? StoreScene.entry(i) : reject);
      rejects.append(i % 7 == 0 ? "" : reject);
    }
    scene.chunk = 300_000;
    Files.write(scene.file("audit.jsonl.1.gz"), StoreScene.gzip(log.toString().getBytes(UTF_8)));
    Files.copy(scene.file("audit.jsonl.1.gz"), scene.file("audit.jsonl.2.gz"));
    for (String file : List.of("rejects", "rejects.1")) { // new ones, and known ones
      scene.imported(scene.logs(), keepingRejects());
      assertEquals(rejects.toString(), Files.readString(scene.file(file)));
    }
  }

  @Test
  void ofManyRejectsTheFirstAreListedAndAllAreCountedAndKept() throws Exception {
    int rejects = ImportResult.MOST_REJECTS_LISTED + 1;
    scene.chunk = 1 << 20;
    scene.write("audit.jsonl", "{}\n".repeat(rejects) + StoreScene.entry(0));
    ImportResult result = scene.imported(scene.logs(), keepingRejects());
    assertEquals(1, result.entries());
    assertEquals(rejects, result.rejectCount());
    assertEquals(ImportResult.MOST_REJECTS_LISTED, result.rejects().size());
    assertEquals(rejects, Files.readAllLines(scene.file("rejects")).size());
  }
}
