package support.store;

import support.run.ErrorCode;
import support.run.Exit;

/** The errors of an import, and of what looks after it. None shows a password or a record. */
public enum StoreErrors implements ErrorCode {
  NO_STORE(
      Exit.FAILED,
      "store <store>: does not exist",
      "check --store-dsn and --data-dir",
      "Mostly a mistyped path, or nothing was imported yet.",
      "Correct `--store-dsn` or `--data-dir`."),
  NO_LOG_TO_IMPORT(
      Exit.FAILED,
      "<log>: no such file or directory",
      "give the path of the log with --audit-log",
      "There is neither the log nor an archive of it.",
      "Give the path of the log."),
  FILE_NOT_READ(
      Exit.FAILED,
      "<reason>",
      "fix the cause and run the same command again, or go on without it with "
          + "--skip-unreadable",
      "A file of a log could not be read. Of its log nothing newer is imported, so that "
          + "the order stays; `verify` looks at all the others.",
      "Fix the cause, or give `--skip-unreadable`."),
  NO_SQLITE_LIBRARY(
      Exit.FAILED,
      "SQLite's native library cannot be unpacked into a temporary folder: <reason>",
      "name a folder that can be written, and whose programs may run, with "
          + "JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=/a/folder",
      "The temporary folder is full, or mounted with `noexec`.",
      "Name another one."),
  STORE_OWNER_NOT_KEPT(
      Exit.FAILED,
      "store <store>: a new one belongs to the log's owner (uid <user>), and this user "
          + "cannot give it away",
      "run as that user, or as root",
      "The server could not open the new store.",
      "Run as that user, or as root."),
  REJECT_FILE_NOT_WRITTEN(
      Exit.FAILED,
      "--reject-file <file>: <reason>",
      "fix the cause, and run the same command again: it writes all of them to a new file",
      "Its disk is full, say. What was imported stays.",
      "Fix the cause, and run again."),
  REJECT_FILE_NOT_WRITABLE(
      Exit.FAILED,
      "--reject-file <file>: its folder does not exist or cannot be written",
      "create the folder, or give another path",
      "Nothing was imported.",
      "Correct `--reject-file`, or the folder."),
  STORE_NOT_OPENED(
      Exit.FAILED,
      "store <store>: cannot be opened or written by this user",
      "run as the user of the server, or as root",
      "This user may not use the file, or its folder.",
      "Run as the user of the server."),
  NO_FOLDER_FOR_STORE(
      Exit.FAILED,
      "store <store>: its folder does not exist",
      "check --store-dsn and --data-dir; create the folder for the user of the server",
      "Mostly a mistyped path.",
      "Correct `--store-dsn` or `--data-dir`."),
  STORE_DISK_FULL(
      Exit.FAILED,
      "store <store>: has no room left on its disk",
      "free some space, and run the same command again",
      "What was committed stays.",
      "Free space, and run again."),
  NO_SPACE_FOR_STORE(
      Exit.FAILED,
      "store <store>: the import needs <space>, and in <folder> <free> are free",
      "free some space there, or leave out old entries with --since; SQLITE_TMPDIR names"
          + " another folder for temporary files",
      "Rows, what SQLite writes of them first, and what it sorts for the indexes, as the"
          + " first entries of each file tell.",
      "Free space there, or import less."),
  ROWS_IN_THE_WAY(
      Exit.FAILED,
      "store <store>: an id or a chunk that this import was about to write is there already",
      "run the same command again, which finds what another import wrote; rows that no import knows"
          + " are counted by 'verify'",
      "Another machine imports into the same file, or rows were copied without their records.",
      "Run again. Bring the table `agentguard_migrate_imports` along, or take the rows out."),
  SQLITE_ERROR(
      Exit.FAILED,
      "store <store>: <code>",
      "fix the cause, and run again",
      "What else SQLite may say; the code is its own.",
      "Fix the cause, and run again."),
  CONNECTION_FAILED(
      Exit.FAILED,
      "store <store>: the connection failed (SQLSTATE <state>)",
      "check that the server is up and the DSN names it; the same command then goes on",
      "The server cannot be reached, or went away.",
      "Run again when it is up."),
  NO_CONNECTION(
      Exit.FAILED,
      "store <store>: no connection: <reason>",
      "check that the server is up, and what the DSN says of it; a password may also come from"
          + " PGPASSWORD or a password file",
      "The words are those of the driver. A certificate's key must be one of RSA that begins"
          + " with `BEGIN PRIVATE KEY`, as `openssl pkcs8 -topk8` writes it.",
      "Correct the DSN, or start the server."),
  LOGIN_REFUSED(
      Exit.FAILED,
      "store <store>: the server refuses this role or its password",
      "check the DSN, PGPASSWORD or the password file",
      "The role or its password is not known there.",
      "Correct them."),
  CLIENT_REFUSED(
      Exit.FAILED,
      "store <store>: the server does not let this role in from here",
      "check that the role is there, and that pg_hba.conf of the server lets it in, with or"
          + " without encryption as the DSN says",
      "There is no such role, or no line of `pg_hba.conf` for it.",
      "Correct the DSN, or the server's configuration."),
  SETTING_REFUSED(
      Exit.FAILED,
      "store <store>: the server refuses a setting of the DSN, one of: <settings> (SQLSTATE"
          + " <state>)",
      "correct it; a server of AgentGuard would not start with it either",
      "What the tool does not know is passed on as a setting of the session.",
      "Correct the DSN."),
  NO_SUCH_DATABASE(
      Exit.FAILED,
      "store <store>: there is no such database",
      "check the DSN",
      "Mostly mistyped.",
      "Correct the DSN."),
  RIGHT_MISSING(
      Exit.FAILED,
      "store <store>: this role lacks a right that this needs",
      "give the DSN that the server uses",
      "It is not the role of the server.",
      "Give the DSN of the server."),
  STATEMENT_REFUSED(
      Exit.FAILED,
      "store <store>: the server refuses a statement (SQLSTATE <state>)",
      "give the DSN that the server uses",
      "It is not the database of the server, or not as AgentGuard makes it.",
      "Give the DSN of the server."),
  SERVER_FULL(
      Exit.FAILED,
      "store <store>: the server has no room or no resources left (SQLSTATE <state>)",
      "make room there, and run the same command again",
      "What was committed stays.",
      "Make room there, and run again."),
  SERVER_ENDING(
      Exit.FAILED,
      "store <store>: the server is starting or ending, or ended this session",
      "run the same command again; it goes on where this one ended",
      "What was committed stays.",
      "Run again."),
  STATEMENT_CANCELED(
      Exit.FAILED,
      "store <store>: a statement was canceled, by statement_timeout of the DSN or by somebody",
      "run the same command again, with a longer statement_timeout in the DSN or none",
      "What was committed stays.",
      "Give a longer `statement_timeout`, and run again."),
  SERVER_ERROR(
      Exit.FAILED,
      "store <store>: the server reports an error (SQLSTATE <state>)",
      "see the server's own log, and run the same command again",
      "What else PostgreSQL may say.",
      "See the server's log."),
  DSN_NOT_UNDERSTOOD(
      Exit.USAGE,
      "--store-dsn is neither a path nor a postgres:// URL",
      "write it as postgres://user@host:5432/database; AgentGuard takes anything else for "
          + "the name of a file",
      "A DSN of key words, or of another database.",
      "Write it as a URL."),
  DSN_ESCAPE(
      Exit.USAGE,
      "--store-dsn holds a % that begins no escape",
      "write %25 for a % in a name or a password",
      "A URL escapes with `%`.",
      "Write `%25`."),
  DSN_NO_HOST(
      Exit.USAGE,
      "--store-dsn names no host",
      StoreErrors.NAME_A_HOST,
      "Only TCP is spoken.",
      "Name a host."),
  DSN_UNIX_SOCKET(
      Exit.USAGE,
      "--store-dsn names a Unix socket",
      StoreErrors.NAME_A_HOST,
      "Only TCP is spoken.",
      "Name a host."),
  DSN_STANDBY(
      Exit.USAGE,
      "--store-dsn has target_session_attrs=<value>, and an import writes",
      "give the DSN of a server that can be written, with target_session_attrs=read-write "
          + "where there are several",
      "A standby cannot be written.",
      "Give the primary."),
  DSN_PARAMETER(
      Exit.USAGE,
      "--store-dsn has the parameter <name>, which this tool cannot pass on",
      "leave it out: give a DSN without it to this tool alone",
      "The driver of this tool does not know it.",
      "Leave it out."),
  DSN_VARIABLE(
      Exit.USAGE,
      "the environment has <variable>, which this tool cannot pass on",
      "unset it for this tool alone, and write what it stands for into --store-dsn",
      "The driver of this tool does not know it.",
      "Unset it."),
  DSN_VALUE(
      Exit.USAGE,
      "--store-dsn, or the environment, gives <parameter> a value that it cannot have",
      "correct it; the server would not take it either",
      "Mostly mistyped.",
      "Correct it."),
  DSN_PORTS(
      Exit.USAGE,
      "--store-dsn gives a port to some of its hosts only",
      "give each host its port",
      "Which port the others have is not the same for all drivers.",
      "Give each host its port."),
  DSN_PASSWORD_NOT_ESCAPED(
      Exit.USAGE,
      "--store-dsn holds an @ behind its host",
      "write /, ?, # and @ of a password as %2F, %3F, %23 and %40",
      "A password with such a letter ends there for every reader of URLs.",
      "Escape it."),
  DSN_PASSWORDS(
      Exit.USAGE,
      "--store-dsn names hosts for which <file> has different passwords",
      "name one host",
      "One password is tried at all hosts.",
      "Name one host."),
  DRY_RUN_WITH_REJECT_FILE(
      Exit.USAGE,
      "--dry-run writes nothing, and so --reject-file cannot be combined with it",
      "<advice>",
      "Which is meant cannot be told.",
      "Give one of them."),
  METRICS_FILE_OF_THE_STORE(
      Exit.USAGE,
      "--metrics-file <path> has a name of the store",
      "<advice>",
      "Metrics would take its place.",
      "Give a path that ends in `.prom`."),
  NEGATIVE_MAX_REJECTS(
      Exit.USAGE,
      "--max-rejects is a number of lines, 0 or more",
      "<advice>",
      "A number of lines cannot be negative.",
      "Correct it."),
  NO_TENANT(
      Exit.USAGE,
      "--tenant needs a name, and was given nothing",
      "<advice>",
      "Mostly a variable of a script that is not set.",
      "Set it."),
  SINCE_NOT_A_TIME(
      Exit.USAGE,
      "--since needs a time such as 2026-01-01T00:00:00Z, not <value>",
      "<advice>",
      "It is no time of RFC 3339.",
      "Correct it."),
  ALL_WITH_LOGS(
      Exit.USAGE,
      "--all and --audit-log or --archives exclude each other",
      "<advice>",
      "Which is meant cannot be told.",
      "Give one of them."),
  ANOTHER_IMPORT(
      Exit.BUSY,
      "store <store>: another import is at work (<holder>)",
      "wait until it has ended, and run the same command again",
      "Two imports would write the same rows.",
      "Let it end."),
  LOG_KEEPS_BEING_TRUNCATED(
      Exit.BUSY,
      "<log>: was truncated again and again while it was read",
      "run the same command again when the log is rotated less often",
      "What was committed stays.",
      "Stop the rotation, and run again."),
  STORE_LOCKED(
      Exit.BUSY,
      "store <store>: stays locked by another process",
      "run the same command again; it goes on where this one ended",
      "What was committed stays.",
      "Run again when it is free."),
  STORE_LOCKED_BY_SESSION(
      Exit.BUSY,
      "store <store>: stays locked by another session",
      "run the same command again; it goes on where this one ended",
      "What was committed stays.",
      "Run again when it is free."),
  STORE_OF_ANOTHER_SHAPE(
      Exit.REFUSED,
      "store <store>: the table audit_entries is not as AgentGuard makes it",
      "give the store of an AgentGuard server; a store of a newer release needs a newer "
          + "release of this tool",
      "It is of something else, or of a newer release.",
      "Check the path or the DSN."),
  STORE_NOT_IN_UTF8(
      Exit.REFUSED,
      "store <store>: it holds texts in UTF-16, and would change some of them",
      "give the store of an AgentGuard server",
      "No server makes such a file.",
      "Check the path."),
  NO_SCHEMA(
      Exit.REFUSED,
      "store <store>: no schema of the search path exists",
      "create the schema, or correct search_path; the server would fail, too",
      "PostgreSQL would not know where to make the tables.",
      "Create the schema."),
  STORE_READ_ONLY(
      Exit.REFUSED,
      "store <store>: cannot be written; it is a replica, or its transactions are read-only",
      "give the DSN of the primary, as the role of the server",
      "An import writes.",
      "Give the primary."),
  STORE_OF_ANOTHER_ROLE(
      Exit.REFUSED,
      "store <store>: its tables belong to the role <role>, and this role cannot create "
          + "one for it",
      "give the DSN that the server uses",
      "The server could not use what this role would make.",
      "Give the DSN of the server."),
  STORE_NOT_A_DATABASE(
      Exit.REFUSED,
      "store <store>: is no SQLite database, or a damaged one",
      "check the path that --store-dsn or --data-dir gives",
      "Another file, or a damaged one.",
      "Check the path; keep the file."),
  FILE_DIFFERS_FROM_IMPORT(
      Exit.REFUSED,
      "<file>: begins as <other>, which was imported, and differs from it from line <line> on",
      "find out which of the two is right; to import this one, run 'rollback --audit-log <log>'"
          + " first",
      "It was changed since, or is another log that begins alike.",
      "Find out which is right."),
  TENANT_NEEDED(
      Exit.REFUSED,
      "<log>: has entries that name no tenant, and so has <other>, another log in this store",
      "say whose they are with --tenant, log by log; 'local' is a tenant, too",
      "Entries of two logs would become one tenant's.",
      "Say whose they are."),
  IMPORTED_SINCE(
      Exit.REFUSED,
      "<file>: was imported with --since <time> before",
      "give the same again, or roll the import of this log back first",
      "Parts of the log would be missing, or come out of order.",
      "Give the same again."),
  IMPORTED_WITHOUT_SINCE(
      Exit.REFUSED,
      "<file>: was imported without --since before",
      "give the same again, or roll the import of this log back first",
      "Parts of the log would be missing, or come out of order.",
      "Give the same again."),
  IMPORTED_FOR_TENANT(
      Exit.REFUSED,
      "<file>: was imported with --tenant <tenant> before",
      "give the same again, or roll the import of this log back first",
      "Entries of one log would be two tenants'.",
      "Give the same again."),
  IMPORTED_WITHOUT_TENANT(
      Exit.REFUSED,
      "<file>: was imported without --tenant before",
      "give the same again, or roll the import of this log back first",
      "Entries of one log would be two tenants'.",
      "Give the same again."),
  NO_IDS_LEFT(
      Exit.REFUSED,
      "store <store>: there are no ids left below the server's own",
      "this takes more than 70 million million entries: report it",
      "What was committed stays.",
      "Report it."),
  ROW_CHANGED(
      Exit.REFUSED,
      "store <store>: the row with id <id>, imported of <file>, was changed since",
      "find out who changed it and keep what it holds; then delete it by hand, and run the "
          + "same command again",
      "A rollback removes only what is as it was imported.",
      "Find out who changed it."),
  NEWER_LOG(
      Exit.REFUSED,
      "<file>: has schema_version=<n>; an import reads versions 1 and 2",
      "run a release of this tool that understands this version",
      "A newer AgentGuard wrote it.",
      "Take a newer release of this tool."),
  TOO_MANY_REJECTS(
      Exit.REFUSED,
      "<n> lines make no rows, and --max-rejects allows <most>",
      "see them with --dry-run; then give a larger number, or none",
      "Nothing was imported.",
      "Look at them with `--dry-run`."),
  NO_FILE_TO_IMPORT(
      Exit.REFUSED,
      "<file>: is no regular file",
      "give the path of the log itself with --audit-log",
      "A folder, a device or a pipe is no log.",
      "Give the path of the log."),
  NOTHING_IMPORTED(
      Exit.UNVERIFIED,
      "store <store>: holds nothing that was imported of these logs",
      "run the import first, or check --audit-log, --store-dsn and --data-dir",
      "There is nothing to prove.",
      "Import first, or correct the paths."),
  FILE_NOT_AS_IMPORTED(
      Exit.UNVERIFIED,
      "<problem>",
      "<advice>",
      "What `migrate` of the import refuses is a fault here.",
      "See the row of what it says."),
  LINE_NOT_AS_STORED(
      Exit.UNVERIFIED,
      "<file>: line <line> is not as the store has it",
      "find out what changed the row; the log is the evidence",
      "A row was changed, or the log was.",
      "Compare both."),
  COLUMN_NOT_AS_STORED(
      Exit.UNVERIFIED,
      "<file>: line <line> is not as the store has it, column <column>",
      "find out what changed the row; the log is the evidence",
      "A row was changed, or the log was.",
      "Compare both."),
  ROW_NOT_AS_IMPORTED(
      Exit.UNVERIFIED,
      "store <store>: the row with id <id>, imported of <file>, was changed since",
      "find out what changed it; the log, where it is kept, is the evidence",
      "The row does not have the digest that was kept.",
      "Compare it with the log."),
  ROWS_OF_NOBODY(
      Exit.UNVERIFIED,
      "store <store>: <n> row(s) have ids below 1 that no import knows",
      "find out who wrote them; no server does",
      "Somebody wrote rows among those of imports.",
      "Find out who."),
  FILE_NOT_COMPARED(
      Exit.UNVERIFIED,
      "<file>: could not be read, and was compared with no row",
      "fix the cause, and run the same command again; without --strict it is only noted",
      "With `--skip-unreadable` and `--strict`. What was imported of it has the digests that were"
          + " kept.",
      "Restore the file, or leave `--strict` out."),
  ROWS_DELETED(
      Exit.UNVERIFIED,
      "<n> row(s) that were imported are not in the store any more",
      "find out who deleted them; without --strict they are only noted",
      "Somebody deleted rows. No server does.",
      "Find out who.");

  private static final String NAME_A_HOST =
      "name a host that listens on TCP, such as postgres://user@localhost:5432/database";

  private final Entry entry;

  StoreErrors(Exit exit, String what, String next, String meaning, String remedy) {
    entry = new Entry(exit, what, next, meaning, remedy);
  }

  @Override
  public Entry entry() {
    return entry;
  }
}
