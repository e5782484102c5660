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
    List<FileStatus> files, long goneFiles, long goneEntries, Failure failure) {}
