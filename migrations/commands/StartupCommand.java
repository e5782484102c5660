import picocli.CommandLine.Command;
import support.run.Exit;

/** The command {@code migrate startup}: what a service's pre-start hook calls. */
@Command(
    name = "startup",
    description = {
      "Runs before a service starts: every migration that detects something to do, each verified;"
          + " the first failure ends it.",
      "A service must not start when this fails."
    })
final class StartupCommand extends LogCommand {
  @Override
  Exit run(Session session) {
    migrate.runStartup(session.registry(), session.env(session.options()), session.report()::add);
    return Exit.DONE;
  }
}
