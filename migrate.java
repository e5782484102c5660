///usr/bin/env true; d=$(dirname "$(readlink -f "$0")"); exec "$d/jbang" "$d/migrations/all.java" "$@"
//JAVA 17+
//DEPS info.picocli:picocli:4.7.7
//DEPS tools.jackson.core:jackson-databind:3.1.8
// The rooms, in the order in which they may use each other: never one that stands below.
//SOURCES migrations/support/run/package-info.java
//SOURCES migrations/support/files/package-info.java
//SOURCES migrations/support/log/package-info.java
//SOURCES migrations/support/rewrite/package-info.java
//SOURCES migrations/support/survey/package-info.java
//SOURCES migrations/support/console/package-info.java
//SOURCES migrations/commands/MigrateCommand.java
//COMPILE_OPTIONS -encoding UTF-8
// Runs are short: with C2 a status of 1 GiB takes 1.04 s instead of 0.76 s. An archive of classes
// (//CDS) would save 0.015 s of the 0.13 s of --list, and must be made anew for every Java.
//RUNTIME_OPTIONS -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData
//FILES jbang-catalog.json
//FILES demo-audit.jsonl=fixtures/v040_to_v041/demo/before/audit.jsonl

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import support.console.Host;
import support.files.Machine;
import support.log.Checkpoints;
import support.run.Catalog;
import support.run.Choices;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;

/**
 * Coordinates migrations of what AgentGuard keeps on disk: the contract that every migration
 * implements, the registry and the runner; the command line stands in migrations/commands. Names
 * mean what they mean in AgentGuard's {@code pkg/migrate} (v0.5.0 to v1.0.0), and a run prints the
 * same lines.
 */
public final class migrate {
  /** The release of this tool, as in CHANGELOG.md. */
  static final String VERSION = "0.1.0";

  private migrate() {}

  // ---------------------------------------------------------------- the contract

  /**
   * One versioned transition of what AgentGuard keeps on disk. A migration has no state and no
   * constructor arguments; paths, time and streams reach it only through {@link Env}.
   */
  public interface Migration {
    /**
     * The stable name in logs, metrics and {@code --id}: {@code vNNN_to_vMMM}, and also the name of
     * its class, its file and its alias in the catalog.
     */
    String id();

    /** The schema version that it takes; {@link #detect} must not be true of any other. */
    String fromVersion();

    /** The schema version that it makes. */
    String toVersion();

    /** One line for {@code --list}, without a full stop; the same as in the catalog. */
    String description();

    /**
     * Whether the migration should run. Reads only: must not modify the disk.
     *
     * @return true to run it; false where the disk is at {@link #toVersion} already, or is
     *     otherwise not this migration's concern, such as a log that does not exist
     * @throws Failure with {@link Exit#REFUSED} if what is there is not understood
     * @throws IOException if it cannot be read
     */
    boolean detect(Env env) throws IOException;

    /**
     * Makes the transition, or tells what it would do. On an error the disk must be as it was.
     *
     * @param dryRun true to log what would be done, and to write nothing
     * @return what was done; with {@code dryRun} what would be
     * @throws Failure if it could not be done; its state says how every file is now
     * @throws IOException if something cannot be read; nothing was changed then
     */
    Result migrate(Env env, boolean dryRun) throws IOException;

    /**
     * Checks what must hold after {@link #migrate}. Reads only, and may be called at any time.
     *
     * @throws Failure with {@link Exit#UNVERIFIED} if it does not hold
     * @throws IOException if it cannot be read
     */
    void verify(Env env) throws IOException;

    /**
     * Proves all that can be proven of a migrated disk: {@link #verify} in full, however long that
     * takes. Reads only. Where a migration does not say otherwise, {@code verify} is all there is.
     *
     * @return what was proven: the notes say it, the stats count it
     * @throws Failure with {@link Exit#UNVERIFIED}, naming the first fault, where it is
     * @throws IOException if it cannot be read
     */
    default Result prove(Env env) throws IOException {
      verify(env);
      String proven = "%s passes the check of %s".formatted(env.auditLog(), id());
      return new Result(id(), fromVersion(), toVersion(), false, Map.of(), List.of(proven));
    }

