import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import support.Exit;
import support.LogOptions;

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
    parent.requireNoOptionsBefore("verify");
    migrate.Env env = parent.env(log, parent.choices(log).withBackup(backup));
    migrate.runVerify(parent.registry(), env, id);
    return Exit.DONE.code();
  }
}
