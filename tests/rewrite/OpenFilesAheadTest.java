package support.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has files open is looked for in one search, and again for whatever may be another answer. */
class OpenFilesAheadTest {
  @TempDir Path folder;
  private Path one;
  private Path two;
  private Path proc;
  private OpenFiles ahead;

  @BeforeEach
  void twoLogs() throws IOException {
    one = Files.writeString(folder.resolve("1.jsonl"), "1");
    two = Files.writeString(folder.resolve("2.jsonl"), "2");
    proc = folder.resolve("proc");
    Files.createDirectories(proc.resolve("1/fd"));
    ahead = new OpenFilesAhead(new OpenFiles.ProcFiles(proc));
  }

  /** A process that has a file open for writing. */
  private void open(int process, Path file) throws IOException {
    Path of = proc.resolve(Integer.toString(process));
    Files.createDirectories(of.resolve("fd"));
    Files.createDirectories(of.resolve("fdinfo"));
    Files.createSymbolicLink(of.resolve("fd/3"), file);
    Files.writeString(of.resolve("fdinfo/3"), "pos:\t0\nflags:\t0102001\n");
  }

  private void assertWriters(int count, Path file) throws IOException {
    assertEquals(count, ahead.holdersOf(file).writers().size());
  }

  @Test
  void theFirstQuestionIsAnsweredAheadAndTheSecondIsNot() throws IOException {
    ahead.foresee(List.of(one, two));
    open(7, one);
    open(8, two);
    for (Path file : List.of(one, two)) {
      assertWriters(0, file);
      assertWriters(1, file);
    }
  }

  @Test
  void whatWasOpenIsLookedAtAgain() throws IOException {
    open(7, one);
    ahead.foresee(List.of(one, two));
    assertWriters(1, one);
    Files.delete(proc.resolve("7/fd/3"));
    assertWriters(0, one);
  }

  @Test
  void aFileThatTookTheNameSinceIsLookedAt() throws IOException {
    ahead.foresee(List.of(one));
    Path other = Files.writeString(folder.resolve("other"), "1");
    open(7, other);
    Files.move(other, one, StandardCopyOption.REPLACE_EXISTING);
    Files.delete(proc.resolve("7/fd/3"));
    Files.createSymbolicLink(proc.resolve("7/fd/3"), one);
    assertWriters(1, one);
  }

  /** Of one process that cannot be looked at, each file may be told another thing. */
  @Test
  void eachFileGetsItsOwnAnswer() throws IOException {
    open(7, one);
    Files.createSymbolicLink(proc.resolve("7/fd/4"), Path.of("4")); // which leads in a circle
    ahead.foresee(List.of(one, two));
    assertEquals(
        List.of(1, true),
        List.of(ahead.holdersOf(one).writers().size(), ahead.holdersOf(one).complete()));
    assertEquals(false, ahead.holdersOf(two).complete());
    Files.delete(proc.resolve("7/fd/4"));
    assertEquals(true, ahead.holdersOf(two).complete());
  }

  @Test
  void whatCannotBeLookedAtAheadIsAskedForByItself() throws IOException {
    ahead.foresee(List.of(one, folder.resolve("missing")));
    open(7, one);
    assertWriters(1, one);
  }
}
