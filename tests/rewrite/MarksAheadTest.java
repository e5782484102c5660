package support.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Marks are asked for in one go, and anew where they may have changed since. */
class MarksAheadTest {
  private static final String MARK = "-a--";

  @TempDir Path folder;
  private Path one;
  private Path two;
  private final List<Integer> questions = new ArrayList<>();
  private final MarksAhead ahead = new MarksAhead(new Marking());

  /** Every file is marked, and it is noted of how many files that was asked at a time. */
  private final class Marking implements AccessControl {
    @Override
    public List<String> marksOf(List<Path> files) {
      questions.add(files.size());
      return files.stream().map(file -> MARK).toList();
    }

    @Override
    public Access look(Path file, int permissions) {
      return Access.UNKNOWN;
    }

    @Override
    public AccessList listOf(Path file) {
      return AccessList.ofMode(0600);
    }

    @Override
    public List<String> labelsOf(Path... files) {
      return List.of();
    }
  }

  @BeforeEach
  void twoLogs() throws IOException {
    one = Files.writeString(folder.resolve("1.jsonl"), "1");
    two = Files.writeString(folder.resolve("2.jsonl"), "2");
  }

  private void look(Path log) throws IOException {
    assertEquals(List.of(MARK, MARK), ahead.marksOf(List.of(folder, log)));
  }

  @Test
  void allAreAskedForInOneGo() throws IOException {
    ahead.foresee(List.of(one, two, folder));
    look(one);
    Files.writeString(folder.resolve("another"), "");
    look(two);
    assertEquals(List.of(3), questions);
  }

  @Test
  void whatWasNotForeseenIsAskedFor() throws IOException {
    ahead.foresee(List.of(one, folder));
    look(two);
    assertEquals(List.of(2, 2), questions);
  }

  @Test
  void aLogThatWasReplacedIsAskedForAnew() throws IOException {
    ahead.foresee(List.of(one, two, folder));
    Files.move(two, one, StandardCopyOption.REPLACE_EXISTING);
    look(one);
    assertEquals(List.of(3, 2), questions);
  }

  /** As a change of its marks does. */
  @Test
  void aLogWhoseStatusChangedIsAskedForAnew() throws IOException {
    ahead.foresee(List.of(one, two, folder));
    Object then = Files.getAttribute(one, "unix:ctime");
    while (Files.getAttribute(one, "unix:ctime").equals(then)) {
      Files.setAttribute(one, "unix:mode", 0640);
    }
    look(one);
    assertEquals(List.of(3, 2), questions);
  }

  @Test
  void oneThatIsGoneIsLeftToItsOwnTurn() throws IOException {
    ahead.foresee(List.of(one, folder.resolve("gone"), folder));
    look(one);
    assertEquals(List.of(2), questions);
  }

  @Test
  void aCommandLineHasRoomForThem() throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      files.add(Files.writeString(folder.resolve(i + ".log"), ""));
    }
    files.add(folder);
    ahead.foresee(files);
    look(files.get(299));
    assertEquals(List.of(250, 51), questions);
  }
}
