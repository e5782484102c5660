import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import support.Exit;
import support.LogOptions;
import support.OutputOptions;

/** What every subcommand that works on a log has. */
@Command(version = MigrateCommand.PROGRAM, mixinStandardHelpOptions = true, sortOptions = false)
abstract class LogCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @ParentCommand MigrateCommand parent;
  @Mixin LogOptions log;
  @Mixin OutputOptions output;

  @Override
  public final Integer call() {
    return parent.session(spec.name(), log, output).run(this::run);
  }

  /**
   * Does the work of the command.
   *
   * @return how it ended, if not with an error
   * @throws IOException if a file cannot be read or written
   */
  abstract Exit run(Session session) throws IOException;
}
