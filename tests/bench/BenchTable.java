import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import support.run.IoSupplier;

/** What was measured so far, and what could not be. */
final class BenchTable {
  private final BenchFolder folder;
  private final int runs;
  private final Consumer<String> progress;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  /**
   * @param unit {@code s} or {@code MiB}
   * @param ratios to others, by their names
   */
  record Row(
      String name,
      String unit,
      BenchRounds.Spread figure,
      Map<String, BenchRounds.Spread> ratios) {}

  /**
   * @param folder where the processes work
   * @param runs how many rounds each contest has
   * @param progress told what is being measured
   */
  BenchTable(BenchFolder folder, int runs, Consumer<String> progress) {
    this.folder = folder;
    this.runs = runs;
    this.progress = progress;
  }

  /** A contest without contenders yet. */
  Contest contest() {
    return new Contest();
  }

  /**
   * Says what could not be measured.
   *
   * @param what the name of a row, a colon, and why
   */
  void leaveOut(String what) {
    leftOut.add(what);
  }

  List<Row> rows() {
    return rows;
  }

  /** What could not be measured here, and why. */
  List<String> leftOut() {
    return leftOut;
  }

  /** Those who are measured in the same rounds. */
  final class Contest {
    private final Map<String, IoSupplier<Double>> contenders = new LinkedHashMap<>();
    private final Map<String, List<String>> comparisons = new LinkedHashMap<>();

    private Contest() {}

    /**
     * @param against names of others, which its figures are divided by
     */
    Contest with(String name, IoSupplier<Double> contender, String... against) {
      contenders.put(name, contender);
      comparisons.put(name, List.of(against));
      return this;
    }

    void hold(String unit) throws IOException {
      folder.run(Map.of(), List.of("sync")); // what was written before is not this contest's
      progress.accept("bench: " + String.join(" | ", contenders.keySet()));
      BenchRounds rounds = BenchRounds.hold(runs, contenders);
      for (String name : contenders.keySet()) {
        Map<String, BenchRounds.Spread> ratios = new LinkedHashMap<>();
        for (String other : comparisons.get(name)) {
          ratios.put(other, rounds.ratio(name, other));
        }
        rows.add(new Row(name, unit, rounds.spread(name), ratios));
      }
    }
  }
}
