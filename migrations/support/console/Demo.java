package support.console;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Shows a newcomer what a migration does, on a log of the demo's own.
 *
 * @param out where it is told
 * @param migrate runs the command line with these arguments, printing to {@code out}
 */
public record Demo(PrintStream out, Consumer<List<String>> migrate) {
  private static final int WIDTH = 76;

  /**
   * Runs the demo in a new temporary folder, which stays.
   *
   * @param log a log of v0.4.0
   * @return the folder
   * @throws IOException if the temporary folder cannot be written
   */
  public Path run(byte[] log) throws IOException {
    Path folder = Files.createTempDirectory("agentguard-demo-");
    Path audit = Files.write(folder.resolve("audit.jsonl"), log);

    title("A log as AgentGuard v0.4.0 wrote it: entries, and no header");
    showFirstLines(audit);

    title("1. A dry run says what would be done, and writes nothing");
    command("--dry-run", "--audit-log", audit.toString());

    title("2. The migration");
    command("--audit-log", audit.toString());

    title("The same entries, behind a header");
    showFirstLines(audit);

    title("The log as it was is kept");
    showFolder(folder);

    title("3. A second run finds nothing to do");
    command("--audit-log", audit.toString());

    title("Look around: " + folder);
    return folder;
  }

  private void title(String title) {
    out.println();
    out.println(title);
  }

  private void command(String... args) {
    out.println("  $ migrate " + String.join(" ", args));
    migrate.accept(List.of(args));
  }

  private void showFirstLines(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
      lines.limit(2).map(Demo::shortened).forEach(line -> out.println("  " + line));
    }
  }

  private static String shortened(String line) {
    return line.length() <= WIDTH ? line : line.substring(0, WIDTH - 1) + "…";
  }

  private void showFolder(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        out.println("  %8d bytes  %s".formatted(Files.size(file), file.getFileName()));
      }
    }
  }
}
