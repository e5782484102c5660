import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.function.Supplier;
import support.console.Console;
import support.console.Host;
import support.run.Exit;
import support.run.Failure;
import support.run.LogOptions;
import support.run.OutputOptions;

/**
 * One run of a command: it does its work, and what became of that goes to the operator, into the
 * document for programs, and to Prometheus, as the options say.
 */
final class CommandRun {
  /** What {@code migrate --list} is called in the document: a command of its own. */
  static final String LIST = "list";

  private final String command;
  private final Supplier<migrate.Registry> registry;
  private final Host host;
  private final LogOptions log;
  private final OutputOptions output;
  private final Console console;

  /** What a command does. */
  interface Task {
    /**
     * Does it.
     *
     * @return how it ended, if not with an error
     * @throws IOException if a file cannot be read or written
     */
    Exit run(Session session) throws IOException;
  }

  /**
   * @param command as the document names it
   * @param log validated, or null for a command that works on no log
   */
  CommandRun(
      String command,
      Supplier<migrate.Registry> registry,
      Host host,
      LogOptions log,
      OutputOptions output) {
    this.command = command;
    this.registry = registry;
    this.host = host;
    this.log = log;
    this.output = output;
    this.console = new Console(host, output);
  }

  /**
   * Runs it, and tells of it.
   *
   * @return the exit code
   */
  int run(Task task) {
    boolean worksOnLog = log != null && !command.equals(LIST);
    LogReport report = new LogReport(worksOnLog ? log.auditLog() : null);
    RunMetrics metrics = new RunMetrics(command, registry, log, host);
    try {
      metrics.requireWritable();
      report.end(task.run(new Session(registry, host, log, console, report)));
    } catch (IOException | RuntimeException e) {
      fail(report, asFailure(e));
    }
    console.close();
    try {
      metrics.write(report, console.monitor());
    } catch (Failure failure) {
      fail(report, failure);
    }
    if (console.isForPrograms()) {
      console.print(Document.of(command, report).toJson());
    }
    return report.exit().code();
  }

  /** A file error that a command lets through happened while it only looked. */
  private static RuntimeException asFailure(Exception e) {
    if (e instanceof InvalidPathException) { // what a symbolic link leads to, or a header names
      return Failure.of(CommandErrors.NAME_NOT_IN_LOCALE);
    }
    return e instanceof IOException file ? Failure.of(file) : (RuntimeException) e;
  }

  /** What went wrong before stays what the run ends with. */
  private void fail(LogReport report, RuntimeException e) {
    console.report(e);
    if (!report.hasFailed()) {
      report.fail(e);
    }
  }
}
