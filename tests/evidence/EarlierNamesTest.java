package support.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which backups may be those of an archive that had other names before. */
class EarlierNamesTest {
  @TempDir Path folder;

  @BeforeEach
  void backups() throws IOException {
    for (String name :
        List.of(
            ".v040-backup",
            ".v041-backup",
            ".1.archive.v040-backup",
            ".2.gz.archive.v040-backup",
            ".10.archive.v040-backup",
            "-20260417.archive.v040-backup",
            ".20260417T093000Z.archive.v040-backup")) {
      Files.createFile(folder.resolve("audit.jsonl" + name));
    }
  }

  private List<String> of(String archive) throws IOException {
    return EarlierNames.backups(folder.resolve(archive), List.of(folder)).keySet().stream()
        .map(backup -> backup.getFileName().toString().substring("audit.jsonl".length()))
        .toList();
  }

  /** Of two that fit, the one that was made last says more. */
  @Test
  void thoseOfLowerNumbersComeWithTheLatestFirst() throws IOException {
    assertEquals(
        List.of(".2.gz.archive.v040-backup", ".1.archive.v040-backup", ".v040-backup"),
        of("audit.jsonl.3.gz"));
  }

  @Test
  void whatIsToldByItsTimeWasTheLogBefore() throws IOException {
    assertEquals(List.of(".v040-backup"), of("audit.jsonl.20260417T093000Z"));
    assertEquals(List.of(".v040-backup"), of("audit.jsonl-20260417"));
    assertEquals(List.of(".v040-backup"), of("audit.jsonl.1"));
  }

  @Test
  void theLogHadNoOther() throws IOException {
    assertEquals(List.of(), of("audit.jsonl"));
  }
}
