import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.Consumer;
import support.files.Machine;
import support.lines.LineEdit;
import support.log.CreationTimes;
import support.options.Options;
import support.run.Monitor;

/**
 * What the migrations of a run get from outside. Without more, only the log is known: nobody is
 * told anything, the operator decided nothing, and the registry is empty.
 */
final class RunEnv implements migrate.Env {
  private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

  private final Path auditLog;
  private final Machine machine;
  private Path checkpoint;
  private Path backupDir;
  private Consumer<String> log = line -> {};
  private PrintStream out = NOWHERE;
  private Clock clock = Clock.systemUTC();
  private Monitor monitor = Monitor.silent();
  private Options options = Options.NONE;
  private long newestVersion = 1;
  private Map<String, LineEdit> edits = Map.of();
  private CreationTimes creationTimes = new CreationTimes();

  /**
   * @param auditLog the live log, or null where a command works on none
   */
  RunEnv(Path auditLog, Machine machine) {
    this.auditLog = auditLog;
    this.machine = machine;
  }

  /** One that begins as another is. */
  static RunEnv of(migrate.Env other) {
    RunEnv env = new RunEnv(other.auditLog(), other.machine());
    env.checkpoint = other.checkpoint();
    env.backupDir = other.backupDir();
    env.log = other.log();
    env.out = other.out();
    env.clock = other.clock();
    env.monitor = other.monitor();
    env.options = other.options();
    env.newestVersion = other.newestVersion();
    env.edits = other.edits();
    env.creationTimes = other.creationTimes();
    return env;
  }

  private RunEnv with(Consumer<RunEnv> change) {
    RunEnv changed = of(this);
    change.accept(changed);
    return changed;
  }

  /** The same, with another checkpoint; null for where servers and documents put it. */
  RunEnv withCheckpoint(Path path) {
    return with(env -> env.checkpoint = path);
  }

  /** The same, with another folder for backups; null for beside the log. */
  RunEnv withBackupDir(Path folder) {
    return with(env -> env.backupDir = folder);
  }

  /** The same, telling another of progress. */
  RunEnv withLog(Consumer<String> sink) {
    return with(env -> env.log = sink);
  }

  /** The same, with results going elsewhere. */
  RunEnv withOut(PrintStream stream) {
    return with(env -> env.out = stream);
  }

  /** The same at another time. */
  RunEnv withClock(Clock other) {
    return with(env -> env.clock = other);
  }

  /** The same, asking another whether to go on. */
  RunEnv withMonitor(Monitor other) {
    return with(env -> env.monitor = other);
  }

  /** The same, as another operator decided. */
  RunEnv withOptions(Options decided) {
    return with(env -> env.options = decided);
  }

  /** The same, as one of several logs that share their times. */
  RunEnv withCreationTimes(CreationTimes shared) {
    return with(env -> env.creationTimes = shared);
  }

  /** The same, with the versions and the edits of a registry. */
  RunEnv knowing(migrate.Registry registry) {
    return with(
        env -> {
          env.newestVersion = registry.newestVersion();
          env.edits = registry.edits();
        });
  }

  /** The same, telling nobody of progress and results. */
  RunEnv silent() {
    return withLog(line -> {}).withOut(NOWHERE);
  }

  @Override
  public Path auditLog() {
    return auditLog;
  }

  @Override
  public Path checkpoint() {
    return checkpoint;
  }

  @Override
  public Path backupDir() {
    return backupDir;
  }

  @Override
  public Consumer<String> log() {
    return log;
  }

  @Override
  public PrintStream out() {
    return out;
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public Monitor monitor() {
    return monitor;
  }

  @Override
  public Machine machine() {
    return machine;
  }

  @Override
  public Options options() {
    return options;
  }

  @Override
  public long newestVersion() {
    return newestVersion;
  }

  @Override
  public Map<String, LineEdit> edits() {
    return edits;
  }

  @Override
  public CreationTimes creationTimes() {
    return creationTimes;
  }
}
