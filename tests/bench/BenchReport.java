import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was measured, for people or for programs.
 *
 * @param machine facts by their names
 * @param size of the log, in bytes
 */
record BenchReport(Map<String, String> machine, long size, int runs, BenchTable table) {

  /** A table to paste, and below it what it was measured on. */
  String markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("| what | median | least to most | times |");
    lines.add("|---|---|---|---|");
    table.rows().forEach(row -> lines.add(markdown(row)));
    lines.add("");
    lines.add(
        "A log of %s in the page cache; every figure is that of a fresh process; medians of %d interleaved rounds."
            .formatted(humanSize(), runs));
    lines.add(
        machine.entrySet().stream()
            .map(fact -> fact.getKey() + ": " + fact.getValue())
            .collect(Collectors.joining("; ", "", ".")));
    table.leftOut().forEach(what -> lines.add("Left out: " + what + "."));
    return String.join("\n", lines) + "\n";
  }

  private static String markdown(BenchTable.Row row) {
    BenchRounds.Spread figure = row.figure();
    String ratios =
        row.ratios().entrySet().stream()
            .map(ratio -> markdown(ratio.getKey(), ratio.getValue()))
            .collect(Collectors.joining("; "));
    return "| %s | %s %s | %s to %s | %s |"
        .formatted(
            row.name(),
            number(figure.median()),
            row.unit(),
            number(figure.least()),
            number(figure.most()),
            ratios);
  }

  /** Of a name, what stands before its explanation. */
  private static String markdown(String to, BenchRounds.Spread ratio) {
    return "%s (%s to %s) of %s"
        .formatted(
            number(ratio.median()),
            number(ratio.least()),
            number(ratio.most()),
            to.replaceFirst(":.*", ""));
  }

  private static String number(double value) {
    String format = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }

  private String humanSize() {
    int unit = 0;
    long rest = size;
    while (rest >= 1024 && rest % 1024 == 0) {
      rest /= 1024;
      unit++;
    }
    return rest + List.of(" bytes", " KiB", " MiB", " GiB", " TiB").get(unit);
  }

  /** One object; times are in seconds, memory is in MiB. */
  String json() {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("machine", machine);
    report.put("bytes", size);
    report.put("runs", runs);
    report.put("rows", table.rows());
    report.put("left_out", table.leftOut());
    return JsonMapper.shared().writeValueAsString(report) + "\n";
  }
}
