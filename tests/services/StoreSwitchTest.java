import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The playbook of docs/store.md, run by Ansible. */
@Execution(ExecutionMode.SAME_THREAD)
class StoreSwitchTest {
  private static final byte[] NEWER = "{\"_meta\":{\"schema_version\":3}}\n".getBytes(UTF_8);

  @TempDir Path folder;
  private Fleet fleet;

  @BeforeEach
  void noServersYet() throws IOException {
    assumeTrue(Tools.has("ansible-playbook"), "ansible-playbook is missing");
    String playbook = Markdown.STORE.block("yaml", "serial:");
    fleet = Fleet.in(folder, playbook, Map.entry("to_store", Run.storeCommand()));
  }

  private void add(String name, byte[] log) throws IOException {
    fleet.add(name, log);
    Path server = folder.resolve(name);
    fleet.qualify(
        "data_dir=%s drop_in=%s/unit.d server='/usr/bin/agentguard serve'"
            .formatted(server, server));
  }

  private Path store(String name) {
    return folder.resolve(name).resolve("agentguard.db");
  }

  @Test
  void theServerStartsWithItsHistoryInTheStore() throws IOException {
    add("guard1", Scene.realEntries(1));
    Run run = fleet.play();
    assertEquals(0, run.exit(), run::toString);
    assertEquals(List.of("stopped", "started"), fleet.service("guard1"));
    Run verify = Run.store(folder.resolve("guard1"), "status", "--check", "--audit-log", Scene.LOG);
    assertEquals(0, verify.exit(), verify::toString);
    assertTrue(verify.stdout().startsWith("store       " + store("guard1")), verify::toString);
    String unit = Files.readString(folder.resolve("guard1/unit.d/store.conf"));
    assertTrue(unit.contains("/usr/bin/agentguard serve --audit-backend=store"), unit);
    Run again = fleet.play();
    assertEquals(0, again.exit(), again::toString);
  }

  @Test
  void whereTheImportIsRefusedTheServerIsNotTouched() throws IOException {
    add("guard1", NEWER);
    Run run = fleet.play();
    assertEquals(2, run.exit(), run::toString);
    assertEquals(List.of(), fleet.service("guard1"));
    assertTrue(!Files.exists(folder.resolve("guard1/unit.d")), run::toString);
  }

  /** The tool works while the server runs, and fails once it is stopped. */
  @Test
  void whereTheRestCannotBeImportedTheServerGoesOnWithItsLog() throws IOException {
    add("guard1", Scene.realEntries(1));
    Path tool = folder.resolve("failing");
    Files.writeString(
        tool,
        "#!/bin/sh\n[ ! -e guard1/service ] || exit 1\nexec " + Run.storeCommand() + " \"$@\"\n");
    assertTrue(tool.toFile().setExecutable(true));
    fleet.qualify("to_store=" + tool);
    Run run = fleet.play();
    assertEquals(2, run.exit(), run::toString);
    assertEquals(List.of("stopped", "started"), fleet.service("guard1"));
    assertTrue(!Files.exists(folder.resolve("guard1/unit.d")), run::toString);
  }
}
