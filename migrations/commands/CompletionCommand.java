import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;
import support.run.Exit;

/** The command {@code migrate completion}: what a shell needs to complete a command line. */
@Command(
    name = "completion",
    version = MigrateCommand.PROGRAM,
    mixinStandardHelpOptions = true,
    description = "Prints a script with which bash and zsh complete this command.")
final class CompletionCommand implements Callable<Integer> {
  @ParentCommand MigrateCommand parent;

  @Override
  public Integer call() {
    parent.requireNoOptionsBefore("completion");
    String script = AutoComplete.bash("migrate", parent.commandLine());
    parent.host().out().println(script);
    // The name under which a checkout has it.
    parent.host().out().println("complete -F _complete_migrate -o default migrate.java");
    return Exit.DONE.code();
  }
}
