package support.imports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import support.files.Links;
import support.files.Machine;
import support.pieces.LogFile;
import support.pieces.OpenLog;
import support.rows.EntryRow;
import support.rows.GoTime;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;
import support.store.Dsn;
import support.store.ImportRecord;
import support.store.PostgresStore;
import support.store.Records;
import support.store.SqliteDriver;
import support.store.SqliteStore;
import support.store.Store;
import support.store.StoreErrors;
import support.store.StoreFailures;

/**
 * AgentGuard's store, and what is done with it: the history of logs is imported, proven, looked at,
 * and taken back. Passwords are never shown.
 */
public final class AuditStore {
  /** The store's file in the data folder (AgentGuard v0.6.0 on). */
  private static final String FILE = "agentguard.db";

  private static final String KEYWORD_DSN =
      "(?s).*\\b(host|hostaddr|port|dbname|user|password)\\s*=.*";

  /** Bytes of a log: some 10,000 rows, which take SQLite a tenth of a second. */
  static final long CHUNK = 4 << 20;

  /** A server reads the whole table when it starts: more rows than this take seconds. */
  private static final long MANY_ROWS = 500_000;

  private static final Duration RECENT = Duration.ofDays(1);

  private final Dsn postgres;
  private final Path file;
  private final Machine machine;
  private final Clock clock;
  private final Monitor monitor;
  private final Consumer<String> tell;
  private final String version;
  private final long chunk;
  private String name;

  /**
   * What the store is worked on with.
   *
   * @param tell where lines go that the operator needs at once
   * @param version of this tool, for the records
   */
  public record Setting(
      Machine machine, Clock clock, Monitor monitor, Consumer<String> tell, String version) {}

  private AuditStore(Dsn postgres, Path file, Setting setting, long chunk) {
    this.postgres = postgres;
    this.file = file;
    this.machine = setting.machine();
    this.clock = setting.clock();
    this.monitor = setting.monitor();
    this.tell = setting.tell();
    this.version = setting.version();
    this.chunk = chunk;
    this.name = postgres != null ? postgres.place() : file.toString();
  }

  /**
   * The store that AgentGuard's options of the same names mean.
   *
   * @param dsn empty for the file in the data folder; the path of a file; or {@code postgres://…}
   * @throws Failure with {@link Exit#USAGE} if it is not understood
   */
  public static AuditStore of(String dsn, Path dataDir, Setting setting) {
    return of(dsn, dataDir, setting, CHUNK);
  }

  /** The same, with transactions of another size. */
  static AuditStore of(String dsn, Path dataDir, Setting setting, long chunk) {
    if (Dsn.isPostgres(dsn)) {
      Path home = Path.of(System.getProperty("user.home"));
      Dsn read = Dsn.of(dsn, System::getenv, home, System.getProperty("user.name"));
      return new AuditStore(read, null, setting, chunk);
    }
    if (dsn.contains("://") || dsn.matches(KEYWORD_DSN)) {
      throw Failure.of(StoreErrors.DSN_NOT_UNDERSTOOD);
    }
    Path path = fileOf(dsn, dataDir).orElseThrow();
    return new AuditStore(null, path.toAbsolutePath().normalize(), setting, chunk);
  }

  /** The file that the options of {@link #of} mean; none where they mean a server. */
  public static Optional<Path> fileOf(String dsn, Path dataDir) {
    if (Dsn.isPostgres(dsn)) {
      return Optional.empty();
    }
    return Optional.of(dsn.isEmpty() ? dataDir.resolve(FILE) : Path.of(dsn));
  }

  /** Whether there is anything that could be opened; of a server that shows when it is asked. */
  public boolean isThere() {
    return file == null || Files.exists(file);
  }

  /** The store as a message names it: of a server with the schema, once it was opened. */
  public String name() {
    return name;
  }

  // ------------------------------------------------------------ what is done

