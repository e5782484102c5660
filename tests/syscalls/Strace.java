import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the tool under strace(1), which reports its system calls and can make one of them fail.
 *
 * @param work a folder for traces
 */
record Strace(Path work) {
  /** A question mark, since not every architecture has every call. */
  private static final String CALLS =
      SystemCall.names().stream().map("?"::concat).sorted().collect(Collectors.joining(","));

  /** Behind the standard streams: strace would take those for the files that they lead to. */
  private static final int FIRST_OPEN = 3;

  /** More than a run ever has. */
  private static final int MOST_OPEN = 128;

  /** Stops the tool at the calls that are traced, and not at every call that a JVM makes. */
  static final String FAST = "--seccomp-bpf";

  /**
   * @param run what the tool did
   * @param calls its system calls, in their order
   */
  record Trace(Run run, List<SystemCall> calls) {}

  /**
   * Skips the tests where there is no strace, or where it may not trace.
   *
   * @param work a folder that can be written
   */
  static void assumeItWorks(Path work) {
    String probe = "strace -f %s -qq -e trace=openat -o probe true".formatted(FAST);
    Run run = Run.of(work, Map.of(), "bash", "-c", probe);
    assumeTrue(run.exit() == 0, "strace is missing or may not trace: " + run.stderr());
  }

  /** Traces every call on anything in the scene's folders, whatever its name. */
  Trace all(TracedScene scene, String... args) throws IOException {
    return run(List.of(FAST), scene, args);
  }

  /** Traces just the calls among which {@link #kill} and {@link #fail} count. */
  Trace named(TracedScene scene) throws IOException {
    return run(with(paths(scene), FAST), scene, scene.arguments());
  }

  /**
   * Kills the tool as it enters a call.
   *
   * @param ordinal which of the calls of that name on the scene's paths, from 1
   */
  Trace kill(TracedScene scene, String call, int ordinal) throws IOException {
    // Where tracing is fast, strace 6.1 loses the signal.
    String inject = "inject=%s:signal=KILL:when=%d".formatted(call, ordinal);
    return run(with(paths(scene), "-e", inject), scene, scene.arguments());
  }

  /** The same, but the call fails without having done anything, and the tool goes on. */
  Trace fail(TracedScene scene, String call, int ordinal, String error) throws IOException {
    String inject = "inject=%s:error=%s:when=%d".formatted(call, error, ordinal);
    return run(with(paths(scene), FAST, "-e", inject), scene, scene.arguments());
  }

  private static List<String> paths(TracedScene scene) {
    return only(scene.paths());
  }

  /**
   * The options that leave out calls on other files than these: by their own paths, and through
   * whatever number they or their folders have when open.
   */
  static List<String> only(List<Path> files) {
    Set<String> paths = new LinkedHashSet<>();
    files.forEach(path -> paths.add(path.toString()));
    for (int number = FIRST_OPEN; number < MOST_OPEN; number++) {
      String handle = SystemCall.OPEN + number;
      paths.add(handle);
      files.forEach(path -> paths.add(handle + "/" + path.getFileName()));
    }
    return paths.stream().flatMap(path -> Stream.of("-P", path)).toList();
  }

  private static List<String> with(List<String> options, String... more) {
    return Stream.concat(options.stream(), Stream.of(more)).toList();
  }

  private Trace run(List<String> options, TracedScene scene, String... args) throws IOException {
    Path traces = Files.createTempDirectory(work, "trace");
    Run run = Run.tracedTool(command(traces, options), List.of(), work, args);
    return new Trace(run, callsOn(scene, traces));
  }

  /**
   * What stands before a command that is to be traced.
   *
   * @param traces the folder where its system calls go
   */
  static List<String> command(Path traces, List<String> options) {
    List<String> command = new ArrayList<>(List.of("strace", "-ff", "-y", "-qq", "-s", "0"));
    command.addAll(List.of("-e", "signal=none", "-e", "trace=" + CALLS));
    command.addAll(List.of("-o", traces.resolve("thread").toString()));
    command.addAll(options);
    return command;
  }

  /**
   * Each thread has a file of its own, so only one that works alone leaves an order to be seen. A
   * kill makes strace report calls that other threads never made; those have no result.
   */
  private static List<SystemCall> callsOn(TracedScene scene, Path traces) throws IOException {
    List<List<SystemCall>> threads = threads(traces, scene::isConcernedBy);
    Stream<SystemCall> others = threads.stream().skip(1).flatMap(List::stream);
    assertEquals(
        List.of(),
        others.filter(call -> !call.result().equals("?")).toList(),
        "more than one thread works on files");
    return threads.get(0);
  }

  /** The calls of each thread, as far as they are wanted; those of the busiest one first. */
  static List<List<SystemCall>> threads(Path traces, Predicate<SystemCall> wanted)
      throws IOException {
    List<List<SystemCall>> threads = new ArrayList<>();
    try (Stream<Path> files = Files.list(traces)) {
      for (Path file : files.toList()) {
        List<SystemCall> calls = SystemCall.parse(Files.readAllLines(file));
        threads.add(calls.stream().filter(wanted).toList());
      }
    }
    threads.sort(Comparator.comparing(List::size, Comparator.reverseOrder()));
    return threads;
  }
}
