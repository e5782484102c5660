import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import support.files.Machine;
import support.run.Cancellation;
import support.run.Exit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code --json} on every command: one document, as its schema says, and nothing else. */
class JsonTest {
  @TempDir static Path work;
  private static OutputSchema schema;

  @BeforeAll
  static void readTheSchema() throws IOException {
    schema = new OutputSchema();
  }

  // ------------------------------------------------------------ the commands

  /**
   * A command line.
   *
   * @param before the golden case in whose folder it runs
   */
  private record Case(int exit, String before, String arguments) {}

  private static final List<Case> CASES =
      List.of(
          new Case(0, "real-v0.4.0", "--json"),
          new Case(0, "real-v0.4.0", "--json --quiet"),
          new Case(0, "real-v0.4.0", "--json --verbose"),
          new Case(0, "real-v0.4.0", "--json --dry-run"),
          new Case(0, "real-v0.4.0", "--json --metrics-file migrate.prom"),
          new Case(0, "legacy-checkpoint-that-is-an-archive", "--json --dry-run"),
          new Case(0, "already-v2", "--json"),
          new Case(0, "missing", "--json"),
          new Case(0, "already-v2-by-id", "--json --id v040_to_v041"),
          new Case(0, "reset-checkpoint", "--json --reset-checkpoint"),
          new Case(1, "already-v2", "--json --id nonsense"),
          new Case(1, "real-v0.4.0", "--json --metrics-file not/there/migrate.prom"),
          new Case(5, "newer-schema", "--json"),
          new Case(5, "malformed-folder", "--json"),
          new Case(0, "missing", "--json --list"),
          new Case(0, "real-v0.4.0", "startup --json"),
          new Case(0, "already-v2", "startup --json"),
          new Case(5, "malformed-text", "startup --json"),
          new Case(0, "missing", "status --json"),
          new Case(0, "newer-schema", "status --json"),
          new Case(0, "legacy-symbolic-link", "status --json"),
          new Case(3, "real-v0.4.0", "status --json --check"),
          new Case(5, "newer-schema", "status --json --check"),
          new Case(0, "verify-migrated", "verify --json"),
          new Case(6, "verify-bit-flipped", "verify --json"),
          new Case(0, "rollback-keeps-what-was-logged-since", "rollback --json"),
          new Case(0, "rollback-keeps-what-was-logged-since", "rollback --json --dry-run"),
          new Case(6, "rollback-refused-lines-swapped", "rollback --json"),
          new Case(0, "missing", "demo --json"),
          new Case(2, "real-v0.4.0", "--json --nonsense"),
          new Case(2, "real-v0.4.0", "nonsense --json"),
          new Case(2, "real-v0.4.0", "--json startup"),
          new Case(2, "real-v0.4.0", "--list --dry-run --json"),
          new Case(2, "real-v0.4.0", "--quiet --verbose --json"),
          new Case(2, "real-v0.4.0", "--json --lock-timeout soon"),
          new Case(2, "real-v0.4.0", "--json --metrics-file ./audit.jsonl"),
          new Case(2, "real-v0.4.0", "status --json --nonsense"),
          new Case(2, "real-v0.4.0", "verify --json --backup"),
          new Case(2, "real-v0.4.0", "rollback --json --discard-newer"),
          new Case(2, "real-v0.4.0", "demo --json --audit-log audit.jsonl"),
          new Case(2, "real-v0.4.0", "completion --json"));

  private static Path folderOf(String golden) throws IOException {
    Path folder = Files.createTempDirectory(work, "case");
    Path fixture = Checkout.fixtures().resolve("v040_to_v041").resolve(golden);
    new GoldenCase(fixture).before().writeTo(folder);
    return folder;
  }

  @TestFactory
  Stream<DynamicTest> everyCommandPrintsOneDocument() {
    return CASES.stream()
        .map(c -> dynamicTest(c.arguments() + " in " + c.before(), () -> printsOneDocument(c)));
  }

  private static void printsOneDocument(Case c) throws IOException {
    Run run = Run.tool(folderOf(c.before()), c.arguments().split(" "));
    assertEquals(c.exit(), run.exit(), run::toString);
    JsonNode document = requireDocument(run);
    String command = c.arguments().replaceAll("(^| )--?[^ ]+.*", "");
    if (Set.of("startup", "status", "verify", "rollback", "demo", "completion").contains(command)) {
      assertEquals(command, document.get("command").asString());
    }
    if (c.arguments().startsWith("demo") && c.exit() == 0) {
      Run.of(work, Map.of(), "rm", "-r", document.get("folder").asString());
    }
  }

