import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import support.files.HookedDisk;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An archive that is compressed is a log: it gets its header, and none of its bytes changes. */
class CompressedTest {
  private static final String FIRST = LiveLog.entries("first", 1, 4);
  private static final String SECOND = LiveLog.entries("second", 1, 3);
  private static final String ENTRIES = FIRST + SECOND;
  private static final String HEADER =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-04-17T09:30:00Z\"}}\n";

  @TempDir Path folder;
  private LiveLog archive;
  private Path backup;

  @BeforeEach
  void anArchive() throws IOException {
    archive = new LiveLog(folder, "audit.jsonl.2.gz");
    backup = folder.resolve("audit.jsonl.2.gz.archive.v040-backup");
    write(Gzip.of(ENTRIES));
  }

  private void write(byte[] bytes) throws IOException {
    Files.write(archive.log, bytes);
  }

  private byte[] bytes() throws IOException {
    return Files.readAllBytes(archive.log);
  }

  private Map<String, String> allFiles() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Arrays.toString(Files.readAllBytes(file)));
      }
    }
    return files;
  }

  private void assertRefused(String what, int exit, String... arguments) throws IOException {
    Map<String, String> before = allFiles();
    archive.run(arguments).assertIsError(exit, what);
    assertEquals(before, allFiles());
  }

  private void assertNotMigrated(String what) throws IOException {
    assertRefused(what, 5);
    assertRefused(what, 5, "--dry-run");
    assertRefused(what, 5, "startup");
  }

  private JsonNode status(String... options) {
    List<String> all = new ArrayList<>(List.of("status", "--json"));
    all.addAll(List.of(options));
    Run run = archive.done(all.toArray(String[]::new));
    return JsonMapper.shared().readTree(run.stdout()).path("status");
  }

  // ---------------------------------------------------------------- there and back

  @ParameterizedTest
  @MethodSource("forms")
  void theHeaderIsAMemberOfItsOwnAndTheOldBytesFollow(String form) throws IOException {
    byte[] old = Gzip.forms(FIRST, SECOND).get(form);
    write(old);
    archive.migrate();
    assertEndsWith(old, bytes());
    assertArrayEquals(old, Files.readAllBytes(backup));
    String content = Gzip.read(bytes());
    assertTrue(content.startsWith("{\"_meta\":{\"schema_version\":2,\"created_at\":\""), content);
    assertEquals(ENTRIES, content.substring(content.indexOf('\n') + 1));
    assertEveryReaderReads(content);
    byte[] migrated = bytes();
    archive.migrate();
    assertArrayEquals(migrated, bytes());
    archive.done("verify", "--strict");
    archive.done("rollback");
    assertArrayEquals(old, bytes());
    archive.done("rollback");
    assertArrayEquals(old, bytes());
  }

  static Stream<String> forms() {
    return Gzip.forms(FIRST, SECOND).keySet().stream();
  }

  private static void assertEndsWith(byte[] end, byte[] all) {
    assertArrayEquals(end, Arrays.copyOfRange(all, all.length - end.length, all.length));
  }

  private void assertEveryReaderReads(String content) {
    String file = archive.log.toString();
    assertEquals(0, Run.of(folder, Map.of(), "gzip", "-t", file).exit());
    assertEquals(content, Run.of(folder, Map.of(), "zcat", file).stdout());
    String python = "import gzip, sys; sys.stdout.write(gzip.open(sys.argv[1], 'rt').read())";
    assertEquals(content, Run.of(folder, Map.of(), "python3", "-c", python, file).stdout());
  }

  @Test
  void aGoProgramReadsIt() throws IOException {
    assumeTrue(Tools.has("go"), "go");
    archive.migrate();
    Path program = folder.resolve("main.go");
    Files.writeString(
        program,
        """
        package main

        import (
        	"compress/gzip"
        	"io"
        	"os"
        )

        func main() {
        	f, _ := os.Open(os.Args[1])
        	r, err := gzip.NewReader(f)
        	if err != nil {
        		panic(err)
        	}
        	if _, err := io.Copy(os.Stdout, r); err != nil {
        		panic(err)
        	}
        }
        """);
    Run go = Run.of(folder, Map.of(), "go", "run", program.toString(), archive.log.toString());
    assertEquals(Gzip.read(bytes()), go.stdout(), go::toString);
  }

  @Test
  void aDryRunSaysWhatARunDoes() throws IOException {
    Map<String, String> before = allFiles();
    Run plan = archive.done("--dry-run");
    assertTrue(plan.stderr().contains("would prepend _meta and write backup to"), plan::toString);
    assertEquals(before, allFiles());
  }

  @Test
  void oneOfNothingIsEmpty() throws IOException {
    byte[] nothing = Gzip.of("");
    write(nothing);
    archive.migrate();
    assertArrayEquals(nothing, bytes());
  }

  @Test
  void aLastLineWithoutItsEndStaysAsItIs() throws IOException {
    byte[] torn = Gzip.of(ENTRIES.strip());
    write(torn);
    archive.migrate();
    assertEndsWith(torn, bytes());
    archive.done("rollback");
    assertArrayEquals(torn, bytes());
  }

  @Test
  void itIsRestoredFromItsBackup() throws IOException {
    byte[] old = bytes();
    archive.migrate();
    archive.done("rollback", "--from-backup");
    assertArrayEquals(old, bytes());
  }

  @Test
  void anotherEncodingIsNotRestored() throws IOException {
    archive.migrate();
    Path plain = Files.writeString(folder.resolve("plain"), ENTRIES);
    assertRefused(
        "one is compressed", 5, "rollback", "--from-backup", "--backup", plain.toString());
  }

  // ---------------------------------------------------------------- what is refused

  @Test
  void withoutItsEndingItsNameIsAskedForByVerifyToo() throws IOException {
    LiveLog unnamed = new LiveLog(folder, "audit.jsonl.2");
    Files.move(archive.log, unnamed.log);
    for (String command : List.of("--dry-run", "verify", "rollback")) {
      unnamed.run(command).assertIsError(5, "its name does not end in .gz");
    }
  }

  @Test
  void bytesBehindTheEndAreRefused() throws IOException {
    for (byte[] behind :
        List.of(new byte[1], new byte[512], "hidden".getBytes(UTF_8), new byte[] {0x1F, 0x20})) {
      write(Gzip.join(Gzip.of(FIRST), Gzip.of(SECOND), behind));
      assertNotMigrated("bytes behind the end");
      Run run = archive.run("--json");
      assertEquals(
          "bytes-behind-compressed",
          JsonMapper.shared().readTree(run.stdout()).at("/error/code").asString());
    }
  }

  @Test
  void whatIsCutShortIsRefused() throws IOException {
    byte[] whole = Gzip.join(Gzip.of(FIRST), Gzip.of(SECOND));
    for (int length : new int[] {0, 1, 5, 11, 60, whole.length - 8, whole.length - 1}) {
      write(Arrays.copyOf(whole, length));
      assertNotMigrated("");
    }
  }

  @Test
  void whatIsDamagedIsRefused() throws IOException {
    byte[] whole = Gzip.of(ENTRIES);
    for (int at : new int[] {0, 2, 3, 12, whole.length / 2, whole.length - 5, whole.length - 1}) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x40;
      write(damaged);
      assertNotMigrated("");
    }
  }

  @Test
  void besideThePlainOneItIsAnUnfinishedCompression() throws IOException {
    Files.writeString(folder.resolve("audit.jsonl.2"), ENTRIES);
    assertNotMigrated("unfinished compression of " + folder.resolve("audit.jsonl.2"));
    new LiveLog(folder, "audit.jsonl.2").migrate();
  }

  @Test
  void whatNoAgentGuardReadsIsRefused() throws IOException {
    for (String program : List.of("xz", "zstd")) {
      assumeTrue(Tools.has(program), program);
      Path plain = Files.writeString(folder.resolve("plain"), ENTRIES);
      archive = new LiveLog(folder, "audit.jsonl.3." + program);
      String script = program + " -c <plain >audit.jsonl.3." + program;
      assertEquals(0, Run.of(folder, Map.of(), "bash", "-c", script).exit());
      Files.delete(plain);
      assertNotMigrated("is compressed with " + program);
    }
  }

  @Test
  void linesOfItAreNotEdited() throws IOException {
    assertRefused("lines of a compressed log are not edited", 5, "--id", "mask_lines");
    assertRefused("lines of a compressed log are not edited", 5, "--id", "mask_lines", "--dry-run");
  }

  // ---------------------------------------------------------------- a header that is there

  @Test
  void aHeaderThatSharesAMemberWithEntriesStays() throws IOException {
    byte[] old = Gzip.of(HEADER + ENTRIES);
    write(old);
    archive.migrate();
    assertArrayEquals(old, bytes());
    Run rollback = archive.done("rollback", "--json");
    JsonNode result = JsonMapper.shared().readTree(rollback.stdout()).at("/migrations/0");
    assertEquals(1, result.at("/stats/left_as_it_is").asInt(), rollback::toString);
    assertTrue(rollback.stdout().contains("was left as it is"), rollback::toString);
    assertFalse(rollback.stdout().contains("is at version 1"), rollback::toString);
    assertArrayEquals(old, bytes());
    archive.done("rollback", "--dry-run");
    archive.done("verify");
  }

  @Test
  void aHeaderAloneIsLeftTooSinceNothingWouldRemain() throws IOException {
    byte[] old = Gzip.of(HEADER);
    write(old);
    archive.done("rollback");
    assertArrayEquals(old, bytes());
  }

  @Test
  void aHeaderOfItsOwnIsEditedInPlace() throws IOException {
    byte[] entries = Gzip.join(Gzip.of(FIRST), Gzip.of(SECOND));
    byte[] old = Gzip.join(Gzip.of("\n" + HEADER), entries);
    write(old);
    archive.done("--id", "second_header");
    assertEndsWith(entries, bytes());
    String edited = HEADER.replace(":2", ":3").replace("}}", ",\"era\":{\"n\": 1}}}");
    assertEquals("\n" + edited + ENTRIES, Gzip.read(bytes()));
    archive.done("verify", "--id", "second_header");
    archive.done("rollback", "--id", "second_header");
    assertEquals("\n" + HEADER + ENTRIES, Gzip.read(bytes()));
    write(Gzip.of(HEADER + ENTRIES));
    assertRefused("compressed together with entries", 5, "--id", "second_header");
  }

  // ---------------------------------------------------------------- what status and verify say

  @Test
  void statusReadsInside() throws IOException {
    JsonNode log = status().path("log");
    assertEquals("headerless", log.path("format").asString(), log::toString);
    assertEquals(7, log.at("/content/entries").asInt(), log::toString);
    archive.migrate();
    JsonNode now = status();
    assertEquals("headed", now.at("/log/format").asString(), now::toString);
    assertEquals(7, now.at("/log/content/entries").asInt(), now::toString);
    assertEquals("belongs", now.at("/backups/0/state").asString(), now::toString);
    write(Arrays.copyOf(bytes(), bytes().length - 3));
    JsonNode damaged = status();
    assertEquals("refused", damaged.at("/log/format").asString(), damaged::toString);
  }

  /** Also where its first lines can be read, with a header and without. */
  @Test
  void whatIsDamagedFurtherBehindIsToldInTheSameWay() throws IOException {
    String entries = LiveLog.entries("many", 1, 2000);
    for (String content : List.of(entries, HEADER + entries)) {
      write(Gzip.join(Gzip.of(content), "hidden".getBytes(UTF_8)));
      JsonNode seen = status();
      assertEquals("refused", seen.at("/log/format").asString(), seen::toString);
      archive.run("status", "--check").assertIsError(5, "bytes behind the end");
      Run list = archive.run("status", "--check", "--archives");
      list.assertIsError(5, "bytes behind the end");
      assertTrue(list.stdout().startsWith("refused"), list::toString);
      archive.run("verify", "--id", "v040_to_v041").assertIsError(6, "bytes behind the end");
    }
  }

  /**
   * But for those that mean nothing: the time, the flags of the compressor and the system in front
   * of a member, and what fills its last byte.
   */
  @Test
  void verifyFindsEveryBitThatChanged() throws IOException {
    write(Gzip.join(Gzip.of(FIRST), Gzip.of(SECOND)));
    archive.migrate();
    archive.done("verify", "--strict");
    assertFindsChanges(archive.log);
    assertFindsChanges(backup);
  }

  private void assertFindsChanges(Path file) throws IOException {
    byte[] sound = Files.readAllBytes(file);
    for (int at = 0; at < sound.length; at += 5) {
      byte[] changed = sound.clone();
      changed[at] ^= 4;
      boolean saysNothing = holdsTheSame(changed, sound);
      Files.write(file, changed);
      Run verify = archive.run("verify", "--id", "v040_to_v041");
      assertEquals(saysNothing ? 0 : 6, verify.exit(), "byte " + at + " of " + file + verify);
      verify.assertShowsNoTrace();
    }
    Files.write(file, sound);
  }

  private static boolean holdsTheSame(byte[] changed, byte[] sound) throws IOException {
    try {
      return Gzip.read(changed).equals(Gzip.read(sound));
    } catch (ZipException | EOFException e) {
      return false;
    }
  }

  @Test
  void theBackupOfANumberedArchiveBelongsToWhatItHasBecome() throws IOException {
    archive.migrate();
    Files.move(archive.log, folder.resolve("audit.jsonl.3.gz"));
    write(Gzip.of(HEADER + LiveLog.entries("third", 1, 2)));
    Run verify = archive.done("verify");
    assertTrue(
        verify.stdout().contains(folder.resolve("audit.jsonl.3.gz") + " holds the"),
        verify::toString);
  }

  // ---------------------------------------------------------------- others at work

  /** An effect of the run, before which something is appended to the archive once. */
  private void append(byte[] more, String effect, Path... path) {
    List<byte[]> left = new ArrayList<>(List.of(more));
    archive.disk =
        new HookedDisk(
            (name, file) -> {
              boolean isIt = name.equals(effect) && (path.length == 0 || path[0].equals(file));
              if (isIt && !left.isEmpty()) {
                Files.write(archive.log, left.remove(0), StandardOpenOption.APPEND);
              }
            });
  }

  @Test
  void whatGrewMeanwhileIsStagedAnew() throws IOException {
    byte[] old = bytes();
    byte[] more = Gzip.of(LiveLog.entry("late", 1));
    append(more, "link");
    archive.migrate();
    assertEndsWith(Gzip.join(old, more), bytes());
    archive.done("verify", "--strict");
  }

  @Test
  void whatIsAppendedByForceIsBroughtOverAsItIs() throws IOException {
    byte[] old = bytes();
    byte[] more = Gzip.of(LiveLog.entry("late", 1));
    append(more, "rename");
    Run run = archive.migrate("--force");
    assertTrue(run.stderr().contains(more.length + " bytes that were appended"), run::toString);
    assertEndsWith(Gzip.join(old, more), bytes());
    archive.done("verify", "--strict");
  }

  @Test
  void aMemberThatIsNotWholeStaysInTheBackup() throws IOException {
    byte[] old = bytes();
    byte[] part = Arrays.copyOf(Gzip.of(LiveLog.entry("late", 1)), 30);
    append(part, "rename");
    Run run = archive.migrate("--force");
    assertTrue(run.stderr().contains("30 bytes of an unfinished"), run::toString);
    assertEndsWith(old, bytes());
    assertArrayEquals(Gzip.join(old, part), Files.readAllBytes(backup));
  }

  @Test
  void nothingIsRecoveredIntoIt() throws IOException {
    archive.migrate();
    byte[] migrated = bytes();
    Files.write(backup, Gzip.join(Files.readAllBytes(backup), Gzip.of(LiveLog.entry("late", 9))));
    Run recover = archive.done("recover");
    assertTrue(recover.stdout().contains("stay in " + backup), recover::toString);
    assertArrayEquals(migrated, bytes());
  }
}
