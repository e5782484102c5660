package support.run;

import java.util.List;

/**
 * How a run ended, as the operating system sees it. The one place where exit codes are defined.
 *
 * <p>Of several logs the worst counts, in this order: interrupted; then 6, since evidence is in
 * doubt; 1; 2; 5; 4, where waiting helps; 3; and 0 only where all are done.
 */
public enum Exit {
  DONE(0, "done, or nothing to do"),
  FAILED(1, "failed; the message says how things stand now"),
  USAGE(2, "the command line was not understood; nothing was run"),
  PENDING(3, "something is pending (status --check only)"),
  BUSY(4, "busy: another run, or a process that writes, is in the way"),
  REFUSED(5, "refused: a newer or unknown format, for example; the message says what"),
  UNVERIFIED(6, "verification failed"),
  INTERRUPTED(130, "interrupted by Ctrl-C (SIGINT); as 1"),
  UNREAD(141, "nobody reads the results to their end (SIGPIPE); else as 0"),
  TERMINATED(143, "terminated (SIGTERM); as 1");

  private static final List<Exit> WORST_FIRST =
      List.of(INTERRUPTED, UNVERIFIED, FAILED, USAGE, REFUSED, BUSY, PENDING, DONE);

  private final int code;
  private final String meaning;

  Exit(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** The exit code of the process, 0 to 255. */
  public int code() {
    return code;
  }

  /** Whether this one counts, of two that logs ended with. */
  public boolean isWorseThan(Exit other) {
    return WORST_FIRST.indexOf(this) < WORST_FIRST.indexOf(other);
  }

  /** One line for the operator, as {@code --help} shows it. */
  public String meaning() {
    return meaning;
  }
}
