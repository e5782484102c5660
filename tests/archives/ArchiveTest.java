import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.files.HookedDisk;

/** What an archive needs besides what a log needs, compressed or not. */
class ArchiveTest {
  private static final String ENTRIES = LiveLog.entries("old", 1, 5);
  private static final FileTime OLD = FileTime.from(Instant.parse("2026-04-17T09:30:00Z"));

  @TempDir Path folder;

  private LiveLog archive(String name) throws IOException {
    LiveLog archive = new LiveLog(folder, name);
    if (name.endsWith(".gz")) {
      Files.write(archive.log, Gzip.of(ENTRIES));
    } else {
      archive.write(ENTRIES);
    }
    Files.setLastModifiedTime(archive.log, OLD);
    return archive;
  }

  /** The {@code maxage} of logrotate goes by it. */
  @ParameterizedTest
  @ValueSource(
      strings = {"audit.jsonl.1", "audit.jsonl.2.gz", "audit.jsonl-20260417", "a.20260417T093000Z"})
  void itsTimeOfModificationIsKept(String name) throws IOException {
    LiveLog archive = archive(name);
    archive.migrate();
    assertEquals(OLD, Files.getLastModifiedTime(archive.log));
    archive.done("rollback");
    assertEquals(OLD, Files.getLastModifiedTime(archive.log));
  }

  /** From v1.1.0 on it may point into an archive. */
  @ParameterizedTest
  @ValueSource(strings = {"audit.jsonl.1", "audit.jsonl.20260417T093000Z.gz"})
  void theCheckpointOfTheLogIsRemovedBeforeTheArchiveIsReplaced(String name) throws IOException {
    LiveLog archive = archive(name);
    Path checkpoint = folder.resolve("audit.jsonl.replay-checkpoint");
    Files.writeString(checkpoint, "{\"offset\":1,\"audit_size\":1,\"file_id\":\"x\"}");
    HookedDisk disk = new HookedDisk((effect, path) -> {});
    archive.disk = disk;
    archive.migrate();
    assertFalse(Files.exists(checkpoint));
    List<String> effects = disk.effects();
    int removed = effects.indexOf("remove audit.jsonl.replay-checkpoint");
    assertTrue(removed >= 0 && removed < effects.indexOf("rename " + name), effects::toString);
  }

  /** What AgentGuard's rotator counts as archives, and deletes, stays the same. */
  @ParameterizedTest
  @ValueSource(strings = {"audit.jsonl.1", "audit.jsonl.2.gz", "audit.jsonl.100"})
  void nothingBesideItLooksLikeAnArchive(String name) throws IOException {
    LiveLog archive = archive(name);
    archive.migrate();
    archive.done("rollback");
    try (var files = Files.list(folder)) {
      List<String> others =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> !file.equals(name))
              .toList();
      assertEquals(2, others.size(), others::toString);
      assertTrue(
          others.stream()
              .allMatch(file -> file.matches("\\Q" + name + "\\E\\.archive\\.v04[01]-backup")),
          others::toString);
    }
  }
}
