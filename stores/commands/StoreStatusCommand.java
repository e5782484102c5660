import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import support.imports.AuditStore;
import support.imports.FileStatus;
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
  @Option(names = "--check", description = "End with 3 when whole entries are pending.")
  boolean check;

  @Override
  Exit run(Session session, AuditStore audit) throws IOException {
    List<FileStatus> files = audit.status(store.files(session));
    session.report().addDetails(Map.of("store", audit.name(), "files", files));
    String missing = audit.isThere() ? "" : ", which does not exist yet";
    session.out().println("store       " + audit.name() + missing);
    for (FileStatus file : files) {
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
    boolean isPending = files.stream().anyMatch(file -> file.state().equals("pending"));
    return check && isPending ? Exit.PENDING : Exit.DONE;
  }
}
