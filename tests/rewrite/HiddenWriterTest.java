import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.files.OpenFiles;
import support.files.RamDisk;

/** A dry run says of those who write to the log, seen or not, what the run would say. */
class HiddenWriterTest {
  private static final String UNSEEN = "could not look into all processes";

  @TempDir Path folder;
  private LiveLog live;

  @BeforeEach
  void aLog() throws IOException {
    live = new LiveLog(folder);
    live.write(LiveLog.entries("old", 1, 5));
  }

  private void hideProcesses() {
    live.openFiles = file -> new OpenFiles.Answer(List.of(), false);
  }

  private void assertBothSay(String what, String where, String... more) {
    for (String option : List.of("--dry-run", "--verbose")) {
      List<String> arguments = new ArrayList<>(List.of("--id", "v040_to_v041", "--force", option));
      arguments.addAll(List.of(more));
      Run run = live.done(arguments.toArray(String[]::new));
      assertTrue(run.stderr().contains(what), run::toString);
      assertTrue(run.stderr().contains(where), run::toString);
    }
  }

  @Test
  void whatAHiddenWriterLogsIsInTheBackup() {
    hideProcesses();
    assertBothSay(UNSEEN, "in " + live.file(".v040-backup"));
  }

  /** That one is another file, and what is logged behind the run would be in none with a name. */
  @Test
  void whereAnEqualBackupIsThereItIsInOneMore() throws IOException {
    byte[] old = Files.readAllBytes(live.log);
    Files.copy(live.log, live.file(".v040-backup"));
    hideProcesses();
    try (OutputStream hidden = Files.newOutputStream(live.log, StandardOpenOption.APPEND)) {
      assertBothSay(UNSEEN, "in " + live.file(".v040-backup.1"));
      hidden.write(LiveLog.entries("late", 1, 1).getBytes(StandardCharsets.UTF_8));
    }
    assertArrayEquals(old, Files.readAllBytes(live.file(".v040-backup")));
    assertEquals(
        new String(old, StandardCharsets.UTF_8) + LiveLog.entries("late", 1, 1),
        Files.readString(live.file(".v040-backup.1")));
  }

  @Test
  void whereTheBackupIsOnAnotherFileSystemItIsInNone(@TempDir(factory = RamDisk.class) Path memory)
      throws IOException {
    hideProcesses();
    Files.copy(live.log, memory.resolve("audit.jsonl.v040-backup"));
    assertBothSay(UNSEEN, "in no file", "--backup-dir", memory.toString());
    assertFalse(
        Files.exists(memory.resolve("audit.jsonl.v040-backup.1")), "one more copy is of no use");
  }

  @Test
  void aWriterThatIsSeenIsNamed() {
    live.openForWriting(live.log);
    assertBothSay("process 42 (agentguard)", "restart it");
  }

  @Test
  void whereAllCanBeSeenNothingIsSaid() {
    assertFalse(live.done("--dry-run").stderr().contains("process"));
  }
}