  /** What every document has to do with the process that printed it. */
  private static JsonNode requireDocument(Run run) {
    JsonNode document = schema.requireValid(run.stdout());
    assertEquals(run.exit(), document.get("exit").asInt());
    Exit exit = Arrays.stream(Exit.values()).filter(e -> e.code() == run.exit()).findFirst().get();
    assertEquals(exit.name().toLowerCase(Locale.ROOT), document.get("result").asString());
    if (run.exit() != Exit.DONE.code() && run.exit() != Exit.PENDING.code()) {
      JsonNode error = document.get("error");
      run.assertIsError(run.exit(), error.get("what").asString());
      assertTrue(run.stderr().contains("  state: " + error.get("state").asString() + "\n"));
      assertTrue(run.stderr().endsWith("  next: " + error.get("next").asString() + "\n"));
    }
    return document;
  }

  @Test
  void aLogThatCannotBeReadIsToldInTheDocument() throws IOException {
    Path folder = Files.createTempDirectory(work, "loop");
    Files.createSymbolicLink(folder.resolve("audit.jsonl"), Path.of("audit.jsonl"));
    for (String command : List.of("startup", "verify", "rollback", "status")) {
      Run run = Run.tool(folder, command, "--json");
      assertNotEquals(0, run.exit(), run::toString);
      requireDocument(run);
    }
  }

  @Test
  void aDocumentThatCannotBeWrittenIsAnError() throws IOException {
    Run run = Run.toolInShell("exec \"$@\" > /dev/full", folderOf("already-v2"), "--json");
    run.assertIsError(1, "standard output could not be written");
  }

  @Test
  void anInterruptedRunPrintsItsDocument() throws IOException {
    Path log = folderOf("real-v0.4.0").resolve("audit.jsonl");
    Cancellation cancellation = new Cancellation();
    cancellation.request();
    String[] arguments = {"--json", "--audit-log", log.toString()};
    Run run =
        Run.here(
            Clock.systemUTC(),
            Machine.real(),
            cancellation,
            host -> MigrateCommand.run(FirstMigration::registry, host, arguments));
    assertEquals(130, run.exit(), run::toString);
    requireDocument(run);
  }

  @ParameterizedTest
  @CsvSource({
    "--help --json, help, Usage: migrate ",
    "status --json --help, help, Usage: migrate status ",
    "--json status -h, help, Usage: migrate status ",
    "--version --json, version, agentguard-migrate ",
    "-V rollback --json, version, agentguard-migrate ",
  })
  void helpAndVersionComeInADocumentToo(String arguments, String command, String first) {
    Run run = Run.tool(work, arguments.split(" "));
    assertEquals(0, run.exit(), run::toString);
    JsonNode document = requireDocument(run);
    assertEquals(command, document.get("command").asString());
    assertEquals(migrate.VERSION, document.get("version").asString());
    assertTrue(document.get("messages").get(0).asString().startsWith(first), run::toString);
    assertEquals("", run.stderr());
  }

  // ------------------------------------------------------------ the schema itself

  @Test
  void everyGoldenDocumentIsAsTheSchemaSays() {
    List<GoldenCase> cases = GoldenTest.cases().stream().filter(c -> c.has("--json")).toList();
    assertTrue(cases.size() >= 10, "golden cases with --json: " + cases.size());
    for (GoldenCase golden : cases) {
      JsonNode document = schema.requireValid(golden.expected().stdout());
      assertEquals(golden.expected().exit(), document.get("exit").asInt(), golden.name());
    }
  }

  /** A field of this release comes with its documentation, wherever it is; an old one stays. */
  @Test
  void anUndocumentedFieldAndAMissingOneAreRejected() throws IOException {
    JsonNode document = requireDocument(Run.tool(richFolder(), "status", "--json", "--check"));
    for (JsonNode part : objectsIn(document)) {
      ObjectNode object = (ObjectNode) part;
      object.put("unknown", "field");
      assertFalse(schema.problems(document).isEmpty(), "undocumented, and taken in " + object);
      object.remove("unknown");
    }
    for (String field : List.of("command", "version", "exit", "result", "messages", "status")) {
      ObjectNode without = ((ObjectNode) document).deepCopy();
      without.remove(field);
      assertFalse(schema.problems(without).isEmpty(), field + " may be missing");
    }
    assertEquals(List.of(), schema.problems(document));
  }

  /** Those whose members are counts by name have no fields. */
  @Test
  void aReaderMayMeetTheFieldsOfALaterRelease() throws IOException {
    JsonNode document = requireDocument(Run.tool(richFolder(), "status", "--json"));
    for (JsonNode part : objectsIn(document)) {
      boolean isOfCounts = part.has("v05") || part.has("original_bytes");
      if (!isOfCounts) {
        ((ObjectNode) part).put("unknown", "field");
      }
    }
    assertEquals(List.of(), schema.problemsOfReaders(document));
    ((ObjectNode) document).remove("result");
    assertFalse(schema.problemsOfReaders(document).isEmpty(), "a field may be missing");
  }

