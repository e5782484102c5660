package support.store;

import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import support.run.Exit;
import support.run.Failure;

/** What can be wrong with a store, in three parts. None shows a password or a record. */
final class StoreFailures {
  /** True at any moment, whatever died. */
  static final String WHOLE_CHUNKS =
      "each chunk of a log is in the store whole, with its record, or not at all";

  private StoreFailures() {}

  static Failure otherShape(String store) {
    return Failure.unchanged(
        Exit.REFUSED,
        "store %s: the table audit_entries is not as AgentGuard makes it".formatted(store),
        "give the store of an AgentGuard server; a store of a newer release needs a newer release"
            + " of this tool");
  }

  static Failure noSchema(String store) {
    return Failure.unchanged(
        Exit.REFUSED,
        "store %s: no schema of the search path exists".formatted(store),
        "create the schema, or correct search_path; the server would fail, too");
  }

  static Failure readOnly(String store) {
    return Failure.unchanged(
        Exit.REFUSED,
        "store %s: cannot be written; it is a replica, or its transactions are read-only"
            .formatted(store),
        "give the DSN of the primary, as the role of the server");
  }

  static Failure otherOwner(String store, String owner) {
    return Failure.unchanged(
        Exit.REFUSED,
        "store %s: its tables belong to the role %s, and this role cannot create one for it"
            .formatted(store, owner),
        "give the DSN that the server uses");
  }

  static Failure differs(Path file, long line) {
    return Failure.unchanged(
        Exit.REFUSED,
        "%s: begins as a file that was imported, and differs from it from line %d on"
            .formatted(file, line),
        "find out which of the two is right; to import this one, roll the other back first");
  }

  static Failure unreadable(String reason) {
    return new Failure(
        Exit.FAILED,
        reason,
        "of its log nothing newer was imported, so that the order stays; " + WHOLE_CHUNKS,
        "fix the cause and run the same command again, or go on without it with"
            + " --skip-unreadable");
  }

  static Failure tenantNeeded(Path log) {
    return Failure.unchanged(
        Exit.REFUSED,
        "%s: has entries that name no tenant, and so has another log in this store".formatted(log),
        "say whose they are with --tenant, log by log; 'local' is a tenant, too");
  }

  static Failure otherSince(Path file, String since) {
    return Failure.unchanged(
        Exit.REFUSED,
        "%s: was imported %s before"
            .formatted(file, since.isEmpty() ? "without --since" : "with --since " + since),
        "give the same again, or roll the import of this log back first");
  }

  static Failure otherTenant(Path file, String tenant) {
    return Failure.unchanged(
        Exit.REFUSED,
        "%s: was imported %s before"
            .formatted(file, tenant.isEmpty() ? "without --tenant" : "with --tenant " + tenant),
        "give the same again, or roll the import of this log back first");
  }

  static Failure keepsChanging(Path file) {
    return new Failure(
        Exit.BUSY,
        "%s: was truncated again and again while it was read".formatted(file),
        WHOLE_CHUNKS,
        "run the same command again when the log is rotated less often");
  }

  static Failure noIds(String store) {
    return new Failure(
        Exit.REFUSED,
        "store %s: there are no ids left below the server's own".formatted(store),
        WHOLE_CHUNKS,
        "this takes more than 70 million million entries: report it");
  }

  static Failure unverified(String what, String next) {
    return Failure.unchanged(Exit.UNVERIFIED, what, next);
  }

  static Failure rowsChanged(String store, ImportRecord record, long id) {
    return Failure.unchanged(
        Exit.REFUSED,
        "store %s: the row with id %d, imported of %s, was changed since"
            .formatted(store, id, record.file()),
        "find out who changed it and keep what it holds; then delete it by hand, and run the same"
            + " command again");
  }

  static Failure nothingImported(String store) {
    return unverified(
        "store %s: holds nothing that was imported of these logs".formatted(store),
        "run the import first, or check --audit-log, --store-dsn and --data-dir");
  }

  static Failure noStore(String store) {
    return Failure.unchanged(
        Exit.FAILED,
        "store %s: does not exist".formatted(store),
        "check --store-dsn and --data-dir");
  }

