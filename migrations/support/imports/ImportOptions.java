package support.imports;

import java.nio.file.Path;
import support.rows.GoTime;
import support.rows.Wish;

/**
 * What the operator decided about an import.
 *
 * @param dryRun say what would be imported, and write nothing
 * @param since entries before it are left out; null for none
 * @param tenant of entries that name none; null where the operator did not say
 * @param rejectFile where lines that make no rows are written, as they stand; null for nowhere
 * @param maxRejects more of them refuse the import before its first row; null for any number
 * @param skipUnreadable go on where a file of a log cannot be read
 */
public record ImportOptions(
    boolean dryRun,
    GoTime since,
    String tenant,
    Path rejectFile,
    Long maxRejects,
    boolean skipUnreadable) {
  ImportOptions asDryRun() {
    return new ImportOptions(true, since, tenant, rejectFile, maxRejects, skipUnreadable);
  }

  Wish wish(boolean holdsNul) {
    return new Wish(since, tenant, holdsNul);
  }
}
