import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import support.files.Machine;
import support.run.Cancellation;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;
import support.run.RunErrors;

/**
 * The runner, with small fake migrations. The first ten are AgentGuard's own tests of its runner.
 */
class RunnerTest {
  private final List<String> log = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Cancellation cancellation = new Cancellation();
  private final List<String> calls = new ArrayList<>();
  private final List<migrate.Outcome> outcomes = new ArrayList<>();

  private final migrate.Env env =
      new RunEnv(Path.of("nowhere", "audit.jsonl"), Machine.real())
          .withLog(log::add)
          .withOut(new PrintStream(out, true, UTF_8))
          .withMonitor(new Monitor(cancellation, Monitor.Listener.NONE));

  /** Notes what it is asked, and does as its fields say. */
  private class Fake implements migrate.Migration {
    private final String id;
    private boolean detects = true;
    private Exception detectError;
    private Exception migrateError;
    private Exception verifyError;
    private Runnable onMigrate = () -> {};

    Fake(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public String fromVersion() {
      return "1";
    }

    @Override
    public String toVersion() {
      return "2";
    }

    @Override
    public String description() {
      return id + " desc";
    }

    @Override
    public boolean detect(migrate.Env env) throws IOException {
      calls.add("detect " + id);
      throwIfAny(detectError);
      return detects;
    }

    @Override
    public migrate.Result migrate(migrate.Env env, boolean dryRun) throws IOException {
      calls.add((dryRun ? "dry-run " : "migrate ") + id);
      throwIfAny(migrateError);
      onMigrate.run();
      return migrate.Result.of(this, dryRun, Map.of("records_migrated", 7L), List.of("a note"));
    }

    @Override
    public void verify(migrate.Env env) throws IOException {
      calls.add("verify " + id);
      throwIfAny(verifyError);
    }

    private void throwIfAny(Exception error) throws IOException {
      if (error instanceof IOException fileError) {
        throw fileError;
      }
      if (error instanceof RuntimeException other) {
        throw other;
      }
    }
  }

  private static Failure failure(String what) {
    return Failure.of(RunErrors.IO_ERROR, what).withState("as before");
  }

  private static migrate.CliOptions options(String id, boolean dryRun) {
    return new migrate.CliOptions(false, id, dryRun, false);
  }

  @Test
  void registeringAnIdTwiceIsAProgrammingError() {
    migrate.Registry registry = migrate.Registry.of(new Fake("v1_to_v2"));
    assertThrows(IllegalArgumentException.class, () -> registry.register(new Fake("v1_to_v2")));
  }

  @Test
  void registeringNullIsAProgrammingError() {
    assertThrows(NullPointerException.class, () -> migrate.Registry.of().register(null));
  }

  @Test
  void startupMigratesAndVerifiesWhatIsDetectedInOrderOfRegistration() {
    Fake skipped = new Fake("b");
    skipped.detects = false;
    migrate.runStartup(
        migrate.Registry.of(new Fake("z"), skipped, new Fake("c")), env, outcomes::add);
    assertEquals(
        List.of(
            "detect z", "migrate z", "verify z", "detect b", "detect c", "migrate c", "verify c"),
        calls);
    assertEquals(
        List.of(
            "migrate: running z (1 -> 2): z desc",
            "migrate: z note: a note",
            "migrate: z complete (records_migrated=7)",
            "migrate: running c (1 -> 2): c desc",
            "migrate: c note: a note",
            "migrate: c complete (records_migrated=7)"),
        log);
  }

  /** How the startup of a migration and another one ends. */
  private Failure startupFailure(Fake first) {
    migrate.Registry registry = migrate.Registry.of(first, new Fake("b"));
    return assertThrows(Failure.class, () -> migrate.runStartup(registry, env, outcomes::add));
  }

  @Test
  void startupStopsAtTheFirstErrorAndRunsNothingAfterIt() {
    Fake a = new Fake("a");
    a.migrateError = failure("boom");
    Failure thrown = startupFailure(a);
    assertEquals("a failed: boom", thrown.getMessage());
    assertEquals("as before", thrown.state());
    assertEquals(List.of("detect a", "migrate a"), calls);
  }

