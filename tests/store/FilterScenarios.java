package support.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import support.rows.EntryRow;

/**
 * Each filter of the server's queries finds of the imported history what AgentGuard's own code
 * makes of the same lines: rows, and their order.
 */
abstract class FilterScenarios extends StoreScenarios {
  private static final List<String> EQUAL =
      List.of("tenant_id", "agent_id", "session_id", "decision", "scope", "transport");

  /** How many rows to leave out, and how many to show. */
  private static final int[][] PAGES = {{0, 1}, {2, 3}, {5, 1000}, {1000, 5}};

  private List<EntryRow> all;
  private Connection db;

  @Test
  void everyFilterFindsWhatTheLinesSay() throws Exception {
    scene.chunk = 1 << 20;
    for (Reference.Case reference : Reference.cases()) {
      Files.copy(reference.log(), scene.log());
      scene.importAll();
      all = reference.rows(scene.isPostgres());
      assertFalse(all.isEmpty(), reference::toString);
      try (Connection server = scene.connect()) {
        db = server;
        valuesAreEqual();
        sinceComparesText();
      }
      scene.store().rollback(scene.logs(), false);
      Files.delete(scene.log());
    }
  }

  private void valuesAreEqual() throws SQLException {
    for (String column : EQUAL) {
      int index = EntryRow.COLUMNS.indexOf(column);
      for (String value : values(index)) {
        assertFinds(column + " = ?", row -> row.text(index).equals(value), value);
      }
      assertFinds(column + " = ?", row -> false, "there is none of");
    }
  }

  private void sinceComparesText() throws SQLException {
    int decision = EntryRow.COLUMNS.indexOf("decision");
    for (String since : values(EntryRow.TIMESTAMP)) {
      Predicate<EntryRow> isSince = row -> row.text(EntryRow.TIMESTAMP).compareTo(since) >= 0;
      assertFinds("timestamp >= ?", isSince, since);
      assertFinds(
          "timestamp >= ? AND decision = ?",
          isSince.and(row -> row.text(decision).equals("DENY")),
          since,
          "DENY");
    }
  }

  /** Some of the values of a column, the least and the greatest among them. */
  private Set<String> values(int column) {
    TreeSet<String> values = new TreeSet<>();
    all.forEach(row -> values.add(row.text(column)));
    List<String> sorted = List.copyOf(values);
    int step = Math.max(1, sorted.size() / 5);
    TreeSet<String> some = new TreeSet<>(List.of(values.first(), values.last()));
    for (int i = 0; i < sorted.size(); i += step) {
      some.add(sorted.get(i));
    }
    return some;
  }

  private void assertFinds(String where, Predicate<EntryRow> wanted, String... values)
      throws SQLException {
    List<EntryRow> expected = all.stream().filter(wanted).toList();
    String what = where + " " + List.of(values);
    assertEquals(expected, StoreScene.rows(db, where, "", values), what);
    for (int[] page : PAGES) {
      assertEquals(
          expected.stream().skip(page[0]).limit(page[1]).toList(),
          StoreScene.rows(db, where, "LIMIT %d OFFSET %d".formatted(page[1], page[0]), values),
          what);
    }
  }
}
