import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import support.imports.AuditStore;
import support.imports.StoreStatus;
import support.run.Exit;

/** The command {@code audit_to_store status}: how far the store has the logs. */
@Command(
    name = "status",
    description = {
      "Shows how far the store has the entries of the logs: done, pending, or following a log that"
          + " grows.",
      "Reads only."
    })
final class StoreStatusCommand extends StoreSubcommand {
  @Option(
      names = "--check",
      description =
          "End with 3 when whole entries are pending; with 1 or 5 when a file cannot be imported.")
  boolean check;

  @Override
  Exit run(Session session, AuditStore audit) throws IOException {
    StoreStatus status = audit.status(store.files(session));
    session
        .report()
        .addDetails(
            Map.of(
                "store",
                audit.name(),
                "files",
                status.files(),
                "gone_files",
                status.goneFiles(),
                "gone_entries",
                status.goneEntries()));
    show(session, audit, status);
    if (!check) {
      return Exit.DONE;
    }
    if (status.failure() != null) {
      throw status.failure();
    }
    boolean isPending = status.files().stream().anyMatch(file -> file.state().equals("pending"));
    return isPending ? Exit.PENDING : Exit.DONE;
  }

  private static void show(Session session, AuditStore audit, StoreStatus status) {
    if (status.goneFiles() > 0) {
      session.tell(
          ("migrate: %d file(s) that were imported are not found as they were (gone, shorter,"
                  + " changed or unreadable by now, or not among those looked at); the store has"
                  + " %s of them")
              .formatted(status.goneFiles(), StoreCommand.entries(status.goneEntries())));
    }
    String missing = audit.isThere() ? "" : ", which does not exist yet";
    session.out().println("store       " + audit.name() + missing);
    for (StoreStatus.FileStatus file : status.files()) {
      session
          .out()
          .println(
              "%-12s%s: %s in the store, %d new line%s%s"
                  .formatted(
                      file.state(),
                      file.file(),
                      StoreCommand.entries(file.entries()),
                      file.newLines(),
                      file.newLines() == 1 ? "" : "s",
                      file.why() == null ? "" : "; " + file.why()));
    }
  }
}
