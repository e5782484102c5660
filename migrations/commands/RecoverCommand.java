import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import support.evidence.Evidence;
import support.evidence.Retrieval;
import support.log.AuditLog;
import support.run.Exit;
import support.run.Failure;
import support.run.Notes;

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
  public Exit run(Session session) throws IOException {
    migrate.Env env = session.env(session.options()).knowing(session.registry());
    Evidence.Place place =
        new Evidence.Place(env.auditLog(), env.backupDir(), env.edits(), env.machine().openFiles());
    AuditLog.requireNameOfALog(env.auditLog());
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
    Notes notes = notes(outcome);
    if (outcome.shares().isEmpty() && notes.texts().isEmpty()) {
      env.print("migrate: %s lacks no line of its backups".formatted(env.auditLog()));
    }
    notes.texts().forEach(note -> env.print("migrate: " + note));
    String state =
        outcome.shares().isEmpty() || dryRun
            ? Failure.UNCHANGED
            : "the lines above were brought over";
    notes.requireNoConcern(env.options().strict(), state);
    return Exit.DONE;
  }

  private static Notes notes(Retrieval.Outcome outcome) {
    Notes notes = new Notes();
    for (Retrieval.Share share : outcome.staying()) {
      notes.addConcern(
          "%d line(s) of %d bytes stay in %s only; they are of %s, which was rotated since"
              .formatted(share.lines(), share.bytes(), share.backup(), share.file()));
    }
    for (Retrieval.Share share : outcome.unfinished()) {
      notes.addConcern(
          "%d bytes of an unfinished line are in %s only".formatted(share.bytes(), share.backup()));
    }
    for (Path backup : outcome.unproven()) {
      notes.addConcern(
          "what is in %s only cannot be told: no file here begins with what was made of it;"
                  .formatted(backup)
              + " 'migrate verify' says more");
    }
    return notes;
  }
}
