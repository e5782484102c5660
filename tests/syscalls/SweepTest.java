import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import support.files.RamDisk;

/**
 * Strikes the tool at every system call that it makes on its files: kills it there, or makes the
 * call fail. Whatever is struck, the log is whole, no failure is told as a success, and the next
 * run finishes the work.
 */
class SweepTest {
  /**
   * How many calls the usual run strikes of those that the order of a rewrite rests on, and of the
   * others: of each kind but the first, of which it strikes all that matter.
   */
  private static final int IMPORTANT = 2;

  private static final int OTHERS = 1;

  /** How a process ends that SIGKILL ends. */
  private static final int KILLED = 128 + 9;

  @TempDir static Path work;

  @TempDir(factory = RamDisk.class)
  static Path memory;

  private static List<String> quickStart;
  private static Strace strace;

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
    @Override
    public String toString() {
      return "%s at %s %d %s".formatted(fault, call.name(), ordinal, call);
    }
  }

  /** Most of the time goes into starting JVMs, so the classes that they load are laid ready. */
  @BeforeAll
  static void layClassesReady() throws IOException {
    Strace.assumeItWorks(work);
    Path classes = work.resolve("classes.jsa");
    FaultScene scene = FaultScene.set(FaultScene.Kind.BESIDE_THE_LOG, work, memory);
    Run.tool(List.of("-XX:ArchiveClassesAtExit=" + classes), work, scene.arguments());
    quickStart = List.of("-XX:SharedArchiveFile=" + classes);
    strace = new Strace(work, quickStart);
  }

  @ParameterizedTest
  @EnumSource
  void whereverARunIsStruckTheLogIsWholeAndTheNextRunConverges(FaultScene.Kind kind)
      throws IOException {
    List<SystemCall> calls = cleanCalls(kind);
    List<Point> all = pointsOf(calls);
    List<Point> points =
        Proof.isExhaustive() ? all : sample(kind, all, Proof.random("sweep %s".formatted(kind)));
    System.out.println(
        "sweep %s: %d points of %d calls".formatted(kind, points.size(), calls.size()));
    assertTrue(!Proof.isExhaustive() || points.size() >= calls.size(), "calls were left out");
    assertAll(kind.toString(), points.stream().map(point -> strikeAndRecover(kind, point)));
  }

  private static List<SystemCall> cleanCalls(FaultScene.Kind kind) throws IOException {
    FaultScene scene = FaultScene.set(kind, work, memory);
    Strace.Trace clean = strace.named(scene);
    assertEquals(0, clean.run().exit(), clean.run()::toString);
    assertMigrated(scene, clean.run().toString());
    assertTrue(clean.calls().stream().anyMatch(SystemCall::changesNames), "names are not traced");
    return clean.calls();
  }

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

  /** At random; the kinds go the same way for the most part. */
  private static List<Point> sample(FaultScene.Kind kind, List<Point> all, Random random) {
    List<Point> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, random);
    Set<Integer> struck = new HashSet<>();
    Stream<Point> important =
        shuffled.stream().filter(SweepTest::isImportant).filter(p -> struck.add(p.index()));
    Stream<Point> others = shuffled.stream().filter(p -> !isImportant(p)).limit(OTHERS);
    boolean isWhole = kind == FaultScene.Kind.BESIDE_THE_LOG;
    return Stream.concat(isWhole ? important : important.limit(IMPORTANT), others).toList();
  }

  private static boolean isImportant(Point point) {
    return point.call().changesNames() || point.call().flushes();
  }

  private static Executable strikeAndRecover(FaultScene.Kind kind, Point point) {
    return () -> {
      FaultScene scene = FaultScene.set(kind, work, memory);
      Run run = strike(scene, point);
      String what = "%s%n%s%nfiles: %s%n".formatted(point, run, scene.files());
      assertLogIsWhole(scene, what);
      assertTellsTheTruth(scene, point, run, what);
      Run next = Run.toolWithTestMigrations(quickStart, work, scene.arguments());
      String then = "%sand then%n%s".formatted(what, next);
      assertEquals(0, next.exit(), then);
      assertMigrated(scene, then);
    };
  }

  /** Strikes, and makes sure that it was the call that was meant. */
  private static Run strike(FaultScene scene, Point point) throws IOException {
    String call = point.call().name();
    Strace.Trace trace =
        point.fault() == Fault.KILL
            ? strace.kill(scene, call, point.ordinal())
            : strace.fail(scene, call, point.ordinal(), point.fault().name());
    Supplier<String> what = () -> "%s%n%s%n%s".formatted(point, trace.run(), trace.calls());
    assertTrue(trace.calls().size() > point.index(), what);
    SystemCall struck = trace.calls().get(point.index());
    assertEquals(point.call().toString(), struck.toString(), what);
    String result = point.fault() == Fault.KILL ? "?" : "(INJECTED)";
    assertTrue(struck.result().endsWith(result), () -> point + ": " + struck.result());
    return trace.run();
  }

  /** At any moment: the old bytes or the new ones, and never the new ones alone. */
  private static void assertLogIsWhole(FaultScene scene, String what) throws IOException {
    if (!isOld(scene)) {
      assertIsNewAndTheOldOneKept(scene, what);
      assertFalse(Files.exists(scene.checkpoint()), () -> what + "the checkpoint is stale");
    }
    if (scene.kind().isArchive()) {
      assertEquals(scene.liveContent(), FaultScene.read(scene.live()), what);
    }
  }

  private static boolean isOld(FaultScene scene) throws IOException {
    return FaultScene.read(scene.log()).equals(scene.old());
  }

  private static void assertIsNewAndTheOldOneKept(FaultScene scene, String what)
      throws IOException {
    assertTrue(scene.isNew(FaultScene.read(scene.log())), what);
    if (scene.kind().keepsBackup()) {
      assertEquals(scene.old(), FaultScene.read(scene.backup()), what);
    }
  }

  /**
   * Success is only told of what is done and flushed, and of a failure what is left is told. Where
   * a folder cannot be closed, an exception of the JDK's own comes out, which looks like a bug.
   */
  private static void assertTellsTheTruth(FaultScene scene, Point point, Run run, String what)
      throws IOException {
    assertEquals(point.fault() == Fault.KILL, run.exit() == KILLED, what);
    assertTrue(point.call().name().equals("close") || !run.stderr().contains("a bug"), what);
    if (run.exit() == 0) {
      assertFalse(point.call().flushes(), what);
      assertMigrated(scene, what);
    }
    if (run.stderr().contains("%s is as it was".formatted(scene.log()))) {
      assertTrue(isOld(scene), what);
    }
  }

  /** Migrated, with one backup if it is to be kept, and nothing else in the folders. */
  private static void assertMigrated(FaultScene scene, String what) throws IOException {
    assertLogIsWhole(scene, what);
    assertIsNewAndTheOldOneKept(scene, what);
    assertEquals(FaultScene.PERMISSIONS, permissions(scene.log()), what);
    if (scene.kind().keepsBackup()) {
      assertEquals(0600, permissions(scene.backup()), what);
    }
    assertEquals(scene.owner(), Files.getAttribute(scene.log(), "unix:uid"), what);
    assertEquals(scene.filesAtTheEnd(), scene.files(), what);
  }

  private static int permissions(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:mode") & 07777;
  }
}
