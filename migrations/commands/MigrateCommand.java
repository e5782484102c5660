//SOURCES CommandErrors.java
//SOURCES CompletionCommand.java
//SOURCES DemoCommand.java
//SOURCES Document.java
//SOURCES LogCommand.java
//SOURCES MigrationStatus.java
//SOURCES RecoverCommand.java
//SOURCES RollbackCommand.java
//SOURCES RunMetrics.java
//SOURCES Session.java
//SOURCES StartupCommand.java
//SOURCES StatusCommand.java
//SOURCES StatusTable.java
//SOURCES Steps.java
//SOURCES VerifyCommand.java
//SOURCES WayBack.java

import java.io.File;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;
import support.console.Host;
import support.console.StandardStreams;
import support.run.Exit;
import support.run.Failure;
import support.run.LogOptions;
import support.run.OutputOptions;
import support.run.UsageErrors;
import support.run.WrongUsage;

/** The command {@code migrate}: AgentGuard's flags, and what its subcommands share. */
@Command(
    name = "migrate",
    version = MigrateCommand.PROGRAM,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Migrates what AgentGuard keeps on disk to the format of a newer release.",
      "Without a subcommand: runs every migration that detects something to do."
    },
    exitCodeListHeading = "%nExit codes:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  migrate --list",
      "  migrate --dry-run --audit-log /var/log/agentguard/audit.jsonl",
      "  migrate startup --audit-log /var/log/agentguard/audit.jsonl"
    })
final class MigrateCommand implements Callable<Integer> {
  static final String PROGRAM = "agentguard-migrate " + migrate.VERSION;

  /** What Java puts in the place of bytes that it cannot decode. */
  private static final char REPLACEMENT = '\uFFFD';

  private static final Map<String, Supplier<Object>> SUBCOMMANDS = new LinkedHashMap<>();

  static {
    SUBCOMMANDS.put("startup", StartupCommand::new);
    SUBCOMMANDS.put("status", StatusCommand::new);
    SUBCOMMANDS.put("verify", VerifyCommand::new);
    SUBCOMMANDS.put("rollback", RollbackCommand::new);
    SUBCOMMANDS.put("recover", RecoverCommand::new);
    SUBCOMMANDS.put("demo", DemoCommand::new);
    SUBCOMMANDS.put("completion", CompletionCommand::new);
  }

  /** Arguments whose answer names every subcommand. */
  private static final Set<String> LISTING = Set.of("-h", "-hV", "-Vh", "--help", "completion");

  private final Supplier<migrate.Registry> registry;
  private final Host host;

  @Spec CommandSpec spec;
  @Mixin LogOptions log;
  @Mixin OutputOptions output;

  @Option(names = "--dry-run", description = "Say what would be done; write nothing.")
  boolean dryRun;

  @Option(names = "--list", description = "List the registered migrations and exit.")
  boolean list;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Run this migration only, even where it detects nothing to do.")
  String id;

  @Option(
      names = "--reset-checkpoint",
      description = "First remove the replay checkpoint, so that the server replays the whole log.")
  boolean resetCheckpoint;

  private MigrateCommand(Supplier<migrate.Registry> registry, Host host) {
    this.registry = registry;
    this.host = host;
  }

  /**
   * Runs the command line.
   *
   * @param registry asked for only when a migration may run
   * @return the exit code, as {@link Exit} lists them
   */
  static int run(Supplier<migrate.Registry> registry, Host host, String... args) {
    CommandLine commandLine = new CommandLine(new MigrateCommand(registry, host));
    addSubcommands(commandLine, List.of(args));
    return execute(commandLine, host, args);
  }

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
    commandLine.registerConverter(Path.class, MigrateCommand::path);
    commandLine.registerConverter(
        int.class, text -> (int) wholeNumber(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
    commandLine.registerConverter(
        Long.class, text -> wholeNumber(text, Long.MIN_VALUE, Long.MAX_VALUE));
    commandLine.setExecutionStrategy(parsed -> execute(parsed, host));
    commandLine.setParameterExceptionHandler((e, a) -> reportUsage(e, host, args));
    commandLine.setExecutionExceptionHandler(
        (e, c, p) ->
            e instanceof ParameterException usage
                ? reportUsage(usage, host, args)
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
        host.out().println(Document.ofText("version", List.of(PROGRAM)).toJson());
        return Exit.DONE.code();
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /**
   * Only what the arguments name, or all where they are to be listed: to look into the classes of
   * all subcommands takes a third of the time of a short run.
   */
  private static void addSubcommands(CommandLine commandLine, Collection<String> args) {
    boolean listed = args.stream().anyMatch(LISTING::contains);
    for (Map.Entry<String, Supplier<Object>> subcommand : SUBCOMMANDS.entrySet()) {
      boolean isNew = !commandLine.getSubcommands().containsKey(subcommand.getKey());
      if (isNew && (listed || args.contains(subcommand.getKey()))) {
        commandLine.addSubcommand(subcommand.getValue().get());
      }
    }
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

  private static int reportUsage(ParameterException e, Host host, String... args) {
    Failure failure = usageFailure(e);
    if (List.of(args).contains(OutputOptions.JSON)) {
      String command = e.getCommandLine().getCommandName();
      host.out().println(Document.ofUsage(command, failure).toJson());
    }
    return host.report(failure);
  }

  private static Failure usageFailure(ParameterException e) {
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
      addSubcommands(commandLine, SUBCOMMANDS.keySet());
    }
    return unmatched.getSuggestions();
  }

  /** Standard output is a full disk, or a pipe that nobody reads any more. */
  static Failure unwritableOutput() {
    return Failure.of(
            StandardStreams.isOutputPiped()
                ? CommandErrors.OUTPUT_NOT_READ
                : CommandErrors.OUTPUT_NOT_WRITTEN)
        .withState("the files are as the lines before this one say; only the results are lost");
  }

  @Override
  public Integer call() {
    if (list && (id != null || dryRun || resetCheckpoint)) {
      throw new WrongUsage(spec.commandLine(), UsageErrors.LIST_WITH_OTHERS);
    }
    log.validate();
    output.validate();
    String command = list ? Session.LIST : "migrate";
    Session session = new Session(command, registry, host, log, output);
    return session.run(() -> migrate(session));
  }

  private Exit migrate(Session session) {
    migrate.Registry migrations = session.registry();
    if (list) {
      migrations.registered().forEach(session::addRegistered);
    }
    migrate.CliOptions options = new migrate.CliOptions(list, id, dryRun, resetCheckpoint);
    migrate.runCli(migrations, session.env(session.options()), options, session::add);
    return Exit.DONE;
  }

  CommandLine commandLine() {
    return spec.commandLine();
  }

  Host host() {
    return host;
  }

  /** Runs another command line, printing everything to one stream. */
  int runOn(PrintStream stream, String... args) {
    return run(registry, host.withEverythingOn(stream), args);
  }

  /**
   * Begins a subcommand.
   *
   * @param options null for one that works on no log
   * @throws WrongUsage if its options, or where they stand, make no sense
   */
  Session session(String subcommand, LogOptions options, OutputOptions shown) {
    requireNoOptionsBefore(subcommand);
    if (options != null) {
      options.validate();
    }
    shown.validate();
    return new Session(subcommand, registry, host, options, shown);
  }

  /** Options of this command do nothing in a subcommand, and so must not stand before one. */
  void requireNoOptionsBefore(String subcommand) {
    if (!spec.commandLine().getParseResult().matchedOptions().isEmpty()) {
      throw new WrongUsage(spec.commandLine(), UsageErrors.OPTIONS_BEFORE_COMMAND, subcommand);
    }
  }
}