  @Test
  void startupStopsWhereDetectionFails() {
    Fake a = new Fake("a");
    a.detectError = failure("unreadable");
    Failure thrown = startupFailure(a);
    assertEquals("detect a: unreadable", thrown.getMessage());
    assertEquals(List.of("detect a"), calls);
  }

  @Test
  void startupStopsWhereVerificationFails() {
    Fake a = new Fake("a");
    a.verifyError = Failure.of(CommandErrors.RESULT_UNREADABLE, "post-verify bad");
    Failure thrown = startupFailure(a);
    assertEquals("a post-verify failed: post-verify bad", thrown.getMessage());
    assertEquals(Exit.UNVERIFIED, thrown.exit());
    assertEquals(List.of("detect a", "migrate a", "verify a"), calls);
  }

  @Test
  void startupWithAnEmptyRegistryDoesNothingAndSaysNothing() {
    migrate.runStartup(migrate.Registry.of(), env, outcomes::add);
    assertEquals(List.of(), log);
  }

  @Test
  void startupWithNothingToDoLogsOneSummaryLine() {
    Fake a = new Fake("a");
    a.detects = false;
    migrate.runStartup(migrate.Registry.of(a), env, outcomes::add);
    assertEquals(List.of("migrate: no migrations needed (1 registered, all Detect=false)"), log);
  }

  @Test
  void listIsSortedById() {
    migrate.runCli(
        migrate.Registry.of(new Fake("zzz_last"), new Fake("aaa_first")),
        env,
        new migrate.CliOptions(true, null, false, false),
        outcomes::add);
    assertEquals(
        """
        Registered migrations:
          zzz_last  1 -> 2  zzz_last desc
          aaa_first  1 -> 2  aaa_first desc
        """,
        out.toString(UTF_8));
    assertEquals(List.of(), calls);
  }

  @Test
  void listOfAnEmptyRegistrySaysSo() {
    migrate.runCli(
        migrate.Registry.of(),
        env,
        new migrate.CliOptions(true, null, false, false),
        outcomes::add);
    assertEquals("No migrations registered.\n", out.toString(UTF_8));
  }

  @Test
  void dryRunNeverVerifies() {
    migrate.runCli(migrate.Registry.of(new Fake("only")), env, options(null, true), outcomes::add);
    assertEquals(List.of("detect only", "dry-run only"), calls);
    assertEquals(
        List.of(
            "migrate: running only (1 -> 2) [dry-run]",
            "migrate: only result: dry-run records_migrated=7",
            "migrate: only note: a note",
            "migrate: only done"),
        log);
    assertEquals("migrate: 1 migration(s) processed\n", out.toString(UTF_8));
  }

  @Test
  void anIdRunsThatMigrationAloneWithoutAskingWhetherItIsNeeded() {
    migrate.runCli(
        migrate.Registry.of(new Fake("a"), new Fake("b")), env, options("a", false), outcomes::add);
    assertEquals(List.of("migrate a", "verify a"), calls);
    assertEquals("", out.toString(UTF_8));
  }

  @Test
  void anUnknownIdIsNotFoundAndNothingIsReset() {
    migrate.CliOptions options = new migrate.CliOptions(false, "nope", false, true);
    migrate.MigrationNotFound thrown =
        assertThrows(
            migrate.MigrationNotFound.class,
            () ->
                migrate.runCli(migrate.Registry.of(new Fake("only")), env, options, outcomes::add));
    assertEquals("migration not found in registry: nope", thrown.getMessage());
    assertEquals("", out.toString(UTF_8));
    assertEquals(List.of(), calls);
  }

  @Test
  void anErrorOnTheCommandLineStopsEverythingAfterIt() {
    Fake a = new Fake("a");
    a.verifyError = failure("bad");
    Failure thrown =
        assertThrows(
            Failure.class,
            () ->
                migrate.runCli(
                    migrate.Registry.of(a, new Fake("b")),
                    env,
                    options(null, false),
                    outcomes::add));
    assertEquals("a post-verify: bad", thrown.getMessage());
    assertFalse(calls.contains("detect b"));
  }

