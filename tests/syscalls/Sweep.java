import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Strikes the tool at the system calls that it makes on the files of a scene.
 *
 * @param quickStart options of a JVM that has its classes laid ready
 */
record Sweep(Path work, List<String> quickStart) {
  /** How a process ends that SIGKILL ends. */
  static final int KILLED = 128 + 9;

  /** What becomes of the call that is struck. */
  private enum Fault {
    KILL,
    EIO,
    ENOSPC,
    EACCES,
    EXDEV,
    EMLINK;

    static List<Fault> of(SystemCall call) {
      List<Fault> anywhere = List.of(KILL, EIO, ENOSPC, EACCES);
      return call.name().startsWith("link") ? List.of(values()) : anywhere;
    }
  }

  /**
   * Where to strike, and how.
   *
   * @param call the call as a clean run makes it
   * @param index its place among all calls
   * @param ordinal its place among those of its name, from 1
   */
  record Point(SystemCall call, int index, int ordinal, Fault fault) {
    boolean isKill() {
      return fault == Fault.KILL;
    }

    @Override
    public String toString() {
      return "%s at %s %d %s".formatted(fault, call.name(), ordinal, call);
    }
  }

  /**
   * Lays ready the classes that a run loads: most of the time goes into starting JVMs.
   *
   * @param scene which is used up
   */
  static Sweep ready(Path work, TracedScene scene) {
    Path classes = work.resolve("classes.jsa");
    Run.tool(List.of("-XX:ArchiveClassesAtExit=" + classes), work, scene.arguments());
    return new Sweep(work, List.of("-XX:SharedArchiveFile=" + classes));
  }

  /** A run that nothing strikes, with its calls. */
  Strace.Trace clean(TracedScene scene) throws IOException {
    Strace.Trace clean = strace().named(scene);
    assertEquals(0, clean.run().exit(), clean.run()::toString);
    return clean;
  }

  /** Each fault at each of the calls. */
  static List<Point> pointsOf(List<SystemCall> calls) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      SystemCall call = calls.get(i);
      Stream<SystemCall> upToHere = calls.subList(0, i + 1).stream();
      int ordinal = (int) upToHere.filter(earlier -> earlier.name().equals(call.name())).count();
      for (Fault fault : Fault.of(call)) {
        points.add(new Point(call, i, ordinal, fault));
      }
    }
    return points;
  }

  /**
   * Some of them at random.
   *
   * @param isImportant whether a call is one of those that the order of a run rests on
   * @param important how many of those calls are struck at most, each once
   * @param others how many of the others
   */
  static List<Point> sample(
      List<Point> all,
      Predicate<SystemCall> isImportant,
      int important,
      int others,
      Random random) {
    List<Point> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, random);
    Predicate<Point> first = point -> isImportant.test(point.call());
    Set<Integer> struck = new HashSet<>();
    Stream<Point> once = shuffled.stream().filter(first).filter(p -> struck.add(p.index()));
    Stream<Point> rest = shuffled.stream().filter(first.negate()).limit(others);
    return Stream.concat(once.limit(important), rest).toList();
  }

  /** Strikes, and makes sure that it was the call that was meant. */
  Run strike(TracedScene scene, Point point) throws IOException {
    String call = point.call().name();
    Strace.Trace trace =
        point.isKill()
            ? strace().kill(scene, call, point.ordinal())
            : strace().fail(scene, call, point.ordinal(), point.fault().name());
    Supplier<String> what = () -> "%s%n%s%n%s".formatted(point, trace.run(), trace.calls());
    assertTrue(trace.calls().size() > point.index(), what);
    SystemCall struck = trace.calls().get(point.index());
    assertEquals(point.call().toString(), struck.toString(), what);
    String result = point.isKill() ? "?" : "(INJECTED)";
    assertTrue(struck.result().endsWith(result), () -> point + ": " + struck.result());
    return trace.run();
  }

  /** The next run, which nothing strikes. */
  Run again(TracedScene scene) {
    return Run.toolWithTestMigrations(quickStart, work, scene.arguments());
  }

  private Strace strace() {
    return new Strace(work, quickStart);
  }
}
