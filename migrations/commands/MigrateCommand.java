//SOURCES CatalogLoader.java
//SOURCES CommandErrors.java
//SOURCES CommandLineParser.java
//SOURCES CommandRun.java
//SOURCES CompletionCommand.java
//SOURCES DemoCommand.java
//SOURCES FamilyCommand.java
//SOURCES LogCommand.java
//SOURCES RecoverCommand.java
//SOURCES RollbackCommand.java
//SOURCES StartupCommand.java
//SOURCES StatusCommand.java
//SOURCES VerifyCommand.java
//SOURCES reports/Document.java
//SOURCES reports/LogReport.java
//SOURCES reports/MigrationList.java
//SOURCES reports/MigrationStatus.java
//SOURCES reports/RunMetrics.java
//SOURCES reports/StatusColours.java
//SOURCES reports/StatusList.java
//SOURCES reports/StatusTable.java
//SOURCES reports/Totals.java
//SOURCES reports/UsageReport.java
//SOURCES steps/RunEnv.java
//SOURCES steps/Schedule.java
//SOURCES steps/Session.java
//SOURCES steps/SeveralLogs.java
//SOURCES steps/Space.java
//SOURCES steps/Steps.java
//SOURCES steps/Task.java
//SOURCES steps/WayBack.java
//SOURCES steps/WayForward.java

import java.io.PrintStream;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import support.console.Host;
import support.options.ArchiveOptions;
import support.options.LogOptions;
import support.options.OutputOptions;
import support.options.UsageErrors;
import support.options.WrongUsage;
import support.run.Exit;

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
final class MigrateCommand implements Callable<Integer>, Task {
  static final String PROGRAM = "agentguard-migrate " + migrate.VERSION;

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
  @Mixin ArchiveOptions family;
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
    return CommandLineParser.execute(commandLine, host, args);
  }

  /** Adds those that were not named, for a word that may have been meant to name one. */
  static void addAllSubcommands(CommandLine commandLine) {
    addSubcommands(commandLine, SUBCOMMANDS.keySet());
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

  @Override
  public Integer call() {
    if (list && (id != null || dryRun || resetCheckpoint)) {
      throw new WrongUsage(spec.commandLine(), UsageErrors.LIST_WITH_OTHERS);
    }
    log.validate();
    output.validate();
    String command = list ? CommandRun.LIST : "migrate";
    return new CommandRun(command, registry, host, log, output).run(this);
  }

  @Override
  public boolean archives() {
    return family.archives();
  }

  @Override
  public Optional<Rewrites> rewrites() {
    return Optional.of(this::steps);
  }

  private int steps(migrate.Registry registry, long version) {
    if (id == null) {
      return registry.chain(version).size();
    }
    String made = registry.has(id) ? registry.find(id).toVersion() : Long.toString(version);
    return made.equals(Long.toString(version)) ? 0 : 1;
  }

  @Override
  public Exit run(Session session) {
    migrate.Registry migrations = session.registry();
    if (list) {
      migrations.registered().forEach(session.report()::addRegistered);
    }
    boolean resets = resetCheckpoint && !session.isOfArchive();
    migrate.CliOptions options = new migrate.CliOptions(list, id, dryRun, resets);
    migrate.runCli(migrations, session.env(session.options()), options, session.report()::add);
    session.tellOfArchives();
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
  CommandRun command(String subcommand, LogOptions options, OutputOptions shown) {
    requireNoOptionsBefore(subcommand);
    if (options != null) {
      options.validate();
    }
    shown.validate();
    return new CommandRun(subcommand, registry, host, options, shown);
  }

  /** Options of this command do nothing in a subcommand, and so must not stand before one. */
  void requireNoOptionsBefore(String subcommand) {
    if (!spec.commandLine().getParseResult().matchedOptions().isEmpty()) {
      throw new WrongUsage(spec.commandLine(), UsageErrors.OPTIONS_BEFORE_COMMAND, subcommand);
    }
  }
}
