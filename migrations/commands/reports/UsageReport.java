import java.io.File;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import support.console.Host;
import support.options.OutputOptions;
import support.options.UsageErrors;
import support.run.Failure;

/** What is told of a command line that was not understood, and what may have been meant. */
final class UsageReport {
  private UsageReport() {}

  /**
   * Tells of it; with {@code --json} in a document, too.
   *
   * @return the exit code
   */
  static int report(ParameterException e, Host host, String... args) {
    Failure failure = failure(e);
    if (List.of(args).contains(OutputOptions.JSON)) {
      String command = e.getCommandLine().getCommandName();
      host.out().println(Document.ofUsage(command, failure).toJson());
    }
    return host.report(failure);
  }

  private static Failure failure(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String help = "see '%s --help'".formatted(command);
    List<String> similar = similar(e);
    String next =
        similar.isEmpty()
            ? help
            : "did you mean %s? %s".formatted(String.join(" or ", similar), help);
    return UsageErrors.failure(e, next);
  }

  /** Options or subcommands that may have been meant. */
  private static List<String> similar(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return List.of();
    }
    CommandLine commandLine = e.getCommandLine();
    CommandSpec command = commandLine.getCommandSpec();
    String word = unmatched.getUnmatched().get(0);
    if (command.findOption("--" + word) != null) {
      return List.of("--" + word);
    }
    if (command.findOption("--audit-log") != null && new File(word).isFile()) {
      return List.of("--audit-log " + word);
    }
    if (commandLine.getCommand() instanceof MigrateCommand) {
      MigrateCommand.addAllSubcommands(commandLine);
    }
    return unmatched.getSuggestions();
  }
}