    /**
     * Makes the way back to {@link #fromVersion}. Where a migration does not say otherwise there is
     * none.
     *
     * @param dryRun as for {@link #migrate}
     * @return as {@link #migrate}
     * @throws Failure as {@link #migrate}
     * @throws IOException as {@link #migrate}
     */
    default Result rollback(Env env, boolean dryRun) throws IOException {
      throw Failure.unchanged(
          Exit.FAILED,
          "%s has no way back".formatted(id()),
          "restore what you need from the backup by hand, with the server stopped");
    }
  }

  /**
   * All that a migration may need from outside.
   *
   * @param auditLog the live log as the operator named it; it need not exist
   * @param checkpoint the replay checkpoint, or null for where servers and documents put it
   * @param backupDir where backups go, or null for beside the log
   * @param log takes one line of progress, without a line end
   * @param out for results
   * @param clock the time; fixed in tests, which makes golden files exact
   * @param monitor asked at safe moments whether to go on, and told how far long work is
   * @param machine disk, processes and randomness
   * @param choices what the operator decided
   */
  public record Env(
      Path auditLog,
      Path checkpoint,
      Path backupDir,
      Consumer<String> log,
      PrintStream out,
      Clock clock,
      Monitor monitor,
      Machine machine,
      Choices choices) {
    /** The same, telling nobody of progress and results. */
    Env silent() {
      PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
      return new Env(
          auditLog, checkpoint, backupDir, l -> {}, nowhere, clock, monitor, machine, choices);
    }
  }

  /**
   * What a migration did, or would do.
   *
   * @param migrationId the {@link Migration#id} of what ran
   * @param from the schema version before
   * @param to the schema version after
   * @param dryRun whether nothing was written
   * @param stats counts by name, in the order of their names; documented by each migration
   * @param notes whole sentences for the operator, without content of records
   */
  public record Result(
      String migrationId,
      String from,
      String to,
      boolean dryRun,
      Map<String, Long> stats,
      List<String> notes) {
    public Result {
      stats = Collections.unmodifiableMap(new TreeMap<>(stats));
      notes = List.copyOf(notes);
    }

    /** The stats on one line, as AgentGuard prints them: {@code dry-run a=1 b=2}, or {@code ok}. */
    public String summary() {
      String counts =
          stats.entrySet().stream()
              .map(stat -> stat.getKey() + "=" + stat.getValue())
              .collect(Collectors.joining(" "));
      String summary = ((dryRun ? "dry-run " : "") + counts).strip();
      return summary.isEmpty() ? "ok" : summary;
    }
  }

  /** What became of a migration in a run; the names are those of AgentGuard's metrics. */
  public enum Status {
    RAN,
    SKIPPED,
    FAILED
  }

  /**
   * What became of a migration in a run.
   *
   * @param result what it did, or with a dry run would do; null unless it ran
   */
  public record Outcome(Migration migration, Status status, Result result) {}

  /** The id given with {@code --id} is not registered. */
  public static final class MigrationNotFound extends Failure {
    private static final long serialVersionUID = 1;

    MigrationNotFound(String id) {
      super(
          Exit.FAILED,
          "migration not found in registry: " + id,
          Failure.UNCHANGED,
          "see the ids with --list");
    }
  }

  // ---------------------------------------------------------------- the registry

  /** The migrations of this program, in the order in which they run. */
  public static final class Registry {
    private final Map<String, Migration> byId = new LinkedHashMap<>();

    /** A registry of the given migrations, in this order. */
    public static Registry of(Migration... migrations) {
      Registry registry = new Registry();
      for (Migration migration : migrations) {
        registry.register(migration);
      }
      return registry;
    }

