import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
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
  @TempDir static Path work;

  @TempDir(factory = RamDisk.class)
  static Path memory;

  @BeforeAll
  static void requireTracer() throws IOException {
    Strace.assumeItWorks(work);
  }

  /** The kinds go the same way for the most part. */
  @ParameterizedTest
  @EnumSource
  void whereverARunIsStruckTheLogIsWholeAndTheNextRunConverges(FaultScene.Kind kind)
      throws IOException {
    boolean isWhole = kind == FaultScene.Kind.BESIDE_THE_LOG;
    new Sweep(work).strike("sweep " + kind, isWhole, new Rewritten(kind));
  }

  private record Rewritten(FaultScene.Kind kind) implements Sweep.Subject<FaultScene> {
    @Override
    public FaultScene set() throws IOException {
      return FaultScene.set(kind, work, memory);
    }

    @Override
    public boolean isImportant(SystemCall call) {
      return call.changesNames() || call.flushes();
    }

    /** At any moment: the old bytes or the new ones, and never the new ones alone. */
    @Override
    public void requireSound(FaultScene scene, String what) throws IOException {
      if (!isOld(scene)) {
        requireNewAndTheOldOneKept(scene, what);
        assertFalse(Files.exists(scene.checkpoint()), () -> what + "the checkpoint is stale");
      }
      if (kind.isArchive()) {
        assertEquals(scene.liveContent(), FaultScene.read(scene.live()), what);
      }
    }

    private static boolean isOld(FaultScene scene) throws IOException {
      return FaultScene.read(scene.log()).equals(scene.old());
    }

    private void requireNewAndTheOldOneKept(FaultScene scene, String what) throws IOException {
      assertTrue(scene.isNew(FaultScene.read(scene.log())), what);
      if (kind.keepsBackup()) {
        assertEquals(scene.old(), FaultScene.read(scene.backup()), what);
      }
    }

    /** Migrated, with one backup if it is to be kept, and nothing else in the folders. */
    @Override
    public void requireDone(FaultScene scene, String what) throws IOException {
      requireSound(scene, what);
      requireNewAndTheOldOneKept(scene, what);
      assertEquals(FaultScene.PERMISSIONS, permissions(scene.log()), what);
      if (kind.keepsBackup()) {
        assertEquals(0600, permissions(scene.backup()), what);
      }
      assertEquals(scene.owner(), Files.getAttribute(scene.log(), "unix:uid"), what);
      assertEquals(scene.filesAtTheEnd(), scene.files(), what);
    }

    @Override
    public void requireAsToldBy(Run run, FaultScene scene, String what) throws IOException {
      boolean isToldAsBefore = run.stderr().contains("%s is as it was".formatted(scene.log()));
      assertTrue(!isToldAsBefore || isOld(scene), what);
    }

    private static int permissions(Path file) throws IOException {
      return (Integer) Files.getAttribute(file, "unix:mode") & 07777;
    }
  }
}
