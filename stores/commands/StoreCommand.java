//SOURCES StoreMetrics.java
//SOURCES StoreOptions.java
//SOURCES StoreRollbackCommand.java
//SOURCES StoreStatusCommand.java
//SOURCES StoreSubcommand.java
//SOURCES StoreVerifyCommand.java

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import support.console.Host;
import support.imports.AuditStore;
import support.imports.ImportOptions;
import support.imports.ImportResult;
import support.options.OutputOptions;
import support.options.UsageErrors;
import support.options.WrongUsage;
import support.rows.GoTime;
import support.run.Exit;
import support.store.StoreErrors;

/** The command {@code audit_to_store}: the import itself, and what its subcommands share. */
@Command(
    name = StoreCommand.NAME,
    version = MigrateCommand.PROGRAM,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Brings the entries of audit logs into AgentGuard's store, each exactly once. The logs are"
          + " read, never written.",
      "What was imported before is known by what the files hold, whatever they are called by now."
    },
    subcommands = {StoreStatusCommand.class, StoreVerifyCommand.class, StoreRollbackCommand.class},
    exitCodeListHeading = "%nExit codes:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  audit_to_store --dry-run --archives --audit-log /var/log/ag/audit.jsonl",
      "  audit_to_store --archives --store-dsn postgres://agentguard@db/agentguard",
      "  audit_to_store verify --archives --data-dir /var/lib/agentguard"
    })
final class StoreCommand implements Callable<Integer> {
  static final String NAME = "audit_to_store";

  /** So many lines that make no rows are shown to people. */
  private static final int REJECTS_SHOWN = 20;

  private final Host host;

  @Spec CommandSpec spec;
  @Mixin StoreOptions store;
  @Mixin OutputOptions output;

  @Option(names = "--dry-run", description = "Say what would be imported; write nothing.")
  boolean dryRun;

  @Option(
      names = "--since",
      paramLabel = "T",
      description = "Leave out entries before this time, such as 2026-01-01T00:00:00Z.")
  String since;

  @Option(
      names = "--tenant",
      paramLabel = "T",
      description = "The tenant of entries that name none (default: local).")
  String tenant;

  @Option(
      names = "--reject-file",
      paramLabel = "P",
      description = "Write the lines that make no rows there, as they stand.")
  Path rejectFile;

  @Option(
      names = "--max-rejects",
      paramLabel = "N",
      description = "Import nothing where more lines than this make no rows.")
  Long maxRejects;

  @Option(
      names = "--skip-unreadable",
      description = "Go on where a file of a log cannot be read; its entries come later, or never.")
  boolean skipUnreadable;

  private StoreCommand(Host host) {
    this.host = host;
  }

  /**
   * Runs the command line.
   *
   * @return the exit code, as {@link Exit} lists them
   */
  static int run(Host host, String... args) {
    return CommandLineParser.execute(new CommandLine(new StoreCommand(host)), host, args);
  }

  /** What a command does. */
  interface Task {
    Exit run(Session session, AuditStore audit) throws IOException;
  }

  /** Runs a command, and reports what became of it. */
  int run(String name, StoreOptions options, OutputOptions shown, Task task) {
    options.validate();
    shown.validate();
    CommandRun command = new CommandRun(name, migrate.Registry::of, host, null, shown);
    StoreMetrics metrics = new StoreMetrics(name, options.metricsFile, host);
    int exit =
        command.run(
            session -> {
              metrics.requireWritable();
              return task.run(session, open(options, session));
            });
    return metrics.write(exit);
  }

  private AuditStore open(StoreOptions options, Session session) {
    return AuditStore.of(
        options.storeDsn,
        options.dataDir,
        new AuditStore.Setting(
            host.machine(), host.clock(), session.monitor(), session::tell, migrate.VERSION));
  }

  /** Options of this command do nothing in a subcommand, and so must not stand before one. */
  void requireNoOptionsBefore(String subcommand) {
    if (!spec.commandLine().getParseResult().matchedOptions().isEmpty()) {
      throw new WrongUsage(spec.commandLine(), UsageErrors.OPTIONS_BEFORE_COMMAND, subcommand);
    }
  }

  private WrongUsage wrong(StoreErrors error, Object... places) {
    return new WrongUsage(spec.commandLine(), error, places);
  }

