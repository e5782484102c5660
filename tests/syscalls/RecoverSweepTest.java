import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Strikes {@code recover} at every system call that it makes on its files. Whatever is struck,
 * nothing is lost, no line is there twice, no failure is told as a success, and the next run brings
 * over what is left.
 */
class RecoverSweepTest {
  /** How many calls the usual run strikes of those that change the disk, and of the others. */
  private static final int IMPORTANT = 2;

  private static final int OTHERS = 1;

  @TempDir static Path work;

  private static Sweep sweep;

  @BeforeAll
  static void layClassesReady() throws IOException {
    Strace.assumeItWorks(work);
    sweep = Sweep.ready(work, LateScene.set(LateScene.Kind.WHOLE_LINES, work));
  }

  @ParameterizedTest
  @EnumSource
  void whereverItIsStruckNoLineIsLostOrThereTwiceAndTheNextRunCompletesIt(LateScene.Kind kind)
      throws IOException {
    LateScene scene = LateScene.set(kind, work);
    Strace.Trace clean = sweep.clean(scene);
    assertComplete(scene, clean.run().toString());
    List<Sweep.Point> all = Sweep.pointsOf(clean.calls());
    List<Sweep.Point> points =
        Proof.isExhaustive() ? all : sample(kind, all, Proof.random("recover, " + kind));
    System.out.println(
        "recover, %s: %d points of %d calls".formatted(kind, points.size(), clean.calls().size()));
    assertAll(kind.toString(), points.stream().map(point -> strikeAndRunAgain(kind, point)));
  }

  private static List<Sweep.Point> sample(
      LateScene.Kind kind, List<Sweep.Point> all, Random random) {
    boolean isWhole = kind == LateScene.Kind.WHOLE_LINES;
    int important = isWhole ? Integer.MAX_VALUE : IMPORTANT;
    return Sweep.sample(all, SystemCall::matters, important, OTHERS, random);
  }

  private static Executable strikeAndRunAgain(LateScene.Kind kind, Sweep.Point point) {
    return () -> {
      LateScene scene = LateScene.set(kind, work);
      Run run = sweep.strike(scene, point);
      String what = "%s%n%s%nfiles: %s%n".formatted(point, run, scene.files());
      assertNothingIsLostOrThereTwice(scene, what);
      assertTellsTheTruth(scene, point, run, what);
      Run next = sweep.again(scene);
      String then = "%sand then%n%s".formatted(what, next);
      assertEquals(0, next.exit(), then);
      assertComplete(scene, then);
    };
  }

  private static void assertNothingIsLostOrThereTwice(LateScene scene, String what)
      throws IOException {
    assertTrue(Files.readString(scene.log()).startsWith(scene.old()), what);
    assertEquals(scene.kept(), Files.readString(scene.backup()), what);
    assertTrue(Collections.max(scene.copies()) <= 1, what);
  }

  /** As in {@link SweepTest}. */
  private static void assertTellsTheTruth(LateScene scene, Sweep.Point point, Run run, String what)
      throws IOException {
    assertEquals(point.isKill(), run.exit() == Sweep.KILLED, what);
    assertTrue(point.call().name().equals("close") || !run.stderr().contains("a bug"), what);
    if (run.exit() == 0) {
      assertFalse(point.call().flushes(), what);
      assertComplete(scene, what);
    }
    if (run.stderr().contains("nothing was changed")) {
      assertEquals(scene.old(), Files.readString(scene.log()), what);
    }
  }

  /** Each line once, nothing left beside the log, and nothing that a proof objects to. */
  private static void assertComplete(LateScene scene, String what) throws IOException {
    assertNothingIsLostOrThereTwice(scene, what);
    assertEquals(1, Collections.min(scene.copies()), what);
    assertEquals(Set.of(scene.log(), scene.backup()), scene.files(), what);
    Run verify = Run.tool(work, "verify", "--strict", "--audit-log", scene.log().toString());
    assertEquals(0, verify.exit(), () -> what + verify);
  }
}
