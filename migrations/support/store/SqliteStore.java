package support.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import support.files.Disk;
import support.files.Links;
import support.files.Snapshot;
import support.pieces.Chunk;
import support.pieces.Rows;
import support.rows.EntryRow;
import support.run.Failure;

/** {@code agentguard.db}: the store that is a file (SQLite). */
public final class SqliteStore extends Store {
  private static final int PERMISSIONS = 0600;

  /** As the server waits (v1.0.0). */
  private static final int BUSY_MILLIS = 5000;

  /** SQLite's busy handler looks at most every 100 ms whether a lock is free again. */
  private static final int OTHERS_TURN_MILLIS = 110;

  /** Larger batches are no faster, and take more memory. */
  private static final int MOST_ROWS_OF_BATCH = 1000;

  private static final int MOST_BYTES_OF_BATCH = 4 << 20;

  /** 64 MiB of a new store: each time the log is moved into the file, both are flushed. */
  private static final int PAGES_OF_LARGE_LOG = 16 << 10;

  private static final int SORTING_THREADS = 4;

  /** Stands in our table while an import is at work: no chunk has a negative number. */
  private static final String LOCK = "lock";

  /** Texts come as the bytes that the file holds, and need not become texts of Java and back. */
  private static final String INSERTION =
      "INSERT INTO audit_entries (id, %s) VALUES (?%s)"
          .formatted(
              COLUMNS,
              EntryRow.COLUMNS.stream()
                  .map(column -> column.equals("duration_ms") ? ", ?" : ", CAST(? AS TEXT)")
                  .collect(Collectors.joining()));

  private final Path file;

  private SqliteStore(Connection db, Path file) {
    super(db);
    this.file = file;
  }

  /**
   * Opens a file for reading. Nothing is written in its folder: where no process has left a
   * write-ahead log, none is made.
   *
   * @throws SQLException if it is no database, or cannot be read
   */
  public static SqliteStore toRead(Path file) throws SQLException {
    boolean isAtRest = !Files.exists(Path.of(file + "-wal"));
    return new SqliteStore(connect(file, "mode=ro" + (isAtRest ? "&immutable=1" : "")), file);
  }

  /**
   * Opens a file for writing.
   *
   * @param like whose owner a new file gets, such as the log
   * @throws IOException if it cannot be made
   */
  public static SqliteStore toWrite(Path file, Path like, Disk disk)
      throws SQLException, IOException {
    createLike(file, like, disk);
    SqliteStore store = new SqliteStore(connect(file, "mode=rw"), file);
    store.text("PRAGMA journal_mode = WAL");
    // As the server: what a cut of the power takes is whole transactions. See flush().
    store.execute("PRAGMA synchronous = NORMAL");
    return store;
  }

  /**
   * Looks whether this user may make a file.
   *
   * @throws Failure if not
   */
  public static void requireCreatable(Path file) {
    Path folder = Links.folderOf(file);
    if (!Files.isDirectory(folder)) {
      throw Failure.of(StoreErrors.NO_FOLDER_FOR_STORE, file);
    }
    requireWritable(folder, file);
  }

  private static void requireWritable(Path path, Path file) {
    if (!Files.isWritable(path)) {
      throw Failure.of(StoreErrors.STORE_NOT_OPENED, file);
    }
  }

  /** In its folder, SQLite writes files beside it. */
  @Override
  public void requireRightTo(String right) {
    requireWritable(file, file);
    requireWritable(Links.folderOf(file), file);
  }

  /** For its owner only, and the log's before anything is in it. */
  private static void createLike(Path file, Path like, Disk disk) throws IOException {
    if (Files.exists(file)) {
      return; // a server's, or an earlier run's
    }
    try (Disk.Output created = disk.create(file)) {
      giveToOwnerOf(like, file, disk);
      disk.setPermissions(file, PERMISSIONS);
      created.flush();
    }
    disk.flushFolder(Links.folderOf(file));
  }

  private static void giveToOwnerOf(Path like, Path file, Disk disk) throws IOException {
    Snapshot owner = Snapshot.of(like.toRealPath());
    Snapshot own = Snapshot.of(file);
    if (own.uid() == owner.uid() && own.gid() == owner.gid()) {
      return;
    }
    try {
      disk.setOwner(file, owner.uid(), owner.gid());
    } catch (IOException e) {
      disk.remove(file);
      throw Failure.of(StoreErrors.STORE_OWNER_NOT_KEPT, file, owner.uid());
    }
  }

  private static Connection connect(Path file, String parameters) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("busy_timeout", Integer.toString(BUSY_MILLIS));
    properties.setProperty("transaction_mode", "IMMEDIATE");
    String uri = file.toUri().getRawPath().replace("?", "%3f").replace("#", "%23");
    return DriverManager.getConnection("jdbc:sqlite:file:" + uri + "?" + parameters, properties);
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public String bigint() {
    return "INTEGER";
  }

  @Override
  public String bytes() {
    return "BLOB";
  }

  @Override
  public String idColumn() {
    return "INTEGER PRIMARY KEY AUTOINCREMENT";
  }

  @Override
  public boolean holdsNul() {
    return true;
  }

  @Override
  public boolean has(String name) throws SQLException {
    return number(
            "SELECT count(*) FROM sqlite_master WHERE type IN ('table', 'index') AND name = '%s'"
                .formatted(name))
        > 0;
  }

  /** AgentGuard's files hold UTF-8. Of texts in UTF-16, SQLite changes some, such as U+FFFE. */
  @Override
  void requireEncoding() throws SQLException {
    if (!text("PRAGMA encoding").equals("UTF-8")) {
      throw Failure.of(StoreErrors.STORE_NOT_IN_UTF8, name());
    }
  }

