package support.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import support.pieces.Chunk;
import support.pieces.Rows;
import support.rows.EntryRow;
import support.rows.Reject;
import support.run.Exit;
import support.run.Failure;
import support.run.IoRunnable;

/**
 * The database that a server with {@code --audit-backend=store} writes to. What SQLite and
 * PostgreSQL have in common is here; nothing of the store is touched but our rows, our table, and
 * what the server itself would create.
 */
public abstract class Store implements AutoCloseable {
  /** Called with each row of a stretch of ids. */
  public interface RowVisitor {
    void row(long id, EntryRow row) throws IOException;
  }

  /** Ids of servers begin here. */
  public static final long FIRST_ID_OF_SERVERS = 1;

  static final List<String> INDEXES =
      List.of(
          "CREATE INDEX IF NOT EXISTS idx_audit_tenant_ts ON audit_entries(tenant_id, timestamp)",
          "CREATE INDEX IF NOT EXISTS idx_audit_agent ON audit_entries(agent_id)",
          "CREATE INDEX IF NOT EXISTS idx_audit_decision ON audit_entries(decision)",
          "CREATE INDEX IF NOT EXISTS idx_audit_scope ON audit_entries(scope)");

  public static final String COLUMNS = String.join(", ", EntryRow.COLUMNS);

  /** True at any moment, whatever died. */
  public static final String WHOLE_CHUNKS =
      "each chunk of a log is in the store whole, with its record, or not at all";

  final Connection db;

  private boolean indexesComeLast;

  private long imported;
  private long removed;

  Store(Connection db) {
    this.db = db;
  }

  // ------------------------------------------------------------ what differs

  /** The store as a message names it: a file, or host, database and schema. */
  public abstract String name();

  /** The type of whole numbers of eight bytes. */
  abstract String bigint();

  /** The type of bytes. */
  abstract String bytes();

  /** How the table's id is declared. */
  abstract String idColumn();

  /** Whether the store can hold U+0000. */
  public abstract boolean holdsNul();

  /** Whether a table or an index of this name is where the server would look for it. */
  public abstract boolean has(String name) throws SQLException;

  /**
   * Looks whether the table, where there is one, is as the server makes it; columns behind those
   * that have defaults are fine.
   *
   * @throws Failure with {@link Exit#REFUSED} if not, or if the store changes texts
   */
  public final void requireShape() throws SQLException {
    requireEncoding();
    if (has(EntryRow.TABLE)) {
      requireShapeOfTable();
    }
  }

  /** Looks whether the store can hold every text. */
  abstract void requireEncoding() throws SQLException;

  abstract void requireShapeOfTable() throws SQLException;

  /**
   * Looks whether this user may write to the store, as far as that is known without writing.
   *
   * @param right {@code INSERT} or {@code DELETE}
   * @throws Failure if not
   */
  public abstract void requireRightTo(String right) throws SQLException;

  /**
   * Creates our table and what the server would create, where it is missing, and keeps other
   * imports out until {@link #release}. The indexes of a table that is ours alone come with {@link
   * #finish}, since sorting them once takes less time than keeping them in order.
   *
   * @throws Failure with {@link Exit#BUSY} if one is at work, and with {@link Exit#REFUSED} if the
   *     server could not work with what we create
   */
  public abstract void prepare() throws SQLException, IOException;

  /** Lets other imports in. */
  abstract void unlock() throws SQLException, IOException;

  /** Lets other imports in; our table goes where it says nothing. */
  public final void release() throws SQLException, IOException {
    if (has(ImportRecord.TABLE)) {
      transaction(this::dropTableOfNothing);
    }
    unlock();
  }

  private void dropTableOfNothing() throws SQLException {
    if (records().isEmpty()) {
      execute("DROP TABLE " + ImportRecord.TABLE);
    }
  }

  /** Gives others their turn, between two transactions, where they would not get it otherwise. */
  public abstract void letOthersIn();

  /** The rows of a chunk that no index takes. */
  public abstract Collection<Rows.Row> refusedByIndex(Chunk chunk) throws SQLException;

  /** Inserts rows with ids in a row, within a transaction. */
  abstract void insert(long firstId, List<Rows.Row> rows) throws SQLException, IOException;

  /** Whether an index that is missing would be ours to create. */
  abstract boolean mayCreateIndexes() throws SQLException;

  /** Creates the indexes that are missing, within a transaction. */
  abstract void createMissingIndexes() throws SQLException;

  /** Brings all that was committed to stable storage, and does what speeds up queries. */
  abstract void flush() throws SQLException;

