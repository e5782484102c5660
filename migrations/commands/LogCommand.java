import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import support.options.LogOptions;
import support.options.OutputOptions;
import support.options.UsageErrors;
import support.options.WrongUsage;
import support.run.Failure;
import support.survey.LogSelection;

/** What every subcommand that works on a log has. */
@Command(version = MigrateCommand.PROGRAM, mixinStandardHelpOptions = true, sortOptions = false)
abstract class LogCommand implements Callable<Integer>, Task {
  @Spec CommandSpec spec;
  @ParentCommand MigrateCommand parent;
  @Mixin LogOptions log;
  @Mixin OutputOptions output;

  @Override
  public final Integer call() {
    validate();
    return parent.command(spec.name(), log, output).run(this);
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

  /** A file that is named can only be of one log. */
  final void requireOneFor(String option, Path path, LogSelection selection) {
    if (path != null && selection.logs().size() > 1) {
      throw Failure.of(
          UsageErrors.ONE_FILE_FOR_SEVERAL,
          option,
          selection.logs().size(),
          "leave it out, or take them one by one");
    }
  }
}
