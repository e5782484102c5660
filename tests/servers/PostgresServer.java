package support.imports;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** The real PostgreSQL server of the tests; started when one first asks for it. */
final class PostgresServer {
  /** The owner of the store's databases, as a server of AgentGuard is. */
  static final String ROLE = "agentguard";

  static final String PASSWORD = "p@ss:wörd/1";
  private static final String ENCODED_PASSWORD = "p%40ss%3Aw%C3%B6rd%2F1";

  private final PostgresProcess process = PostgresProcess.start(PASSWORD, "fsync=off");
  private final AtomicInteger databases = new AtomicInteger();

  private PostgresServer() {
    sql("postgres", "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(ROLE, PASSWORD));
  }

  private static final class Holder {
    static final PostgresServer SERVER = new PostgresServer();
  }

  /** The server; the test is skipped where this machine has none. */
  static PostgresServer get() {
    assumeTrue(
        PostgresProcess.programs() != null, "PostgreSQL is not installed (Debian: postgresql)");
    return Holder.SERVER;
  }

  /** Makes an empty database that belongs to {@link #ROLE}; returns its name. */
  String newDatabase() {
    String name = "store" + databases.incrementAndGet();
    sql("postgres", "CREATE DATABASE %s OWNER %s".formatted(name, ROLE));
    return name;
  }

  int port() {
    return process.port();
  }

  /** The DSN of a database for {@link #ROLE}. */
  String dsn(String database) {
    return dsn(database, ROLE);
  }

  String dsn(String database, String role) {
    return "postgres://%s:%s@127.0.0.1:%d/%s"
        .formatted(role, ENCODED_PASSWORD, process.port(), database);
  }

  /** Connects as the superuser. */
  Connection connect(String database) throws SQLException {
    return connect(database, PostgresProcess.SUPERUSER);
  }

  Connection connect(String database, String role) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(process.port(), database), role, PASSWORD);
  }

  /** Runs a statement as the superuser. */
  void sql(String database, String sql) {
    try (Connection db = connect(database);
        Statement statement = db.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
