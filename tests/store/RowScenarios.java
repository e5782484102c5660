package support.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import support.rows.EntryRow;

/** Every line becomes the row that AgentGuard's own code would write, or a reject. */
abstract class RowScenarios extends FilterScenarios {
  private static final int GENERATED = 3000;

  @Test
  void everyLineOfTheReferenceIsItsRow() throws Exception {
    scene.chunk = 1 << 20;
    for (Reference.Case reference : Reference.cases()) {
      Files.copy(reference.log(), scene.log());
      ImportResult result = scene.imported();
      assertEquals(reference.rows(scene.isPostgres()), scene.rows(), reference::toString);
      List<Long> rejects = result.rejects().stream().map(r -> r.line()).toList();
      List<Long> expected = reference.rejects(scene.isPostgres());
      List<Long> headers = headersWithMore(reference);
      assertEquals(
          Stream.concat(expected.stream(), headers.stream()).sorted().toList(),
          rejects,
          reference::toString);
      assertEquals(0, scene.importAll(), reference::toString);
      assertEquals(
          reference.rows(scene.isPostgres()).size(), verified().entries(), reference::toString);
      scene.store().rollback(scene.logs(), false);
      assertEquals(List.of(), scene.rows(), reference::toString);
      Files.delete(scene.log());
    }
  }

  private static List<Long> headersWithMore(Reference.Case reference) {
    return reference.toString().equals("keys.jsonl") ? List.of(12L) : List.of();
  }

  @Test
  void everyGeneratedLineIsItsRow() throws Exception {
    long seed = System.nanoTime();
    System.out.println("generated entries: seed " + seed);
    GeneratedEntries generated =
        new GeneratedEntries(new Random(seed), !scene.isPostgres(), GENERATED);
    Files.write(scene.log(), generated.log());
    scene.chunk = 100_000;
    ImportResult result = scene.imported();
    List<EntryRow> rows = scene.rows();
    for (int i = 0; i < generated.rows().size(); i++) {
      assertEquals(generated.rows().get(i), columns(rows.get(i)), "seed " + seed);
    }
    assertEquals(generated.rows().size(), rows.size());
    assertEquals(generated.rejects(), result.rejects().stream().map(r -> r.line()).toList());
    assertEquals(generated.rows().size(), verified().entries());
  }

  private static List<String> columns(EntryRow row) {
    return IntStream.range(0, EntryRow.COLUMNS.size()).mapToObj(row::text).toList();
  }
}
