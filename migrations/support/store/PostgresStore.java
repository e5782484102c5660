package support.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.HostSpec;
import support.pieces.Chunk;
import support.pieces.Rows;
import support.rows.EntryRow;
import support.run.Failure;

/** The store that is a PostgreSQL database. */
public final class PostgresStore extends Store {
  /** Of the advisory lock that imports exclude each other with: the first letters of our table. */
  private static final long LOCK = 0x6167_6d69_6772_6174L;

  /** A longer key may not fit into an index, in bytes; PostgreSQL's limit is 2,704. */
  private static final int CERTAINLY_FITS = 2600;

  /** The name of a temporary table. */
  private static final String TRIAL = "agentguard_migrate_trial";

  /** Kept here, since the log manager forgets the settings of a logger that nobody holds. */
  private static final Logger DRIVERS_LOG = Logger.getLogger("org.postgresql");

  /** A lock is waited for as long as with SQLite. */
  private static final Map<String, String> TIME_LIMITS =
      Map.of("statement_timeout", "0", "lock_timeout", "5s");

  private static final String PROGRAM_LIMIT_EXCEEDED = "54000";

  private final String place;
  private final String schema;

  /** Whether the server, or its settings, let this session write nothing. */
  private boolean isReadOnly;

  /** Whether the store's tables belong to another role. */
  private boolean isForeign;

  /** That role, where we may act as it; else null. */
  private String actingAs;

  private PostgresStore(Connection db, String place, String schema) {
    super(db);
    this.place = place;
    this.schema = schema;
  }

  /**
   * Connects.
   *
   * @throws Failure if no connection comes about, or the server's tables can be in no schema
   */
  public static PostgresStore open(Dsn dsn, boolean toWrite) throws SQLException {
    Connection db = connect(dsn);
    try {
      setUp(db, dsn);
      PostgresStore store = new PostgresStore(db, placeOf(db, dsn), schemaOf(db, dsn));
      store.isReadOnly = store.findOutIfReadOnly();
      // What a crash of the server takes is whole transactions. See flush().
      store.execute("SET synchronous_commit = off");
      if (toWrite) {
        store.requireWritable();
      } else {
        store.execute("SET default_transaction_read_only = on");
      }
      return store;
    } catch (SQLException | RuntimeException e) {
      db.close();
      throw e;
    }
  }

  /** Time limits of the role or the database are for a server's queries, and not for an import. */
  private static void setUp(Connection db, Dsn dsn) throws SQLException {
    try (Statement statement = db.createStatement()) {
      statement.execute("SET client_min_messages = warning");
      for (Map.Entry<String, String> limit : TIME_LIMITS.entrySet()) {
        if (!dsn.settings().contains(limit.getKey())) {
          statement.execute("SET %s = '%s'".formatted(limit.getKey(), limit.getValue()));
        }
      }
    }
  }

  private static Connection connect(Dsn dsn) {
    DRIVERS_LOG.setLevel(Level.OFF); // what it would print is in its exceptions
    try {
      return DriverManager.getConnection(dsn.url(), dsn.properties());
    } catch (SQLException e) {
      throw StoreFailures.ofConnecting(dsn, e);
    }
  }

  /** Of several hosts, the one that answered. */
  private static String placeOf(Connection db, Dsn dsn) throws SQLException {
    HostSpec host = db.unwrap(BaseConnection.class).getQueryExecutor().getHostSpec();
    boolean isVersion6 = host.getHost().contains(":");
    String name = isVersion6 ? "[%s]".formatted(host.getHost()) : host.getHost();
    return dsn.place(name + ":" + host.getPort());
  }

  /** Where the server's table is, or would be created. */
  private static String schemaOf(Connection db, Dsn dsn) throws SQLException {
    String sql =
        "SELECT coalesce((SELECT n.nspname FROM pg_class c JOIN pg_namespace n"
            + " ON n.oid = c.relnamespace WHERE c.oid = to_regclass('audit_entries')),"
            + " current_schema())";
    try (Statement statement = db.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      answer.next();
      String schema = answer.getString(1);
      if (schema == null) {
        throw Failure.of(StoreErrors.NO_SCHEMA, dsn.place());
      }
      return schema;
    }
  }

  private boolean findOutIfReadOnly() throws SQLException {
    return isTrue("pg_is_in_recovery()") || "on".equals(text("SHOW transaction_read_only"));
  }

  private boolean isTrue(String condition) throws SQLException {
    return "t".equals(text("SELECT " + condition));
  }

  private void requireWritable() {
    if (isReadOnly) {
      throw Failure.of(StoreErrors.STORE_READ_ONLY, name());
    }
  }