  /** Something that is done with an open store. */
  private interface Work<T> {
    /**
     * @param store null where there is none
     */
    T with(Store store) throws SQLException, IOException;
  }

  /**
   * What an import did.
   *
   * @param store its name, with the schema
   * @param isNew whether the import made the store, or its table
   */
  public record Imported(String store, boolean isNew, ImportResult result) {}

  /**
   * Imports what the store does not have yet.
   *
   * @throws Failure if something cannot be done; what was committed stays, and the next run goes on
   */
  public Imported importFrom(LogFiles logs, ImportOptions options) throws IOException {
    List<LogFile> files = list(logs, Set.of());
    if (options.rejectFile() != null && !Files.isWritable(Links.folderOf(options.rejectFile()))) {
      throw Failure.of(StoreErrors.REJECT_FILE_NOT_WRITABLE, options.rejectFile());
    }
    if (options.maxRejects() != null && !options.dryRun()) {
      requireFewRejects(files, options);
    }
    SpaceNeeded space = reading(store -> requireSound(store, files, options));
    Imported imported =
        options.dryRun()
            ? reading(store -> importInto(store, files, options, false))
            : importForReal(files, options);
    if (options.dryRun() && imported.result().entries() > 0) {
      imported.result().note("the import needs " + space);
    }
    if (options.dryRun()) {
      tooManyRejects(imported, options).ifPresent(imported.result()::failed);
    }
    logs.notes().forEach(imported.result()::note);
    return imported;
  }

  /**
   * @param known the logs that may be gone
   */
  private static List<LogFile> list(LogFiles logs, Set<String> known) throws IOException {
    List<LogFile> files = logs.list(known);
    for (LogFile log : files) {
      requireKnownVersion(log);
    }
    return files;
  }

  /** One that cannot be read is reported when its turn comes. */
  private static void requireKnownVersion(LogFile log) {
    try {
      LogFiles.requireKnownVersion(log);
    } catch (IOException e) {
      // as the import says
    }
  }

