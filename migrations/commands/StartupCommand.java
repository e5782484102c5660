import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;
import support.Exit;
import support.LogOptions;
import support.OutputOptions;

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
  @Mixin OutputOptions output;

  @Override
  public Integer call() {
    return parent.session("startup", log, output).run(StartupCommand::start);
  }

  private static Exit start(Session session) {
    migrate.runStartup(session.registry(), session.env(session.choices()), session::add);
    return Exit.DONE;
  }
}