  static Failure newerLog(Path file, long version) {
    return Failure.unchanged(
        Exit.REFUSED,
        "%s: has schema_version=%d; an import reads versions 1 and 2".formatted(file, version),
        "run a release of this tool that understands this version");
  }

  static Failure tooManyRejects(long rejects, long most) {
    return Failure.unchanged(
        Exit.REFUSED,
        "%d lines make no rows, and --max-rejects allows %d".formatted(rejects, most),
        "see them with --dry-run; then give a larger number, or none");
  }

  static Failure noDriver(String reason) {
    return Failure.unchanged(
        Exit.FAILED,
        "SQLite's native library cannot be unpacked into a temporary folder: " + reason,
        "name a folder that can be written, and whose programs may run, with"
            + " JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=<folder>");
  }

  static Failure notTheOwner(Path store, int owner) {
    return Failure.unchanged(
        Exit.FAILED,
        "store %s: a new one belongs to the log's owner (uid %d), and this user cannot give it away"
            .formatted(store, owner),
        "run as that user, or as root");
  }

  static Failure rejectFile(Path file) {
    return Failure.unchanged(
        Exit.FAILED,
        "--reject-file %s: its folder does not exist or cannot be written".formatted(file),
        "create the folder, or give another path");
  }

  static Failure busy(String store, String holder) {
    return Failure.unchanged(
        Exit.BUSY,
        "store %s: another import is at work (%s)".formatted(store, holder),
        "wait until it has ended, and run the same command again");
  }

  static Failure ofSqlite(String store, SQLiteErrorCode code, SQLException e) {
    return switch (code) {
      case SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_BUSY_RECOVERY, SQLITE_LOCKED ->
          failure(
              Exit.BUSY,
              store,
              "stays locked by another process",
              "run the same command again; it goes on where this one ended");
      case SQLITE_NOTADB, SQLITE_CORRUPT ->
          failure(
              Exit.REFUSED,
              store,
              "is no SQLite database, or a damaged one",
              "check the path that --store-dsn or --data-dir gives");
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY_DIRECTORY ->
          failure(
              Exit.FAILED,
              store,
              "cannot be opened or written by this user",
              "run as the user of the server, or as root");
      case SQLITE_FULL, SQLITE_IOERR_WRITE ->
          failure(
              Exit.FAILED,
              store,
              "has no room left on its disk",
              "free some space, and run the same command again");
      default -> failure(Exit.FAILED, store, code.name(), "fix the cause, and run again");
    };
  }

  /**
   * The first two letters of an SQLSTATE say what kind of error it is; the text may hold values.
   */
  static Failure ofPostgres(String store, SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    String kind = state.length() < 2 ? "" : state.substring(0, 2);
    return switch (kind) {
      case "08" ->
          failure(
              Exit.FAILED,
              store,
              "the connection failed (SQLSTATE %s)".formatted(state),
              "check that the server is up and the DSN names it; the same command then goes on");
      case "28" ->
          failure(
              Exit.FAILED,
              store,
              "the server refuses this role or its password",
              "check the DSN, PGPASSWORD or the password file");
      case "3D" -> failure(Exit.FAILED, store, "there is no such database", "check the DSN");
      case "42" ->
          failure(
              Exit.FAILED,
              store,
              state.equals("42501")
                  ? "this role lacks a right that the import needs"
                  : "the server refuses a statement (SQLSTATE %s)".formatted(state),
              "give the DSN that the server uses");
      case "25" -> readOnly(store);
      case "53" ->
          failure(
              Exit.FAILED,
              store,
              "the server has no room or no resources left (SQLSTATE %s)".formatted(state),
              "make room there, and run the same command again");
      case "57" ->
          failure(
              Exit.FAILED,
              store,
              "the server is ending, or ended this session",
              "run the same command again; it goes on where this one ended");
      case "55" ->
          failure(
              Exit.BUSY,
              store,
              "stays locked by another session",
              "run the same command again; it goes on where this one ended");
      default ->
          failure(
              Exit.FAILED,
              store,
              "the server reports an error (SQLSTATE %s)".formatted(state),
              "see the server's own log, and run the same command again");
    };
  }

  private static Failure failure(Exit exit, String store, String what, String next) {
    return new Failure(exit, "store %s: %s".formatted(store, what), WHOLE_CHUNKS, next);
  }
}
