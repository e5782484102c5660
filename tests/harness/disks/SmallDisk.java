import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A file system of its own, in memory, as large as it is given. */
record SmallDisk(Path folder) implements AutoCloseable {
  static SmallDisk mount(Path folder, long bytes) throws IOException {
    assumeTrue(Scene.isRoot(), "only root can mount a small file system");
    Files.createDirectories(folder);
    Run mount =
        Run.of(
            folder, Map.of(), "mount", "-t", "tmpfs", "-o", "size=" + bytes, "none", "" + folder);
    assumeTrue(mount.exit() == 0, () -> "no file system can be mounted here: " + mount.stderr());
    return new SmallDisk(folder);
  }

  void remount(String options) {
    command("mount", "-o", "remount," + options, folder.toString());
  }

  @Override
  public void close() {
    command("umount", folder.toString());
  }

  private static void command(String... command) {
    Run run = Run.of(Path.of("."), Map.of(), command);
    assertEquals(0, run.exit(), run::toString);
  }
}
