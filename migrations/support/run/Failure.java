package support.run;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/**
 * A failure that an operator can act on, in three parts: what is wrong with which file, how things
 * stand now, what to do next. It never carries the content of a record, and is shown without a
 * stack trace. What is not a {@code Failure} is a bug, and is shown with one.
 */
public class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** How things stand when a run failed before its first write. */
  public static final String UNCHANGED = "nothing was changed";

  private final Exit exit;
  private final transient List<String> states;
  private final String next;

  /**
   * @param exit how the process ends because of this
   * @param what one line: what is wrong with which file; where AgentGuard reports the same event,
   *     its words
   * @param state one line: in what state every file concerned is now
   * @param next one line: what the operator should do
   */
  public Failure(Exit exit, String what, String state, String next) {
    this(exit, what, List.of(state), next, null);
  }

  private Failure(Exit exit, String what, List<String> states, String next, Throwable cause) {
    super(what, cause);
    this.exit = exit;
    this.states = List.copyOf(states);
    this.next = next;
  }

  /** A failure before the first write. */
  public static Failure unchanged(Exit exit, String what, String next) {
    return new Failure(exit, what, UNCHANGED, next);
  }

  /** A file error before the first write. */
  public static Failure of(IOException e) {
    String next =
        e instanceof AccessDeniedException
            ? "run as the user that the files belong to, or as root"
            : "fix the cause, and run the same command again";
    return unchanged(Exit.FAILED, reason(e), next);
  }

  /** The same failure seen from further out, as Go wraps errors: {@code "<context>: <what>"}. */
  public Failure within(String context) {
    return new Failure(exit, context + ": " + getMessage(), states, next, this);
  }

  /** The same failure with a better account of how things stand. */
  public Failure withState(String newState) {
    return withStates(List.of(newState));
  }

  /**
   * The same.
   *
   * @param newStates one for each file
   */
  public Failure withStates(List<String> newStates) {
    return new Failure(exit, getMessage(), newStates, next, this);
  }

  /**
   * What the operating system said, with the file that it said it of. The messages of file errors
   * hold paths and reasons, never content.
   */
  public static String reason(IOException e) {
    if (!(e instanceof FileSystemException error)) {
      return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
    String reason = error.getReason();
    if (error instanceof AccessDeniedException) {
      reason = "permission denied";
    } else if (error instanceof NoSuchFileException) {
      reason = "no such file or directory";
    } else if (error instanceof FileAlreadyExistsException) {
      reason = "file exists";
    } else if (reason == null) {
      reason = error.getClass().getSimpleName();
    }
    return error.getFile() + ": " + reason;
  }

  /** How the process ends because of this. */
  public Exit exit() {
    return exit;
  }

  /** In what state every file concerned is now; one line. */
  public String state() {
    return String.join("; ", states);
  }

  /** The same, file by file. */
  public List<String> states() {
    return states;
  }

  /** What the operator should do; one line. */
  public String next() {
    return next;
  }
}