  /** Ends what was prepared: all of it is there then, and on stable storage. */
  public final void finish() throws SQLException, IOException {
    if (indexesComeLast) {
      transaction(this::createMissingIndexes);
      indexesComeLast = false;
    }
    flush();
  }

  /** Whether a server must not start meanwhile: it would make the indexes itself. */
  public final boolean indexesComeLast() {
    return indexesComeLast;
  }

  /**
   * Whether they would come last, if an import were prepared now: where there is no table yet, and
   * where an import that made it ended before them, and no server has been there since.
   */
  public final boolean indexesWouldComeLast() throws SQLException {
    if (!has(EntryRow.TABLE)) {
      return true;
    }
    return lacksIndexes() && mayCreateIndexes() && !records().isEmpty() && !hasRowsOfServers();
  }

  private boolean hasRowsOfServers() throws SQLException {
    String sql = "SELECT count(*) FROM (SELECT 1 FROM audit_entries WHERE id >= %d LIMIT 1) AS one";
    return number(sql.formatted(FIRST_ID_OF_SERVERS)) > 0;
  }

  final boolean lacksIndexes() throws SQLException {
    for (String index : INDEXES) {
      if (!has(index.split(" ")[5])) {
        return true;
      }
    }
    return false;
  }

  /** To be done when no other import can be at work any more. */
  final void decideWhenIndexesCome() throws SQLException {
    indexesComeLast = indexesWouldComeLast();
  }

  /** How things stand after a failure of what writes; what was being committed may be in, too. */
  public final String state() {
    if (imported == 0 && removed == 0) {
      return "no row was imported or removed";
    }
    return "at least %d row(s) were %s; %s"
        .formatted(imported + removed, imported > 0 ? "imported" : "removed", WHOLE_CHUNKS);
  }

  // ------------------------------------------------------------ tables

  /** Creates what is missing; where nothing is, a role needs no right to create anything. */
  final void createTables() throws SQLException {
    if (!has(EntryRow.TABLE)) {
      execute(
          "CREATE TABLE IF NOT EXISTS audit_entries (id %s, %s)"
              .formatted(
                  idColumn(),
                  EntryRow.COLUMNS.stream().map(this::column).collect(Collectors.joining(", "))));
    }
    if (!has(ImportRecord.TABLE)) {
      execute(
          "CREATE TABLE IF NOT EXISTS %s (%s, marks %s NOT NULL, reject_places TEXT NOT NULL)"
              .formatted(
                  ImportRecord.TABLE,
                  ImportRecord.COLUMNS.stream()
                      .map(this::recordColumn)
                      .collect(Collectors.joining(", ")),
                  bytes()));
    }
  }

  final void createIndexes() throws SQLException {
    for (String index : INDEXES) {
      execute(index);
    }
  }

  private String column(String name) {
    return switch (name) {
      case "timestamp" -> "timestamp TEXT NOT NULL";
      case "tenant_id" -> "tenant_id TEXT NOT NULL DEFAULT 'local'";
      case "duration_ms" -> "duration_ms %s NOT NULL DEFAULT 0".formatted(bigint());
      default -> name + " TEXT NOT NULL DEFAULT ''";
    };
  }

  private String recordColumn(ImportRecord.Column column) {
    String unique = column.name().equals("chain") ? " PRIMARY KEY" : "";
    return "%s %s NOT NULL%s"
        .formatted(column.name(), column.isNumber() ? bigint() : "TEXT", unique);
  }

