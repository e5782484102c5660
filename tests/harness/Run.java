import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import support.console.Host;
import support.files.Machine;
import support.run.Cancellation;

/** What a process did: its exit code and all that it printed. */
record Run(int exit, String stdout, String stderr) {
  private static final int MOST_MINUTES = 8;

  /** For children with this JVM's own class path, the only ones that can use them. */
  private static final List<String> SHARED_CLASSES =
      SharedClasses.save(javaOn(List.of(), System.getProperty("java.class.path")));

  /** The commands that a process of this JVM's own class path runs. */
  private static List<String> java(List<String> options, String mainClass) {
    List<String> all = new ArrayList<>(SHARED_CLASSES);
    all.addAll(options);
    return java(all, System.getProperty("java.class.path"), mainClass);
  }

  private static List<String> java(List<String> options, String classPath, String mainClass) {
    return with(javaOn(options, classPath), mainClass);
  }

  private static List<String> javaOn(List<String> options, String classPath) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmn16m"));
    command.addAll(List.of("-XX:-UsePerfData", "-Xshare:auto"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath));
    return command;
  }

  /** Runs something in this process: with a clock, a disk or a wish to end of one's own. */
  static Run here(
      Clock clock, Machine machine, Cancellation cancellation, ToIntFunction<Host> work) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Host host =
        new Host(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            clock,
            machine,
            cancellation);
    int exit = work.applyAsInt(host);
    return new Run(exit, out.toString(UTF_8), err.toString(UTF_8));
  }

  /** Runs the tool as it is, in a folder. */
  static Run tool(Path folder, String... args) {
    return tool(List.of(), folder, args);
  }

  /** Runs the tool as it is, with JVM options. */
  static Run tool(List<String> options, Path folder, String... args) {
    return of(folder, Map.of(), with(java(options, "FirstMigration"), args));
  }

  /** Runs the import into a store, in a folder. */
  static Run store(Path folder, String... args) {
    return store(List.of(), folder, args);
  }

  /** The same, with JVM options. */
  static Run store(List<String> options, Path folder, String... args) {
    return of(folder, Map.of(), with(java(options, "audit_to_store"), args));
  }

  /** The command of the import, for those who run it themselves. */
  static String storeCommand() {
    return String.join(" ", java(List.of(), "audit_to_store"));
  }

  /** Starts the import, and leaves it running; nothing is kept of what it prints. */
  static Process startStore(Path folder, String... args) throws IOException {
    return new ProcessBuilder(with(java(List.of(), "audit_to_store"), args))
        .directory(folder.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Runs the tool with the migrations that no release has, too. */
  static Run toolWithTestMigrations(List<String> options, Path folder, String... args) {
    return of(folder, Map.of(), with(java(options, "TestMigrations"), args));
  }

  /** The same, without JVM options. */
  static Run toolWithTestMigrations(Path folder, String... args) {
    return toolWithTestMigrations(List.of(), folder, args);
  }

  /** Runs a class that is not the tool's own entry. */
  static Run main(String mainClass, Path folder, String... args) {
    return of(folder, Map.of(), with(java(List.of(), mainClass), args));
  }

  /**
   * Runs the tool as a shell says.
   *
   * @param script where {@code "$@"} is the tool, such as {@code ulimit -f 8; exec "$@"}
   */
  static Run toolInShell(String script, Path folder, String... args) {
    List<String> command = new ArrayList<>(List.of("bash", "-c", script, "bash"));
    command.addAll(with(java(List.of(), "FirstMigration"), args));
    return of(folder, Map.of(), command);
  }

  /**
   * Runs the tool as another user; only root can.
   *
   * @param jars where the jars are copied to, since that user may not be able to read them
   */
  static Run toolAs(int user, Path jars, Path folder, String... args) throws IOException {
    String id = Integer.toString(user);
    List<String> command =
        new ArrayList<>(List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups"));
    command.addAll(with(java(List.of(), copyOfClassPath(jars), "FirstMigration"), args));
    return of(folder, Map.of(), command);
  }

  private static String copyOfClassPath(Path folder) throws IOException {
    List<String> copies = new ArrayList<>();
    for (String jar : System.getProperty("java.class.path").split(File.pathSeparator)) {
      copies.add(Files.copy(Path.of(jar), folder.resolve(copies.size() + ".jar")).toString());
    }
    return String.join(File.pathSeparator, copies);
  }

  /** Starts the tool as it is, and leaves it running; its output goes to files in the folder. */
  static Process startTool(Path folder, String... args) throws IOException {
    return start("FirstMigration", folder, args);
  }

  /** The same, with the migrations that no release has where the arguments name one. */
  static Process startToolWithTestMigrations(Path folder, String... args) throws IOException {
    return start("TestMigrations", folder, args);
  }

  private static Process start(String mainClass, Path folder, String... args) throws IOException {
    return new ProcessBuilder(with(java(List.of(), mainClass), args))
        .directory(folder.toFile())
        .redirectOutput(folder.resolve("stdout").toFile())
        .redirectError(folder.resolve("stderr").toFile())
        .start();
  }

  /** Runs the tool with the clock of the golden files. */
  static Run toolWithFixedClock(Path folder, String... args) {
    return of(folder, Map.of(), with(java(List.of(), "FixedClock"), args));
  }

  /** The same, with the migrations up to one. */
  static Run toolWithFixedClock(String newest, Path folder, List<String> args) {
    List<String> options = List.of("-D" + FixedClock.NEWEST + "=" + newest);
    return of(folder, Map.of(), with(java(options, "FixedClock"), args.toArray(String[]::new)));
  }

  /**
   * Runs the tool as a child of a tracer, with staged files whose names the tracer can be told.
   *
   * @param tracer a command that takes the command to trace as its last arguments
   */
  static Run tracedTool(List<String> tracer, List<String> options, Path folder, String... args) {
    List<String> command = new ArrayList<>(tracer);
    command.addAll(java(options, "KnownNames"));
    return of(folder, Map.of(), with(command, args));
  }

  /** Runs these tests on another checkout with the same sources, as {@code ./jbang test} does. */
  static Run tests(Path checkout, Map<String, String> environment, String... args) {
    return of(checkout, environment, with(java(List.of(), "test"), args));
  }

  /** Starts a {@link RepeatedTool}, and leaves it to its standard input. */
  static Process startRepeatedTool(Path folder) throws IOException {
    return new ProcessBuilder(java(List.of(), "RepeatedTool"))
        .directory(folder.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static List<String> with(List<String> command, String... args) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(args));
    return all;
  }

  /** Runs any command in a folder, with its standard input closed. */
  static Run of(Path folder, Map<String, String> environment, String... command) {
    return of(folder, environment, List.of(command));
  }

  private static Run of(Path folder, Map<String, String> environment, List<String> command) {
    try {
      Path stdout = Files.createTempFile("run", ".out");
      Path stderr = Files.createTempFile("run", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(stdout.toFile())
              .redirectError(stderr.toFile());
      builder.environment().putAll(environment);
      environment.forEach((name, value) -> removeIfEmpty(builder, name, value));
      Process process = builder.start();
      if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(command + " did not end");
      }
      Run run = new Run(process.exitValue(), Files.readString(stdout), read(stderr));
      Files.delete(stdout);
      Files.delete(stderr);
      return run;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Skips a test where the tests were started, and so their children are, deaf to Ctrl-C. */
  static void assumeIsHeard(String signal) throws IOException {
    boolean deaf =
        signal.equals("INT")
            && Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.split("\\s+")[1], 16) & 2) != 0);
    assumeTrue(!deaf, "SIGINT is ignored: the tests were started in the background");
  }

  /** An empty value denotes a variable that is not set. */
  private static void removeIfEmpty(ProcessBuilder builder, String name, String value) {
    if (value.isEmpty()) {
      builder.environment().remove(name);
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), UTF_8);
  }

  /** The three parts of an error as the last lines, and nothing of Java. */
  void assertIsError(int expected, String what) {
    assertEquals(expected, exit, this::toString);
    List<String> lines = stderr.lines().toList();
    assertTrue(lines.size() >= 3, this::toString);
    List<String> parts = lines.subList(lines.size() - 3, lines.size());
    assertTrue(parts.get(0).startsWith("migrate: "), this::toString);
    assertTrue(parts.get(0).contains(what), this::toString);
    assertTrue(parts.get(1).startsWith("  state: "), this::toString);
    assertTrue(parts.get(2).startsWith("  next: "), this::toString);
    assertShowsNoTrace();
  }

  /** Nothing of Java: what a user can cause is no bug. */
  void assertShowsNoTrace() {
    assertFalse(stderr.contains("\tat "), this::toString);
    assertFalse(stderr.contains("Exception"), this::toString);
  }

  /** Both streams, for a message. */
  @Override
  public String toString() {
    return "exit %d%nstdout:%n%s%nstderr:%n%s".formatted(exit, stdout, stderr);
  }
}
