import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.files.Disk;
import support.files.HookedDisk;

/** Archives that are migrated without backups: their old bytes are the end of the new files. */
class WithoutBackupTest {
  private static final String WITHOUT = "--no-archive-backup";
  private static final String HEADER =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2020-01-01T00:00:00Z\"}}\n";
  private static final String ENTRIES = LiveLog.entries("old", 1, 5);

  @TempDir Path folder;

  private LiveLog archive(String name, String content) throws IOException {
    LiveLog archive = new LiveLog(folder, name);
    if (name.endsWith(".gz")) {
      Files.write(archive.log, Gzip.of(content));
    } else {
      archive.write(content);
    }
    return archive;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return List.copyOf(
          files
              .map(file -> file.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"audit.jsonl.1", "audit.jsonl.2.gz"})
  void theyGoThereAndBackToTheByte(String name) throws IOException {
    for (String content : List.of(ENTRIES, ENTRIES.strip(), "damaged\n" + ENTRIES)) {
      LiveLog archive = archive(name, content);
      byte[] old = Files.readAllBytes(archive.log);
      Run dry = archive.done("--dry-run", "--id", "v040_to_v041", WITHOUT);
      assertTrue(dry.stderr().contains("and keep no backup"), dry::toString);
      archive.migrate(WITHOUT);
      assertEquals(List.of(name), names());
      byte[] made = Files.readAllBytes(archive.log);
      assertArrayEquals(old, Arrays.copyOfRange(made, made.length - old.length, made.length));
      assertVerified(archive, content.startsWith("damaged"));
      archive.done("rollback");
      assertArrayEquals(old, Files.readAllBytes(archive.log));
      Files.delete(folder.resolve(name + ".archive.v041-backup"));
    }
  }

  /** No fault, but told. */
  private static void assertVerified(LiveLog archive, boolean isDamaged) {
    Run verify = archive.done("verify");
    assertTrue(verify.stdout().contains("no backup of " + archive.log), verify::toString);
    archive.run("verify", "--strict").assertIsError(6, "no backup of");
    if (isDamaged) {
      archive.run("verify", "--strict", WITHOUT).assertIsError(6, "1 line(s) that cannot be read");
    } else {
      archive.done("verify", "--strict", WITHOUT);
    }
  }

  @Test
  void aBackupThatIsDeletedLaterIsToldInTheSameWay() throws IOException {
    LiveLog archive = archive("audit.jsonl.2.gz", "damaged\n" + ENTRIES);
    archive.migrate();
    Files.delete(folder.resolve("audit.jsonl.2.gz.archive.v040-backup"));
    assertVerified(archive, true);
  }

  /**
   * As logrotate does it with {@code delaycompress}; its lines could not be read before, either.
   */
  @Test
  void anArchiveThatIsCompressedLaterIsToldOfInTheSameWay() throws IOException {
    LiveLog archive = archive("audit.jsonl.1", "damaged\n" + ENTRIES);
    archive.migrate(WITHOUT);
    LiveLog.compress(archive.log);
    LiveLog compressed = new LiveLog(folder, "audit.jsonl.1.gz");
    assertVerified(compressed, true);
    Run verify = compressed.done("verify");
    assertTrue(verify.stdout().contains("its header is sound, and every line"), verify::toString);
  }

  /** Of one that a server rotated there never was any. */
  @Test
  void whoKeepsNoBackupsOfArchivesAsksForNone() throws IOException {
    LiveLog archive = archive("audit.jsonl.1", HEADER + ENTRIES);
    archive.run("verify", "--strict", "--id", "v040_to_v041").assertIsError(6, "not proven");
    archive.done("verify", "--strict", WITHOUT, "--id", "v040_to_v041");
    archive = archive("audit.jsonl", HEADER + ENTRIES);
    archive
        .run("verify", "--strict", WITHOUT, "--id", "v040_to_v041")
        .assertIsError(6, "not proven");
  }

  @Test
  void theLogItselfKeepsItsBackup() throws IOException {
    archive("audit.jsonl", ENTRIES).migrate(WITHOUT);
    assertEquals(List.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
  }

  /** What it writes later would be in no file with a name. */
  @Test
  void nobodyMayBeWriting() throws IOException {
    LiveLog archive = archive("audit.jsonl.1", ENTRIES);
    archive.openForWriting(archive.log);
    archive.run(WITHOUT, "--force").assertIsError(4, "no backup of it is to be kept");
    archive.migrate("--force");
  }

  @ParameterizedTest
  @ValueSource(strings = {"audit.jsonl.1", "audit.jsonl.2.gz"})
  void whatIsAppendedAtTheLastMomentIsBroughtOverAsItIs(String name) throws IOException {
    LiveLog archive = archive(name, ENTRIES.strip());
    byte[] more = "}\nhalf a line".getBytes(UTF_8);
    byte[] old = Files.readAllBytes(archive.log);
    archive.disk =
        new HookedDisk(
            (effect, path) -> {
              if (effect.equals("rename")) {
                Files.write(archive.log, more, StandardOpenOption.APPEND);
              }
            });
    archive.run("--id", "v040_to_v041", WITHOUT, "--force");
    byte[] made = Files.readAllBytes(archive.log);
    byte[] end = Gzip.join(old, more);
    assertArrayEquals(end, Arrays.copyOfRange(made, made.length - end.length, made.length));
  }

  @Test
  void anInterruptedRunIsFinishedWithoutOne() throws IOException {
    LiveLog archive = archive("audit.jsonl.1", ENTRIES.strip());
    archive.disk =
        new HookedDisk(
            (effect, path) -> {
              if (effect.equals("flushFolder") && Files.size(archive.log) > ENTRIES.length()) {
                throw new IOException("cut");
              }
            });
    archive.run("--id", "v040_to_v041", WITHOUT).assertIsError(1, "cut");
    archive.disk = Disk.real();
    Run finished = archive.migrate();
    assertTrue(finished.stderr().contains("finished what it left"), finished::toString);
    assertEquals(List.of("audit.jsonl.1"), names());
    assertTrue(archive.read().endsWith(ENTRIES.strip()), archive.read());
    assertFalse(archive.read().endsWith("\n"));
  }

  /** All archives of a run are migrated within one tick of this clock. */
  @Test
  void noTwoFilesOfALogGetTheSameTimeOfCreation() throws IOException {
    for (String name : List.of("audit.jsonl.3.gz", "audit.jsonl.2.gz", "audit.jsonl.1")) {
      archive(name, ENTRIES);
    }
    LiveLog live = archive("audit.jsonl", ENTRIES);
    Run run =
        Run.toolWithFixedClock(folder, "--archives", WITHOUT, "--audit-log", live.log.toString());
    assertEquals(0, run.exit(), run::toString);
    TreeSet<String> headers = new TreeSet<>();
    for (String name : names()) {
      byte[] bytes = Files.readAllBytes(folder.resolve(name));
      String text = name.endsWith(".gz") ? Gzip.read(bytes) : new String(bytes, UTF_8);
      if (text.startsWith("{\"_meta\"")) {
        headers.add(text.substring(0, text.indexOf('\n')));
      }
    }
    assertEquals(4, headers.size(), headers::toString);
  }
}