    /**
     * The migrations of {@code jbang-catalog.json} in this program's jar, in the order of the
     * catalog: an alias is the name of a class.
     *
     * @throws Failure if a class is missing, and where to name it
     */
    public static Registry ofCatalog() {
      Registry registry = new Registry();
      try {
        Catalog.migrations(migrate.class.getResourceAsStream("/jbang-catalog.json"))
            .forEach(id -> registry.register(newMigration(id)));
        return registry;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Migration newMigration(String id) {
      try {
        return (Migration) Class.forName(id).getDeclaredConstructor().newInstance();
      } catch (ClassNotFoundException e) {
        throw Failure.unchanged(
            Exit.FAILED,
            "jbang-catalog.json names the migration %s, which is not compiled in".formatted(id),
            "add the line '//SOURCES %s.java' to migrations/all.java".formatted(id));
      } catch (NoSuchMethodException
          | InstantiationException
          | IllegalAccessException
          | InvocationTargetException e) {
        throw new IllegalStateException(id + " needs a constructor without arguments", e);
      }
    }

    /**
     * Adds a migration behind the others.
     *
     * @throws NullPointerException if it is null: a programming error
     * @throws IllegalArgumentException if its id is registered: a programming error
     */
    public void register(Migration migration) {
      Objects.requireNonNull(migration, "migrate: register called with null");
      if (byId.putIfAbsent(migration.id(), migration) != null) {
        throw new IllegalArgumentException("migrate: duplicate migration id " + migration.id());
      }
    }

    /** A copy of what is registered, in the order of registration. */
    public List<Migration> registered() {
      return List.copyOf(byId.values());
    }

    /**
     * @throws MigrationNotFound if there is none of this id
     */
    Migration find(String id) {
      return Optional.ofNullable(byId.get(id)).orElseThrow(() -> new MigrationNotFound(id));
    }

    /**
     * @param id null for the last one registered
     * @throws MigrationNotFound if there is none
     */
    Migration findOrLast(String id) {
      List<Migration> all = registered();
      return id != null || all.isEmpty() ? find(String.valueOf(id)) : all.get(all.size() - 1);
    }
  }

  // ---------------------------------------------------------------- the runner

  /**
   * What an operator asked for.
   *
   * @param list only print the registry
   * @param id run this one, even where it detects nothing to do; null for all that do
   * @param dryRun write nothing
   * @param resetCheckpoint first remove the replay checkpoint
   */
  public record CliOptions(boolean list, String id, boolean dryRun, boolean resetCheckpoint) {}

  /**
   * Runs before a service starts: every migration that detects something to do, in order, each
   * verified. The first failure ends it, and nothing after it runs: half-migrated state is worse
   * than none.
   *
   * @param outcomes told what became of each migration, as far as the run gets
   * @throws Failure of the migration that failed, or with {@link Exit#INTERRUPTED}
   */
  public static void runStartup(Registry registry, Env env, Consumer<Outcome> outcomes) {
    int ran = 0;
    for (Migration migration : registry.registered()) {
      ran += reported(migration, outcomes, () -> startUp(migration, env)) ? 1 : 0;
    }
    int count = registry.registered().size();
    if (ran == 0 && count > 0) {
      env.log()
          .accept(
              "migrate: no migrations needed (%d registered, all Detect=false)".formatted(count));
    }
  }

  /** Nothing where the migration detects nothing to do. */
  private static Optional<Result> startUp(Migration migration, Env env) {
    String id = migration.id();
    env.monitor().check("before " + id);
    if (!detects(migration, env)) {
      return Optional.empty();
    }
    env.log()
        .accept(
            "migrate: running %s (%s -> %s): %s"
                .formatted(
                    id, migration.fromVersion(), migration.toVersion(), migration.description()));
    Result result = within(id + " failed", () -> migration.migrate(env, false));
    within(id + " post-verify failed", () -> verified(migration, env));
    logNotes(env, result);
    env.log().accept("migrate: %s complete (%s)".formatted(id, result.summary()));
    return Optional.of(result);
  }

  /**
   * Runs for an operator: lists the registry, runs one migration, or runs every one that detects
   * something to do. A dry run never verifies.
   *
   * @param outcomes told what became of each migration, as far as the run gets
   * @throws MigrationNotFound if the id is not registered; nothing was changed then
   * @throws Failure of the migration that failed, or with {@link Exit#INTERRUPTED}; nothing after
   *     it ran
   */
  public static void runCli(
      Registry registry, Env env, CliOptions options, Consumer<Outcome> outcomes) {
    if (options.list()) {
      list(registry, env.out());
      return;
    }
    Optional<Migration> chosen = Optional.ofNullable(options.id()).map(registry::find);
    boolean removed = false;
    if (options.resetCheckpoint()) {
      // Whatever is refused is refused before anything is removed.
      chosen.map(List::of).orElse(registry.registered()).forEach(m -> detects(m, env));
      removed = within("reset checkpoint", () -> resetCheckpoint(env, options.dryRun()));
    }
    try {
      run(registry, env, chosen, options.dryRun(), outcomes);
    } catch (Failure failure) {
      throw removed
          ? failure.withState(failure.state() + "; but the checkpoint was removed, as asked")
          : failure;
    }
  }

  private static void run(
      Registry registry,
      Env env,
      Optional<Migration> chosen,
      boolean dryRun,
      Consumer<Outcome> outcomes) {
    if (chosen.isPresent()) {
      reported(chosen.get(), outcomes, () -> Optional.of(runOne(chosen.get(), env, dryRun)));
      return;
    }
    int ran = 0;
    for (Migration migration : registry.registered()) {
      ran += reported(migration, outcomes, () -> runIfDetected(migration, env, dryRun)) ? 1 : 0;
    }
    env.out().println("migrate: %d migration(s) processed".formatted(ran));
  }

  private static Optional<Result> runIfDetected(Migration migration, Env env, boolean dryRun) {
    env.monitor().check("before " + migration.id());
    if (!detects(migration, env)) {
      return Optional.empty();
    }
    Result result = runOne(migration, env, dryRun);
    env.log().accept("migrate: %s done".formatted(migration.id()));
    return Optional.of(result);
  }

  /**
   * @return whether the migration ran
   */
  private static boolean reported(
      Migration migration, Consumer<Outcome> outcomes, Supplier<Optional<Result>> run) {
    try {
      Optional<Result> result = run.get();
      Status status = result.isPresent() ? Status.RAN : Status.SKIPPED;
      outcomes.accept(new Outcome(migration, status, result.orElse(null)));
      return result.isPresent();
    } catch (Failure failure) {
      outcomes.accept(new Outcome(migration, Status.FAILED, null));
      throw failure;
    }
  }

  static boolean detects(Migration migration, Env env) {
    return within("detect " + migration.id(), () -> migration.detect(env));
  }

  /**
   * Goes back to what was before a migration.
   *
   * @param id the migration to undo; null for the last one registered
   * @param outcomes told what became of it
   * @throws MigrationNotFound if there is none; nothing was changed then
   * @throws Failure if it could not be done; its state says how every file is now
   */
  public static void runRollback(
      Registry registry, Env env, String id, boolean dryRun, Consumer<Outcome> outcomes) {
    Migration migration = registry.findOrLast(id);
    env.log()
        .accept(
            "migrate: rolling back %s (%s -> %s)%s"
                .formatted(
                    migration.id(),
                    migration.toVersion(),
                    migration.fromVersion(),
                    dryRunSuffix(dryRun)));
    reported(
        migration,
        outcomes,
        () -> {
          Result result = within(migration.id(), () -> migration.rollback(env, dryRun));
          env.log().accept("migrate: %s result: %s".formatted(migration.id(), result.summary()));
          logNotes(env, result);
          String is = dryRun ? "would be" : "is";
          env.out()
              .println(
                  "migrate: %s %s at version %s"
                      .formatted(env.auditLog(), is, migration.fromVersion()));
          return Optional.of(result);
        });
  }

  /**
   * Proves that a migration did what it should have, and prints what was proven.
   *
   * @param id the migration to prove; null for the last one registered
   * @param outcomes told what became of the proof
   * @throws MigrationNotFound if there is none
   * @throws Failure with {@link Exit#UNVERIFIED} at the first fault
   */
  public static void runVerify(Registry registry, Env env, String id, Consumer<Outcome> outcomes) {
    Migration migration = registry.findOrLast(id);
    reported(
        migration,
        outcomes,
        () -> {
          Result proven = within("verify " + migration.id(), () -> migration.prove(env));
          proven.notes().forEach(note -> env.out().println("migrate: " + note));
          return Optional.of(proven);
        });
  }

  private static void list(Registry registry, PrintStream out) {
    List<Migration> migrations = new ArrayList<>(registry.registered());
    migrations.sort(Comparator.comparing(Migration::id));
    out.println(migrations.isEmpty() ? "No migrations registered." : "Registered migrations:");
    for (Migration m : migrations) {
      out.println(
          "  %s  %s -> %s  %s".formatted(m.id(), m.fromVersion(), m.toVersion(), m.description()));
    }
  }

  private static Result runOne(Migration migration, Env env, boolean dryRun) {
    String id = migration.id();
    env.log()
        .accept(
            "migrate: running %s (%s -> %s)%s"
                .formatted(
                    id, migration.fromVersion(), migration.toVersion(), dryRunSuffix(dryRun)));
    Result result = within(id, () -> migration.migrate(env, dryRun));
    if (!dryRun) {
      within(id + " post-verify", () -> verified(migration, env));
    }
    env.log().accept("migrate: %s result: %s".formatted(id, result.summary()));
    logNotes(env, result);
    return result;
  }

  private static String dryRunSuffix(boolean dryRun) {
    return dryRun ? " [dry-run]" : "";
  }

  private static void logNotes(Env env, Result result) {
    result
        .notes()
        .forEach(n -> env.log().accept("migrate: %s note: %s".formatted(result.migrationId(), n)));
  }

  private static Void verified(Migration migration, Env env) {
    try {
      migration.verify(env);
      return null;
    } catch (IOException e) {
      throw new Failure(
          Exit.UNVERIFIED,
          Failure.reason(e),
          "the migration is done; what it made could not be read",
          "do not start the server; mend the cause, and run 'migrate verify'");
    }
  }

  private static boolean resetCheckpoint(Env env, boolean dryRun) throws IOException {
    List<Path> places = Checkpoints.places(env.auditLog(), env.checkpoint());
    return Checkpoints.reset(places, env.machine().disk(), dryRun, env.out()::println);
  }

  /** Something that reads or writes files. */
  interface Step<T> {
    T run() throws IOException;
  }

  /** Says where a failure happened, in AgentGuard's words. */
  static <T> T within(String context, Step<T> step) {
    try {
      return step.run();
    } catch (Failure failure) {
      throw failure.within(context);
    } catch (IOException e) {
      throw Failure.of(e).within(context);
    }
  }

  // ---------------------------------------------------------------- the entry

  /** Runs the command line as this process, and ends it. */
  public static void start(Supplier<Registry> registry, String... args) {
    Host.runProcess(host -> MigrateCommand.run(registry, host, args));
  }

  /** {@code jbang migrate.java} cannot know the migrations, which include this file. */
  public static void main(String... args) {
    Host.runProcess(
        host ->
            host.report(
                Failure.unchanged(
                    Exit.USAGE,
                    "migrate.java run by itself knows no migrations",
                    "run ./migrate.java, or jbang with the alias migrate, instead")));
  }
}
