import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import support.imports.AuditStore;
import support.options.WrongUsage;
import support.run.Exit;
import support.store.StoreErrors;

/** The command {@code audit_to_store rollback}: removes what was imported. */
@Command(
    name = "rollback",
    description = {
      "Removes the rows that were imported of the logs, and no others. The logs need not be there"
          + " any more. A row that was changed since is refused before anything is removed."
    })
final class StoreRollbackCommand extends StoreSubcommand {
  @Option(names = "--dry-run", description = "Say what would be removed; write nothing.")
  boolean dryRun;

  @Option(names = "--all", description = "All that was ever imported into the store.")
  boolean all;

  @Override
  void validate() {
    if (all && (store.auditLogs != null || store.archives)) {
      throw new WrongUsage(spec.commandLine(), StoreErrors.ALL_WITH_LOGS);
    }
  }

  @Override
  Exit run(Session session, AuditStore audit) throws IOException {
    AuditStore.RolledBack done = audit.rollback(all ? null : store.files(session), dryRun);
    session
        .report()
        .addDetails(
            Map.of(
                "store", done.store(),
                "dry_run", dryRun,
                "entries", done.rows(),
                "deleted", done.deleted(),
                "files", done.files()));
    if (done.deleted() > 0) {
      session.tell(
          "migrate: %d row(s) were deleted by somebody else before".formatted(done.deleted()));
    }
    session
        .out()
        .println(
            "migrate: %s of %d file(s) %sremoved from %s"
                .formatted(
                    StoreCommand.entries(done.rows()),
                    done.files(),
                    dryRun ? "would be " : "",
                    done.store()));
    return Exit.DONE;
  }
}