  final void execute(String sql) throws SQLException {
    try (Statement statement = db.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The number that a query answers. */
  public final long number(String sql) throws SQLException {
    try (Statement statement = db.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      answer.next();
      return answer.getLong(1);
    }
  }

  /** The text that a query answers; null where it answers nothing. */
  final String text(String sql) throws SQLException {
    try (Statement statement = db.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      return answer.next() ? answer.getString(1) : null;
    }
  }

  // ------------------------------------------------------------ reading

  /** The records of all chunks, in the order of their ids; none where nothing was imported. */
  final List<ImportRecord> records() throws SQLException {
    List<ImportRecord> records = new ArrayList<>();
    if (!has(ImportRecord.TABLE)) {
      return records;
    }
    String sql =
        "SELECT %s FROM %s WHERE number >= 0 ORDER BY id_from, entry_from"
            .formatted(ImportRecord.columns(), ImportRecord.TABLE);
    try (Statement statement = db.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      while (answer.next()) {
        records.add(ImportRecord.of(answer));
      }
    }
    return records;
  }

  /** The first bytes of the digests of a chunk's rows, one behind the other. */
  public final byte[] marks(ImportRecord record) throws SQLException {
    return column(record, "marks", ResultSet::getBytes);
  }

  /** The lines of a chunk that made no rows. */
  final List<Reject> rejects(ImportRecord record) throws SQLException {
    String places = column(record, "reject_places", ResultSet::getString);
    return places.isEmpty()
        ? List.of()
        : Arrays.stream(places.split(" ")).map(Reject::ofText).toList();
  }

  private interface Getter<T> {
    T get(ResultSet answer, int column) throws SQLException;
  }

  private <T> T column(ImportRecord record, String column, Getter<T> getter) throws SQLException {
    String sql = "SELECT %s FROM %s WHERE chain = ?".formatted(column, ImportRecord.TABLE);
    try (PreparedStatement statement = db.prepareStatement(sql)) {
      statement.setString(1, record.chain());
      try (ResultSet answer = statement.executeQuery()) {
        answer.next();
        return getter.get(answer, 1);
      }
    }
  }

  /** Visits the rows of a stretch of ids, in their order. */
  public final void rows(long from, long to, RowVisitor visitor) throws SQLException, IOException {
    String sql =
        "SELECT id, %s FROM audit_entries WHERE id >= ? AND id < ? ORDER BY id".formatted(COLUMNS);
    try (PreparedStatement statement = db.prepareStatement(sql)) {
      statement.setLong(1, from);
      statement.setLong(2, to);
      try (ResultSet answer = statement.executeQuery()) {
        while (answer.next()) {
          List<String> values = new ArrayList<>(EntryRow.COLUMNS.size());
          for (int i = 0; i < EntryRow.COLUMNS.size(); i++) {
            String value = answer.getString(i + 2);
            values.add(value == null ? "" : value);
          }
          visitor.row(answer.getLong(1), EntryRow.of(values));
        }
      }
    }
  }

  // ------------------------------------------------------------ writing

  /**
   * Writes the rows of a chunk and its record in one transaction.
   *
   * @param check what must still hold when the transaction is about to be committed
   */
  public final void write(ImportRecord record, Chunk chunk, IoRunnable<RuntimeException> check)
      throws SQLException, IOException {
    transaction(
        () -> {
          insert(record.idFrom(), chunk.rows());
          insert(record, chunk.summary().marks(), chunk.rejects());
          check.run();
        });
    imported += record.entries();
  }

  final void insert(ImportRecord record, byte[] marks, List<Reject> rejects) throws SQLException {
    String sql =
        "INSERT INTO %s (%s, marks, reject_places) VALUES (%s)"
            .formatted(
                ImportRecord.TABLE,
                ImportRecord.columns(),
                "?, ".repeat(ImportRecord.COLUMNS.size() + 1) + "?");
    try (PreparedStatement statement = db.prepareStatement(sql)) {
      int at = 1;
      for (ImportRecord.Column column : ImportRecord.COLUMNS) {
        statement.setObject(at++, column.of(record));
      }
      statement.setBytes(at++, marks);
      statement.setString(
          at, rejects.stream().map(Reject::toText).collect(Collectors.joining(" ")));
      statement.executeUpdate();
    }
  }

  /** Removes the rows of a chunk and its record in one transaction. */
  public final void remove(ImportRecord record) throws SQLException, IOException {
    String rows =
        "DELETE FROM audit_entries WHERE id >= %d AND id < %d"
            .formatted(record.idFrom(), record.idTo());
    String itself =
        "DELETE FROM %s WHERE chain = '%s'".formatted(ImportRecord.TABLE, record.chain());
    removed +=
        committed(
            () -> {
              execute(itself);
              return delete(rows);
            });
  }

  /** Returns how many rows that were. */
  private long delete(String sql) throws SQLException {
    try (Statement statement = db.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  /** Something that reads and writes the database, and what it answers. */
  private interface Work<T> {
    T run() throws SQLException, IOException;
  }

  /** Does all of it, or nothing. */
  final void transaction(IoRunnable<SQLException> work) throws SQLException, IOException {
    committed(
        () -> {
          work.run();
          return null;
        });
  }

  private <T> T committed(Work<T> work) throws SQLException, IOException {
    db.setAutoCommit(false);
    try {
      T answer = work.run();
      db.commit();
      return answer;
    } catch (SQLException | IOException | RuntimeException e) {
      rollback(e);
      throw e;
    } finally {
      restoreAutoCommit();
    }
  }

  /** A connection that is lost has rolled back already. */
  private void rollback(Exception cause) {
    try {
      db.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private void restoreAutoCommit() {
    try {
      db.setAutoCommit(true);
    } catch (SQLException e) {
      // The connection is lost, and whoever uses it next is told.
    }
  }

  @Override
  public void close() throws SQLException {
    db.close();
  }
}