  @Override
  public Integer call() {
    store.requirePath("--reject-file", rejectFile);
    if (dryRun && rejectFile != null) {
      throw wrong(StoreErrors.DRY_RUN_WITH_REJECT_FILE);
    }
    if (maxRejects != null && maxRejects < 0) {
      throw wrong(StoreErrors.NEGATIVE_MAX_REJECTS);
    }
    if (tenant != null && tenant.isEmpty()) {
      throw wrong(StoreErrors.NO_TENANT);
    }
    ImportOptions options =
        new ImportOptions(dryRun, time(), tenant, rejectFile, maxRejects, skipUnreadable);
    return run(NAME, store, output, (session, audit) -> importFrom(session, audit, options));
  }

  private GoTime time() {
    return since == null
        ? null
        : GoTime.parse(since).orElseThrow(() -> wrong(StoreErrors.SINCE_NOT_A_TIME, since));
  }

  private Exit importFrom(Session session, AuditStore audit, ImportOptions options)
      throws IOException {
    AuditStore.Imported imported = audit.importFrom(store.files(session), options);
    ImportResult result = imported.result();
    session.report().addDetails(details(imported));
    String would = dryRun ? "would be " : "";
    for (ImportResult.FileResult file : result.files()) {
      session.tell("migrate: %s: %s".formatted(file.file(), described(would, file)));
    }
    tellRejects(session, result);
    result
        .withoutColumn()
        .forEach(
            (name, count) ->
                session.tell(
                    "migrate: %s %s %s, for which the store has no column; the log keeps it"
                        .formatted(entries(count), count == 1 ? "has" : "have", name)));
    result.notes().forEach(note -> session.tell("migrate: " + note));
    session
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "migrate: %s %simported into %s%s",
                entries(result.entries()),
                would,
                imported.store(),
                imported.isNew() ? " (new)" : ""));
    if (result.failure() != null) {
      throw result.failure();
    }
    return Exit.DONE;
  }

  /** A number of entries, for people. */
  static String entries(long count) {
    return count + (count == 1 ? " entry" : " entries");
  }

  /** What became of a file, or would; of what is nothing, not a word. */
  private static String described(String would, ImportResult.FileResult file) {
    StringBuilder said =
        new StringBuilder(
            switch (file.state()) {
              case "imported" -> would + "imported";
              case "known" -> "nothing new";
              default -> file.state();
            });
    if (file.entries() > 0) {
      said.append(", ").append(entries(file.entries()).replace(" ", " new "));
    }
    if (file.knownEntries() > 0) {
      said.append(", ").append(entries(file.knownEntries())).append(" known");
    }
    if (file.rejects() > 0) {
      said.append(", lines that make no rows: ").append(file.rejects());
    }
    return said.toString();
  }

  private void tellRejects(Session session, ImportResult result) {
    List<ImportResult.RejectedLine> shown = result.rejects().stream().limit(REJECTS_SHOWN).toList();
    for (ImportResult.RejectedLine reject : shown) {
      session.tell(
          "migrate: %s: line %d, byte %d makes no row: %s"
              .formatted(reject.file(), reject.line(), reject.offset(), reject.reason()));
    }
    if (result.rejectCount() > shown.size()) {
      session.tell(
          "migrate: and %d more; %s"
              .formatted(
                  result.rejectCount() - shown.size(),
                  dryRun
                      ? "--json lists up to 10,000, and --reject-file of the import keeps all"
                      : "--reject-file keeps all, also when this is run again"));
    }
  }

  private Map<String, Object> details(AuditStore.Imported imported) {
    ImportResult result = imported.result();
    return Map.ofEntries(
        Map.entry("store", imported.store()),
        Map.entry("new", imported.isNew()),
        Map.entry("dry_run", dryRun),
        Map.entry("entries", result.entries()),
        Map.entry("known_entries", result.knownEntries()),
        Map.entry("left_out", result.leftOut()),
        Map.entry("files", result.files()),
        Map.entry("without_column", result.withoutColumn()),
        Map.entry("reject_count", result.rejectCount()),
        Map.entry("rejects", result.rejects()),
        Map.entry("rejects_cut", result.rejectCount() > result.rejects().size()));
  }
}
