import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The wrapper {@code ./jbang}: where it gets JBang from, and that it is transparent. */
@Execution(ExecutionMode.SAME_THREAD)
class WrapperTest {
  /** What the wrapper itself needs of a system. */
  private static final List<String> TOOLS =
      List.of(
          "bash", "dirname", "mkdir", "mktemp", "mv", "rm", "cat", "sha256sum", "readlink", "env");

  @TempDir static Path shared;
  private static Path checkout;
  @TempDir Path folder;
  private Path wrapper;
  private Path bin;

  @BeforeAll
  static void copy() throws IOException {
    checkout = Checkout.copyTo(shared.resolve("checkout"));
  }

  @BeforeEach
  void aFolderWithTheWrapperAndAPathOfItsOwn() throws IOException {
    wrapper = Files.copy(Checkout.root().resolve("jbang"), folder.resolve("jbang"));
    wrapper.toFile().setExecutable(true);
    bin = Files.createDirectory(folder.resolve("bin"));
    for (String tool : TOOLS) {
      link(tool, which(tool));
    }
  }

  private static Path which(String tool) {
    return Path.of(Run.of(shared, Map.of(), "bash", "-c", "type -P " + tool).stdout().strip());
  }

  private void link(String name, Path target) throws IOException {
    script(name, "exec '%s' \"$@\"\n".formatted(target));
  }

