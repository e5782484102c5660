import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import support.imports.AuditStore;
import support.options.OutputOptions;
import support.run.Exit;

/** What every subcommand of the import has. */
@Command(version = MigrateCommand.PROGRAM, mixinStandardHelpOptions = true, sortOptions = false)
abstract class StoreSubcommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @ParentCommand StoreCommand parent;
  @Mixin StoreOptions store;
  @Mixin OutputOptions output;

  @Override
  public final Integer call() {
    parent.requireNoOptionsBefore(spec.name());
    validate();
    return parent.run(spec.qualifiedName(), store, output, this::run);
  }

  /**
   * Looks at what the parser cannot judge of the command's own options.
   *
   * @throws support.options.WrongUsage if one makes no sense
   */
  void validate() {}

  /**
   * Does the work of the command.
   *
   * @return how it ended, if not with an error
   * @throws IOException if a file cannot be read or written
   */
  abstract Exit run(Session session, AuditStore audit) throws IOException;
}
