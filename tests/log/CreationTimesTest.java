package support.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No two files of a log get the same time of creation, which servers tell them by. */
class CreationTimesTest {
  private static final Instant NOW = Instant.parse("2026-04-17T09:30:00.5Z");

  @TempDir Path folder;

  private Path header(String name, String time) throws IOException {
    String line = "{\"_meta\":{\"schema_version\":2,\"created_at\":\"%s\"}}\n".formatted(time);
    Path file = folder.resolve(name);
    if (!name.endsWith(".gz")) {
      return Files.writeString(file, line);
    }
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(line.getBytes(UTF_8));
    }
    return file;
  }

  @Test
  void eachLogGetsATimeOfItsOwnAndAlwaysTheSame() throws IOException {
    CreationTimes times = new CreationTimes();
    Set<Instant> given = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      Path archive = folder.resolve("audit.jsonl." + i);
      Instant time = times.of(archive, NOW);
      assertTrue(given.add(time));
      assertEquals(time, times.of(archive, NOW.plusSeconds(1)));
    }
    assertTrue(given.add(times.of(folder.resolve("audit.jsonl"), NOW)));
    assertTrue(given.contains(NOW) && given.contains(NOW.plusNanos(100)));
  }

  @Test
  void noneIsThatOfAHeaderInTheFamily() throws IOException {
    header("audit.jsonl", "2026-04-17T09:30:00.50Z");
    header("audit.jsonl.3.gz", "2026-04-17T11:30:00.500000001+02:00");
    header("audit.jsonl-20260417", "2026-04-17T09:30:00.500000002Z");
    Files.write(folder.resolve("audit.jsonl.4.gz"), new byte[] {0x1F, (byte) 0x8B, 8});
    Files.writeString(folder.resolve("audit.jsonl.5"), "damaged\n");
    Files.writeString(
        folder.resolve("audit.jsonl.6"), "{\"_meta\":{\"schema_version\":\"two\"}}\n");
    header("other.jsonl", "2026-04-17T09:30:00.500000003Z");
    Instant time = new CreationTimes().of(folder.resolve("audit.jsonl.1"), NOW);
    assertEquals(NOW.plusNanos(3), time);
  }

  /** Of thousands of archives, none is opened again for each of them. */
  @Test
  void headersAreReadOnce() throws IOException {
    CreationTimes times = new CreationTimes();
    Path seen = header("audit.jsonl.2", NOW.toString());
    times.of(folder.resolve("audit.jsonl.1"), NOW.minusSeconds(1));
    Files.delete(seen);
    header("audit.jsonl.4", NOW.plusNanos(1).toString());
    assertEquals(NOW.plusNanos(1), times.of(folder.resolve("audit.jsonl.3"), NOW));
  }
}
