package support.lock;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process that wrote its number into a lock file.
 *
 * @param isAmongUs whether it had that number among the processes that are seen here
 */
public record LockHolder(long pid, boolean isAmongUs) {
  private static final Pattern PID = Pattern.compile("\\bpid=(\\d+)\\b");
  private static final Pattern PROCESSES = Pattern.compile("\\bprocesses=(\\S+)");

  /** Names the processes that know each other by number: one container's, or the machine's own. */
  private static final Path OUR_PROCESSES = Path.of("/proc/self/ns/pid");

  /** In proc(5): stopped by a signal, or by a tracer. The name before it may hold anything. */
  private static final Pattern STOPPED = Pattern.compile("(?s).*\\) [Tt] .*");

  /**
   * Who wrote a lock file; only looks. One of a release that did not write among which processes it
   * ran is taken for one of ours.
   *
   * @throws IOException if the file cannot be read
   */
  public static Optional<LockHolder> in(Path file) throws IOException {
    String content = Files.readString(file, ISO_8859_1);
    Matcher pid = PID.matcher(content);
    if (!pid.find()) {
      return Optional.empty();
    }
    Matcher processes = PROCESSES.matcher(content);
    boolean isAmongUs = !processes.find() || ourProcesses().equals(Optional.of(processes.group(1)));
    return Optional.of(new LockHolder(Long.parseLong(pid.group(1)), isAmongUs));
  }

  /**
   * What this process writes.
   *
   * @param magic how the line begins
   * @param word this run's alone
   */
  static String line(String magic, long word) {
    return "%s pid=%d word=%016x%s"
        .formatted(
            magic,
            ProcessHandle.current().pid(),
            word,
            ourProcesses().map(" processes="::concat).orElse(""));
  }

  /** Nothing where the system does not tell. */
  private static Optional<String> ourProcesses() {
    try {
      return Optional.of(Files.readSymbolicLink(OUR_PROCESSES).toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether it is there and suspended, so that it does not go on by itself. */
  public boolean isStopped() {
    try {
      Path stat = Path.of("/proc", Long.toString(pid), "stat");
      return isAmongUs && STOPPED.matcher(Files.readString(stat, ISO_8859_1)).matches();
    } catch (IOException e) {
      return false; // it has ended, or the system does not tell
    }
  }
}
