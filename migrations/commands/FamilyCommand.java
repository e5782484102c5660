import picocli.CommandLine.Mixin;
import support.options.ArchiveOptions;

/** What every subcommand has that works on archives as it does on logs. */
abstract class FamilyCommand extends LogCommand {
  @Mixin ArchiveOptions family;

  @Override
  public final boolean archives() {
    return family.archives();
  }
}
