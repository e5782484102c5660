package support.imports;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import support.rows.EntryRow;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What AgentGuard v1.0.0's own code makes of the lines of logs: tests/store/reference. */
public final class Reference {
  public static final Path FOLDER = folder();

  private Reference() {}

  private static Path folder() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("tests/store/reference"))) {
      folder = folder.getParent();
    }
    return folder.resolve("tests/store/reference");
  }

  /** A log, and one object for each of its lines. */
  public record Case(Path log, List<JsonNode> lines) {
    /** The rows that its lines make, in their order. */
    List<EntryRow> rows(boolean inPostgres) {
      return lines.stream()
          .filter(line -> isRow(line, inPostgres))
          .map(line -> row(line.required("row")))
          .toList();
    }

    /** The numbers of the lines that are rejects. */
    List<Long> rejects(boolean inPostgres) {
      return lines.stream()
          .filter(line -> isReject(line, inPostgres))
          .map(line -> line.required("line").asLong())
          .toList();
    }

    @Override
    public String toString() {
      return log.getFileName().toString();
    }
  }

  public static boolean isRow(JsonNode line, boolean inPostgres) {
    return line.required("outcome").asString().equals("row")
        && !(inPostgres && line.required("postgres").isObject());
  }

  private static boolean isReject(JsonNode line, boolean inPostgres) {
    return switch (line.required("outcome").asString()) {
      case "refused", "no-time" -> true;
      case "row" -> !isRow(line, inPostgres);
      default -> false;
    };
  }

  public static EntryRow row(JsonNode row) {
    return EntryRow.of(
        EntryRow.COLUMNS.stream().map(column -> row.required(column).asString()).toList());
  }

  public static List<Case> cases() throws IOException {
    TreeSet<Path> expected = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(FOLDER, "*.expected.jsonl")) {
      files.forEach(expected::add);
    }
    List<Case> cases = new ArrayList<>();
    for (Path file : expected) {
      List<JsonNode> lines = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        lines.add(JsonMapper.shared().readTree(line));
      }
      String log = file.getFileName().toString().replace(".expected", "");
      cases.add(new Case(FOLDER.resolve(log), lines));
    }
    return cases;
  }
}