  private void script(String name, String content) throws IOException {
    Path script = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + content);
    script.toFile().setExecutable(true);
  }

  private void linkJdk() throws IOException {
    Path home = Path.of(System.getProperty("java.home"), "bin");
    link("java", home.resolve("java"));
    link("javac", home.resolve("javac"));
  }

  private Run wrapper(Map<String, String> more, String... args) {
    Map<String, String> environment =
        new HashMap<>(Map.of("PATH", bin.toString(), "JAVA_HOME", ""));
    environment.putAll(more);
    String[] command = new String[args.length + 1];
    command[0] = wrapper.toString();
    System.arraycopy(args, 0, command, 1, args.length);
    return Run.of(folder, environment, command);
  }

  @Test
  void anInstalledJBangIsUsedWithTheSameArguments() throws IOException {
    script("jbang", "printf '<%s>\\n' \"$@\"; exit 7\n");
    Run run = wrapper(Map.of(), "a b", "it's", "\"$HOME\"", "", "*");
    assertEquals("<a b>\n<it's>\n<\"$HOME\">\n<>\n<*>\n", run.stdout(), run::toString);
    assertEquals(7, run.exit());
  }

  @Test
  void anAliasOfTheCheckoutIsItsScriptWhereverTheCallerIs() throws IOException {
    script("jbang", "printf '<%s>\\n' \"$@\"\n");
    Files.copy(Checkout.root().resolve("jbang-catalog.json"), folder.resolve("jbang-catalog.json"));
    String here = folder.toRealPath().toString();
    Run run = wrapper(Map.of(), "--quiet", "run", "migrate", "migrate", "--id", "test");
    assertEquals(
        "<--quiet>\n<run>\n<%s/migrations/all.java>\n<migrate>\n<--id>\n<test>\n".formatted(here),
        run.stdout(),
        run::toString);
    Run other = wrapper(Map.of(), "init", "migrate");
    assertEquals("<init>\n<migrate>\n", other.stdout(), other::toString);
    for (String word : List.of("migration", "aliases", ".*", "migrate@agentguard", "")) {
      Run none = wrapper(Map.of(), word);
      assertEquals("<%s>\n".formatted(word), none.stdout(), none::toString);
    }
  }

  @Test
  void theWrapperItselfOnThePathIsNoInstalledJBang() throws IOException {
    Files.createLink(bin.resolve("jbang"), wrapper);
    Run run = wrapper(Map.of());
    assertEquals(1, run.exit());
    assertTrue(run.stderr().contains("there is no JDK on the PATH"), run::toString);
  }

  @Test
  void withoutAJdkItSaysSo() {
    Run run = wrapper(Map.of());
    assertEquals(1, run.exit());
    assertEquals(
        """
        jbang: there is no JDK on the PATH
          state: nothing was run
          next: install a JDK 17 or newer (Debian: apt-get install default-jdk-headless), or set JAVA_HOME
        """,
        run.stderr());
    Run wrong = wrapper(Map.of("JAVA_HOME", "/nowhere"));
    assertTrue(wrong.stderr().contains("JAVA_HOME (/nowhere) is not a JDK"), wrong::toString);
  }

  @Test
  void withoutJBangAndMavenItSaysSo() throws IOException {
    linkJdk();
    Run run = wrapper(Map.of());
    assertEquals(1, run.exit());
    assertTrue(
        run.stderr().startsWith("jbang: there is neither JBang nor Maven to get it with\n"),
        run::toString);
  }

  @Test
  void whatMavenSaysIsShownWhenItFails() throws IOException {
    linkJdk();
    script("mvn", "echo 'no route to the repository'; exit 1\n");
    Run run = wrapper(Map.of());
    assertEquals(1, run.exit());
    assertTrue(run.stderr().contains("no route to the repository\njbang: Maven could not fetch"));
    assertFalse(hasFetched(), run::toString);
  }

  @Test
  void aJarThatIsNotThePinnedOneIsNeverRun() throws IOException {
    linkJdk();
    script("mvn", "echo evil > jbang-cli-0.132.1-all.jar\n");
    Run run = wrapper(Map.of());
    assertEquals(1, run.exit());
    assertTrue(run.stderr().contains("is not what was pinned (SHA-256 differs)"), run::toString);
    assertFalse(hasFetched());
  }

  private boolean hasFetched() throws IOException {
    try (var files = Files.list(folder.resolve(".jbang"))) {
      return files.findAny().isPresent();
    }
  }

  /** Runs a script through the pinned JBang, even where another one is installed. */
  private Process start(String script, String... shell) throws IOException {
    Files.writeString(folder.resolve("Script.java"), script);
    ProcessBuilder builder = new ProcessBuilder(shell).directory(folder.toFile());
    builder.environment().put("JBANG", checkout.resolve("jbang").toString());
    builder.environment().put("JBANG_DIR", shared.resolve("jbang-dir").toString());
    builder.environment().put("PATH", withoutJBang(System.getenv("PATH")));
    return builder.redirectErrorStream(false).start();
  }

  private static String withoutJBang(String path) {
    return String.join(
        ":",
        List.of(path.split(":")).stream()
            .filter(folder -> !Files.exists(Path.of(folder, "jbang")))
            .toList());
  }

  private static String outputOf(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(2, TimeUnit.MINUTES));
    return output;
  }

  @Test
  void argumentsInputAndExitCodeAreTheScriptsOwn() throws Exception {
    String script =
        """
        class Script {
          public static void main(String... args) throws Exception {
            for (String arg : args) System.out.println("<" + arg + ">");
            System.out.print(new String(System.in.readAllBytes()));
            System.exit(41);
          }
        }
        """;
    Process process =
        start(
            script,
            "bash",
            "-c",
            "printf 'line 1\\n"
                + "line 2\\n"
                + "' | \"$JBANG\" Script.java 'a b' \"it's\" '\"q\"' '' '$HOME' '*' $'two\\n"
                + "lines'");
    assertEquals(
        "<a b>\n<it's>\n<\"q\">\n<>\n<$HOME>\n<*>\n<two\nlines>\nline 1\nline 2\n",
        outputOf(process));
    assertEquals(41, process.exitValue());
  }

  /** What JBang itself ends with has other meanings in this tool, such as 3 for pending. */
  @Test
  void aFailureOfJBangIsNoExitCodeOfTheTool() throws Exception {
    List<String> failing =
        List.of(
            "class Script { int number = \"text\"; }", // ends with 1
            "class Script {}", // with 2: there is no main class
            "//DEPS nonsense\nclass Script { public static void main(String... args) {} }");
    for (String script : failing) {
      Process process = start(script, "bash", "-c", "\"$JBANG\" --offline Script.java 2>&1");
      String output = outputOf(process);
      assertEquals(1, process.exitValue(), output);
      assertTrue(output.contains("jbang: JBang ended with "), output);
      assertTrue(output.contains("\n  state: nothing was run\n"), output);
    }
  }

  @Test
  void aSignalReachesTheScript() throws Exception {
    String script =
        """
        class Script {
          public static void main(String... args) throws Exception {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("goodbye")));
            System.out.println("ready");
            Thread.sleep(60_000);
          }
        }
        """;
    Process process = start(script, "bash", "-c", "exec \"$JBANG\" Script.java");
    var output =
        new java.io.BufferedReader(new java.io.InputStreamReader(process.getInputStream()));
    assertEquals("ready", output.readLine());
    Run.of(folder, Map.of(), "kill", "-TERM", Long.toString(process.pid()));
    assertEquals("goodbye", output.readLine());
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    assertEquals(143, process.exitValue());
  }

  @Test
  void theTerminalIsTheScriptsOwn() throws Exception {
    String script =
        """
        class Script {
          public static void main(String... args) throws Exception {
            Process tty = new ProcessBuilder("tty", "-s").inheritIO().start();
            System.out.println(tty.waitFor() == 0 ? "a terminal" : "no terminal");
          }
        }
        """;
    Process process =
        start(script, "script", "-qec", "\"$JBANG\" --quiet Script.java", "/dev/null");
    assertTrue(outputOf(process).contains("a terminal"));
  }

  /** A run of the tool in a copy of its own; there is no Maven where nothing else is said. */
  private Run tool(Path copy, Map<String, String> more, String... args) {
    Map<String, String> environment = new HashMap<>(Map.of("PATH", bin.toString()));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("JBANG_DIR", folder.resolve("jbang-dir").toString());
    environment.putAll(more);
    String[] command = new String[args.length + 1];
    command[0] = copy.resolve("migrate.java").toString();
    System.arraycopy(args, 0, command, 1, args.length);
    return Run.of(folder, environment, command);
  }

  private static void assertAsksJBang(Run run) {
    assertTrue(run.stderr().contains("neither JBang nor Maven"), run::toString);
  }

  /** JBang is taken away after the first run: what still works did not ask it. */
  @Test
  void theCommandOfTheToolIsKeptForAsLongAsAllThatMadeItStays() throws IOException {
    Path copy = Checkout.copyTo(folder.resolve("copy"));
    Map<String, String> withMaven = Map.of("PATH", withoutJBang(System.getenv("PATH")));
    assertEquals(0, tool(copy, withMaven, "--version").exit());
    Path jar = copy.resolve(".jbang/jbang-cli-0.132.1-all.jar");
    Path aside = Files.move(jar, folder.resolve("aside.jar"));

    Run kept = tool(copy, Map.of(), "--id", "it's \"a\" $HOME *", "--audit-log", "");
    kept.assertIsError(2, "--audit-log needs a path, and was given nothing");
    Run quoted = tool(copy, Map.of(), "--id", "it's \"a\" $HOME *");
    quoted.assertIsError(1, "registry: it's \"a\" $HOME *");
    assertAsksJBang(tool(copy, Map.of("JBANG_REPO", "elsewhere"), "--version"));

    Path source = copy.resolve("migrations/support/run/Exit.java");
    String before = Files.readString(source);
    Files.writeString(source, before + "// changed\n");
    assertAsksJBang(tool(copy, Map.of(), "--version"));
    Files.writeString(source, before);
    assertEquals(0, tool(copy, Map.of(), "--version").exit());

    Path cache = folder.resolve("jbang-dir/cache");
    Files.move(cache, folder.resolve("cache-aside"));
    assertAsksJBang(tool(copy, Map.of(), "--version"));
    Files.move(aside, jar);
    assertEquals(0, tool(copy, Map.of(), "--version").exit(), "built again");
  }

  /** What the JVM says of one that does not fit would stand among the results. */
  @Test
  void classesComeFromAnArchiveAndWithoutAWordFromTheJarsWhereItDoesNotFit() throws Exception {
    Path copy = Checkout.copyTo(folder.resolve("copy"));
    Map<String, String> withMaven = Map.of("PATH", withoutJBang(System.getenv("PATH")));
    Run first = tool(copy, withMaven, "--version");
    assertEquals(0, first.exit(), first::toString);
    String command = Files.readString(onlyFile(copy, "command.*")).strip();
    Path loaded = folder.resolve("loaded");
    String watched =
        command.replace(" -classpath ", " -Xlog:class+load:file='" + loaded + "' -classpath ");
    assertEquals(0, Run.of(folder, Map.of(), "bash", "-c", watched + " --version").exit());
    String classes = Files.readString(loaded);
    assertTrue(classes.contains(" MigrateCommand source: shared objects file"));
    boolean storesOldFormats = Runtime.version().feature() == 17; // 25 does so no more
    assertTrue(
        !storesOldFormats || classes.contains(" picocli.CommandLine source: shared objects file"));

    Path archive = onlyFile(copy, "classes.*");
    Path jar = Path.of(command.replaceAll(".* -classpath ([^:]*):.*", "$1"));
    FileTime made = Files.getLastModifiedTime(jar);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
    assertEquals(first.stdout(), tool(copy, Map.of(), "--version").stdout(), "of another jar");
    Files.setLastModifiedTime(jar, made);

    byte[] whole = Files.readAllBytes(archive);
    Files.delete(archive); // it cannot be written to
    Run ofMissing = Run.of(folder, Map.of(), "bash", "-c", command + " --version");
    assertEquals(first.stdout(), ofMissing.stdout(), "missing, since another run makes it anew");
    Path jbang = copy.resolve(".jbang/jbang-cli-0.132.1-all.jar");
    Path aside = Files.move(jbang, folder.resolve("aside.jar"));
    for (byte[] other : List.of(damaged(whole), Arrays.copyOf(whole, whole.length / 2))) {
      Files.write(archive, other);
      assertAsksJBang(tool(copy, Map.of(), "--version"));
    }
    Files.move(aside, jbang);
    assertEquals(first.stdout(), tool(copy, Map.of(), "--version").stdout(), "made anew");
    assertEquals(first.stdout(), tool(copy, Map.of(), "--version").stdout(), "as before");
  }

  /** A JVM that does not look for it goes round in circles. */
  private static byte[] damaged(byte[] archive) {
    byte[] damaged = archive.clone();
    Arrays.fill(damaged, damaged.length / 2, damaged.length / 2 + 200_000, (byte) 0);
    return damaged;
  }

  private static Path onlyFile(Path copy, String pattern) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(copy.resolve(".jbang"), pattern)) {
      List<Path> files = new ArrayList<>();
      found.forEach(files::add);
      assertEquals(1, files.size(), files::toString);
      return files.get(0);
    }
  }
}
