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

  private final transient ErrorCode error;
  private final transient List<String> states;
  private final String next;

  private Failure(ErrorCode error, String what, List<String> states, String next, Throwable cause) {
    super(what, cause);
    this.error = error;
    this.states = List.copyOf(states);
    this.next = next;
  }

  /** As {@link #of(ErrorCode, Object...)}, for failures that have a type of their own. */
  protected Failure(ErrorCode error, Object... places) {
    this(
        error,
        error.entry().fill(error.entry().what(), places),
        List.of(UNCHANGED),
        error.entry().fill(error.entry().next(), places),
        null);
  }

  /**
   * A failure before the first write; for another, {@link #withState} says how things stand.
   *
   * @param places a value for each place of the two texts, in their order, each name once
   * @throws IllegalArgumentException if there are more or fewer places: a programming error
   */
  public static Failure of(ErrorCode error, Object... places) {
    return new Failure(error, places);
  }

  /** A file error before the first write. */
  public static Failure of(IOException e) {
    if (e instanceof FileFault known) {
      return of(known.error(), known.places());
    }
    if (e instanceof AccessDeniedException denied) {
      return of(RunErrors.PERMISSION_DENIED, denied.getFile());
    }
    return e instanceof NoSuchFileException missing
        ? of(RunErrors.NO_SUCH_FILE, missing.getFile())
        : of(RunErrors.IO_ERROR, reason(e));
  }

  /** The same failure seen from further out, as Go wraps errors: {@code "<context>: <what>"}. */
  public Failure within(String context) {
    return new Failure(error, context + ": " + getMessage(), states, next, this);
  }

  /**
   * Does a step; a failure of it, of files too, says where it happened, in AgentGuard's words.
   *
   * @return what the step finds out
   * @throws Failure {@linkplain #within(String) within} the context
   */
  public static <T> T within(String context, IoSupplier<T> step) {
    try {
      return step.get();
    } catch (Failure failure) {
      throw failure.within(context);
    } catch (IOException e) {
      throw of(e).within(context);
    }
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
    return new Failure(error, getMessage(), newStates, next, this);
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

  /** Which error of the catalogue it is. */
  public ErrorCode error() {
    return error;
  }

  /** How the process ends because of this. */
  public Exit exit() {
    return error.entry().exit();
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
