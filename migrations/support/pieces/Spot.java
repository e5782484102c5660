package support.pieces;

/**
 * A place in a file between two lines.
 *
 * @param offset in bytes from the file's start; of a compressed file, of what it holds
 * @param line the number of the line that begins here, from 1
 * @param entryOffset in entry bytes: those of all lines before that are no headers, each with a
 *     newline
 */
public record Spot(long offset, long line, long entryOffset) {
  public static final Spot START = new Spot(0, 1, 0);
}
