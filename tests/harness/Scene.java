import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A folder with a log of real entries, and what runs of the tool may and must leave there. */
final class Scene {
  static final String LOG = "audit.jsonl";
  static final String BACKUP = LOG + ".v040-backup";
  static final String LOCK = LOG + ".migrate.lock";

  private static final String STAGED = "audit\\.jsonl\\.migrate\\.[0-9a-f]{16}\\.tmp";

  /** Not the mode of a backup, so that a run has one more thing to do after the rename. */
  private static final int LOG_MODE = 0640;

  private static final Duration POLL = Duration.ofNanos(200_000);

  private final Path folder;
  private final Work work;
  private FileTime madeAt;

  /**
   * Makes the folder, if need be, and the log.
   *
   * @param leastBytes how large the log is at least
   */
  Scene(Path folder, long leastBytes) throws IOException {
    this(folder, Work.newHeader(realEntries(leastBytes)));
  }

  /** The same, for any run. */
  Scene(Path folder, Work work) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.work = work;
    restore();
  }

  static byte[] realEntries(long leastBytes) throws IOException {
    byte[] entries =
        Files.readAllBytes(
            Checkout.fixtures().resolve("v040_to_v041/real-v0.4.0/before/audit.jsonl"));
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    do {
      log.write(entries);
    } while (log.size() < leastBytes);
    return log.toByteArray();
  }

  /** Whether the tests run as root, who alone can mount, give files away and change users. */
  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** Puts the folder back to the log as it was, and nothing else. */
  void restore() throws IOException {
    for (String name : names()) {
      Files.delete(folder.resolve(name));
    }
    Files.write(log(), old());
    Files.setAttribute(log(), "unix:mode", LOG_MODE);
    madeAt = Files.getLastModifiedTime(folder);
  }

  Path folder() {
    return folder;
  }

  Path log() {
    return folder.resolve(LOG);
  }

  Path backup() {
    return folder.resolve(LOG + work.backup());
  }

  /** The log's bytes before any run. */
  byte[] old() {
    return work.old();
  }

  SortedSet<String> names() throws IOException {
    SortedSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }

  static boolean isStaged(String name) {
    return name.matches(STAGED);
  }

  // ------------------------------------------------------------ runs

  /** Runs the tool on the log. */
  Run run(String... options) {
    return Run.toolWithTestMigrations(folder, arguments(options));
  }

  /**
   * Starts the tool on the log.
   *
   * @param output a folder for what it prints, outside the log's own
   */
  Worker start(Path output, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(arguments(options)));
    arguments.addAll(List.of("--audit-log", log().toString()));
    Path folder = Files.createDirectories(output);
    return new Worker(
        Run.startToolWithTestMigrations(folder, arguments.toArray(String[]::new)), output);
  }

  private String[] arguments(String... options) {
    return Stream.concat(work.arguments().stream(), Stream.of(options)).toArray(String[]::new);
  }

  /** A run that is at work. */
  record Worker(Process process, Path output) {
    private static final int MOST_SECONDS = 60;

    long pid() {
      return process.pid();
    }

    void send(String signal) {
      if (signal.equals("KILL")) {
        process.destroyForcibly();
      } else {
        Run.of(output, Map.of(), "kill", "-" + signal, Long.toString(pid()));
      }
    }

    /** Waits until it has ended. */
    Run end() throws IOException, InterruptedException {
      if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("process %d did not end".formatted(pid()));
      }
      return new Run(
          process.exitValue(),
          Files.readString(output.resolve("stdout")),
          Files.readString(output.resolve("stderr")));
    }
  }

  /**
   * Waits until the folder holds a file of such a name, or the run has ended.
   *
   * @return whether the file was seen
   */
  boolean await(Predicate<String> name, Worker worker) throws IOException {
    while (worker.process().isAlive()) {
      if (names().stream().anyMatch(name)) {
        return true;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return false;
  }

  // ------------------------------------------------------------ what is on disk

  boolean isOld(byte[] log) {
    return Arrays.equals(log, old());
  }

  /** Whether these bytes are what the log was to become. */
  boolean isNew(byte[] log) {
    return work.isNew().test(log);
  }

  boolean isMigrated() throws IOException {
    return isNew(Files.readAllBytes(log()));
  }

  /** I1 and I2: at any moment, whatever died. */
  void assertOldOrNewWithBackup(String when) throws IOException {
    byte[] log = Files.readAllBytes(log());
    assertTrue(isOld(log) || isNew(log), () -> "the log is neither old nor new " + when);
    if (isNew(log)) {
      assertTrue(Files.exists(backup()), () -> "the new log has no backup " + when);
      assertTrue(isOld(Files.readAllBytes(backup())), () -> "the backup is not whole " + when);
    }
  }

  /** The log as it was, and nothing beside it. */
  void assertAsItWas() throws IOException {
    assertEquals(new TreeSet<>(Set.of(LOG)), names());
    assertTrue(isOld(Files.readAllBytes(log())), "the log is not as it was");
    assertEquals(LOG_MODE, mode(log()));
  }

  /** As it was, and no name came or went in between either. */
  void assertNeverWritten() throws IOException {
    assertAsItWas();
    assertEquals(madeAt, Files.getLastModifiedTime(folder), "something was created in the folder");
  }

  /** I4 and I5: the new log, one complete backup for its owner only, and nothing else. */
  void assertMigrated(String when) throws IOException {
    assertEquals(new TreeSet<>(Set.of(LOG, LOG + work.backup())), names(), when);
    assertMigratedWith(backup(), when);
  }

  /** The new log with the mode of the old one, and a complete backup for its owner only. */
  void assertMigratedWith(Path backup, String when) throws IOException {
    assertTrue(isMigrated(), () -> "the log is not the new one " + when);
    assertTrue(isOld(Files.readAllBytes(backup)), () -> "the backup is not whole " + when);
    assertEquals(LOG_MODE, mode(log()), when);
    assertEquals(0600, mode(backup), when);
  }

  /** The next run, with nothing in its way, does what is left to do. */
  void assertConverges(String when) throws IOException {
    Run next = run();
    assertEquals(0, next.exit(), () -> when + ": " + next);
    assertMigrated(when);
  }

  static int mode(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:mode") & 07777;
  }
}
