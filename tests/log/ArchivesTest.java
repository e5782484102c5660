package support.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files beside a log are archives of it, and how old they are. */
class ArchivesTest {
  private static final List<String> OLDEST_FIRST =
      List.of(
          ".10.gz",
          ".9.gz",
          ".2.gz",
          ".1",
          ".1.gz",
          ".0",
          "-20251231.gz",
          "-20260417",
          ".20260417T093000Z",
          ".20260417T093000Z.gz",
          "-20260418",
          ".20260418T000001Z.gz");

  private static final List<String> NO_ARCHIVES =
      List.of(
          "",
          ".gz",
          ".1.v040-backup",
          ".v040-backup",
          ".v040-backup.1",
          ".1.gz.migrate.lock",
          ".overflow.jsonl",
          ".replay-checkpoint",
          ".migrate.0123456789abcdef.tmp",
          ".20260417T093000",
          ".20260417T093000Z.1",
          "-2026041",
          ".1.bz2",
          ".gz.1",
          "x1",
          ".1\n");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"audit.jsonl", "audit", "a.b+c (1) [x]$^\\E.jsonl", "audit.jsonl.1", "-x"})
  void archivesAreThoseOfTheLogAndComeOldestFirst(String log) throws IOException {
    for (String suffix : OLDEST_FIRST) {
      Files.createFile(folder.resolve(log + suffix));
    }
    for (String suffix : NO_ARCHIVES) {
      Files.createFile(folder.resolve(log + suffix));
    }
    Files.createFile(folder.resolve("another.jsonl.1"));
    Files.createFile(folder.resolve("x" + log + ".3"));
    Files.createDirectory(folder.resolve(log + ".4"));
    Files.createSymbolicLink(folder.resolve(log + ".5"), folder.resolve(log));
    assertEquals(OLDEST_FIRST, suffixes(log));
  }

  @Test
  void aLogThatIsNotThereMayHaveArchives() throws IOException {
    assertEquals(List.of(), suffixes("audit.jsonl"));
    Files.createFile(folder.resolve("audit.jsonl.1"));
    assertEquals(List.of(".1"), suffixes("audit.jsonl"));
  }

  @Test
  void aNumberMayBeOfAnyLength() throws IOException {
    String longest = "." + String.join("", Collections.nCopies(40, "9"));
    Files.createFile(folder.resolve("audit.jsonl" + longest));
    Files.createFile(folder.resolve("audit.jsonl.12345678901234567890"));
    assertEquals(List.of(longest, ".12345678901234567890"), suffixes("audit.jsonl"));
  }

  private List<String> suffixes(String log) throws IOException {
    return Archives.beside(folder.resolve(log)).stream()
        .map(archive -> archive.getFileName().toString().substring(log.length()))
        .toList();
  }
}
