///usr/bin/env true; d=$(dirname "$(readlink -f "$0")"); exec "$d/jbang" "$d/migrations/all.java" "$@"
//JAVA 17+
//DEPS info.picocli:picocli:4.7.7
//DEPS tools.jackson.core:jackson-databind:3.1.8
// The rooms, in the order in which they may use each other: never one that stands below.
//SOURCES migrations/support/run/package-info.java
//SOURCES migrations/support/options/package-info.java
//SOURCES migrations/support/access/package-info.java
//SOURCES migrations/support/files/package-info.java
//SOURCES migrations/support/lines/package-info.java
//SOURCES migrations/support/log/package-info.java
//SOURCES migrations/support/scan/package-info.java
//SOURCES migrations/support/lock/package-info.java
//SOURCES migrations/support/staging/package-info.java
//SOURCES migrations/support/rewrite/package-info.java
//SOURCES migrations/support/comparison/package-info.java
//SOURCES migrations/support/evidence/package-info.java
//SOURCES migrations/support/survey/package-info.java
//SOURCES migrations/support/console/package-info.java
//SOURCES migrations/kinds/RewritingMigration.java
//SOURCES migrations/commands/MigrateCommand.java
// The compiler runs shortly, too: without C2 a first build takes half as long (6.6 s of a processor, not 14.5).
//COMPILE_OPTIONS -encoding UTF-8 -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC
//FILES jbang-catalog.json
//FILES demo-audit.jsonl=fixtures/v040_to_v041/demo/before/audit.jsonl

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
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
import support.lines.LineEdit;
import support.log.CreationTimes;
import support.options.Options;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;
import support.run.Printable;

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
    /** The version of a migration that keeps the log's. */
    String ANY_VERSION = "any";

    /**
     * The stable name in logs, metrics and {@code --id}: {@code vNNN_to_vMMM}, and also the name of
     * its class, its file and its alias in the catalog.
     */
    String id();

    /**
     * The schema version that it takes; {@link #detect} must not be true of any other. One that
     * keeps the version takes {@link #ANY_VERSION}, and runs by {@code --id} only.
     */
    String fromVersion();

    /** The schema version that it makes; {@link #ANY_VERSION} where it keeps it. */
    String toVersion();

    /** Whether nothing on disk says that it ran: then it runs by {@code --id} only. */
    default boolean keepsVersion() {
      return fromVersion().equals(ANY_VERSION);
    }

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
     * Makes the transition, or reports what it would do. On an error the disk must be as it was.
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
      return Result.of(this, false, Map.of(), List.of(proven));
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
      throw Failure.of(CommandErrors.NO_WAY_BACK, id());
    }

    /**
     * Finishes what an interrupted run of this migration left, in whichever direction it went, and
     * goes no further. Where a migration does not say otherwise, it leaves nothing to finish.
     *
     * @param dryRun as for {@link #migrate}
     * @return what was done; the notes say it
     * @throws Failure as {@link #migrate}
     * @throws IOException as {@link #migrate}
     */
    default Result recover(Env env, boolean dryRun) throws IOException {
      return Result.of(this, dryRun, Map.of(), List.of());
    }
  }

  /** All that a migration may need from outside. */
  public interface Env {
    /** The live log as the operator named it; it need not exist. */
    Path auditLog();

    /** The replay checkpoint, or null for where servers and documents put it. */
    Path checkpoint();

    /** Where backups go, or null for beside the log. */
    Path backupDir();

    /** Takes one line of progress, without a line end. */
    Consumer<String> log();

    /** For results. */
    PrintStream out();

    /** The time; fixed in tests, which makes golden files exact. */
    Clock clock();

    /** Asked at safe moments whether to go on, and told how far long work is. */
    Monitor monitor();

    /** Disk, processes and randomness. */
    Machine machine();

    /** What the operator decided. */
    Options options();

    /** The newest schema version that this program knows; the runner says it. */
    long newestVersion();

    /** What the migrations of this program make of lines, by their ids; the runner says it. */
    Map<String, LineEdit> edits();

    /** Gives logs the times in their headers; one for all logs of a run. */
    CreationTimes creationTimes();

    /** Prints a line of results. */
    default void print(String line) {
      out().println(Printable.of(line));
    }

    /** Reports progress, in AgentGuard's style. */
    default void tell(String line, Object... details) {
      log().accept("migrate: " + line.formatted(details));
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
   * @param concerns those notes that {@code --strict} makes a failure
   */
  public record Result(
      String migrationId,
      String from,
      String to,
      boolean dryRun,
      Map<String, Long> stats,
      List<String> notes,
      List<String> concerns) {
    public Result {
      stats = Collections.unmodifiableMap(new TreeMap<>(stats));
      notes = List.copyOf(notes);
      concerns = List.copyOf(concerns);
    }

    /** What a migration did, or would do, and nothing of concern. */
    public static Result of(
        Migration migration, boolean dryRun, Map<String, Long> stats, List<String> notes) {
      return new Result(
          migration.id(),
          migration.fromVersion(),
          migration.toVersion(),
          dryRun,
          stats,
          notes,
          List.of());
    }

    /** The same, with those of the notes that {@code --strict} makes a failure. */
    public Result withConcerns(List<String> concerns) {
      return new Result(migrationId, from, to, dryRun, stats, notes, concerns);
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
    /** It did what it should, or with a dry run would. */
    RAN,
    /** It detected nothing to do. */
    SKIPPED,
    /** It failed, and ended the run. */
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
      super(CommandErrors.MIGRATION_NOT_FOUND, id);
    }
  }

  // ---------------------------------------------------------------- the registry

  /** The migrations of this program, in the order in which they run. */
  public static final class Registry {
    private final Map<String, Migration> byId = new LinkedHashMap<>();

    /** A registry of the given migrations, in this order. */
    public static Registry of(Migration... migrations) {
      Registry registry = new Registry();
      List.of(migrations).forEach(registry::register);
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
      CatalogLoader.load().forEach(registry::register);
      return registry;
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

    boolean has(String id) {
      return byId.containsKey(id);
    }

    /**
     * @throws MigrationNotFound if there is none of this id
     */
    Migration find(String id) {
      return Optional.ofNullable(byId.get(id)).orElseThrow(() -> new MigrationNotFound(id));
    }

    /** The newest schema version that a migration makes; 1 where there is none. */
    long newestVersion() {
      return byId.values().stream()
          .filter(migration -> !migration.keepsVersion())
          .mapToLong(migration -> Long.parseLong(migration.toVersion()))
          .max()
          .orElse(1);
    }

    /** What the migrations that edit lines make of them. */
    Map<String, LineEdit> edits() {
      Map<String, LineEdit> edits = new LinkedHashMap<>();
      for (Migration migration : byId.values()) {
        if (migration instanceof LineEdit edit) {
          edits.put(migration.id(), edit);
        }
      }
      return edits;
    }

    /** The first migration that takes a version, and makes another. */
    Optional<Migration> from(long version) {
      return byId.values().stream()
          .filter(m -> m.fromVersion().equals(Long.toString(version)))
          .findFirst();
    }

    /** Those that lead from a version to the newest, in their order. */
    List<Migration> chain(long version) {
      List<Migration> chain = new ArrayList<>();
      Optional<Migration> next = from(version);
      while (next.isPresent()) {
        chain.add(next.get());
        next = from(Long.parseLong(next.get().toVersion()));
      }
      return chain;
    }

    /** The last migration that makes a version of another. */
    Optional<Migration> to(long version) {
      return byId.values().stream()
          .filter(m -> m.toVersion().equals(Long.toString(version)))
          .reduce((first, second) -> second);
    }

    /**
     * The migration that led, or leads, to the version on disk.
     *
     * @param version 0 where it cannot be told: then any can tell why
     * @throws MigrationNotFound if there is none registered
     */
    Migration of(long version) {
      return to(version)
          .or(() -> from(version))
          .or(() -> to(newestVersion()))
          .or(() -> byId.values().stream().findFirst())
          .orElseThrow(() -> new MigrationNotFound("none is registered"));
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
   * than none. One line of results says what was done.
   *
   * @param outcomes told what became of each migration, as far as the run gets
   * @throws Failure of the migration that failed, or with {@link Exit#INTERRUPTED}
   */
  public static void runStartup(Registry registry, Env env, Consumer<Outcome> outcomes) {
    new WayForward(new Steps(registry, env, outcomes)).startUp();
  }

  /**
   * Runs for an operator: lists the registry, runs one migration, or runs every one that detects
   * something to do, from whatever version is there to the newest. A dry run never verifies, and
   * reports of the steps behind the first what would then run.
   *
   * @param outcomes told what became of each migration, as far as the run gets
   * @throws MigrationNotFound if the id is not registered; nothing was changed then
   * @throws Failure of the migration that failed, or with {@link Exit#INTERRUPTED}; nothing after
   *     it ran, and its state says what ran before
   */
  public static void runCli(
      Registry registry, Env env, CliOptions options, Consumer<Outcome> outcomes) {
    if (options.list()) {
      MigrationList.print(registry, env.out());
      return;
    }
    new WayForward(new Steps(registry, env, outcomes)).run(options);
  }

  /**
   * What an operator asked of the way back.
   *
   * @param id the migration to undo; null for the one that led to the version on disk
   * @param to the version to go back to, step by step; null for one step
   * @param dryRun write nothing
   */
  public record RollbackOptions(String id, Long to, boolean dryRun) {}

  /**
   * Goes back: one step, or to a version. What an interrupted rollback left is finished, and that
   * is the step.
   *
   * @param outcomes told what became of each step
   * @throws MigrationNotFound if there is none; nothing was changed then
   * @throws Failure if it could not be done; its state says how every file is now
   */
  public static void runRollback(
      Registry registry, Env env, RollbackOptions options, Consumer<Outcome> outcomes) {
    new WayBack(new Steps(registry, env, outcomes), options.dryRun())
        .go(options.id(), options.to());
  }

  /**
   * Proves that a migration did what it should have, and prints what was proven. Reads only, and
   * finishes nothing that was interrupted.
   *
   * @param id the migration to prove; null for the one that led to the version on disk
   * @param outcomes told what became of the proof
   * @throws MigrationNotFound if there is none
   * @throws Failure with {@link Exit#UNVERIFIED} at the first fault
   */
  public static void runVerify(Registry registry, Env env, String id, Consumer<Outcome> outcomes) {
    new Steps(registry, env, outcomes).prove(id);
  }

  // ---------------------------------------------------------------- the entry

  /** Runs the command line as this process, and ends it. */
  public static void start(Supplier<Registry> registry, String... args) {
    Host.runProcess(host -> MigrateCommand.run(registry, host, args));
  }

  /** {@code jbang migrate.java} cannot know the migrations, which include this file. */
  public static void main(String... args) {
    Host.runProcess(host -> host.report(Failure.of(CommandErrors.NO_MIGRATIONS)));
  }
}
