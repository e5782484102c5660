import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A temporary folder, and the processes that work in it. However this process ends, short of being
 * killed, it takes both with it.
 */
final class BenchFolder {
  private static final String OUTPUT = "output";
  private static final int MOST_REMOVALS = 100;

  private final Path path;
  private Process child;
  private boolean closed;

  private BenchFolder(Path path) {
    this.path = path;
  }

  static BenchFolder create() throws IOException {
    BenchFolder folder = new BenchFolder(Files.createTempDirectory("bench").toRealPath());
    Runtime.getRuntime().addShutdownHook(new Thread(folder::close));
    return folder;
  }

  Path path() {
    return path;
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /**
   * Runs a command in the folder.
   *
   * @return how many seconds it took, from its start to its end
   * @throws IOException if it cannot be started, or does not end with 0
   */
  double run(Map<String, String> environment, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(path.toFile())
            .redirectErrorStream(true)
            .redirectOutput(path.resolve(OUTPUT).toFile());
    builder.environment().putAll(environment);
    long start = System.nanoTime();
    int exit = end(start(builder));
    double seconds = (System.nanoTime() - start) / 1e9;
    if (exit != 0) {
      throw new IOException("%s ended with %d:%n%s".formatted(command, exit, output()));
    }
    return seconds;
  }

  /** Whole lines of real entries, over and over; the tool carries them for its demo. */
  Path makeLog(String name, long bytes) throws IOException {
    Path file = createLog(resolve(name));
    try (InputStream in = BenchFolder.class.getResourceAsStream("/demo-audit.jsonl");
        OutputStream out = Files.newOutputStream(file)) {
      byte[] entries = in.readAllBytes();
      for (long written = 0; written < bytes; written += entries.length) {
        out.write(entries);
      }
    }
    return file;
  }

  /** With the mode that AgentGuard gives its logs. */
  static Path createLog(Path file) throws IOException {
    return Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /** In the page cache, while the disk has nothing else to write. */
  void makeReady(Path file) throws IOException {
    run(Map.of(), List.of("sync"));
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** What the last command printed. */
  String output() throws IOException {
    return Files.readString(path.resolve(OUTPUT));
  }

  /** Whether a command can be run, and ends with 0. */
  boolean runs(String... command) {
    try {
      run(Map.of(), List.of(command));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private synchronized Process start(ProcessBuilder builder) throws IOException {
    if (closed) {
      throw new IOException("interrupted");
    }
    child = builder.start();
    return child;
  }

  private static int end(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void close() {
    synchronized (this) {
      closed = true;
      if (child != null) {
        child.descendants().forEach(ProcessHandle::destroyForcibly);
        child.destroyForcibly();
      }
    }
    // Somebody may be making a file in there just now; once the folder is gone, nobody can.
    for (int i = 0; i < MOST_REMOVALS && Files.exists(path); i++) {
      remove();
    }
  }

  private void remove() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // Tried again.
    }
  }
}
