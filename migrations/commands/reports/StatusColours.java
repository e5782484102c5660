import picocli.CommandLine.Help.Ansi;

/**
 * Words in a colour that says how bad a thing is. Only for words of ours: picocli would take markup
 * in a file's name for its own.
 *
 * @param ansi whether and how colours are shown
 */
record StatusColours(Ansi ansi) {
  String good(String text) {
    return colour("green", text);
  }

  String warning(String text) {
    return colour("yellow", text);
  }

  String bad(String text) {
    return colour("bold,red", text);
  }

  private String colour(String style, String text) {
    return ansi.string("@|" + style + " " + text + "|@");
  }
}
