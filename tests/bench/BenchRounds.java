import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import support.run.IoSupplier;

/**
 * What was measured, in rounds: each contender once in each round, so that whatever else the
 * machine did meanwhile struck all of them.
 *
 * @param byName the figures of each contender, by its name, round by round
 */
record BenchRounds(Map<String, List<Double>> byName) {
  /**
   * @param least of all rounds, as {@code most}
   */
  record Spread(double median, double least, double most) {
    static Spread of(List<Double> figures) {
      double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      int middle = sorted.length / 2;
      double median =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      return new Spread(median, sorted[0], Arrays.stream(sorted).max().orElseThrow());
    }
  }

  /**
   * One round that does not count, to fill caches, and then the others, each in another order.
   *
   * @param contenders each does the work once, and returns the figure
   */
  static BenchRounds hold(int rounds, Map<String, IoSupplier<Double>> contenders)
      throws IOException {
    Map<String, List<Double>> figures = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(contenders.keySet());
    names.forEach(name -> figures.put(name, new ArrayList<>()));
    for (int round = 0; round <= rounds; round++) {
      for (int i = 0; i < names.size(); i++) {
        String name = names.get((i + round) % names.size());
        double figure = contenders.get(name).get();
        if (round > 0) {
          figures.get(name).add(figure);
        }
      }
    }
    return new BenchRounds(figures);
  }

  Spread spread(String name) {
    return Spread.of(byName.get(name));
  }

  /** The ratios of two contenders, round by round. */
  Spread ratio(String name, String to) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < byName.get(name).size(); i++) {
      ratios.add(byName.get(name).get(i) / byName.get(to).get(i));
    }
    return Spread.of(ratios);
  }
}
