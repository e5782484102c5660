package support.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that is killed before any of its statements loses nothing and writes nothing twice. Every
 * kind of statement in the usual run, every single one with {@code --exhaustive}.
 */
class StatementKillTest {
  private static final int ENTRIES = 30;

  @TempDir(factory = support.files.RamDisk.class)
  Path folder;

  private interface Run {
    void run() throws Exception;
  }

  @Test
  void anImportIntoSqlite() throws Exception {
    imports(StoreScene.inSqlite(folder));
  }

  @Test
  void anImportIntoPostgres() throws Exception {
    imports(StoreScene.inPostgres(folder));
  }

  @Test
  void aRollbackInSqlite() throws Exception {
    rollsBack(StoreScene.inSqlite(folder));
  }

  @Test
  void aRollbackInPostgres() throws Exception {
    rollsBack(StoreScene.inPostgres(folder));
  }

  private void imports(StoreScene scene) throws Exception {
    write(scene);
    for (int statement : statements("import", scene::importAll)) {
      scene.sql(
          "DROP TABLE IF EXISTS audit_entries", "DROP TABLE IF EXISTS agentguard_migrate_imports");
      kill(statement, scene::importAll);
      scene.importAll();
      assertIsWhole(scene, statement);
    }
  }

  private void rollsBack(StoreScene scene) throws Exception {
    write(scene);
    scene.importAll();
    Run rollback = () -> scene.store().rollback(scene.logs(), false);
    for (int statement : statements("rollback", rollback)) {
      scene.importAll();
      scene.sql("INSERT INTO audit_entries (timestamp, duration_ms) VALUES ('x', 999)");
      kill(statement, rollback);
      if (statement % 2 == 0) {
        scene.importAll();
        scene.sql("DELETE FROM audit_entries WHERE id > 0");
        assertIsWhole(scene, statement);
        rollback.run();
      } else {
        rollback.run();
        assertEquals(List.of(999), scene.seconds(), "killed before statement " + statement);
        assertEquals(List.of("audit_entries"), scene.tables());
      }
      scene.sql("DROP TABLE audit_entries");
    }
  }

  private static void write(StoreScene scene) throws Exception {
    scene.write("audit.jsonl.1", StoreScene.entries(0, ENTRIES / 2) + "no entry\n");
    scene.write("audit.jsonl", StoreScene.entries(ENTRIES / 2, ENTRIES));
  }

  private static void assertIsWhole(StoreScene scene, int statement) throws Exception {
    String when = "killed before statement " + statement;
    List<Integer> all = IntStream.range(0, ENTRIES).boxed().toList();
    assertEquals(all, scene.seconds(), when);
    assertEquals(ENTRIES, scene.store().verify(scene.logs(), false).entries(), when);
    assertEquals(4, scene.indexes().size(), when);
    assertEquals(0, scene.importAll(), when);
  }

  private static void kill(int statement, Run run) throws Exception {
    try (DyingConnections dying = DyingConnections.after(statement)) {
      run.run();
      throw new AssertionError("there were only " + dying.statements());
    } catch (DyingConnections.Killed e) {
      // as it should be
    }
  }

  /** After how many statements to kill a run. */
  private static Collection<Integer> statements(String what, Run run) throws Exception {
    List<String> all;
    try (DyingConnections dying = DyingConnections.after(Integer.MAX_VALUE)) {
      run.run();
      all = dying.statements();
    }
    assertTrue(all.size() > 20, all::toString);
    if (Boolean.getBoolean("tests.exhaustive")) {
      return IntStream.range(0, all.size()).boxed().toList();
    }
    long seed = System.nanoTime();
    System.out.println("StatementKillTest %s: seed %d".formatted(what, seed));
    Random random = new Random(seed);
    Map<String, List<Integer>> byKind = new TreeMap<>();
    for (int i = 0; i < all.size(); i++) {
      String kind = all.get(i).replaceFirst("(?s)^((\\S+\\s+){3}).*", "$1");
      byKind.computeIfAbsent(kind, k -> new ArrayList<>()).add(i);
    }
    List<Integer> sample = new ArrayList<>();
    byKind.values().forEach(of -> sample.add(of.get(random.nextInt(of.size()))));
    return sample;
  }
}
