package support.imports;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import support.run.Exit;
import support.run.Failure;
import support.store.Dsn;
import support.store.PostgresStore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Imports into a real server. */
class PostgresImportTest extends ImportScenarios {
  @Override
  StoreScene newScene(Path where) {
    return StoreScene.inPostgres(where);
  }

  @Test
  void theCatalogueSaysWhatTheServersSays() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.importAll();
    JsonNode wanted =
        JsonMapper.shared()
            .readTree(Files.readAllBytes(Reference.FOLDER.resolve("schema.json")))
            .required("postgres");
    List<String> columns = new ArrayList<>();
    for (JsonNode c : wanted.required("columns")) {
      JsonNode byDefault = c.required("column_default");
      columns.add(
          "%s %s %s %s"
              .formatted(
                  c.required("column_name").asString(),
                  c.required("data_type").asString(),
                  byDefault.isNull() ? "none" : byDefault.asString(),
                  c.required("is_nullable").asString()));
    }
    assertEquals(
        columns,
        scene.query(
            "SELECT column_name || ' ' || data_type || ' ' || coalesce(column_default, 'none') ||"
                + " ' ' || is_nullable FROM information_schema.columns WHERE table_name ="
                + " 'audit_entries' ORDER BY ordinal_position"));
    List<String> indexes = new ArrayList<>();
    wanted.required("indexes").forEach(i -> indexes.add(i.required("indexdef").asString()));
    assertEquals(
        indexes,
        scene.query(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'audit_entries' ORDER BY"
                + " indexname"));
    assertEquals(
        List.of("bigint 1 1"),
        scene.query(
            "SELECT data_type || ' ' || start_value || ' ' || increment_by FROM pg_sequences WHERE"
                + " sequencename = 'audit_entries_id_seq'"));
  }

  @Test
  void whatNoIndexTakesIsAReject() throws Exception {
    String random =
        new Random(1)
            .ints(9600, 'a', 'z')
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    String entry = StoreScene.entry(0);
    scene.write(
        "audit.jsonl",
        entry
            + StoreScene.entry(1).replace("agent 1", random)
            + StoreScene.entry(2).replace("agent 2", "a".repeat(100_000))
            + StoreScene.entry(3).replace("\"shell\"", "\"" + random + "\"")
            + StoreScene.entry(4));
    ImportOptions none = new ImportOptions(false, null, null, null, 0L, false);
    assertFails(Exit.REFUSED, () -> scene.imported(scene.logs(), none));
    assertEquals(List.of(), scene.seconds());
    ImportResult result = scene.imported();
    assertEquals(List.of(0, 2, 4), scene.seconds());
    assertEquals(List.of(2L, 4L), result.rejects().stream().map(r -> r.line()).toList());
    assertEquals(0, scene.importAll());
    assertEquals(3, verified().entries());
  }

  @Test
  void theSchemaOfTheDsnIsTheOneThatIsWrittenTo() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.sql("CREATE SCHEMA \"of agents\"");
    String dsn = PostgresServer.get().dsn(scene.database()) + "?search_path=%22of+agents%22";
    AuditStore.Imported imported = scene.store(dsn).importFrom(scene.logs(), StoreScene.USUAL);
    assertTrue(imported.store().endsWith(", schema of agents"), imported.store());
    AuditStore verified = scene.store(dsn);
    verified.verify(scene.logs(), false);
    assertTrue(verified.name().endsWith(", schema of agents"), verified.name());
    assertEquals(List.of("3"), scene.query("SELECT count(*) FROM \"of agents\".audit_entries"));
    assertEquals(List.of(), scene.tables());
    String nowhere = PostgresServer.get().dsn(scene.database()) + "?search_path=nowhere";
    assertFails(
        Exit.REFUSED, () -> scene.store(nowhere).importFrom(scene.logs(), StoreScene.USUAL));
  }

  @Test
  void aWrongPasswordIsSaidAndNotShown() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    String dsn = PostgresServer.get().dsn(scene.database()).replace("p%40ss", "secret");
    Failure failure =
        assertFails(Exit.FAILED, () -> scene.store(dsn).importFrom(scene.logs(), StoreScene.USUAL));
    assertTrue(failure.getMessage().contains("password"), failure.getMessage());
    assertFalse((failure.getMessage() + failure.next()).contains("secret"));
  }

  @Test
  void whyThereIsNoConnectionIsSaid() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    PostgresServer server = PostgresServer.get();
    String dsn = server.dsn(scene.database());
    Map<String, String> why =
        Map.of(
            dsn.replaceFirst(":p[^@]*@", "@"),
            "no password",
            dsn + "?sslmode=require",
            "does not support SSL",
            dsn.replace("127.0.0.1", "nowhere.invalid"),
            "nowhere.invalid",
            dsn.replace(":" + server.port() + "/", ":1/"),
            "refused",
            dsn + "?such_a_setting=1",
            "one of: such_a_setting (SQLSTATE 42704)",
            dsn + "?statement_timeout=long",
            "one of: statement_timeout (SQLSTATE 22023)");
    why.forEach(
        (wrong, words) -> {
          Failure failure =
              assertFails(
                  Exit.FAILED, () -> scene.store(wrong).importFrom(scene.logs(), StoreScene.USUAL));
          assertTrue(failure.getMessage().contains(words), failure.getMessage());
          assertEquals(Failure.UNCHANGED, failure.state());
        });
  }

  @Test
  void ofSeveralHostsTheOneThatAnsweredIsNamed() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    PostgresServer server = PostgresServer.get();
    String host = "127.0.0.1:" + server.port();
    String dsn = server.dsn(scene.database()).replace(host, "127.0.0.1:1," + host);
    AuditStore.Imported imported = scene.store(dsn).importFrom(scene.logs(), StoreScene.USUAL);
    assertEquals(
        "%s, database %s, schema public".formatted(host, scene.database()), imported.store());
    assertEquals(3, imported.result().entries());
  }

  @Test
  void aSecondImportIsBusy() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    Dsn dsn = Dsn.of(PostgresServer.get().dsn(scene.database()), name -> null, folder, "nobody");
    try (PostgresStore other = PostgresStore.open(dsn, true)) {
      other.prepare();
      assertFails(Exit.BUSY, scene::importAll);
    }
    assertEquals(3, scene.importAll());
  }

  /** Such as that of a VACUUM FULL; a run that waited for it without end would say nothing. */
  @Test
  void aTableThatStaysLockedIsBusy() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.importAll();
    append("audit.jsonl", StoreScene.entry(3));
    try (Connection other = scene.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE audit_entries IN ACCESS EXCLUSIVE MODE");
      assertFails(Exit.BUSY, scene::importAll);
    }
    assertEquals(1, scene.importAll());
  }

  /** Those of a role or a database are for a server's short queries. */
  @Test
  void onlyTheDsnsOwnTimeLimitEndsAStatement() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3000));
    scene.chunk = 1 << 20;
    PostgresServer server = PostgresServer.get();
    server.sql(
        "postgres", "ALTER DATABASE %s SET statement_timeout = '1ms'".formatted(scene.database()));
    AuditStore limited = scene.store(server.dsn(scene.database()) + "?statement_timeout=1ms");
    Failure failure =
        assertFails(Exit.FAILED, () -> limited.importFrom(scene.logs(), StoreScene.USUAL));
    assertTrue(failure.getMessage().contains("statement_timeout"), failure.getMessage());
    assertEquals(3000, scene.importAll());
  }

  @Test
  void aRoleThatMayOnlyReadIsRefusedBeforeTheFirstWrite() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    PostgresServer server = PostgresServer.get();
    server.sql(
        "postgres",
        "ALTER DATABASE %s SET default_transaction_read_only = on".formatted(scene.database()));
    assertFails(Exit.REFUSED, scene::importAll);
    assertFails(Exit.REFUSED, () -> scene.imported(scene.logs(), StoreScene.USUAL.asDryRun()));
    assertEquals("pending", status().files().get(0).state());
  }

  @Test
  void tablesOfAnotherOwnerAreRefusedAndOneThatIsThereIsOnlyInsertedInto() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    PostgresServer server = PostgresServer.get();
    String role = "guest_" + scene.database();
    server.sql(
        "postgres", "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(role, PostgresServer.PASSWORD));
    server.sql(scene.database(), "GRANT CREATE ON SCHEMA public TO " + role);
    scene.sql("CREATE TABLE approvals (id INTEGER)");
    String guest = server.dsn(scene.database(), role);
    for (ImportOptions options : List.of(StoreScene.USUAL.asDryRun(), StoreScene.USUAL)) {
      assertFails(Exit.REFUSED, () -> scene.store(guest).importFrom(scene.logs(), options));
    }
    assertEquals(List.of("approvals"), scene.tables());
    scene.importAll();
    scene.store().rollback(null, false);
    scene.sql("GRANT SELECT, INSERT ON audit_entries TO " + role);
    assertEquals(
        3, scene.store(guest).importFrom(scene.logs(), StoreScene.USUAL).result().entries());
    assertEquals(
        List.of(PostgresServer.ROLE),
        scene.query("SELECT tableowner FROM pg_tables WHERE tablename = 'audit_entries'"));
  }

  /**
   * What a role creates that may act as the owner is the owner's, or its server could not start.
   */
  @Test
  void whatIsCreatedBelongsToTheOwnerOfTheStore() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    PostgresServer server = PostgresServer.get();
    String role = "member_" + scene.database();
    server.sql(
        "postgres", "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(role, PostgresServer.PASSWORD));
    server.sql("postgres", "GRANT %s TO %s".formatted(PostgresServer.ROLE, role));
    scene.sql("CREATE TABLE approvals (id INTEGER)");
    scene.store(server.dsn(scene.database(), role)).importFrom(scene.logs(), StoreScene.USUAL);
    assertEquals(
        List.of(PostgresServer.ROLE),
        scene.query("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"));
    scene.startServer();
  }

  /** On a slow machine all of it is slow, and a transaction is still a small part. */
  @Test
  void noTransactionThatWritesLastsASecond() throws Exception {
    scene.write("audit.jsonl", StoreScene.entry(0));
    scene.importAll();
    scene.chunk = AuditStore.CHUNK;
    append("audit.jsonl", StoreScene.entries(0, 1000).repeat(200));
    requireShortTransactions(() -> assertEquals(200_000, scene.importAll()));
    requireShortTransactions(() -> scene.store().rollback(null, false));
    assertEquals(List.of(), scene.rows());
  }

  private void requireShortTransactions(Executable work) throws Exception {
    try (LongestTransaction transactions = new LongestTransaction(scene)) {
      assertDoesNotThrow(work);
      double[] seconds = transactions.end();
      String found = "%.2f s of %.2f s".formatted(seconds[0], seconds[1]);
      assertTrue(seconds[0] > 0, "no transaction was seen");
      assertTrue(seconds[0] < Math.max(1, seconds[1] / 4), found);
    }
  }

  /**
   * Who comes second waits, and finds the indexes there: neither the import nor the server fails.
   */
  @Test
  void aServerAndAnImportMayMakeTheIndexesAtOnce() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 60));
    CompletableFuture<Void> server = new CompletableFuture<>();
    scene.monitor = Moments.before("finish", () -> makeIndexUntilSomebodyWaits(server));
    assertEquals(60, scene.importAll());
    server.get();
    assertEquals(4, scene.indexes().size());
  }

  private void makeIndexUntilSomebodyWaits(CompletableFuture<Void> made) {
    CountDownLatch begun = new CountDownLatch(1);
    made.completeAsync(
        () -> {
          try (Connection server = scene.connect();
              Statement statement = server.createStatement()) {
            server.setAutoCommit(false);
            statement.execute(StoreScene.DDL_OF_THE_SERVER[2]);
            begun.countDown();
            while (scene.query("SELECT 1 FROM pg_locks WHERE NOT granted").isEmpty()) {
              Thread.sleep(20);
            }
            server.commit();
            return null;
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        });
    try {
      begun.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aServerThatEndsTheSessionLosesNothing() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 60));
    String kill =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s' AND pid <>"
            + " pg_backend_pid()";
    AtomicInteger advances = new AtomicInteger();
    scene.monitor =
        new support.run.Monitor(
            new support.run.Cancellation(),
            new support.run.Monitor.Listener() {
              @Override
              public void advance(long bytes) {
                if (advances.incrementAndGet() == 3) {
                  PostgresServer.get().sql(scene.database(), kill.formatted(scene.database()));
                }
              }
            });
    assertFails(Exit.FAILED, scene::importAll);
    try (Connection db = scene.connect()) {
      assertTrue(db.isValid(5));
    }
    scene.monitor = support.run.Monitor.silent();
    assertTrue(scene.importAll() > 0);
    scene.assertHas(0, 60);
    assertEquals(60, verified().entries());
  }

  @Test
  void aConnectionThatIsCutLosesNothing() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 60));
    PostgresServer server = PostgresServer.get();
    String dsn = server.dsn(scene.database());
    Set<Integer> imported = new TreeSet<>();
    for (int bytes = 0; scene.tables().isEmpty() || scene.rows().size() < 60; bytes += 2500) {
      try (CuttingProxy proxy = new CuttingProxy(server.port(), bytes)) {
        String through = dsn.replace(":" + server.port() + "/", ":" + proxy.port() + "/");
        scene.store(through).importFrom(scene.logs(), StoreScene.USUAL);
      } catch (Failure failure) {
        assertEquals(Exit.FAILED, failure.exit(), failure::getMessage);
        assertTrue(
            failure.getMessage().matches(".*(no connection|connection failed).*"),
            failure.getMessage());
      }
      imported.add(scene.tables().isEmpty() ? 0 : scene.rows().size());
    }
    assertTrue(imported.size() > 2, imported + " were imported before the cuts");
    scene.importAll();
    scene.assertHas(0, 60);
    assertEquals(60, verified().entries());
  }

  @Test
  void aMissingRightIsSaidAndNothingIsWritten() throws Exception {
    scene.write("audit.jsonl", StoreScene.entries(0, 3));
    scene.importAll();
    append("audit.jsonl", StoreScene.entry(3));
    PostgresServer server = PostgresServer.get();
    String role = "reader_" + scene.database();
    server.sql(
        "postgres", "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(role, PostgresServer.PASSWORD));
    scene.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + role);
    AuditStore store = scene.store(server.dsn(scene.database(), role));
    for (ImportOptions options : List.of(StoreScene.USUAL.asDryRun(), StoreScene.USUAL)) {
      Failure failure = assertFails(Exit.FAILED, () -> store.importFrom(scene.logs(), options));
      assertTrue(failure.getMessage().contains("lacks a right"), failure.getMessage());
      assertEquals(Failure.UNCHANGED, failure.state());
    }
    scene.assertHas(0, 3);
    assertEquals(3, store.verify(scene.logs(), false).entries());
    assertFails(Exit.FAILED, () -> store.rollback(scene.logs(), true));
  }

  /** With a server of its own, which is flushed to the disk: with --exhaustive only. */
  @Test
  void aServerThatCrashesLosesNothingAndAReplicaIsRefused() throws Exception {
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Boolean.getBoolean("tests.exhaustive"), "starts a server of its own: --exhaustive");
    scene.write("audit.jsonl", StoreScene.entries(0, 60));
    PostgresProcess server = PostgresProcess.start("boss");
    String dsn =
        "postgres://%s:boss@127.0.0.1:%d/postgres"
            .formatted(PostgresProcess.SUPERUSER, server.port());
    AuditStore store = scene.store(dsn);
    AtomicInteger advances = new AtomicInteger();
    scene.monitor =
        new support.run.Monitor(
            new support.run.Cancellation(),
            new support.run.Monitor.Listener() {
              @Override
              public void advance(long bytes) {
                if (advances.incrementAndGet() == 3) {
                  server.crash();
                }
              }
            });
    assertFails(Exit.FAILED, () -> scene.store(dsn).importFrom(scene.logs(), StoreScene.USUAL));
    server.start();
    store.importFrom(scene.logs(), StoreScene.USUAL);
    server.crash(); // what is done is on the disk
    server.becomeStandby();
    server.start();
    assertEquals(60, store.verify(scene.logs(), false).entries());
    append("audit.jsonl", StoreScene.entry(60));
    Failure failure =
        assertFails(Exit.REFUSED, () -> store.importFrom(scene.logs(), StoreScene.USUAL));
    assertTrue(failure.getMessage().contains("replica"), failure.getMessage());
    assertFails(Exit.REFUSED, () -> store.rollback(scene.logs(), false));
    assertEquals("pending", store.status(scene.logs()).files().get(0).state());
    server.crash();
  }
}
