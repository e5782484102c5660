import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Every way of starting the tool, with the real JBang, from a copy whose path holds a space. */
@Execution(ExecutionMode.SAME_THREAD)
class JBangTest {
  private static final String FIRST =
      "Registered migrations:\n"
          + "  v040_to_v041  1 -> 2  Add schema-v2 _meta header to an existing audit log"
          + " (preserves a .v040-backup rollback copy)\n";

  @TempDir static Path work;
  private static Path checkout;
  private static Path elsewhere;

  @BeforeAll
  static void copy() throws IOException {
    checkout = Checkout.copyTo(work.resolve("a checkout"));
    elsewhere = Files.createDirectory(work.resolve("elsewhere"));
    Files.copy(
        Checkout.fixtures().resolve("v040_to_v041/demo/before/audit.jsonl"),
        elsewhere.resolve("audit.jsonl"));
  }

  private static Run run(Path folder, String... command) {
    return Run.of(folder, Map.of("JBANG_DIR", work.resolve("jbang-dir").toString()), command);
  }

  private static Run jbang(Path folder, String... args) {
    String[] command = new String[args.length + 1];
    command[0] = checkout.resolve("jbang").toString();
    System.arraycopy(args, 0, command, 1, args.length);
    return run(folder, command);
  }

  /** The first migration, and whatever comes behind it. */
  private static void assertLists(Run run) {
    int registered = migrate.Registry.ofCatalog().registered().size();
    assertTrue(run.stdout().startsWith(FIRST), run::toString);
    assertEquals(1 + registered, run.stdout().lines().count(), run::toString);
    assertEquals(0, run.exit(), run::toString);
  }

  @Test
  void theAliasWorksInTheCheckoutAndBelowIt() {
    assertLists(jbang(checkout, "migrate", "--list"));
    assertLists(jbang(checkout.resolve("tests"), "migrate", "--list"));
  }

  @Test
  void theAliasesWorkFromAnyFolderWithPathsOfTheCaller() throws IOException {
    Path logs = Files.createDirectories(elsewhere.resolve("logs"));
    Files.copy(elsewhere.resolve("audit.jsonl"), logs.resolve("audit.jsonl"));
    for (String alias : List.of("migrate", "v040_to_v041")) {
      Run run = jbang(elsewhere, alias, "--dry-run", "--audit-log", "logs/audit.jsonl");
      assertEquals(0, run.exit(), run::toString);
      assertTrue(run.stderr().contains(" logs/audit.jsonl.v040-backup "), run::toString);
    }
  }

  @Test
  void theScriptIsTheWholeToolFromAnyFolder() {
    assertLists(run(checkout, "./migrate.java", "--list"));
    assertLists(run(elsewhere, checkout.resolve("migrate.java").toString(), "--list"));
    assertLists(run(checkout, "./migrations/all.java", "--list"));
  }

  @Test
  void theScriptRunWithoutItsFirstLineSaysWhatToRun() {
    Run run = jbang(checkout, "migrate.java", "--list");
    assertEquals(2, run.exit(), run::toString);
    assertTrue(
        run.stderr()
            .endsWith("  next: run ./migrate.java, or jbang with the alias migrate, instead\n"),
        run::toString);
  }

  @Test
  void aMigrationRunsAlone() {
    String script = checkout.resolve("migrations/v040_to_v041.java").toString();
    Run run = jbang(elsewhere, script, "--dry-run", "--audit-log", "audit.jsonl");
    assertEquals(0, run.exit(), run::toString);
    assertEquals("migrate: 1 migration(s) processed\n", run.stdout());
    assertTrue(run.stderr().contains("would prepend _meta"), run::toString);
    assertEquals(FIRST, run(elsewhere, script, "--list").stdout());
  }

  @Test
  void anAddedCatalogWorksElsewhere() {
    String catalog = checkout.resolve("jbang-catalog.json").toString();
    Run add = jbang(elsewhere, "catalog", "add", "--force", "--name", "agentguard", catalog);
    assertEquals(0, add.exit(), add::toString);
    assertLists(jbang(elsewhere, "migrate@agentguard", "--list"));
    Run alone = jbang(elsewhere, "v040_to_v041@agentguard", "--dry-run");
    assertEquals("migrate: 1 migration(s) processed\n", alone.stdout(), alone::toString);
  }

