import java.io.Closeable;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Runs the tool with the clock of the golden files, in folders that are made for it. A few
 * processes serve for all runs, since to start one takes ten times as long as what it does to a
 * small log; with {@code --exhaustive} each run has a process of its own, as an operator's has.
 */
final class ToolPool implements Closeable {
  private final Path work;
  private final Queue<Place> idle = new ConcurrentLinkedQueue<>();

  /**
   * @param work an existing folder for those that the tool runs in
   */
  ToolPool(Path work) {
    this.work = work;
  }

  /** What is done with a folder and the tool in it. */
  interface Use {
    void of(Place place) throws IOException;
  }

  /** A folder, and the process that runs the tool in it. */
  static final class Place implements Closeable {
    private final Path folder;
    private final ObjectOutputStream requests;
    private final ObjectInputStream answers;

    private Place(Path folder) throws IOException {
      this.folder = folder;
      Process process = Run.startRepeatedTool(folder);
      this.requests = new ObjectOutputStream(process.getOutputStream());
      this.answers = new ObjectInputStream(process.getInputStream());
    }

    Path folder() {
      return folder;
    }

    /**
     * Runs the tool.
     *
     * @param newest the last migration that is registered
     */
    Run run(String newest, List<String> arguments) throws IOException {
      if (Proof.isExhaustive()) {
        return Run.toolWithFixedClock(newest, folder, arguments);
      }
      List<String> request = new ArrayList<>(List.of(newest));
      request.addAll(arguments);
      requests.writeObject(request.toArray(String[]::new));
      requests.flush();
      try {
        String[] answer = (String[]) answers.readObject();
        return new Run(Integer.parseInt(answer[0]), answer[1], answer[2]);
      } catch (ClassNotFoundException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      requests.writeObject(null); // the end of its requests
      requests.close();
    }
  }

  /**
   * Makes a folder, and gives it away for a while.
   *
   * @param before what the folder holds at first
   */
  void in(Tree before, Use use) throws IOException {
    Place known = idle.poll();
    Place place = known == null ? new Place(Files.createTempDirectory(work, "place")) : known;
    Tree.empty(place.folder());
    before.writeTo(place.folder());
    use.of(place);
    idle.add(place); // one in which something went wrong serves no more
  }

  @Override
  public void close() throws IOException {
    for (Place place : idle) {
      place.close();
    }
  }
}
