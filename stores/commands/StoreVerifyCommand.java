import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import support.imports.AuditStore;
import support.imports.VerifyResult;
import support.run.Exit;
import support.run.Failure;
import support.store.StoreErrors;

/** The command {@code audit_to_store verify}: proves the rows against the logs. */
@Command(
    name = "verify",
    description = {
      "Proves that each imported entry is one row, field by field; where a file is gone by now, by"
          + " the digests that were kept.",
      "Reads only. Ends with 6 at the first fault, and says where it is."
    })
final class StoreVerifyCommand extends StoreSubcommand {
  @Option(
      names = "--strict",
      description = "Fail (6) where rows were deleted since, and where a file was skipped.")
  boolean strict;

  @Option(
      names = "--skip-unreadable",
      description =
          "Only note where a file of a log cannot be read; what was imported of it is proven by the"
              + " digests that were kept.")
  boolean skipUnreadable;

  @Override
  Exit run(Session session, AuditStore audit) throws IOException {
    VerifyResult result = audit.verify(store.files(session), skipUnreadable);
    session
        .report()
        .addDetails(
            Map.of(
                "store",
                audit.name(),
                "entries",
                result.entries(),
                "deleted",
                result.deleted(),
                "gone_files",
                result.goneFiles(),
                "unreadable",
                result.unreadable()));
    result.notes().forEach(note -> session.tell("migrate: " + note));
    if (result.deleted() > 0) {
      Failure deleted = Failure.of(StoreErrors.ROWS_DELETED, result.deleted());
      if (strict) {
        throw deleted;
      }
      session.tell("migrate: " + deleted.getMessage());
    }
    if (result.failure() != null) {
      throw result.failure();
    }
    if (strict && !result.unreadable().isEmpty()) {
      throw Failure.of(StoreErrors.FILE_NOT_COMPARED, result.unreadable().get(0));
    }
    session
        .out()
        .println(
            "migrate: %s in %s %s imported"
                .formatted(
                    StoreCommand.entries(result.entries()),
                    audit.name(),
                    result.entries() == 1 ? "is as it was" : "are as they were"));
    return Exit.DONE;
  }
}
