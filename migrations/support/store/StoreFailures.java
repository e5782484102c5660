package support.store;

import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.sqlite.SQLiteErrorCode;
import support.run.Failure;

/** What databases say, as errors of the catalogue. */
public final class StoreFailures {
  /** An SQLSTATE: no such role, or none that the server lets in from here. */
  private static final String INVALID_AUTHORIZATION = "28000";

  /** An SQLSTATE: statement_timeout, or somebody who cancels statements. */
  private static final String QUERY_CANCELED = "57014";

  private StoreFailures() {}

  /**
   * What SQLite says.
   *
   * @param store how messages name the database
   */
  public static Failure ofSqlite(String store, SQLiteErrorCode code) {
    return switch (code) {
      case SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_BUSY_RECOVERY, SQLITE_LOCKED ->
          Failure.of(StoreErrors.STORE_LOCKED, store);
      case SQLITE_NOTADB, SQLITE_CORRUPT -> Failure.of(StoreErrors.STORE_NOT_A_DATABASE, store);
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY_DIRECTORY ->
          Failure.of(StoreErrors.STORE_NOT_OPENED, store);
      case SQLITE_FULL, SQLITE_IOERR_WRITE -> Failure.of(StoreErrors.STORE_DISK_FULL, store);
      case SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID ->
          Failure.of(StoreErrors.ROWS_IN_THE_WAY, store);
      default -> Failure.of(StoreErrors.SQLITE_ERROR, store, code.name());
    };
  }

  /** What the driver says, or the server, where no connection came about. */
  static Failure ofConnecting(Dsn dsn, SQLException e) {
    boolean isOfServer = e instanceof PSQLException error && error.getServerErrorMessage() != null;
    return isOfServer ? ofRefusal(dsn, e) : ofDriver(dsn, e);
  }

  private static Failure ofRefusal(Dsn dsn, SQLException e) {
    String state = e.getSQLState();
    boolean isOfSetting = state.startsWith("42") || state.startsWith("22");
    if (isOfSetting && !dsn.settings().isEmpty()) {
      String settings = String.join(", ", dsn.settings());
      return Failure.of(StoreErrors.SETTING_REFUSED, dsn.place(), settings, state);
    }
    return state.equals(INVALID_AUTHORIZATION)
        ? Failure.of(StoreErrors.CLIENT_REFUSED, dsn.place())
        : ofPostgres(dsn.place(), e);
  }

  /** The driver's own words name hosts and files; the values that they may hold are no secrets. */
  private static Failure ofDriver(Dsn dsn, SQLException e) {
    Throwable root = rootOf(e);
    String cause = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    String reason =
        e.getMessage().contains(cause) ? e.getMessage() : e.getMessage() + " (" + cause + ")";
    return Failure.of(StoreErrors.NO_CONNECTION, dsn.place(), reason);
  }

  private static Throwable rootOf(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /**
   * The first two letters of an SQLSTATE say what kind of error it is; the text may hold values.
   */
  public static Failure ofPostgres(String store, SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    String kind = state.length() < 2 ? "" : state.substring(0, 2);
    return switch (kind) {
      case "08" -> Failure.of(StoreErrors.CONNECTION_FAILED, store, state);
      case "28" -> Failure.of(StoreErrors.LOGIN_REFUSED, store);
      case "3D" -> Failure.of(StoreErrors.NO_SUCH_DATABASE, store);
      case "42" ->
          state.equals("42501")
              ? Failure.of(StoreErrors.RIGHT_MISSING, store)
              : Failure.of(StoreErrors.STATEMENT_REFUSED, store, state);
      case "23" -> Failure.of(StoreErrors.ROWS_IN_THE_WAY, store);
      case "25" -> Failure.of(StoreErrors.STORE_READ_ONLY, store);
      case "53" -> Failure.of(StoreErrors.SERVER_FULL, store, state);
      case "57" ->
          state.equals(QUERY_CANCELED)
              ? Failure.of(StoreErrors.STATEMENT_CANCELED, store)
              : Failure.of(StoreErrors.SERVER_ENDING, store);
      case "55" -> Failure.of(StoreErrors.STORE_LOCKED_BY_SESSION, store);
      default -> Failure.of(StoreErrors.SERVER_ERROR, store, state);
    };
  }
}
