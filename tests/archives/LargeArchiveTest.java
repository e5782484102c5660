import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives take constant memory, however much they inflate to, and however many they are. */
class LargeArchiveTest {
  private static final List<String> SMALL_HEAP = List.of("-Xmx32m");
  private static final String LOG = "audit.jsonl";
  private static final int ENTRIES = 1 << 14;
  private static final int BLOCKS = 80;

  @TempDir Path folder;

  /** More than 200 MiB, six times the heap, in a member of some MiB. */
  private Path archive() throws IOException {
    byte[] block = LiveLog.entries("old", 0, ENTRIES).getBytes(StandardCharsets.UTF_8);
    assertTrue((long) block.length * BLOCKS > 200 << 20, () -> block.length + " bytes");
    Path archive = folder.resolve(LOG + ".2.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive), 1 << 16)) {
      for (int i = 0; i < BLOCKS; i++) {
        out.write(block);
      }
    }
    return archive;
  }

  private String done(String... command) {
    Run run = Run.tool(SMALL_HEAP, folder, command);
    assertEquals(0, run.exit(), run::toString);
    return run.stdout();
  }

  @Test
  void aCompressedArchiveOfManyTimesTheHeapIsMigratedProvenAndTakenBack() throws IOException {
    Path archive = archive();
    byte[] old = Files.readAllBytes(archive);
    String entries = " %d entries".formatted((long) ENTRIES * BLOCKS);
    done("--archives");
    assertTrue(done("status", "--archives").contains(entries));
    assertTrue(done("verify", "--archives").contains(entries));
    done("rollback", "--archives");
    assertTrue(Arrays.equals(old, Files.readAllBytes(archive)));
  }

  @Test
  void ofThousandsOfArchivesNoneIsRememberedOnceItWasToldOf() throws IOException {
    Path log = Files.writeString(folder.resolve(LOG), LiveLog.entries("old", 0, 1));
    for (int i = 1; i <= 3000; i++) {
      Files.createLink(folder.resolve(LOG + "." + i), log);
    }
    assertTrue(done("status", "--archives", "--quick").contains("3001 log(s)"));
  }
}
