package support.options;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every command that say how it reports what it does. */
public final class OutputOptions {
  /** Also looked for where a command line is not understood. */
  public static final String JSON = "--json";

  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = JSON,
      description =
          "Print one JSON document to standard output, also on failure, and nothing else.")
  boolean json;

  @Option(names = "--quiet", description = "Print errors only.")
  boolean quiet;

  @Option(names = "--verbose", description = "Tell each step, with sizes and times.")
  boolean verbose;

  /**
   * Looks at what the parser cannot judge.
   *
   * @throws WrongUsage if the options exclude each other
   */
  public void validate() {
    if (quiet && verbose) {
      throw new WrongUsage(command.commandLine(), UsageErrors.QUIET_AND_VERBOSE);
    }
  }

  /** Whether a document is wanted, for a program. */
  public boolean json() {
    return json;
  }

  /** Whether only errors are wanted. */
  public boolean quiet() {
    return quiet;
  }

  /** Whether every step is wanted. */
  public boolean verbose() {
    return verbose;
  }
}
