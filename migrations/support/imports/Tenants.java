package support.imports;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import support.pieces.LogFile;
import support.pieces.OpenLog;
import support.rows.Wish;
import support.run.Failure;
import support.run.Monitor;
import support.store.ImportRecord;
import support.store.Records;
import support.store.StoreErrors;

/**
 * Whose entries are that name no tenant.
 *
 * @param records of what was imported
 * @param given the tenant that the operator named for them; null for none
 */
record Tenants(Records records, String given, Wish wish, Monitor monitor) {
  /**
   * Two hosts' histories under one name could never be told apart again.
   *
   * @throws Failure with support.run.Exit#REFUSED
   */
  void requireTellable(List<ImportPlan.Planned> plan) throws IOException, SQLException {
    List<LogFile> files =
        plan.stream()
            .filter(ImportPlan.Planned::namesNoTenant)
            .map(ImportPlan.Planned::file)
            .toList();
    for (LogFile file : files) {
      requireTellable(file);
    }
    List<String> logs = files.stream().map(file -> LogFiles.nameOf(file.log())).distinct().toList();
    if (logs.size() > 1 && given == null) {
      throw Failure.of(StoreErrors.TENANT_NEEDED, logs.get(1), logs.get(0));
    }
  }

  /** The same of one file, beside what was imported. */
  void requireTellable(LogFile file) throws IOException, SQLException {
    List<ImportRecord> such =
        records.all().stream().filter(record -> record.withoutTenant() > 0).toList();
    if (such.isEmpty()) {
      return;
    }
    Optional<ImportRecord> own = firstOf(LogFiles.nameOf(file.log()), such);
    if (own.isEmpty()) {
      own = firstOf(logThatItWas(file), such);
    }
    if (own.isEmpty() && given == null) {
      throw Failure.of(StoreErrors.TENANT_NEEDED, file.log(), such.get(0).log());
    }
    if (own.isPresent() && !own.get().tenant().equals(given == null ? "" : given)) {
      String tenant = own.get().tenant();
      throw tenant.isEmpty()
          ? Failure.of(StoreErrors.IMPORTED_WITHOUT_TENANT, file.log())
          : Failure.of(StoreErrors.IMPORTED_FOR_TENANT, file.log(), tenant);
    }
  }

  private static Optional<ImportRecord> firstOf(String log, List<ImportRecord> all) {
    return all.stream().filter(record -> record.log().equals(log)).findFirst();
  }

  /** One that was moved, or is a copy, is no second log; empty where nothing of it is known. */
  private String logThatItWas(LogFile file) throws IOException, SQLException {
    try (OpenLog log = OpenLog.open(file)) {
      ImportRecord known = KnownPart.of(log, wish.holdsNul(), records, monitor).any();
      return known == null ? "" : known.log();
    }
  }
}
