package support.lines;

/**
 * What a migration makes of a line: a pure function, so that applying it again proves what it made.
 */
@FunctionalInterface
public interface LineEdit {
  /**
   * Edits a line; must give the same for the same bytes, whenever it is asked.
   *
   * @param line all bytes of it but its newline; never a header, and not blank, but possibly
   *     damaged
   * @return the new line, which has no newline either; the same bytes where nothing is to change;
   *     null to drop the line
   */
  byte[] apply(byte[] line);
}
