import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The README's picture: a terminal in which {@code demo} has run, as SVG. It brings its own
 * background, so that it is as legible on a dark page as on a light one, and needs no fonts or
 * scripts. {@code .ci/picture} draws it.
 */
final class Picture {
  private static final int COLUMNS = 100;
  private static final double COLUMN_WIDTH = 8.4;
  private static final int LINE_HEIGHT = 19;
  private static final int MARGIN = 20;
  private static final int BAR_HEIGHT = 34;
  private static final String COMMAND = "  $ ";

  private static final String HEAD =
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" role="img">
      <title>What ./jbang migrate demo prints</title>
      <rect x="0.5" y="0.5" width="%3$d" height="%4$d" rx="8" fill="#161b22" stroke="#6e7681"/>
      <circle cx="20" cy="18" r="6" fill="#ff5f57"/>
      <circle cx="40" cy="18" r="6" fill="#febc2e"/>
      <circle cx="60" cy="18" r="6" fill="#28c840"/>
      <g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" \
      font-size="14" xml:space="preserve">
      """;

  private Picture() {}

  public static void main(String... args) throws IOException {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    out.print(draw(Path.of(".")));
    out.flush();
  }

  /**
   * Draws what the demo says now, but with a clock that stands still, and a folder whose name and
   * whose free space are always the same.
   *
   * @param folder any
   */
  static String draw(Path folder) {
    Run demo = Run.toolWithFixedClock(folder, "demo");
    if (demo.exit() != 0 || !demo.stderr().isEmpty()) {
      throw new AssertionError(demo);
    }
    return of(
        "$ ./jbang migrate demo\n"
            + demo.stdout()
                .replaceAll("\\S*/agentguard-demo-\\d+", "/tmp/agentguard-demo")
                .replaceAll("\\d+ are free", "1000000000 are free"));
  }

  /** Draws a text, whose long lines go on in the next row, as in a terminal. */
  static String of(String text) {
    List<String> rows = new ArrayList<>();
    int y = BAR_HEIGHT;
    for (String line : text.lines().toList()) {
      int end = 0;
      do {
        int start = end;
        end = Math.min(line.length(), start + COLUMNS);
        y += LINE_HEIGHT;
        if (!line.isBlank()) {
          rows.add(row(y, style(line), line.substring(start, end)));
        }
      } while (end < line.length());
    }
    int width = (int) (2 * MARGIN + COLUMNS * COLUMN_WIDTH);
    int height = y + MARGIN;
    return HEAD.formatted(width, height, width - 1, height - 1)
        + String.join("", rows)
        + "</g>\n</svg>\n";
  }

  /** Titles, commands, lines of a log, and what the tool prints. */
  private static String style(String line) {
    if (line.startsWith("$ ") || line.startsWith(COMMAND)) {
      return "fill=\"#7ee787\"";
    }
    if (line.startsWith("  {")) {
      return "fill=\"#a5d6ff\"";
    }
    return line.startsWith(" ") || line.startsWith("migrate: ") || line.startsWith("migrate v")
        ? "fill=\"#d0d7de\""
        : "fill=\"#ffffff\" font-weight=\"bold\"";
  }

  /** As wide as its columns, whatever the font. */
  private static String row(int y, String style, String text) {
    String width = String.format(Locale.ROOT, "%.1f", text.length() * COLUMN_WIDTH);
    return "<text x=\"%d\" y=\"%d\" textLength=\"%s\" lengthAdjust=\"spacingAndGlyphs\" %s>%s</text>\n"
        .formatted(MARGIN, y, width, style, escaped(text));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