  @Test
  void aFileErrorOfAMigrationIsTheOperatorsToFixAndShowsNoTrace() {
    Fake unreadable = new Fake("a");
    unreadable.detectError = new AccessDeniedException("audit.jsonl");
    Failure thrown =
        assertThrows(
            Failure.class,
            () ->
                migrate.runCli(
                    migrate.Registry.of(unreadable), env, options(null, false), outcomes::add));
    assertEquals("detect a: audit.jsonl: permission denied", thrown.getMessage());
    assertEquals(Exit.FAILED, thrown.exit());
  }

  @Test
  void aCancelledRunEndsBeforeTheNextMigration() {
    Fake a = new Fake("a");
    a.onMigrate = cancellation::request;
    migrate.Registry registry = migrate.Registry.of(a, new Fake("b"));
    Failure startup =
        assertThrows(Failure.class, () -> migrate.runStartup(registry, env, outcomes::add));
    assertEquals(Exit.INTERRUPTED, startup.exit());
    assertEquals("interrupted before b", startup.getMessage());
    assertEquals(List.of("detect a", "migrate a", "verify a"), calls);
  }

  @Test
  void aCancelledCommandEndsBeforeTheNextMigration() {
    Fake a = new Fake("a");
    a.onMigrate = cancellation::request;
    migrate.Registry registry = migrate.Registry.of(a, new Fake("b"));
    Failure cli =
        assertThrows(
            Failure.class,
            () -> migrate.runCli(registry, env, options(null, false), outcomes::add));
    assertEquals(Exit.INTERRUPTED, cli.exit());
    assertFalse(calls.contains("detect b"));
  }

  @Test
  void statsAreSummedUpInStableOrder() {
    Map<String, Long> stats = Map.of("records_migrated", 10L, "bytes_written", 20L);
    migrate.Result dry = migrate.Result.of(new Fake("a"), true, stats, List.of());
    assertEquals("dry-run bytes_written=20 records_migrated=10", dry.summary());
    migrate.Result none = migrate.Result.of(new Fake("a"), false, Map.of(), List.of());
    assertEquals("ok", none.summary());
  }

  @Test
  void theRegistryHandsOutACopy() {
    migrate.Registry registry = migrate.Registry.of(new Fake("a"));
    List<migrate.Migration> copy = registry.registered();
    assertThrows(UnsupportedOperationException.class, () -> copy.clear());
    registry.register(new Fake("b"));
    assertEquals(1, copy.size());
  }

  @Test
  void aMigrationHasNoWayBackUnlessItSaysOtherwise() {
    Failure thrown = assertThrows(Failure.class, () -> new Fake("a").rollback(env, false));
    assertTrue(thrown.getMessage().contains("no way back"), thrown.getMessage());
  }

  private List<migrate.Status> statuses() {
    return outcomes.stream().map(migrate.Outcome::status).toList();
  }

  @Test
  void aRunTellsWhatBecameOfEachMigrationAsFarAsItGot() {
    Fake skipped = new Fake("a");
    skipped.detects = false;
    Fake failing = new Fake("c");
    failing.migrateError = new AccessDeniedException("audit.jsonl");
    migrate.Registry registry = migrate.Registry.of(skipped, new Fake("b"), failing, new Fake("d"));
    assertThrows(Failure.class, () -> migrate.runStartup(registry, env, outcomes::add));
    List<migrate.Status> expected =
        List.of(migrate.Status.SKIPPED, migrate.Status.RAN, migrate.Status.FAILED);
    assertEquals(expected, statuses());
    outcomes.clear();
    assertThrows(
        Failure.class, () -> migrate.runCli(registry, env, options(null, false), outcomes::add));
    assertEquals(expected, statuses());
    assertEquals(7L, outcomes.get(1).result().stats().get("records_migrated"));
  }
}
