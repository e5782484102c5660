package support.pieces;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import support.rows.Digests;
import support.rows.EntryRow;
import support.rows.GoTime;
import support.rows.Line;

/** Rows in arrays that are used again are still those that were added. */
class RowsTest {
  private static final int MORE_THAN_FIT_AT_FIRST = 5000;

  private final Rows rows = new Rows();

  @Test
  void eachRowIsAsItWasAdded() {
    add(0, MORE_THAN_FIT_AT_FIRST);
    assertHolds(IntStream.range(0, MORE_THAN_FIT_AT_FIRST).toArray());
  }

  @Test
  void whatIsUsedAgainHoldsNothingOfBefore() {
    add(0, 100);
    rows.clear();
    assertTrue(rows.isEmpty());
    add(301, 350);
    assertHolds(IntStream.range(301, 350).toArray());
  }

  @Test
  void othersStayWhereSomeAreTakenOut() {
    add(0, 10);
    Rows others = rows.without(Set.of(1L, 4L, 10L, 77L));
    assertHolds(others, 1, 2, 4, 5, 6, 7, 8);
    assertEquals(10, rows.size());
  }

  @Test
  void whatALongLineMadeLargeIsNotKept() {
    add(0, 100);
    assertTrue(rows.isOfUsualSize());
    rows.add(entry(0, "x".repeat(2 << 20)), 1, 0);
    rows.clear();
    assertFalse(rows.isOfUsualSize());
  }

  private void add(int from, int to) {
    for (int i = from; i < to; i++) {
      rows.add(entry(i, "command " + i), i + 1, 100L * i);
    }
  }

  private static Line.Entry entry(int i, String command) {
    EntryRow row =
        EntryRow.of(
            EntryRow.COLUMNS.stream()
                .map(column -> column.equals("command") ? command : column + i % 7)
                .toList());
    return new Line.Entry(row, new GoTime(i, 2 * i), i % 2 == 0, lost(i));
  }

  private static Set<String> lost(int i) {
    return i % 3 == 0 ? Set.of() : Set.of("request.meta");
  }

  private void assertHolds(int... numbers) {
    assertHolds(rows, numbers);
  }

  private static void assertHolds(List<Rows.Row> rows, int... numbers) {
    assertEquals(numbers.length, rows.size());
    for (int i = 0; i < numbers.length; i++) {
      assertIs(numbers[i], rows.get(i));
    }
  }

  private static void assertIs(int number, Rows.Row row) {
    EntryRow expected = entry(number, "command " + number).row();
    assertEquals(expected, row.entry());
    assertArrayEquals(expected.digest(Digests.sha256()), row.digest());
    assertEquals(new GoTime(number, 2 * number), row.time());
    assertEquals(number % 2 == 0, row.namesTenant());
    assertEquals(lost(number), row.lost());
    assertEquals(number + 1, row.line());
    assertEquals(100L * number, row.offset());
  }
}
