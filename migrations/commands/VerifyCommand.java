import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import support.run.Exit;
import support.survey.LogSelection;

/** The command {@code migrate verify}: proves a migrated log against its backup. */
@Command(
    name = "verify",
    description = {
      "Proves a migrated log: its header, every line, and that it is its backup byte for byte, plus"
          + " what was appended since.",
      "Reads only. Ends with 6 at the first fault, and says where it is."
    })
final class VerifyCommand extends FamilyCommand {
  @Option(
      names = "--backup",
      paramLabel = "P",
      description = "The backup to prove the log against, where it is kept elsewhere.")
  Path backup;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The migration to prove (default: the one that led to the log's version).")
  String id;

  @Override
  void validate() {
    requireFile("--backup", backup);
  }

  @Override
  public void judge(LogSelection selection) {
    requireOneFor("--backup", backup, selection);
  }

  @Override
  public boolean onlyLooks() {
    return true;
  }

  @Override
  public Exit run(Session session) {
    migrate.Env env = session.env(session.options().withBackup(backup));
    migrate.runVerify(session.registry(), env, id, session.report()::add);
    session.tellOfArchives();
    return Exit.DONE;
  }
}
