package support.imports;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server of this process, in a folder of its own, of the programs that Debian's
 * package puts on this machine. It listens on the loopback interface only, and ends with this
 * process.
 */
public final class PostgresProcess {
  /** Who may do everything there. */
  public static final String SUPERUSER = "boss";

  private static final String NOBODY = "65534";
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

  private final Path folder;
  private final Path programs;
  private final int port;
  private final List<String> settings;

  private PostgresProcess(Path folder, Path programs, int port, List<String> settings) {
    this.folder = folder;
    this.programs = programs;
    this.port = port;
    this.settings = settings;
  }

  /** Where the programs of the server are; null where this machine has none. */
  public static Path programs() {
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

  /**
   * Starts one; {@link #programs} must be there.
   *
   * @param password of {@link #SUPERUSER}
   * @param settings such as {@code fsync=off}
   */
  public static PostgresProcess start(String password, String... settings) {
    try {
      Path folder = Files.createTempDirectory("postgres");
      PostgresProcess server =
          new PostgresProcess(folder, programs(), freePort(), List.of(settings));
      server.init(password);
      server.start();
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

  private void init(String password) throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::remove));
    Path file = Files.writeString(folder.resolve("password"), password);
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
        "--pwfile=" + file,
        "--locale=C.UTF-8",
        "-E",
        "UTF8",
        "-N");
  }

  /** Starts it, where it was stopped. */
  public void start() {
    StringBuilder options =
        new StringBuilder("-p %d -c listen_addresses=127.0.0.1".formatted(port))
            .append(" -c unix_socket_directories=");
    settings.forEach(setting -> options.append(" -c ").append(setting));
    asUser(
        "pg_ctl",
        "-D",
        data(),
        "-o",
        options.toString(),
        "-l",
        folder.resolve("log").toString(),
        "-w",
        "start");
  }

  /** Ends it as a crash does: at once, whatever it is doing. */
  public void crash() {
    asUser("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
  }

  /** Makes it a replica when it starts again: one that nobody sends anything to. */
  public void becomeStandby() throws IOException {
    Files.createFile(folder.resolve("data/standby.signal"));
  }

  private void remove() {
    if (Files.exists(folder.resolve("data/postmaster.pid"))) {
      crash();
    }
    command(List.of("rm", "-rf", folder.toString()));
  }

  public int port() {
    return port;
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** PostgreSQL does not run as root. */
  private void asUser(String program, String... args) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(args));
    command(command);
  }

  private static void command(List<String> command) {
    try {
      // The server holds what it inherits: a pipe would not end with pg_ctl.
      Path output = Files.createTempFile("postgres", ".output");
      Process process =
          new ProcessBuilder(command)
              .directory(Path.of("/").toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(2, TimeUnit.MINUTES);
      String said = Files.readString(output);
      Files.delete(output);
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException("%s failed: %s".formatted(command, said));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
