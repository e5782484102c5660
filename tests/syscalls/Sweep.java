import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.junit.jupiter.api.function.Executable;

/** Strikes the tool at the system calls that it makes on the files of a scene. */
record Sweep(Path work) {
  /** How a process ends that SIGKILL ends. */
  private static final int KILLED = 128 + 9;

  /** What is struck, and what must hold of it. */
  interface Subject<S extends TracedScene> {
    /** Sets the scene anew. */
    S set() throws IOException;

    /** Whether a call is one of those that the order of a run rests on. */
    boolean isImportant(SystemCall call);

    /** Whatever is struck, and whenever. */
    void requireSound(S scene, String what) throws IOException;

    /** When all is done. */
    void requireDone(S scene, String what) throws IOException;

    /** Where a run that failed says that nothing has become of it. */
    void requireAsToldBy(Run run, S scene, String what) throws IOException;
  }

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
  private record Point(SystemCall call, int index, int ordinal, Fault fault) {
    boolean isKill() {
      return fault == Fault.KILL;
    }

    @Override
    public String toString() {
      return "%s at %s %d %s".formatted(fault, call.name(), ordinal, call);
    }
  }

  /**
   * Strikes the command at each of its calls, or at some of them, and runs it again.
   *
   * @param isWhole whether the usual run is to strike all calls that matter
   */
  <S extends TracedScene> void strike(String name, boolean isWhole, Subject<S> subject)
      throws IOException {
    S scene = subject.set();
    Strace.Trace clean = strace().named(scene);
    assertEquals(0, clean.run().exit(), clean.run()::toString);
    subject.requireDone(scene, clean.run().toString());
    assertTrue(clean.calls().stream().anyMatch(SystemCall::changesNames), "names are not traced");
    List<Point> all = pointsOf(clean.calls());
    List<Point> points =
        Proof.isExhaustive() ? all : sample(all, isWhole, subject, Proof.random(name));
    System.out.println(
        "%s: %d points of %d calls".formatted(name, points.size(), clean.calls().size()));
    assertAll(
        name, points.stream().<Executable>map(point -> () -> strikeAndRunAgain(point, subject)));
  }

  /** Each fault at each of the calls. */
  private static List<Point> pointsOf(List<SystemCall> calls) {
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
   * Some of them at random: of one subject each call once that the order of a run rests on, and one
   * of the others; of every other subject one call, of those or of the others.
   */
  private static List<Point> sample(
      List<Point> all, boolean isWhole, Subject<?> subject, Random random) {
    List<Point> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, random);
    Predicate<Point> first = point -> subject.isImportant(point.call());
    Set<Integer> struck = new HashSet<>();
    Stream<Point> once = shuffled.stream().filter(first).filter(p -> struck.add(p.index()));
    Stream<Point> rest = shuffled.stream().filter(first.negate()).limit(1);
    return isWhole
        ? Stream.concat(once, rest).toList()
        : (random.nextBoolean() ? once : rest).limit(1).toList();
  }

  private <S extends TracedScene> void strikeAndRunAgain(Point point, Subject<S> subject)
      throws IOException {
    S scene = subject.set();
    Run run = strike(scene, point);
    String what = "%s%n%s%nfiles: %s%n".formatted(point, run, scene.files());
    subject.requireSound(scene, what);
    requireTruth(run, point, what);
    if (run.exit() == 0) {
      subject.requireDone(scene, what);
    }
    subject.requireAsToldBy(run, scene, what);
    Run next = Run.toolWithTestMigrations(work, scene.arguments());
    String then = "%sand then%n%s".formatted(what, next);
    assertEquals(0, next.exit(), then);
    subject.requireDone(scene, then);
  }

  /**
   * Success is only told of what is flushed. Where a folder cannot be closed, an exception of the
   * JDK's own comes out, which looks like a bug.
   */
  private static void requireTruth(Run run, Point point, String what) {
    assertEquals(point.isKill(), run.exit() == KILLED, what);
    assertTrue(point.call().name().equals("close") || !run.stderr().contains("a bug"), what);
    assertFalse(run.exit() == 0 && point.call().flushes(), what);
  }

  /** Strikes, and makes sure that it was the call that was meant. */
  private Run strike(TracedScene scene, Point point) throws IOException {
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

  private Strace strace() {
    return new Strace(work);
  }
}
