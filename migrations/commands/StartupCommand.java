import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;
import support.Exit;
import support.LogOptions;

/** The command {@code migrate startup}: what a service's pre-start hook calls. */
@Command(
    name = "startup",
    version = MigrateCommand.PROGRAM,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs before a service starts: every migration that detects something to do, each verified;"
          + " the first failure ends it.",
      "A service must not start when this fails."
    })
final class StartupCommand implements Callable<Integer> {
  @ParentCommand MigrateCommand parent;
  @Mixin LogOptions log;

  @Override
  public Integer call() {
    parent.requireNoOptionsBefore("startup");
    migrate.runStartup(parent.registry(), parent.env(log, parent.choices(log)));
    return Exit.DONE.code();
  }
}
