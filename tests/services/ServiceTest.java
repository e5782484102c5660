import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way to a service of docs/services.md: the exported tool, and systemd's hook that runs it. */
class ServiceTest {
  private static final int SERVICE_USER = 1234;
  private static final String HOOK = "ExecStartPre=";

  @TempDir static Path work;
  private static Exported exported;

  @TempDir Path folder;

  @BeforeAll
  static void export() throws IOException {
    exported = Exported.in(work);
  }

  /** The drop-in, for a log in a folder. */
  private static String dropIn(Path logFolder) throws IOException {
    return exported.here(Markdown.SERVICES.block("ini", HOOK), logFolder);
  }

  /** The hook's command; no prefix lets it fail unnoticed or run as root. */
  private static List<String> hook(Path logFolder) throws IOException {
    List<String> commands =
        dropIn(logFolder).lines().filter(line -> line.startsWith(HOOK)).toList();
    assertEquals(1, commands.size());
    String command = commands.get(0).substring(HOOK.length());
    assertTrue(command.startsWith("/"), command);
    return List.of(command.split(" "));
  }

  @Test
  void theExportedToolNeedsNothingButAJava() {
    String jar = exported.folder().resolve("agentguard-migrate.jar").toString();
    Run list = Run.of(folder, Map.of(), "env", "-i", Exported.JAVA, "-jar", jar, "--list");
    assertEquals(0, list.exit(), list::toString);
    assertTrue(list.stdout().contains("  v040_to_v041  1 -> 2  "), list::toString);
    Run demo = Run.of(folder, Map.of(), "env", "-i", Exported.JAVA, "-jar", jar, "demo");
    assertEquals(0, demo.exit(), demo::toString);
  }

  @Test
  void systemdUnderstandsEveryLine() throws IOException {
    assumeTrue(Tools.has("systemd-analyze"), "systemd-analyze is missing");
    Path unit = folder.resolve("agentguard.service");
    Files.writeString(unit, "[Service]\nUser=agentguard\nExecStart=/bin/sleep 1\n");
    Path dropIns = Files.createDirectory(folder.resolve("agentguard.service.d"));
    Files.writeString(dropIns.resolve("migrate.conf"), dropIn(folder));
    Run verify = Run.of(folder, Map.of(), "systemd-analyze", "verify", "--man=no", unit.toString());
    // It also reports units that are not ours, and ends with 0 where it ignores a line.
    List<String> ours =
        verify
            .stderr()
            .lines()
            .filter(line -> line.matches(".*(agentguard|migrate\\.conf).*"))
            .toList();
    assertEquals(List.of(), ours);
    assertEquals(0, verify.exit(), verify::toString);
  }

  @Test
  void theHookMigratesAsTheServiceInItsSandbox() throws IOException {
    Sandbox.assumeItWorks();
    byte[] old = Scene.realEntries(1);
    Path logFolder = work.resolve("service");
    Sandbox sandbox = Sandbox.with(logFolder, SERVICE_USER, old);
    Run hook = sandbox.run(hook(logFolder));
    assertEquals(0, hook.exit(), hook::toString);
    assertEquals(old.length, Files.size(logFolder.resolve(Scene.BACKUP)));
    assertTrue(Files.size(logFolder.resolve(Scene.LOG)) > old.length);
    assertEquals(SERVICE_USER, Files.getAttribute(logFolder.resolve(Scene.LOG), "unix:uid"));
  }

  @Test
  void theHookFailsWhereTheLogIsRefusedAndSaysWhy() throws IOException {
    Path log = folder.resolve(Scene.LOG);
    Files.writeString(log, "{\"_meta\":{\"schema_version\":3}}\n");
    Run hook = Run.of(folder, Map.of(), hook(folder).toArray(String[]::new));
    hook.assertIsError(5, "");
    assertEquals("{\"_meta\":{\"schema_version\":3}}\n", Files.readString(log));
  }
}