  @Test
  void theCatalogWorksOverHttp() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", JBangTest::serve);
    server.start();
    try {
      String catalog =
          "http://127.0.0.1:%d/jbang-catalog.json".formatted(server.getAddress().getPort());
      assertLists(jbang(elsewhere, "migrate@" + catalog, "--list"));
      Run demo = jbang(elsewhere, "migrate@" + catalog, "demo");
      assertEquals(0, demo.exit(), demo::toString);
    } finally {
      server.stop(0);
    }
  }

  /**
   * Files of the checkout, as a web server has them: no listings, and nothing that is not there.
   */
  private static void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Path file = checkout.resolve(exchange.getRequestURI().getPath().substring(1)).normalize();
      if (file.startsWith(checkout) && Files.isRegularFile(file)) {
        byte[] bytes = Files.readAllBytes(file);
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  /** As under systemd or cron, where no locale is set. */
  @Test
  void theToolIsBuiltAndRunsInThePosixLocale() {
    String[] command = {checkout.resolve("migrate.java").toString(), "--list"};
    Map<String, String> posix =
        Map.of("JBANG_DIR", work.resolve("posix").toString(), "LC_ALL", "POSIX", "LANG", "");
    assertLists(Run.of(elsewhere, posix, command));
  }

  /** JBang puts an included file's options behind the script's, and Java takes the last. */
  @Test
  void aLongImportRunsWithTheWholeCompilerAndShortRunsWithout() {
    String limit = "-XX:TieredStopAtLevel=1 ";
    assertTrue(flagsOf("migrations/all.java").contains(limit));
    assertTrue(!flagsOf("stores/audit_to_store.java").contains(limit));
  }

  /** What the Java that runs a script says of its own flags. */
  private static String flagsOf(String script) {
    String telling = "--runtime-option=-XX:+PrintCommandLineFlags";
    Run run = jbang(checkout, "run", telling, script, "--version");
    assertEquals(0, run.exit(), run::toString);
    assertTrue(run.stdout().startsWith("-XX:"), run::toString);
    return run.stdout();
  }

  /** What the driver would print, with traces, an operator is told in words. */
  @Test
  void aTemporaryFolderWithoutProgramsIsSaidWithoutATrace() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(work.resolve("noexec"), 8 << 20)) {
      disk.remount("noexec");
      String temporary = "--runtime-option=-Djava.io.tmpdir=" + disk.folder();
      String script = "stores/audit_to_store.java";
      String data = work.toString();
      Run run = jbang(checkout, "run", temporary, script, "--audit-log", log(), "--data-dir", data);
      assertTrue(run.stderr().contains("migrate: SQLite's native library"), run::toString);
      assertTrue(!run.stderr().contains("\tat "), run::toString);
    }
  }

  @Test
  void theImportWorksByItsAliasAndExported() throws IOException {
    Run alias = jbang(checkout, "audit_to_store", "--dry-run", "--audit-log", log());
    assertTrue(alias.stdout().contains("entries would be imported"), alias::toString);
    Run export =
        jbang(
            elsewhere,
            "export",
            "portable",
            "--force",
            "-O",
            work.resolve("exported/audit_to_store.jar").toString(),
            checkout.resolve("stores/audit_to_store.java").toString());
    assertEquals(0, export.exit(), export::toString);
    Path folder = Files.createDirectory(work.resolve("imported"));
    Run run =
        Run.of(
            folder,
            Map.of(),
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-jar",
            work.resolve("exported/audit_to_store.jar").toString(),
            "--audit-log",
            log());
    assertEquals(0, run.exit(), run::toString);
    assertTrue(Files.exists(folder.resolve("agentguard.db")));
  }

  private static String log() {
    return elsewhere.resolve("audit.jsonl").toString();
  }

  @Test
  void aMigrationThatIsNotCompiledInIsNamed() throws IOException {
    Path broken = Checkout.copyTo(work.resolve("broken"));
    Path all = broken.resolve("migrations/all.java");
    Files.writeString(all, Files.readString(all).replace("//SOURCES v040_to_v041.java\n", ""));
    Run run = run(broken, "./migrate.java", "--list");
    assertEquals(1, run.exit(), run::toString);
    assertTrue(run.stderr().contains("//SOURCES v040_to_v041.java"), run::toString);
  }

  @Test
  void aNewMigrationBeginsAsATemplateThatCompilesAndHasCases() throws IOException {
    Path fresh = Checkout.copyTo(work.resolve("fresh"));
    Run init = run(fresh, "./jbang", "init", "--template", "migration", "v041_to_v050");
    assertEquals(0, init.exit(), init::toString);
    for (String name : Set.of("migrates", "already-done", "newer-version", "malformed-version")) {
      Path folder = fresh.resolve("fixtures/v041_to_v050").resolve(name);
      assertTrue(Files.isRegularFile(folder.resolve("command")), folder::toString);
      assertTrue(Files.isRegularFile(folder.resolve("before/audit.jsonl")), folder::toString);
    }
    Run list = run(fresh, "./migrations/v041_to_v050.java", "--list");
    assertTrue(list.stdout().contains("  v041_to_v050  2 -> 3  "), list::toString);
  }
}
