import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;
import support.console.Demo;
import support.options.OutputOptions;
import support.run.Exit;

/** The command {@code migrate demo}: for a newcomer. */
@Command(
    name = "demo",
    version = MigrateCommand.PROGRAM,
    mixinStandardHelpOptions = true,
    description = "Shows a migration of a real v0.4.0 log in a new temporary folder.")
final class DemoCommand implements Callable<Integer> {
  @ParentCommand MigrateCommand parent;
  @Mixin OutputOptions output;

  @Override
  public Integer call() {
    return parent.command("demo", null, output).run(this::show);
  }

  private Exit show(Session session) throws IOException {
    try (InputStream bundled = migrate.class.getResourceAsStream("/demo-audit.jsonl")) {
      Demo demo = new Demo(session.out(), args -> run(args, session.out()));
      session.report().addFolder(demo.run(bundled.readAllBytes()).toString());
    }
    return Exit.DONE;
  }

  private void run(List<String> args, PrintStream out) {
    int exit = parent.runOn(out, args.toArray(String[]::new));
    if (out.checkError()) {
      throw CommandLineParser.unwritableOutput();
    }
    if (exit != Exit.DONE.code()) {
      throw new IllegalStateException("the demo's own run ended with " + exit);
    }
  }
}
