import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import support.console.Host;
import support.console.StandardStreams;
import support.options.OutputOptions;
import support.options.UsageErrors;
import support.run.Exit;
import support.run.Failure;

/** How command lines are read and run, of this tool and of its other scripts. */
final class CommandLineParser {
  /** What Java puts in the place of bytes that it cannot decode. */
  private static final char REPLACEMENT = '\uFFFD';

  private CommandLineParser() {}

  /**
   * Runs a command line, of this tool or of another script, as this process.
   *
   * @return the exit code, as {@link Exit} lists them
   */
  static int execute(CommandLine commandLine, Host host, String... args) {
    commandLine.setOut(new PrintWriter(host.out(), true));
    commandLine.setErr(new PrintWriter(host.err(), true));
    if (StandardStreams.isTerminalDumb()) {
      commandLine.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    }
    commandLine.setExpandAtFiles(false); // a path may begin with @
    commandLine.registerConverter(Path.class, CommandLineParser::path);
    commandLine.registerConverter(
        int.class, text -> (int) wholeNumber(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
    commandLine.registerConverter(
        Long.class, text -> wholeNumber(text, Long.MIN_VALUE, Long.MAX_VALUE));
    commandLine.setExecutionStrategy(parsed -> execute(parsed, host));
    commandLine.setParameterExceptionHandler((e, a) -> UsageReport.report(e, host, args));
    commandLine.setExecutionExceptionHandler(
        (e, c, p) ->
            e instanceof ParameterException usage
                ? UsageReport.report(usage, host, args)
                : host.report(e));
    commandLine.getCommandSpec().usageMessage().exitCodeList(exitCodes());
    int exit = commandLine.execute(args);
    boolean lost = host.out().checkError();
    return lost && exit == Exit.DONE.code() ? host.report(unwritableOutput()) : exit;
  }

  /** What the parser itself answers is for people; with --json it comes in a document, too. */
  private static int execute(ParseResult parsed, Host host) {
    List<CommandLine> commands = parsed.asCommandLineList();
    boolean json =
        commands.stream().anyMatch(c -> c.getParseResult().hasMatchedOption(OutputOptions.JSON));
    for (CommandLine command : json ? commands : List.<CommandLine>of()) {
      if (command.isUsageHelpRequested()) {
        String help = command.getUsageMessage(Help.Ansi.OFF);
        host.out().println(Document.ofText("help", help.lines().toList()).toJson());
        return Exit.DONE.code();
      }
      if (command.isVersionHelpRequested()) {
        host.out().println(Document.ofText("version", List.of(MigrateCommand.PROGRAM)).toJson());
        return Exit.DONE.code();
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /**
   * A Java that was started in a locale without a path's letters cannot name that file; for bytes
   * that are no UTF-8 it names another one.
   */
  private static Path path(String text) {
    try {
      if (text.indexOf(REPLACEMENT) < 0) {
        return Path.of(text);
      }
    } catch (InvalidPathException e) {
      // as below
    }
    throw new TypeConversionException(UsageErrors.noPath(text));
  }

  private static long wholeNumber(String text, long least, long most) {
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // as below
    }
    throw new TypeConversionException("'%s' is no whole number up to %d".formatted(text, most));
  }

  private static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    for (Exit exit : Exit.values()) {
      codes.put(Integer.toString(exit.code()), exit.meaning());
    }
    return codes;
  }

  /** Standard output is a full disk, or a pipe that nobody reads any more. */
  static Failure unwritableOutput() {
    return Failure.of(
            StandardStreams.isOutputPiped()
                ? CommandErrors.OUTPUT_NOT_READ
                : CommandErrors.OUTPUT_NOT_WRITTEN)
        .withState("the files are as the lines before this one say; only the results are lost");
  }
}
