import java.io.PrintStream;
import java.util.Map;
import java.util.function.Supplier;
import support.console.Console;
import support.console.Host;
import support.run.LogOptions;
import support.run.Monitor;
import support.run.Options;

/**
 * A command's work on one log, or on none: what it has of the process and of the operator, and
 * where it tells what it does.
 */
final class Session {
  private final Supplier<migrate.Registry> registry;
  private final Host host;
  private final LogOptions log;
  private final Console console;
  private final LogReport report;

  /**
   * @param log validated, or null for a command that works on no log
   */
  Session(
      Supplier<migrate.Registry> registry,
      Host host,
      LogOptions log,
      Console console,
      LogReport report) {
    this.registry = registry;
    this.host = host;
    this.log = log;
    this.console = console;
    this.report = report;
  }

  /** The migrations of this program. */
  migrate.Registry registry() {
    return registry.get();
  }

  /** What the operator decided, where every command lets them. */
  Options options() {
    return new Options(
        log.lockTimeout(), log.force(), log.withoutAcl(), log.strict(), null, false, false);
  }

  /** What a migration gets. */
  migrate.Env env(Options options) {
    return new migrate.Env(
        log.auditLog(),
        log.checkpoint(),
        log.backupDir(),
        this::tell,
        out(),
        host.clock(),
        monitor(),
        host.machine(),
        options,
        0,
        Map.of());
  }

  /** Where results go: to the operator, or into the document. */
  PrintStream out() {
    return console.isForPrograms() ? report.capture() : console.results();
  }

  /** Tells of progress; the document has it among its messages. */
  void tell(String line) {
    console.tell(line);
    report.tell(line);
  }

  /** Interrupted as the process is; shows progress. */
  Monitor monitor() {
    return console.monitor();
  }

  /** What is reported of the log, besides what is told. */
  LogReport report() {
    return report;
  }
}
