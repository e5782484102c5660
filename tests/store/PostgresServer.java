package support.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL server in a folder of its own, with the programs that Debian's package puts on
 * this machine; started when a test first asks for it, ended with the tests.
 */
final class PostgresServer {
  /** The owner of the store's databases, as a server of AgentGuard is. */
  static final String ROLE = "agentguard";

  static final String PASSWORD = "p@ss:wörd/1";
  private static final String ENCODED_PASSWORD = "p%40ss%3Aw%C3%B6rd%2F1";

  private static final String SUPERUSER = "boss";
  private static final String NOBODY = "65534";
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

  private final Path folder;
  private final Path programs;
  private final int port;
  private final AtomicInteger databases = new AtomicInteger();

  private PostgresServer(Path folder, Path programs, int port) {
    this.folder = folder;
    this.programs = programs;
    this.port = port;
  }

  private static final class Holder {
    static final PostgresServer SERVER = start();
  }

  /** The server; the test is skipped where this machine has none. */
  static PostgresServer get() {
    assumeTrue(programs() != null, "PostgreSQL is not installed (Debian: postgresql)");
    return Holder.SERVER;
  }

  private static Path programs() {
    try (DirectoryStream<Path> versions = Files.newDirectoryStream(DEBIAN)) {
      for (Path version : versions) {
        if (Files.isExecutable(version.resolve("bin/initdb"))) {
          return version.resolve("bin");
        }
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }

  private static PostgresServer start() {
    try {
      PostgresServer server =
          new PostgresServer(Files.createTempDirectory("postgres"), programs(), freePort());
      server.init();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private void init() throws IOException {
    Path password = Files.writeString(folder.resolve("password"), PASSWORD);
    if (isRoot()) {
      command(List.of("chown", "-R", NOBODY, folder.toString()));
    }
    asUser(
        "initdb",
        "-D",
        data(),
        "-U",
        SUPERUSER,
        "-A",
        "scram-sha-256",
        "--pwfile=" + password,
        "--locale=C.UTF-8",
        "-E",
        "UTF8",
        "-N");
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
    String options =
        "-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
            .formatted(port);
    asUser("pg_ctl", "-D", data(), "-o", options, "-l", folder.resolve("log") + "", "-w", "start");
    sql("postgres", "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(ROLE, PASSWORD));
  }

  private void stop() {
    asUser("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
    command(List.of("rm", "-rf", folder.toString()));
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private void asUser(String program, String... args) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(args));
    command(command);
  }

  private void command(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(Path.of("/").toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new AssertionError(command + " failed");
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes an empty database that belongs to {@link #ROLE}; returns its name. */
  String newDatabase() {
    String name = "store" + databases.incrementAndGet();
    sql("postgres", "CREATE DATABASE %s OWNER %s".formatted(name, ROLE));
    return name;
  }

  /** The DSN of a database for {@link #ROLE}. */
  String dsn(String database) {
    return dsn(database, ROLE);
  }

  String dsn(String database, String role) {
    return "postgres://%s:%s@127.0.0.1:%d/%s".formatted(role, ENCODED_PASSWORD, port, database);
  }

  /** Connects as the superuser. */
  Connection connect(String database) throws SQLException {
    return connect(database, SUPERUSER);
  }

  Connection connect(String database, String role) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), role, PASSWORD);
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
