import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Strikes {@code recover} at every system call that it makes on its files. Whatever is struck,
 * nothing is lost, no line is there twice, no failure is told as a success, and the next run brings
 * over what is left.
 */
class RecoverSweepTest {
  @TempDir static Path work;

  @BeforeAll
  static void requireTracer() throws IOException {
    Strace.assumeItWorks(work);
  }

  @ParameterizedTest
  @EnumSource
  void whereverItIsStruckNoLineIsLostOrThereTwiceAndTheNextRunCompletesIt(LateScene.Kind kind)
      throws IOException {
    boolean isWhole = kind == LateScene.Kind.WHOLE_LINES;
    new Sweep(work).strike("recover, " + kind, isWhole, new Recovered(kind));
  }

  private record Recovered(LateScene.Kind kind) implements Sweep.Subject<LateScene> {
    @Override
    public LateScene set() throws IOException {
      return LateScene.set(kind, work);
    }

    @Override
    public boolean isImportant(SystemCall call) {
      return call.matters();
    }

    @Override
    public void requireSound(LateScene scene, String what) throws IOException {
      assertTrue(Files.readString(scene.log()).startsWith(scene.old()), what);
      assertEquals(scene.kept(), Files.readString(scene.backup()), what);
      assertTrue(Collections.max(scene.copies()) <= 1, what);
    }

    /** Each line once, nothing left beside the log, and nothing that a proof objects to. */
    @Override
    public void requireDone(LateScene scene, String what) throws IOException {
      requireSound(scene, what);
      assertEquals(1, Collections.min(scene.copies()), what);
      assertEquals(Set.of(scene.log(), scene.backup()), scene.files(), what);
      Run verify = Run.tool(work, "verify", "--strict", "--audit-log", scene.log().toString());
      assertEquals(0, verify.exit(), () -> what + verify);
    }

    @Override
    public void requireAsToldBy(Run run, LateScene scene, String what) throws IOException {
      if (run.stderr().contains("nothing was changed")) {
        assertEquals(scene.old(), Files.readString(scene.log()), what);
      }
    }
  }
}