  @Override
  public String name() {
    return "%s, schema %s".formatted(place, schema);
  }

  @Override
  public String bigint() {
    return "BIGINT";
  }

  @Override
  public String bytes() {
    return "BYTEA";
  }

  @Override
  public String idColumn() {
    return "BIGSERIAL PRIMARY KEY";
  }

  @Override
  public boolean holdsNul() {
    return false;
  }

  @Override
  public boolean has(String name) throws SQLException {
    return text("SELECT to_regclass('%s')".formatted(name)) != null;
  }

  // ------------------------------------------------------------ shape and owner

  /** What the database cannot encode, the server refuses. */
  @Override
  void requireEncoding() {}

  @Override
  void requireShapeOfTable() throws SQLException {
    List<String> wanted = new ArrayList<>();
    wanted.add("id bigint true nextval");
    for (String column : EntryRow.COLUMNS) {
      String type = column.equals("duration_ms") ? "bigint" : "text";
      wanted.add("%s %s true %s".formatted(column, type, defaultOf(column)));
    }
    String sql =
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,"
            + " coalesce(pg_get_expr(d.adbin, d.adrelid), 'none') AS value FROM pg_attribute a"
            + " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
            + " WHERE a.attrelid = to_regclass('audit_entries') AND a.attnum > 0"
            + " AND NOT a.attisdropped ORDER BY a.attnum";
    List<String> found = new ArrayList<>();
    boolean othersAreFine = true;
    try (Statement statement = db.createStatement();
        ResultSet columns = statement.executeQuery(sql)) {
      while (columns.next()) {
        boolean notNull = columns.getBoolean("attnotnull");
        String byDefault = columns.getString("value").replaceFirst("^nextval\\(.*", "nextval");
        if (found.size() < wanted.size()) {
          found.add(
              "%s %s %s %s"
                  .formatted(
                      columns.getString("attname"), columns.getString("type"), notNull, byDefault));
        } else {
          othersAreFine &= !notNull || !byDefault.equals("none");
        }
      }
    }
    if (!found.equals(wanted) || !othersAreFine) {
      throw Failure.of(StoreErrors.STORE_OF_ANOTHER_SHAPE, name());
    }
  }

  private static String defaultOf(String column) {
    return switch (column) {
      case "tenant_id" -> "'local'::text";
      case "timestamp" -> "none";
      case "duration_ms" -> "0";
      default -> "''::text";
    };
  }

  @Override
  public void prepare() throws SQLException, IOException {
    lock();
    create();
  }

  @Override
  public void requireRightTo(String right) throws SQLException {
    requireWritable();
    findOwner();
    for (String table : List.of(EntryRow.TABLE, ImportRecord.TABLE)) {
      String condition =
          has(table)
              ? "has_table_privilege('%s', '%s')".formatted(table, right)
              : "has_schema_privilege(%s, '%s', 'CREATE')".formatted(creator(), sql(schema));
      if (!isTrue(condition)) {
        throw Failure.of(StoreErrors.RIGHT_MISSING, name());
      }
    }
  }

  /** Who would own what we create. */
  private String creator() {
    return actingAs == null ? "current_user" : "'%s'".formatted(sql(actingAs));
  }

  private void create() throws SQLException, IOException {
    boolean mayIndex = mayCreateIndexes();
    decideWhenIndexesCome();
    transaction(
        () -> {
          actAsOwner();
          createTables();
          if (!indexesComeLast() && mayIndex && lacksIndexes()) {
            createMissingIndexes();
          }
        });
  }

  @Override
  boolean mayCreateIndexes() throws SQLException {
    findOwner();
    return !isForeign || actingAs != null;
  }

  /**
   * Finds out as whom we create what is missing.
   *
   * @throws Failure if the server could not use it
   */
  private void findOwner() throws SQLException {
    String owner = ownerOfStore();
    isForeign = owner != null && !owner.equals(text("SELECT current_user"));
    boolean mayActAsOwner =
        isForeign && isTrue("pg_has_role('%s', 'MEMBER')".formatted(sql(owner)));
    if (isForeign && !mayActAsOwner && !has(EntryRow.TABLE)) {
      throw Failure.of(StoreErrors.STORE_OF_ANOTHER_ROLE, name(), owner);
    }
    actingAs = mayActAsOwner ? owner : null;
  }

  /** Until the end of the transaction. */
  private void actAsOwner() throws SQLException {
    if (actingAs != null) {
      execute("SET LOCAL ROLE \"%s\"".formatted(actingAs.replace("\"", "\"\"")));
    }
  }

