import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import support.run.Exit;
import support.run.Printable;

/** How several logs ended, together, and which of them did not end well. */
final class Totals {
  private Totals() {}

  /** The lines for people. */
  static List<String> of(List<LogReport> reports) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    reports.forEach(report -> counts.merge(report.word(), 1, Integer::sum));
    String words =
        counts.entrySet().stream()
            .map(word -> word.getValue() + " " + word.getKey())
            .collect(Collectors.joining(", "));
    List<String> lines = new ArrayList<>();
    lines.add("migrate: %d log(s): %s".formatted(reports.size(), words));
    for (LogReport report : reports) {
      if (report.exit() != Exit.DONE) {
        lines.add("migrate: %s: %s".formatted(report.word(), Printable.of(report.auditLog())));
      }
    }
    return lines;
  }
}