  private static List<JsonNode> objectsIn(JsonNode value) {
    List<JsonNode> objects = new ArrayList<>();
    if (value.isObject()) {
      objects.add(value);
    }
    for (JsonNode inner : value.values()) {
      objects.addAll(objectsIn(inner));
    }
    return objects;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'exit':1,'result':'failed'}", // without an error
        "{'error':{'what':'w','state':'s','next':'n'}}", // and yet 0
        "{'exit':7}",
        "{'result':'Done'}",
        "{'pending':0}", // of status only
        "{'folder':'/tmp/x'}", // of demo only
        "{'audit_log':null}",
        "{'migrations':[{'id':'v1_to_v2','from':'1','to':'2','description':'d'}]}", // no status
      })
  void aDocumentThatContradictsItselfIsRejected(String change) {
    String sound =
        "{'command':'migrate','version':'0.1.0','exit':0,'result':'done','migrations':[],"
            + "'messages':[]}";
    ObjectNode document = object(sound);
    assertEquals(List.of(), schema.problems(document));
    document.setAll(object(change));
    assertFalse(schema.problems(document).isEmpty());
  }

  private static ObjectNode object(String json) {
    return (ObjectNode) JsonMapper.shared().readTree(json.replace('\'', '"'));
  }

  // ------------------------------------------------------------ all that status can tell

  private static final String ENTRY =
      "{\"timestamp\":\"2026-04-17T09:30:0%d.5Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"}}\n";

  private static String header(String archive) {
    return "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-04-17T09:30:00Z\","
        + "\"rotated_from\":\"%s\"}}\n".formatted(archive);
  }

  /** A log with something of every kind in it and beside it. */
  private static Path richFolder() throws IOException {
    Path folder = Files.createTempDirectory(work, "rich");
    String entries = ENTRY.formatted(1) + "{torn\n" + ENTRY.formatted(2) + "{}\n";
    Map<String, String> files =
        Map.of(
            "audit.jsonl",
            header("audit.jsonl.20260410T000000Z") + entries + "{\"torn",
            "audit.jsonl.20260410T000000Z",
            header("audit.jsonl.20260401T000000Z") + ENTRY.formatted(0),
            "audit.jsonl.1",
            ENTRY.formatted(0),
            "audit.jsonl.v040-backup",
            entries,
            "audit.jsonl.replay-checkpoint",
            "{\"offset\":0,\"audit_size\":0}",
            "audit.jsonl.v041-migrate.tmp",
            "",
            "audit.jsonl.overflow.jsonl",
            ENTRY.formatted(3),
            "audit.jsonl.migrate.lock",
            "agentguard migrate lock pid=1 word=0000000000000000\n");
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    Files.setAttribute(folder.resolve("audit.jsonl.migrate.lock"), "unix:mode", 0600);
    return folder;
  }

  @Test
  void everyFieldThatIsDocumentedIsPrinted() throws Exception {
    Path folder = richFolder();
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("audit.jsonl"));
    Process writer =
        new ProcessBuilder("bash", "-c", "exec 3>>audit.jsonl; echo; read -r line")
            .directory(folder.toFile())
            .start();
    Set<String> printed = new TreeSet<>();
    try {
      writer.getInputStream().read();
      printed.addAll(fieldsOf(folder, "status", "--audit-log", link.getFileName().toString()));
    } finally {
      writer.destroyForcibly().waitFor();
    }
    printed.addAll(fieldsOf(folderOf("newer-schema"), "status"));
    printed.addAll(fieldsOf(folderOf("real-v0.4.0"), "--dry-run"));
    printed.addAll(fieldsOf(folderOf("newer-schema"), "startup"));
    printed.addAll(fieldsOf(folderOf("newer-schema"), "--archives"));
    printed.addAll(fieldsOf(folderOf("legacy-keeps-its-neighbours"), "status", "--archives"));
    Set<String> missing = schema.fields();
    missing.removeAll(printed);
    Set<String> elsewhere =
        Set.of(
            "/folder", // of the demo
            "/details", // of audit_to_store
            "backup/late_lines", // GenerationsTest, as the next three
            "backup/may_be_cut_off",
            "backup/open_by",
            "backup/problem",
            "lock/command"); // InterruptedRecoverTest
    assertEquals(elsewhere, missing);
  }

  private static Set<String> fieldsOf(Path folder, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    return schema.fieldsOf(requireDocument(Run.tool(folder, all.toArray(String[]::new))));
  }
}
