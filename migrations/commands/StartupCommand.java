import java.util.Optional;
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
final class StartupCommand extends FamilyCommand {
  @Override
  public Exit run(Session session) {
    migrate.runStartup(session.registry(), session.env(session.options()), session.report()::add);
    session.tellOfArchives();
    return Exit.DONE;
  }

  @Override
  public boolean isBeforeService() {
    return true;
  }

  @Override
  public Optional<Rewrites> rewrites() {
    return Optional.of((registry, version) -> registry.chain(version).size());
  }
}
