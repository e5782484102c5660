import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import support.run.ErrorCode;
import support.run.RunErrors;

/** The catalogue of errors, and the table that docs/errors.md shows of it. */
final class ErrorTable {
  private static final String BEGIN =
      "<!-- made of the catalogue: UPDATE_DOCS=1 ./jbang test ErrorTableTest -->\n";
  private static final String END = "<!-- end of what is made of the catalogue -->\n";
  private static final String HEAD =
      "| exit | it says | it means | what to do | code |\n|---|---|---|---|---|\n";

  private ErrorTable() {}

  /** Every error of the product: by exit code, then by room, then as they stand in the sources. */
  static List<ErrorCode> catalogue() throws IOException {
    Path root = Checkout.root();
    String rooms = Files.readString(root.resolve("migrate.java"));
    try (Stream<Path> files = Files.walk(root.resolve("migrations"))) {
      return files
          .filter(file -> file.toString().endsWith("Errors.java"))
          .sorted(Comparator.comparingInt(file -> place(rooms, folder(root, file))))
          .flatMap(ErrorTable::constants)
          .sorted(Comparator.comparingInt(error -> error.entry().exit().code()))
          .toList();
    }
  }

  /** What only the scripts of stores/ use comes last. */
  private static int place(String rooms, String folder) {
    return Math.floorMod(rooms.indexOf(folder), Integer.MAX_VALUE);
  }

  private static String folder(Path root, Path file) {
    return root.relativize(file.getParent()) + "/";
  }

  private static Stream<ErrorCode> constants(Path file) {
    String room = file.getParent().getFileName().toString();
    String name = file.getFileName().toString().replace(".java", "");
    boolean isSupport = file.getParent().getParent().endsWith("support");
    try {
      Class<?> type = Class.forName((isSupport ? "support." + room + "." : "") + name);
      return Stream.of((ErrorCode[]) type.getEnumConstants());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(file + " is not compiled in", e);
    }
  }

  /** A document with its table as the catalogue says. */
  static String updated(String document) throws IOException {
    int begin = document.indexOf(BEGIN) + BEGIN.length();
    int end = document.indexOf(END);
    String rows = catalogue().stream().map(ErrorTable::row).collect(Collectors.joining());
    return document.substring(0, begin) + HEAD + rows + document.substring(end);
  }

  private static String row(ErrorCode error) {
    ErrorCode.Entry entry = error.entry();
    String exit = error == RunErrors.INTERRUPTED ? "130, 143" : "" + entry.exit().code();
    return "| %s | `%s` | %s | %s | `%s` |\n"
        .formatted(exit, entry.what().text(), entry.meaning(), entry.remedy(), error.code());
  }
}
