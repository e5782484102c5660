import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The playbook of docs/services.md, run by Ansible. */
@Execution(ExecutionMode.SAME_THREAD)
class AnsibleTest {
  private static final List<String> UNTOUCHED = List.of();
  private static final List<String> DOWN = List.of("stopped");
  private static final List<String> UP_AGAIN = List.of("stopped", "started");

  private static final List<migrate.Migration> MIGRATIONS =
      migrate.Registry.ofCatalog().registered();
  private static final int NEWEST =
      Integer.parseInt(MIGRATIONS.get(MIGRATIONS.size() - 1).toVersion());

  @TempDir static Path work;
  private static Exported exported;

  @TempDir Path folder;
  private Fleet fleet;

  @BeforeAll
  static void export() throws IOException {
    assumeTrue(Tools.has("ansible-playbook"), "ansible-playbook is missing");
    exported = Exported.in(work);
  }

  @BeforeEach
  void noServersYet() throws IOException {
    fleet = Fleet.in(folder, exported);
  }

  private static byte[] logOf(int version) {
    return "{\"_meta\":{\"schema_version\":%d,\"created_at\":\"2026-04-17T09:30:00Z\"}}%n"
        .formatted(version)
        .getBytes(UTF_8);
  }

  private static byte[] old() throws IOException {
    return Scene.realEntries(1);
  }

  @Test
  void whatIsPendingIsMigratedAndTheRestIsLeftAlone() throws IOException {
    fleet.add("guard1", old());
    fleet.add("guard2", logOf(NEWEST));
    Run check = fleet.play("--check");
    assertEquals(0, check.exit(), check::toString);
    assertTrue(!fleet.isMigrated("guard1"), check::toString);
    Run run = fleet.play();
    assertEquals(0, run.exit(), run::toString);
    assertTrue(fleet.isMigrated("guard1"), run::toString);
    assertEquals(UP_AGAIN, fleet.service("guard1"));
    assertEquals(UNTOUCHED, fleet.service("guard2"));
    assertTrue(run.stdout().contains("\"audit_log\": \"" + folder.resolve("guard1")));
  }

  /** As the document says that several logs of a host are named. */
  @Test
  void severalLogsOfAHostGoInOneRunWithTheirArchives() throws IOException {
    fleet.addSeveral("guard1", List.of("acme", "globex"), old(), exported);
    fleet.add("guard2", logOf(NEWEST));
    Run run = fleet.play();
    assertEquals(0, run.exit(), run::toString);
    assertTrue(run.stdout().contains(4 * MIGRATIONS.size() + " pending"), run::toString);
    for (String tenant : List.of("acme", "globex")) {
      assertTrue(fleet.isMigrated("guard1/" + tenant), run::toString);
      Path archive = folder.resolve("guard1/" + tenant + "/audit.jsonl.1.archive.v040-backup");
      assertTrue(Files.exists(archive), run::toString);
    }
    assertEquals(UP_AGAIN, fleet.service("guard1"));
  }

  @Test
  void aRefusedLogEndsItBeforeAnythingIsTouched() throws IOException {
    fleet.add("guard1", old());
    fleet.add("guard2", logOf(NEWEST + 1));
    assertNothingIsTouched(fleet.play());
  }

  @Test
  void aServerOutOfReachEndsItBeforeAnythingIsTouched() throws IOException {
    fleet.add("guard1", old());
    fleet.addOutOfReach("guard2", old());
    assertNothingIsTouched(fleet.play());
  }

  private void assertNothingIsTouched(Run run) throws IOException {
    assertNotEquals(0, run.exit(), run::toString);
    assertTrue(!fleet.isMigrated("guard1"), run::toString);
    assertEquals(UNTOUCHED, fleet.service("guard1"));
  }

  @Test
  void aFailureEndsItOnceTheRestOfItsBatchRunsAgain() throws IOException {
    fleet.add("guard1", old());
    fleet.add("guard2", old());
    fleet.addWithFullDisk("guard3", old());
    for (int i = 4; i <= 8; i++) {
      fleet.add("guard" + i, old());
    }
    Run run = fleet.play();
    assertEquals(2, run.exit(), run::toString);
    assertEquals(UP_AGAIN, fleet.service("guard1"));
    assertEquals(UP_AGAIN, fleet.service("guard2"));
    assertEquals(DOWN, fleet.service("guard3"));
    for (int i = 4; i <= 8; i++) {
      assertEquals(UNTOUCHED, fleet.service("guard" + i), run::toString);
      assertTrue(!fleet.isMigrated("guard" + i), run::toString);
    }
  }
}
