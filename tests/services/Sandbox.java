import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a service or a container may do: write one folder of a read-only system, without privileges,
 * home or environment.
 *
 * @param folder the only one that can be written
 * @param user whose it is, and who runs there; also the number of the group
 */
record Sandbox(Path folder, int user) {
  private static final String ENTER =
      "mount --bind %1$s %1$s && mount -o remount,bind,ro / && exec setpriv --reuid %2$d"
          + " --regid %2$d --clear-groups --no-new-privs --bounding-set=-all env -i \"$@\"";

  /** Skips a test where there can be no sandbox. */
  static void assumeItWorks() {
    assumeTrue(Scene.isRoot(), "only root can make a sandbox");
    Run probe = Run.of(Path.of("."), Map.of(), "unshare", "-m", "setpriv", "--nnp", "true");
    assumeTrue(probe.exit() == 0, () -> "there is no sandbox: " + probe.stderr());
  }

  /** Makes the folder, and puts a log there. */
  static Sandbox with(Path folder, int user, byte[] log) throws IOException {
    Sandbox sandbox = new Sandbox(Files.createDirectory(folder), user);
    sandbox.give(folder);
    sandbox.add(Scene.LOG, log);
    return sandbox;
  }

  /** Puts a file there, and its folder if need be. */
  void add(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file.getParent())) {
      give(Files.createDirectory(file.getParent()));
    }
    give(Files.write(file, content));
  }

  private void give(Path file) throws IOException {
    Files.setAttribute(file, "unix:uid", user);
    Files.setAttribute(file, "unix:gid", user);
  }

  /** Runs a command there, which may begin with {@code NAME=value}. */
  Run run(List<String> command) {
    List<String> all = new ArrayList<>(List.of("unshare", "-m", "bash", "-c"));
    all.addAll(List.of(ENTER.formatted(folder, user), "bash"));
    all.addAll(command);
    return Run.of(Path.of("/"), Map.of(), all.toArray(String[]::new));
  }
}
