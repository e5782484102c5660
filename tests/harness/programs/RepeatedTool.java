import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import support.files.Machine;
import support.run.Cancellation;

/**
 * The tool with the clock of the golden files, run again and again by one process, as {@link
 * ToolPool} asks. Nothing that the tool has lives on from one run to the next.
 */
public final class RepeatedTool {
  private RepeatedTool() {}

  /**
   * Answers each array of texts with another, until something else comes: the last migration to be
   * registered and the arguments, with the exit code and what was printed.
   */
  public static void main(String... args) throws IOException, ClassNotFoundException {
    ObjectOutputStream answers = new ObjectOutputStream(System.out);
    answers.flush();
    ObjectInputStream requests = new ObjectInputStream(System.in);
    while (requests.readObject() instanceof String[] request) {
      answers.writeObject(run(request[0], Arrays.copyOfRange(request, 1, request.length)));
      answers.flush();
    }
  }

  private static String[] run(String newest, String... args) {
    Run run =
        Run.here(
            FixedClock.CLOCK,
            Machine.real(),
            new Cancellation(),
            host -> FixedClock.run(newest, host, args));
    return new String[] {Integer.toString(run.exit()), run.stdout(), run.stderr()};
  }
}
