import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import support.evidence.Evidence;
import support.evidence.Retrieval;
import support.run.Exit;

/** The command {@code migrate recover}: for lines that a migration under a writer left behind. */
@Command(
    name = "recover",
    description = {
      "Brings lines over that a writer appended to a backup after it was made, and that the log"
          + " lacks: they are appended to the log, and nothing is rewritten.",
      "A server that writes to the log may go on; one that still writes to the backup may not (4)."
    })
final class RecoverCommand extends LogCommand {
  @Option(names = "--dry-run", description = "Say what would be done; write nothing.")
  boolean dryRun;

  @Override
  Exit run(Session session) throws IOException {
    migrate.Env env = session.env(session.options()).knowing(session.registry());
    Evidence.Place place =
        new Evidence.Place(env.auditLog(), env.backupDir(), env.edits(), env.machine().openFiles());
    place.requireLogOfBackups();
    Retrieval retrieval =
        new Retrieval(place, env.options().lockTimeout(), env.machine(), env.monitor());
    Retrieval.Outcome outcome = dryRun ? retrieval.plan() : retrieval.run();
    for (Retrieval.Share share : outcome.shares()) {
      env.print(
          "migrate: %s %d line(s) of %d bytes from %s"
              .formatted(
                  dryRun ? "would bring over" : "brought over",
                  share.lines(),
                  share.bytes(),
                  share.backup()));
    }
    if (outcome.shares().isEmpty()) {
      env.print("migrate: %s lacks no line of its backups".formatted(env.auditLog()));
    }
    for (Retrieval.Share share : outcome.staying()) {
      env.print(
          "migrate: %d line(s) of %d bytes stay in %s only; they are of %s, which was rotated since"
              .formatted(share.lines(), share.bytes(), share.backup(), share.file()));
    }
    return Exit.DONE;
  }
}
