import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;
import support.Demo;
import support.Exit;

/** The command {@code migrate demo}: for a newcomer. */
@Command(
    name = "demo",
    version = MigrateCommand.PROGRAM,
    mixinStandardHelpOptions = true,
    description = "Shows a migration of a real v0.4.0 log in a new temporary folder.")
final class DemoCommand implements Callable<Integer> {
  @ParentCommand MigrateCommand parent;

  @Override
  public Integer call() throws IOException {
    parent.requireNoOptionsBefore("demo");
    try (InputStream bundled = migrate.class.getResourceAsStream("/demo-audit.jsonl")) {
      new Demo(parent.host().out(), this::run).run(bundled.readAllBytes());
    }
    return Exit.DONE.code();
  }

  private void run(List<String> args) {
    int exit = parent.runOnOut(args.toArray(String[]::new));
    if (exit != Exit.DONE.code()) {
      throw new IllegalStateException("the demo's own run ended with " + exit);
    }
  }
}