  /** Behind a server that makes them just now: two at once would fail, and here none does. */
  @Override
  public void createMissingIndexes() throws SQLException {
    actAsOwner();
    execute("LOCK TABLE audit_entries IN SHARE ROW EXCLUSIVE MODE");
    createIndexes();
  }

  /** Who owns the table, or where it is missing, the other tables of a store; null for nobody. */
  private String ownerOfStore() throws SQLException {
    return text(
        "SELECT pg_get_userbyid(c.relowner) FROM pg_class c JOIN pg_namespace n"
            + " ON n.oid = c.relnamespace WHERE n.nspname = '%s' AND c.relkind IN ('r', 'p')"
                .formatted(sql(schema))
            + " AND c.relname IN ('audit_entries', 'approvals', 'policies', 'session_costs')"
            + " ORDER BY c.relname <> 'audit_entries' LIMIT 1");
  }

  private static String sql(String text) {
    return text.replace("'", "''");
  }

  // ------------------------------------------------------------ the lock

  private void lock() throws SQLException {
    if (!isTrue("pg_try_advisory_lock(%s)".formatted(lockKey()))) {
      throw Failure.of(StoreErrors.ANOTHER_IMPORT, name(), "another session of the database");
    }
  }

  /** Of this schema: another one is another store. */
  private String lockKey() {
    return "%d # hashtext('%s')".formatted(LOCK, sql(schema));
  }

  @Override
  public void unlock() throws SQLException {
    text("SELECT pg_advisory_unlock(%s)".formatted(lockKey()));
  }

  @Override
  public void letOthersIn() {
    // Transactions that only insert keep nobody waiting.
  }

  // ------------------------------------------------------------ rows

  @Override
  public Collection<Rows.Row> refusedByIndex(Chunk chunk) throws SQLException {
    if (chunk.summary().longestKey() <= CERTAINLY_FITS) {
      return List.of();
    }
    return refusedByTrial(
        chunk.rows().stream().filter(row -> row.entry().longestKey() > CERTAINLY_FITS).toList());
  }

  /** Tries rows in a table of their own with the same indexes, which nobody else ever sees. */
  private List<Rows.Row> refusedByTrial(List<Rows.Row> rows) throws SQLException {
    List<Rows.Row> refused = new ArrayList<>();
    db.setAutoCommit(false);
    try {
      execute("CREATE TEMPORARY TABLE %s (LIKE audit_entries)".formatted(TRIAL));
      for (String index : INDEXES) {
        execute(index.replaceFirst("IF NOT EXISTS \\S+ ON \\w+", "ON " + TRIAL));
      }
      for (Rows.Row row : rows) {
        if (!fits(row.entry())) {
          refused.add(row);
        }
      }
      return refused;
    } finally {
      db.rollback();
      db.setAutoCommit(true);
    }
  }

  private boolean fits(EntryRow row) throws SQLException {
    Savepoint before = db.setSavepoint();
    try (PreparedStatement statement =
        db.prepareStatement(
            "INSERT INTO %s (id, %s) VALUES (0%s)"
                .formatted(TRIAL, COLUMNS, ", ?".repeat(EntryRow.COLUMNS.size())))) {
      for (int i = 0; i < EntryRow.COLUMNS.size(); i++) {
        if (i == EntryRow.DURATION) {
          statement.setLong(i + 1, row.duration());
        } else {
          statement.setString(i + 1, row.text(i));
        }
      }
      statement.executeUpdate();
      return true;
    } catch (SQLException e) {
      if (!PROGRAM_LIMIT_EXCEEDED.equals(e.getSQLState())) {
        throw e;
      }
      return false;
    } finally {
      db.rollback(before);
    }
  }

  @Override
  public void insert(long firstId, List<Rows.Row> rows) throws SQLException, IOException {
    if (rows.isEmpty()) {
      return;
    }
    String sql = "COPY audit_entries (id, %s) FROM STDIN (FORMAT binary)".formatted(COLUMNS);
    CopyIn copy = db.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    try {
      BinaryCopy binary = new BinaryCopy(copy);
      for (int i = 0; i < rows.size(); i++) {
        binary.row(firstId + i, rows.get(i).entry());
      }
      binary.end();
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  /** The last transaction takes all those before it to stable storage, and itself. */
  @Override
  public void flush() throws SQLException {
    execute("ANALYZE audit_entries"); // where that is not allowed, PostgreSQL only warns
    execute("SET synchronous_commit = on");
    execute("SELECT pg_logical_emit_message(true, '%s', '')".formatted(ImportRecord.TABLE));
  }
}
