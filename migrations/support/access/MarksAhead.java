package support.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Access control that asks for the marks of many files in one go: to start a program for each takes
 * longer than most of what is done to a small log.
 *
 * <p>Marks are looked for so that a run fails before its first write, and not at the rename, where
 * the system refuses all the same. So it is enough to ask anew where a file was changed since; what
 * changes in a folder with each name in it says nothing of its marks, and it is asked for once.
 */
final class MarksAhead implements AccessControl {
  /** As many as a command line has room for, however long their names are. */
  private static final int MOST_AT_ONCE = 250;

  private static final String FILE = "unix:dev,ino,ctime";
  private static final String FOLDER = "unix:dev,ino";

  private final AccessControl access;
  private final Map<Path, Answer> answers = new HashMap<>();

  /**
   * @param state of the file when it was asked for
   */
  private record Answer(Object state, String marks) {}

  /**
   * @param access asked for the rest, and for marks that were not foreseen
   */
  MarksAhead(AccessControl access) {
    this.access = access;
  }

  @Override
  public void foresee(Collection<Path> files) {
    List<Path> all = List.copyOf(files);
    for (int from = 0; from < all.size(); from += MOST_AT_ONCE) {
      ask(all.subList(from, Math.min(all.size(), from + MOST_AT_ONCE)));
    }
  }

  private void ask(List<Path> files) {
    try {
      List<Object> states = new ArrayList<>();
      for (Path file : files) {
        states.add(stateOf(file));
      }
      List<String> marks = access.marksOf(files);
      for (int i = 0; i < marks.size(); i++) {
        answers.put(files.get(i), new Answer(states.get(i), marks.get(i)));
      }
    } catch (IOException e) {
      // What is wrong with one of them is found when it is looked at by itself.
    }
  }

  private static Object stateOf(Path file) throws IOException {
    return Files.readAttributes(file, Files.isDirectory(file) ? FOLDER : FILE);
  }

  @Override
  public List<String> marksOf(List<Path> files) throws IOException {
    List<String> known = new ArrayList<>();
    for (Path file : files) {
      Answer answer = answers.get(file);
      if (answer == null || !answer.state().equals(stateOf(file))) {
        return access.marksOf(files);
      }
      known.add(answer.marks());
    }
    return known;
  }

  @Override
  public Access look(Path file, int permissions) throws IOException {
    return access.look(file, permissions);
  }

  @Override
  public AccessList listOf(Path file) throws IOException {
    return access.listOf(file);
  }

  @Override
  public List<String> labelsOf(Path... files) throws IOException {
    return access.labelsOf(files);
  }
}
