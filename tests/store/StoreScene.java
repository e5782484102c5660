package support.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import support.files.Disk;
import support.files.Machine;
import support.files.OpenFiles;
import support.rows.EntryRow;
import support.run.Monitor;
import support.store.Store;

/** A folder with logs, and a store for them. */
final class StoreScene {
  /** Some six entries. */
  static final long SMALL_CHUNK = 1000;

  private static final String ENTRY =
      "{\"timestamp\":\"2026-04-17T%02d:%02d:%02dZ\",\"session_id\":\"s\",\"agent_id\":\"agent"
          + " %d\",\"request\":{\"scope\":\"shell\",\"command\":\"ls\"},\"result\":{\"decision\":\"ALLOW\",\"reason\":\"ok\"},\"duration_ms\":%d}\n";

  /** What a server runs at each start, of this table (AgentGuard v1.0.0, pkg/store). */
  static final String[] DDL_OF_THE_SERVER = {
    "CREATE TABLE IF NOT EXISTS audit_entries (id BIGINT PRIMARY KEY)",
    "CREATE INDEX IF NOT EXISTS idx_audit_tenant_ts ON audit_entries(tenant_id, timestamp)",
    "CREATE INDEX IF NOT EXISTS idx_audit_agent ON audit_entries(agent_id)",
    "CREATE INDEX IF NOT EXISTS idx_audit_decision ON audit_entries(decision)",
    "CREATE INDEX IF NOT EXISTS idx_audit_scope ON audit_entries(scope)"
  };

  private final Path folder;
  private final String dsn;
  private final String database;

  /** Whether somebody has every log open for writing. */
  boolean isWritten;

  /** What the import takes the time from. */
  Clock clock = Clock.systemUTC();

  Monitor monitor = Monitor.silent();

  /** What the operator was told at once. */
  final List<String> told = new ArrayList<>();

  Disk disk = Disk.real();

  /** How many bytes of a log a transaction takes. */
  long chunk = SMALL_CHUNK;

  private StoreScene(Path folder, String dsn, String database) {
    this.folder = folder;
    this.dsn = dsn;
    this.database = database;
  }

  static StoreScene inSqlite(Path folder) {
    return new StoreScene(folder, "", null);
  }

  static StoreScene inPostgres(Path folder) {
    PostgresServer server = PostgresServer.get();
    String database = server.newDatabase();
    return new StoreScene(folder, server.dsn(database), database);
  }

  boolean isPostgres() {
    return database != null;
  }

  String database() {
    return database;
  }

  Path log() {
    return folder.resolve("audit.jsonl");
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  Path databaseFile() {
    return folder.resolve("agentguard.db");
  }

  // ------------------------------------------------------------ logs

  /** An entry of the given second of a day, which its row tells. */
  static String entry(int second) {
    return ENTRY.formatted(second / 3600, second / 60 % 60, second % 60, second, second);
  }

  static String entries(int from, int to) {
    StringBuilder log = new StringBuilder();
    for (int i = from; i < to; i++) {
      log.append(entry(i));
    }
    return log.toString();
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    }
    return zipped.toByteArray();
  }

  Path write(String name, String log) throws IOException {
    return Files.write(file(name), log.getBytes(UTF_8));
  }

  // ------------------------------------------------------------ the tool

  AuditStore store() {
    return store(dsn);
  }

  AuditStore store(String otherDsn) {
    OpenFiles.Holder writer = new OpenFiles.Holder(1, "server", true);
    OpenFiles openFiles =
        file -> new OpenFiles.Answer(isWritten ? List.of(writer) : List.of(), true);
    Machine machine = new Machine(disk, openFiles, () -> 0);
    return AuditStore.of(
        otherDsn,
        folder,
        new AuditStore.Setting(machine, clock, monitor, told::add, "test"),
        chunk);
  }

  LogFiles logs() {
    return logs("audit.jsonl");
  }

  LogFiles logs(String... names) {
    return new LogFiles(List.of(names).stream().map(this::file).toList(), true);
  }

  static final ImportOptions USUAL = new ImportOptions(false, null, null, null, null, false);

  /** Imports all that the folder has of a log; returns how many entries were new. */
  long importAll() throws IOException {
    return imported().entries();
  }

  ImportResult imported() throws IOException {
    return imported(logs(), USUAL);
  }

  ImportResult imported(LogFiles logs, ImportOptions options) throws IOException {
    ImportResult result = store().importFrom(logs, options).result();
    if (result.failure() != null) {
      throw result.failure();
    }
    return result;
  }

  // ------------------------------------------------------------ the store

  Connection connect() throws SQLException {
    return isPostgres()
        ? PostgresServer.get().connect(database, PostgresServer.ROLE)
        : DriverManager.getConnection("jdbc:sqlite:" + databaseFile());
  }

  void sql(String... statements) throws SQLException {
    try (Connection db = connect();
        Statement statement = db.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Does what a server does with the table when it starts. */
  void startServer() throws SQLException {
    sql(DDL_OF_THE_SERVER);
  }

  /** What a query answers: its first column. */
  List<String> query(String sql) throws SQLException {
    try (Connection db = connect();
        Statement statement = db.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (answer.next()) {
        values.add(answer.getString(1));
      }
      return values;
    }
  }

  /** All rows as the server shows them. */
  List<EntryRow> rows() throws SQLException {
    try (Connection db = connect()) {
      return rows(db, "1 = 1", "");
    }
  }

  /**
   * Those that the server finds, in its order.
   *
   * @param where what its query asks for, with a question mark for each value
   * @param limit how its query ends, such as {@code LIMIT 1 OFFSET 2}, or empty
   */
  static List<EntryRow> rows(Connection db, String where, String limit, String... values)
      throws SQLException {
    String sql =
        "SELECT %s FROM audit_entries WHERE %s ORDER BY id ASC %s"
            .formatted(Store.COLUMNS, where, limit);
    try (PreparedStatement statement = db.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      return rows(statement);
    }
  }

  private static List<EntryRow> rows(PreparedStatement statement) throws SQLException {
    try (ResultSet answer = statement.executeQuery()) {
      List<EntryRow> rows = new ArrayList<>();
      while (answer.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= EntryRow.COLUMNS.size(); i++) {
          row.add(answer.getString(i));
        }
        rows.add(EntryRow.of(row));
      }
      return rows;
    }
  }

  /** Which entries are there, in the order of the server's queries. */
  List<Integer> seconds() throws SQLException {
    return rows().stream().map(row -> Integer.parseInt(row.text(EntryRow.DURATION))).toList();
  }

  void assertHas(int from, int to) throws SQLException {
    List<Integer> expected = new ArrayList<>();
    for (int i = from; i < to; i++) {
      expected.add(i);
    }
    assertEquals(expected, seconds());
  }

  /** Those that the server makes for its queries. */
  List<String> indexes() throws SQLException {
    return query(
        isPostgres()
            ? "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'idx_audit%' ORDER BY 1"
            : "SELECT name FROM sqlite_master WHERE name LIKE 'idx_audit%' ORDER BY 1");
  }

  List<String> tables() throws SQLException {
    return query(
        isPostgres()
            ? "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
            : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                + " ORDER BY 1");
  }
}
