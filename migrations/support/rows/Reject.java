package support.rows;

/**
 * A line that makes no row.
 *
 * @param line its number in the file, from 1
 * @param offset of its first byte in the file
 * @param entryOffset the same in entry bytes, which stays when a header comes or goes
 */
public record Reject(long line, long offset, long entryOffset, Line.Reason reason) {
  /** For the record of a chunk. */
  public String toText() {
    return "%d:%d:%d:%s".formatted(line, offset, entryOffset, reason);
  }

  /** The reverse of {@link #toText}. */
  public static Reject ofText(String text) {
    String[] parts = text.split(":");
    return new Reject(
        Long.parseLong(parts[0]),
        Long.parseLong(parts[1]),
        Long.parseLong(parts[2]),
        Line.Reason.valueOf(parts[3]));
  }
}
