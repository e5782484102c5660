import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import support.imports.PostgresProcess;
import support.run.IoSupplier;

/**
 * The import into a new store against the programs of the databases, which get the same rows from a
 * file: the same table, indexes behind the rows, everything on stable storage at the end.
 */
final class BenchStore {
  private static final String OURS = "audit_to_store into ";
  private static final String SQLITE = "sqlite3 .import";
  private static final String POSTGRES = "psql \\copy";

  /** Whatever the size of the log. */
  private static final String HEAP = "-Xmx128m";

  private static final String COLUMNS =
      "id, tenant_id, timestamp, session_id, agent_id, scope, action, command, path, domain, url,"
          + " decision, reason, rule, duration_ms, transport";

  private static final String INDEXES =
      "CREATE INDEX idx_audit_tenant_ts ON audit_entries(tenant_id, timestamp);\n"
          + "CREATE INDEX idx_audit_agent ON audit_entries(agent_id);\n"
          + "CREATE INDEX idx_audit_decision ON audit_entries(decision);\n"
          + "CREATE INDEX idx_audit_scope ON audit_entries(scope);\n";

  private static final String SELECT = "SELECT " + COLUMNS + " FROM audit_entries ORDER BY id";
  private static final String PASSWORD = "bench";

  private final BenchTable table;
  private final BenchFolder folder;
  private final Path log;
  private final Path rows;

  /**
   * @param size of the log, in bytes
   */
  BenchStore(BenchTable table, BenchFolder folder, long size) throws IOException {
    this.table = table;
    this.folder = folder;
    this.log = folder.makeLog("audit.jsonl", size);
    this.rows = folder.resolve("rows");
  }

  /** Measures everything. */
  void hold() throws IOException {
    sqlite();
    postgres();
  }

  private static String createTable(String id, String bigint) {
    return Stream.of(COLUMNS.split(", "))
        .map(
            column ->
                switch (column) {
                  case "id" -> "id " + id;
                  case "tenant_id" -> "tenant_id TEXT NOT NULL DEFAULT 'local'";
                  case "timestamp" -> "timestamp TEXT NOT NULL";
                  case "duration_ms" -> "duration_ms %s NOT NULL DEFAULT 0".formatted(bigint);
                  default -> column + " TEXT NOT NULL DEFAULT ''";
                })
        .collect(Collectors.joining(", ", "CREATE TABLE audit_entries (", ");\n"));
  }

  // ------------------------------------------------------------ SQLite

  private void sqlite() throws IOException {
    BenchTable.Contest contest = table.contest();
    boolean isThere = folder.runs("sqlite3", "-version");
    if (isThere) {
      intoSqlite();
      sqlite3(".mode ascii\n.once %s\n%s;\n".formatted(rows, SELECT));
      String script =
          "PRAGMA journal_mode = WAL;\nPRAGMA synchronous = FULL;\n"
              + createTable("INTEGER PRIMARY KEY AUTOINCREMENT", "INTEGER")
              + ".mode ascii\n.import %s audit_entries%n".formatted(rows)
              + INDEXES
              + "PRAGMA wal_checkpoint(TRUNCATE);\n";
      contest.with(SQLITE, () -> measured(rows, this::removeDatabase, () -> sqlite3(script)));
    } else {
      table.leaveOut(SQLITE + ": it is not installed (Debian: sqlite3)");
    }
    contest
        .with(
            OURS + "SQLite",
            () -> measured(log, this::removeDatabase, this::intoSqlite),
            isThere ? new String[] {SQLITE} : new String[0])
        .hold("s");
    removeDatabase();
    Files.deleteIfExists(rows);
  }

  private Path database() {
    return folder.resolve("agentguard.db");
  }

  private void removeDatabase() throws IOException {
    for (String suffix : List.of("", "-wal", "-shm")) {
      Files.deleteIfExists(Path.of(database() + suffix));
    }
  }

  private double sqlite3(String script) throws IOException {
    Path file = Files.writeString(folder.resolve("script"), script);
    return folder.run(
        Map.of(), List.of("sqlite3", "-bail", "-init", file.toString(), database() + "", ".quit"));
  }

  private double intoSqlite() throws IOException {
    return folder.run(Map.of(), ours("--data-dir", folder.path().toString()));
  }

  private List<String> ours(String option, String value) {
    return BenchJvm.longCommand(
        HEAP, List.of("audit_to_store", "--audit-log", log.toString(), option, value));
  }

  // ------------------------------------------------------------ PostgreSQL

  private void postgres() throws IOException {
    if (PostgresProcess.programs() == null || !folder.runs("psql", "--version")) {
      table.leaveOut(POSTGRES + ": PostgreSQL is not installed (Debian: postgresql)");
      table.leaveOut(OURS + "PostgreSQL: there is no server to import into");
      return;
    }
    PostgresProcess server = PostgresProcess.start(PASSWORD);
    String dsn =
        "postgres://%s@127.0.0.1:%d/postgres".formatted(PostgresProcess.SUPERUSER, server.port());
    Map<String, String> login = Map.of("PGPASSWORD", PASSWORD);
    IoSupplier<Double> ours = () -> folder.run(login, ours("--store-dsn", dsn));
    ours.get();
    psql(dsn, "\\copy (%s) TO '%s'%n".formatted(SELECT, rows));
    String script =
        createTable("BIGSERIAL PRIMARY KEY", "BIGINT")
            + "\\copy audit_entries FROM '%s'%n".formatted(rows)
            + INDEXES
            + "ANALYZE audit_entries;\n";
    table
        .contest()
        .with(POSTGRES, () -> measured(rows, () -> removeTables(dsn), () -> psql(dsn, script)))
        .with(OURS + "PostgreSQL", () -> measured(log, () -> removeTables(dsn), ours), POSTGRES)
        .hold("s");
  }

  /** What the server still has to write of them is written before the next one begins. */
  private void removeTables(String dsn) throws IOException {
    psql(dsn, "DROP TABLE IF EXISTS audit_entries, agentguard_migrate_imports;\nCHECKPOINT;\n");
  }

  private double psql(String dsn, String script) throws IOException {
    Path file = Files.writeString(folder.resolve("script"), script);
    return folder.run(
        Map.of("PGPASSWORD", PASSWORD),
        List.of("psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", file.toString(), dsn));
  }

  // ------------------------------------------------------------ both

  private interface Preparation {
    void run() throws IOException;
  }

  private double measured(Path input, Preparation preparation, IoSupplier<Double> work)
      throws IOException {
    preparation.run();
    folder.makeReady(input);
    return work.get();
  }
}
