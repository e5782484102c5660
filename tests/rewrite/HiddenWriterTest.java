import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.files.OpenFiles;

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

  private void assertBothSay(String what, String where) {
    for (String option : List.of("--dry-run", "--verbose")) {
      Run run = live.done("--id", "v040_to_v041", "--force", option);
      assertTrue(run.stderr().contains(what), run::toString);
      assertTrue(run.stderr().contains(where), run::toString);
    }
  }

  @Test
  void whatAHiddenWriterLogsIsInTheBackup() {
    hideProcesses();
    assertBothSay(UNSEEN, "in " + live.file(".v040-backup"));
  }

  @Test
  void whereTheBackupIsAnotherFileItIsInNone() throws IOException {
    Files.copy(live.log, live.file(".v040-backup"));
    hideProcesses();
    assertBothSay(UNSEEN, "in no file");
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