  @Override
  void requireShapeOfTable() throws SQLException {
    List<String> wanted = new ArrayList<>(List.of("id INTEGER 0 null 1"));
    for (String column : EntryRow.COLUMNS) {
      String type = column.equals("duration_ms") ? "INTEGER" : "TEXT";
      wanted.add("%s %s 1 %s 0".formatted(column, type, defaultOf(column)));
    }
    List<String> found = new ArrayList<>();
    boolean othersAreFine = true;
    try (Statement statement = db.createStatement();
        ResultSet columns = statement.executeQuery("PRAGMA table_info(audit_entries)")) {
      while (columns.next()) {
        String name = columns.getString("name");
        String byDefault = columns.getString("dflt_value");
        int notNull = columns.getInt("notnull");
        if (found.size() < wanted.size()) {
          found.add(
              "%s %s %d %s %d"
                  .formatted(
                      name, columns.getString("type"), notNull, byDefault, columns.getInt("pk")));
        } else {
          othersAreFine &= notNull == 0 || byDefault != null;
        }
      }
    }
    if (!found.equals(wanted) || !othersAreFine) {
      throw Failure.of(StoreErrors.STORE_OF_ANOTHER_SHAPE, name());
    }
  }

  private static String defaultOf(String column) {
    return switch (column) {
      case "tenant_id" -> "'local'";
      case "timestamp" -> "null";
      case "duration_ms" -> "0";
      default -> "''";
    };
  }

  @Override
  public void prepare() throws SQLException, IOException {
    transaction(
        () -> {
          decideWhenIndexesCome();
          createTables();
          if (!indexesComeLast()) {
            createIndexes();
          }
          lock();
        });
    if (indexesComeLast()) {
      execute("PRAGMA wal_autocheckpoint = " + PAGES_OF_LARGE_LOG);
    }
  }

  // ------------------------------------------------------------ the lock

  private void lock() throws SQLException {
    String holder = holder();
    if (holder != null && !holder.equals(me()) && isAlive(holder)) {
      throw Failure.of(StoreErrors.ANOTHER_IMPORT, name(), "process " + holder.split(" ")[0]);
    }
    removeLock();
    insert(ImportRecord.lock(LOCK, me()), new byte[0], List.of());
  }

  private String holder() throws SQLException {
    return text("SELECT file FROM %s WHERE chain = '%s'".formatted(ImportRecord.TABLE, LOCK));
  }

  private void removeLock() throws SQLException {
    execute("DELETE FROM %s WHERE chain = '%s'".formatted(ImportRecord.TABLE, LOCK));
  }

  /** This process: its id, and when it began, since ids are used again. */
  private static String me() {
    return describe(ProcessHandle.current());
  }

  private static String describe(ProcessHandle process) {
    return "%d %s".formatted(process.pid(), process.info().startInstant().orElse(null));
  }

  private static boolean isAlive(String holder) {
    return ProcessHandle.of(Long.parseLong(holder.split(" ")[0]))
        .map(SqliteStore::describe)
        .filter(holder::equals)
        .isPresent();
  }

  @Override
  public void unlock() throws SQLException, IOException {
    if (has(ImportRecord.TABLE)) {
      transaction(this::removeLock);
    }
  }

  @Override
  public void letOthersIn() {
    try {
      Thread.sleep(OTHERS_TURN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ------------------------------------------------------------ rows

  @Override
  public Collection<Rows.Row> refusedByIndex(Chunk chunk) {
    return List.of(); // SQLite's pages overflow
  }

  /** One statement for all, in the order of the ids: that makes the smallest file. */
  @Override
  public void insert(long firstId, List<Rows.Row> rows) throws SQLException {
    try (PreparedStatement statement = db.prepareStatement(INSERTION)) {
      int batch = 0;
      long bytes = 0;
      for (int i = 0; i < rows.size(); i++) {
        bytes += bind(statement, firstId + i, rows.get(i).entry());
        statement.addBatch();
        batch++;
        boolean isFull = batch == MOST_ROWS_OF_BATCH || bytes >= MOST_BYTES_OF_BATCH;
        if (isFull || i == rows.size() - 1) {
          statement.executeBatch();
          batch = 0;
          bytes = 0;
        }
      }
    }
  }

  /** Returns how many bytes the row has. */
  private static long bind(PreparedStatement statement, long id, EntryRow row) throws SQLException {
    byte[][] values = row.values();
    long bytes = 0;
    statement.setLong(1, id);
    for (int i = 0; i < values.length; i++) {
      if (i == EntryRow.DURATION) {
        statement.setLong(i + 2, row.duration());
      } else {
        statement.setBytes(i + 2, values[i]);
        bytes += values[i].length;
      }
    }
    return bytes;
  }

  @Override
  boolean mayCreateIndexes() {
    return true;
  }

  /** Sorted by threads of SQLite's own: this one's time is a third less. */
  @Override
  public void createMissingIndexes() throws SQLException {
    execute("PRAGMA threads = " + SORTING_THREADS);
    createIndexes();
  }

  /**
   * The checkpoint flushes what it moves into the file, and waits for nobody: one that did would
   * keep servers from writing as long. What a reader holds up is flushed where it is, in the log,
   * by the next transaction, and one more always follows: that which lets others in.
   */
  @Override
  public void flush() throws SQLException {
    execute("PRAGMA synchronous = FULL");
    text("PRAGMA wal_checkpoint(PASSIVE)");
  }
}