  private void requireFewRejects(List<LogFile> files, ImportOptions options) throws IOException {
    Imported imported = reading(store -> importInto(store, files, options.asDryRun(), false));
    Optional<Failure> failure = tooManyRejects(imported, options);
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  private static Optional<Failure> tooManyRejects(Imported imported, ImportOptions options) {
    long rejects = imported.result().rejectCount();
    Long most = options.maxRejects();
    return most == null || rejects <= most
        ? Optional.empty()
        : Optional.of(Failure.of(StoreErrors.TOO_MANY_REJECTS, rejects, most));
  }

  private Imported importForReal(List<LogFile> files, ImportOptions options) throws IOException {
    boolean isNewFile = !isThere();
    Path like = files.get(files.size() - 1).path();
    return writing(
        like,
        store -> {
          boolean isNew = !store.has(EntryRow.TABLE);
          store.requireShape();
          store.prepare();
          try {
            if (store.indexesComeLast()) {
              tell.accept("migrate: " + indexesComeLast(store.name()));
            }
            Imported imported = importInto(store, files, options, !store.indexesComeLast());
            monitor.during("finish " + store.name(), 0, store::finish);
            return new Imported(imported.store(), isNew || isNewFile, imported.result());
          } finally {
            release(store);
          }
        });
  }

  private static String indexesComeLast(String store) {
    return "the indexes come last: no server must start on %s before the import has ended"
        .formatted(store);
  }

  /** Looks for what refuses an import, before anything is written. */
  private SpaceNeeded requireSound(Store store, List<LogFile> files, ImportOptions options)
      throws SQLException, IOException {
    requireShape(store);
    if (store != null) {
      store.requireRightTo("INSERT");
    } else {
      SqliteStore.requireCreatable(file);
    }
    try (Import work = newImport(store, new Records(store), options.asDryRun(), false)) {
      SpaceNeeded space = work.requireSound(files);
      if (postgres == null) {
        space.requireFor(file, System::getenv);
      }
      return space;
    }
  }

  private Import newImport(Store store, Records records, ImportOptions options, boolean isShared) {
    Import.Env env = new Import.Env(machine, clock, monitor, version, chunk);
    return new Import(store, postgres == null, records, options, env, isShared);
  }

  private Imported importInto(
      Store store, List<LogFile> files, ImportOptions options, boolean isShared)
      throws SQLException, IOException {
    requireShape(store);
    boolean hasTable = store != null && store.has(EntryRow.TABLE);
    long rowsBefore = hasTable ? store.number("SELECT count(*) FROM audit_entries") : 0;
    Records records = new Records(store);
    try (Import work = newImport(store, records, options, isShared)) {
      ImportResult result = work.run(files);
      warn(result, records, rowsBefore);
      if (options.dryRun() && (store == null || store.indexesWouldComeLast())) {
        result.note(indexesComeLast(store == null ? name() : store.name()));
      }
      return new Imported(store == null ? name() : store.name(), !hasTable, result);
    }
  }

  private void warn(ImportResult result, Records records, long rowsBefore) {
    long rows = rowsBefore + result.entries();
    if (result.entries() > 0 && rows > MANY_ROWS) {
      result.note(
          "WARN: the store has %,d rows then, and a server reads all of them when it starts: some"
                  .formatted(rows)
              + " 9 s and 1.25 GB for a million; --since leaves older entries out");
    }
    Instant recent = clock.instant().minus(RECENT);
    Optional<GoTime> last = result.entries() > 0 ? records.lastTime() : Optional.empty();
    if (last.isPresent() && last.get().second() > recent.getEpochSecond()) {
      result.note(
          "WARN: the newest entry is younger than a day, or in the future: rules with"
              + " require_prior count imported decisions, too");
    }
  }

  /** After a failure that one is told of, and not that the lock could not be given back. */
  private static void release(Store store) throws IOException {
    try {
      store.release();
    } catch (SQLException e) {
      // A lock of a process that has ended keeps nobody out.
    }
  }

  /**
   * Proves what was imported.
   *
   * @param skipUnreadable whether a file that cannot be read is noted, and no failure
   * @throws Failure with {@link Exit#UNVERIFIED} at the first fault
   */
  public VerifyResult verify(LogFiles logs, boolean skipUnreadable) throws IOException {
    return reading(
        store -> {
          requireStore(store);
          Records records = new Records(store);
          List<LogFile> files = list(logs, records.logs());
          return new Verify(store, records, monitor, skipUnreadable).run(files, logs.names());
        });
  }

  /**
   * Looks how far the store has the files of logs.
   *
   * @throws Failure with {@link Exit#REFUSED} if an import would be refused for what the store is
   */
  public StoreStatus status(LogFiles logs) throws IOException {
    return reading(store -> status(store, logs));
  }

  private StoreStatus status(Store store, LogFiles logs) throws SQLException, IOException {
    requireShape(store);
    Records records = new Records(store);
    List<LogFile> files = list(logs, records.logs());
    boolean holdsNul = postgres == null;
    return new StoreSurvey(holdsNul, records, machine.openFiles(), monitor).of(files, logs.names());
  }

  /**
   * @param store null where there is none yet
   */
  private static void requireShape(Store store) throws SQLException {
    if (store != null) {
      store.requireShape();
    }
  }

  /**
   * What a rollback removed, or would.
   *
   * @param rows that were there
   * @param deleted rows that somebody had deleted before
   * @param files of which they were imported
   */
  public record RolledBack(String store, long rows, long deleted, long files) {}

  /**
   * Removes what was imported of logs.
   *
   * @param logs null for all that was imported
   * @throws Failure if a row was changed since; nothing was removed then
   */
  public RolledBack rollback(LogFiles logs, boolean dryRun) throws IOException {
    List<LogFile> files = logs == null ? List.of() : list(logs, logs.names());
    Work<RolledBack> work =
        store -> {
          requireStore(store);
          store.requireRightTo("DELETE");
          Records records = new Records(store);
          List<ImportRecord> chosen =
              logs == null ? records.all() : chosen(store, records, files, logs.names());
          Rollback.Counts counts = new Rollback(store, monitor).run(List.copyOf(chosen), dryRun);
          return new RolledBack(store.name(), counts.rows(), counts.deleted(), counts.files());
        };
    return dryRun ? reading(work) : writing(null, store -> locked(store, work));
  }

  private static <T> T locked(Store store, Work<T> work) throws SQLException, IOException {
    if (!store.has(ImportRecord.TABLE)) {
      return work.with(store);
    }
    store.prepare();
    try {
      T done = work.with(store);
      store.finish();
      return done;
    } finally {
      release(store);
    }
  }

  /** All chunks of files that are found by what they hold, or by the log they were of. */
  private List<ImportRecord> chosen(
      Store store, Records records, List<LogFile> files, Set<String> logs)
      throws IOException, SQLException {
    Set<String> contents = new TreeSet<>();
    for (ImportRecord record : records.all()) {
      if (logs.contains(record.log())) {
        contents.add(record.content());
      }
    }
    for (LogFile logFile : files) {
      try (OpenLog log = OpenLog.open(logFile)) {
        ImportRecord last = KnownPart.of(log, store.holdsNul(), records, monitor).last();
        if (last != null) {
          contents.add(last.content());
        }
      } catch (IOException | Failure e) {
        monitor.check("while reading " + logFile.path());
        // What cannot be read, or differs by now, is known by its log.
      }
    }
    List<ImportRecord> chosen = new ArrayList<>();
    contents.forEach(content -> chosen.addAll(records.chunks(content)));
    return chosen;
  }

  private void requireStore(Store store) {
    if (store == null) {
      throw Failure.of(StoreErrors.NO_STORE, name());
    }
  }

  // ------------------------------------------------------------ open and close

  private <T> T reading(Work<T> work) throws IOException {
    if (!isThere()) {
      return run(null, work);
    }
    return open(
        () -> file != null ? SqliteStore.toRead(file) : PostgresStore.open(postgres, false), work);
  }

  private <T> T writing(Path like, Work<T> work) throws IOException {
    if (like == null && !isThere()) {
      throw Failure.of(StoreErrors.NO_STORE, name());
    }
    return open(
        () ->
            file != null
                ? SqliteStore.toWrite(file, like, machine.disk())
                : PostgresStore.open(postgres, true),
        store -> sayingHowThingsStand(store, work));
  }

  private <T> T sayingHowThingsStand(Store store, Work<T> work) {
    try {
      return work.with(store);
    } catch (SQLException e) {
      throw failure(store.name(), e).withState(store.state());
    } catch (IOException e) {
      throw Failure.of(e).withState(store.state());
    } catch (Failure failure) {
      throw failure.withState(store.state());
    }
  }

  private interface Opening {
    Store open() throws SQLException, IOException;
  }

  private <T> T open(Opening opening, Work<T> work) throws IOException {
    if (file != null) {
      SqliteDriver.load();
    }
    Store opened;
    try {
      opened = opening.open();
      name = opened.name();
    } catch (SQLException e) {
      throw failure(name(), e);
    }
    try (Store store = opened) {
      return run(store, work);
    } catch (SQLException e) {
      throw failure(opened.name(), e);
    }
  }

  private <T> T run(Store store, Work<T> work) throws IOException {
    try {
      return work.with(store);
    } catch (SQLException e) {
      throw failure(store == null ? name() : store.name(), e);
    }
  }

  private Failure failure(String store, SQLException e) {
    if (postgres != null) {
      return StoreFailures.ofPostgres(store, e);
    }
    SQLiteErrorCode code =
        e instanceof SQLiteException error ? error.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
    return StoreFailures.ofSqlite(store, code);
  }
}
