import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
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

  @TempDir static Path work;

  @TempDir(factory = RamDisk.class)
  static Path memory;

  private static Sweep sweep;

  @BeforeAll
  static void layClassesReady() throws IOException {
    Strace.assumeItWorks(work);
    sweep = Sweep.ready(work, FaultScene.set(FaultScene.Kind.BESIDE_THE_LOG, work, memory));
  }

  @ParameterizedTest
  @EnumSource
  void whereverARunIsStruckTheLogIsWholeAndTheNextRunConverges(FaultScene.Kind kind)
      throws IOException {
    List<SystemCall> calls = cleanCalls(kind);
    List<Sweep.Point> all = Sweep.pointsOf(calls);
    List<Sweep.Point> points =
        Proof.isExhaustive() ? all : sample(kind, all, Proof.random("sweep %s".formatted(kind)));
    System.out.println(
        "sweep %s: %d points of %d calls".formatted(kind, points.size(), calls.size()));
    assertTrue(!Proof.isExhaustive() || points.size() >= calls.size(), "calls were left out");
    assertAll(kind.toString(), points.stream().map(point -> strikeAndRecover(kind, point)));
  }

  private static List<SystemCall> cleanCalls(FaultScene.Kind kind) throws IOException {
    FaultScene scene = FaultScene.set(kind, work, memory);
    Strace.Trace clean = sweep.clean(scene);
    assertMigrated(scene, clean.run().toString());
    assertTrue(clean.calls().stream().anyMatch(SystemCall::changesNames), "names are not traced");
    return clean.calls();
  }

  /** The kinds go the same way for the most part. */
  private static List<Sweep.Point> sample(
      FaultScene.Kind kind, List<Sweep.Point> all, Random random) {
    boolean isWhole = kind == FaultScene.Kind.BESIDE_THE_LOG;
    int important = isWhole ? Integer.MAX_VALUE : IMPORTANT;
    return Sweep.sample(all, SweepTest::isImportant, important, OTHERS, random);
  }

  private static boolean isImportant(SystemCall call) {
    return call.changesNames() || call.flushes();
  }

  private static Executable strikeAndRecover(FaultScene.Kind kind, Sweep.Point point) {
    return () -> {
      FaultScene scene = FaultScene.set(kind, work, memory);
      Run run = sweep.strike(scene, point);
      String what = "%s%n%s%nfiles: %s%n".formatted(point, run, scene.files());
      assertLogIsWhole(scene, what);
      assertTellsTheTruth(scene, point, run, what);
      Run next = sweep.again(scene);
      String then = "%sand then%n%s".formatted(what, next);
      assertEquals(0, next.exit(), then);
      assertMigrated(scene, then);
    };
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
  private static void assertTellsTheTruth(FaultScene scene, Sweep.Point point, Run run, String what)
      throws IOException {
    assertEquals(point.isKill(), run.exit() == Sweep.KILLED, what);
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
