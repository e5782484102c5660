package support.imports;

import java.util.List;
import support.run.Failure;

/**
 * How far the store has the files of logs.
 *
 * @param files those that are there
 * @param goneFiles how many files were imported of the logs, and are not found as they were
 * @param goneEntries how many rows were imported of what is not found
 * @param failure why one of the files cannot be imported, the worst reason of all; null where all
 *     can
 */
public record StoreStatus(
    List<FileStatus> files, long goneFiles, long goneEntries, Failure failure) {
  /**
   * How far the store has a file.
   *
   * @param state {@code done}, {@code pending}, {@code following} (a log that grows), {@code
   *     differs} or {@code unreadable}
   * @param entries rows that the store has of it
   * @param newLines lines that it does not have, blank ones included
   * @param why what is wrong, or null
   */
  public record FileStatus(String file, String state, long entries, long newLines, String why) {}
}
