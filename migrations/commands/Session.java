import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import support.console.Host;
import support.console.Progress;
import support.run.Exit;
import support.run.Failure;
import support.run.IoSupplier;
import support.run.LogOptions;
import support.run.Monitor;
import support.run.Options;
import support.run.OutputOptions;
import support.survey.Survey;

/**
 * One command at work: what it tells goes to the operator, into the document for programs, and to
 * Prometheus, as the options say.
 */
final class Session {
  /** What {@code migrate --list} is called in the document: a command of its own. */
  static final String LIST = "list";

  private final String command;
  private final Supplier<migrate.Registry> registry;
  private final Host host;
  private final LogOptions log;
  private final OutputOptions output;
  private final Progress progress;
  private final ByteArrayOutputStream captured = new ByteArrayOutputStream();
  private final PrintStream out;
  private final List<String> messages = new ArrayList<>();
  private final List<migrate.Outcome> outcomes = new ArrayList<>();
  private final List<Document.Step> steps = new ArrayList<>();
  private Survey survey;
  private Integer pending;
  private String folder;
  private Object details;
  private Document.Error error;

  /**
   * @param log validated, or null for a command that works on no log
   */
  Session(
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
    this.progress = progress(host, output);
    this.out = out(host, output, captured);
  }

  private static Progress progress(Host host, OutputOptions output) {
    boolean isForResultsToo = host.err() == host.out(); // as within the demo
    boolean shown = !output.quiet() && !output.json() && !isForResultsToo;
    Progress.Style style = shown ? Progress.Style.ofThisProcess() : Progress.Style.NONE;
    return new Progress(host.err(), style, output.quiet(), output.verbose(), host.clock());
  }

  private static PrintStream out(Host host, OutputOptions output, OutputStream captured) {
    if (output.json()) {
      return new PrintStream(captured, true, StandardCharsets.UTF_8);
    }
    return output.quiet() ? new PrintStream(OutputStream.nullOutputStream()) : host.out();
  }

  /**
   * Runs a command, and tells of it.
   *
   * @return the exit code
   */
  int run(IoSupplier<Exit> task) {
    RunMetrics metrics = new RunMetrics(command, registry, log, host);
    Exit exit;
    try {
      metrics.requireWritable();
      exit = task.get();
    } catch (IOException | RuntimeException e) {
      exit = failed(asFailure(e));
    }
    progress.close();
    try {
      metrics.write(exit, outcomes, pending, survey, monitor());
    } catch (Failure failure) {
      exit = withoutMetrics(exit, failure);
    }
    if (output.json()) {
      host.out().println(document(exit).toJson());
    }
    return exit.code();
  }

  /** What went wrong before stays what the run ends with. */
  private Exit withoutMetrics(Exit exit, Failure failure) {
    if (error == null) {
      return failed(failure);
    }
    host.report(failure);
    return exit;
  }

  /** A file error that a command lets through happened while it only looked. */
  private static RuntimeException asFailure(Exception e) {
    if (e instanceof InvalidPathException) { // what a symbolic link leads to, or a header names
      return Failure.of(CommandErrors.NAME_NOT_IN_LOCALE);
    }
    return e instanceof IOException file ? Failure.of(file) : (RuntimeException) e;
  }

  private Exit failed(RuntimeException e) {
    progress.close();
    error = Document.Error.of(e);
    host.report(e);
    return e instanceof Failure failure ? failure.exit() : Exit.FAILED;
  }

  private Document document(Exit exit) {
    captured.toString(StandardCharsets.UTF_8).lines().forEach(messages::add);
    outcomes.forEach(o -> steps.add(Document.Step.of(o.migration(), o.status(), null, o.result())));
    return new Document(
        command,
        migrate.VERSION,
        exit.code(),
        exit.name().toLowerCase(Locale.ROOT),
        worksOnLog() ? log.auditLog().toString() : null,
        error,
        steps,
        pending,
        survey,
        folder,
        details,
        messages);
  }

  private boolean worksOnLog() {
    return log != null && !command.equals(LIST);
  }

  /** The migrations of this program. */
  migrate.Registry registry() {
    return registry.get();
  }

  /** Where results go. */
  PrintStream out() {
    return out;
  }

  /** Told what became of each migration. */
  void add(migrate.Outcome outcome) {
    outcomes.add(outcome);
  }

  /** For the document of {@code --list}. */
  void addRegistered(migrate.Migration migration) {
    steps.add(Document.Step.of(migration, null, null, null));
  }

  /** For the document of {@code status}. */
  void add(Survey seen, List<MigrationStatus> statuses) {
    survey = seen;
    pending = (int) statuses.stream().filter(MigrationStatus::isPending).count();
    for (MigrationStatus status : statuses) {
      String why = status.why() == null ? null : status.why().getMessage();
      steps.add(Document.Step.of(status.migration(), status.state(), why, null));
    }
  }

  /** For the document of another script: what it tells in a form of its own. */
  void addDetails(Object told) {
    details = told;
  }

  /** For the document of the demo. */
  void addFolder(String where) {
    folder = where;
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
        out,
        host.clock(),
        monitor(),
        host.machine(),
        options,
        0,
        Map.of());
  }

  /** Tells of progress; the document has it among its messages. */
  void tell(String line) {
    progress.line(line);
    messages.add(line);
  }

  /** Interrupted as the process is; shows progress. */
  Monitor monitor() {
    return new Monitor(host.cancellation(), progress);
  }
}
