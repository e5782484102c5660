import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of errors in docs/errors.md. */
final class ErrorTable {
  private static final Pattern ROW =
      Pattern.compile("^\\| ([0-9, ]+) \\| (.+?) \\| (.+?) \\| (.+?) \\|$", Pattern.MULTILINE);
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** What a run was doing, as it stands before what went wrong. */
  private static final String CONTEXT =
      "((detect |verify )?\\w+( failed)?( post-verify)?( failed)?: |reset checkpoint: )?";

  private ErrorTable() {}

  /**
   * An error of the table; a row that has more exit codes or texts holds more of them.
   *
   * @param text what it says, with {@code …} and {@code <…>} for what varies
   */
  record Row(int exit, String text) {
    /** The text with one sign for all that varies, as {@link ErrorTexts} gives it. */
    String template() {
      return text.replaceAll("<[^<>]+>", ErrorTexts.VARIES);
    }

    /** The line of an error, from the name of the program to the end. */
    Pattern line() {
      StringBuilder regex = new StringBuilder("migrate: " + CONTEXT);
      for (String part : template().split("((?<=…)|(?=…))")) {
        regex.append(part.equals(ErrorTexts.VARIES) ? ".+" : Pattern.quote(part));
      }
      return Pattern.compile(regex.toString());
    }

    @Override
    public String toString() {
      return exit + ": " + text;
    }
  }

  /** All errors, in the order of the table. */
  static List<Row> rows() throws IOException {
    Matcher row = ROW.matcher(Markdown.ERRORS.text());
    List<Row> rows = new ArrayList<>();
    while (row.find()) {
      for (String exit : row.group(1).split(", ")) {
        Matcher text = CODE.matcher(row.group(2));
        while (text.find()) {
          rows.add(new Row(Integer.parseInt(exit), text.group(1)));
        }
      }
    }
    return rows;
  }
}
