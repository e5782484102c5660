package support.run;

import java.util.regex.Pattern;

/**
 * Texts as they may be shown to a person: a file's name may hold what moves a terminal's cursor, or
 * what turns the direction of writing, and so could show what is not so.
 */
public final class Printable {
  /** Control characters, invisible ones that only format, and ends of lines or paragraphs. */
  private static final Pattern HIDDEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private Printable() {}

  /** The text in one line, with {@code \}{@code u001b} for an escape character, and so on. */
  public static String of(Object text) {
    return HIDDEN
        .matcher(String.valueOf(text))
        .replaceAll(hidden -> "\\\\u%04x".formatted((int) hidden.group().charAt(0)));
  }
}
