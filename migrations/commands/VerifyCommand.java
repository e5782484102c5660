import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import support.Exit;
import support.LogOptions;
import support.OutputOptions;

/** The command {@code migrate verify}: proves a migrated log against its backup. */
@Command(
    name = "verify",
    version = MigrateCommand.PROGRAM,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Proves a migrated log: its header, every line, and that it is its backup byte for byte, plus"
          + " what was appended since.",
      "Reads only. Ends with 6 at the first fault, and says where it is."
    })
final class VerifyCommand implements Callable<Integer> {
  @ParentCommand MigrateCommand parent;
  @Mixin LogOptions log;
  @Mixin OutputOptions output;

  @Option(
      names = "--backup",
      paramLabel = "P",
      description = "The backup to prove the log against, where it is kept elsewhere.")
  Path backup;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The migration to prove (default: the last one).")
  String id;

  @Override
  public Integer call() {
    return parent.session("verify", log, output).run(this::verify);
  }

  private Exit verify(Session session) {
    migrate.Env env = session.env(session.choices().withBackup(backup));
    migrate.runVerify(session.registry(), env, id, session::add);
    return Exit.DONE;
  }
}
