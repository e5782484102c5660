import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import support.run.Exit;
import support.run.LogOptions;
import support.run.OutputOptions;
import support.run.UsageErrors;
import support.run.WrongUsage;

/** What every subcommand that works on a log has. */
@Command(version = MigrateCommand.PROGRAM, mixinStandardHelpOptions = true, sortOptions = false)
abstract class LogCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @ParentCommand MigrateCommand parent;
  @Mixin LogOptions log;
  @Mixin OutputOptions output;

  @Override
  public final Integer call() {
    validate();
    return parent.command(spec.name(), log, output).run(this::run);
  }

  /**
   * Looks at what the parser cannot judge of the command's own options.
   *
   * @throws WrongUsage if one makes no sense
   */
  void validate() {}

  /** For an option that names a file: what an unset variable leaves is none. */
  final void requireFile(String option, Path path) {
    if (path != null && path.toString().isEmpty()) {
      throw new WrongUsage(spec.commandLine(), UsageErrors.NO_BACKUP_PATH, option, path);
    }
  }

  /**
   * Does the work of the command.
   *
   * @return how it ended, if not with an error
   * @throws IOException if a file cannot be read or written
   */
  abstract Exit run(Session session) throws IOException;
}
