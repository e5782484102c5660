import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What somebody plants in a folder that everyone can write, for root to fall over: at every name
 * that the tool creates, reads or removes beside the log.
 */
@Timeout(60)
class PlantedTest {
  private static final String HEADER =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-01-01T00:00:00Z\"}}\n";
  private static final List<String> NAMES =
      List.of(
          Scene.BACKUP,
          Scene.BACKUP + ".1",
          Scene.LOCK,
          Scene.LOG + ".replay-checkpoint",
          ".replay-checkpoint",
          Scene.LOG + ".migrate.0123456789abcdef.tmp");

  @TempDir Path folder;
  private Victims victims;
  private Scene scene;

  @BeforeEach
  void aFolderThatEveryoneCanWriteAndVictimsElsewhere() throws IOException {
    assumeTrue(Scene.isRoot(), "only root can give files to others");
    victims = new Victims(folder.resolve("outside"), "precious\n");
    scene = new Scene(folder.resolve("log"), 0);
    Files.setAttribute(scene.folder(), "unix:mode", 01777);
    Files.setAttribute(scene.log(), "unix:uid", Victims.SERVICE);
  }

  static Stream<Arguments> everyPlantAtEveryName() {
    return Stream.of(Plant.values())
        .flatMap(plant -> NAMES.stream().map(name -> Arguments.of(plant, name)));
  }

  @ParameterizedTest
  @MethodSource("everyPlantAtEveryName")
  void noPlantLeadsAMigrationElsewhere(Plant plant, String name) throws IOException {
    if (name.equals(Scene.BACKUP + ".1")) {
      Files.writeString(scene.backup(), "an earlier one");
    }
    plant.at(scene.folder().resolve(name), victims.folder());
    Map<String, String> before = victims.look();
    Run run = scene.run();
    assertEquals(before, victims.look(), run::toString);
    if (run.exit() == 0) {
      scene.assertMigratedWith(backupOfThisRun(), "beside what was planted");
    } else {
      run.assertIsError(1, name);
      assertTrue(scene.isOld(Files.readAllBytes(scene.log())), run::toString);
    }
  }

  /** Under the first number that was free. */
  private Path backupOfThisRun() throws IOException {
    for (String name : List.of(Scene.BACKUP, Scene.BACKUP + ".1", Scene.BACKUP + ".2")) {
      Path backup = scene.folder().resolve(name);
      if (Files.isRegularFile(backup, NOFOLLOW_LINKS) && scene.isOld(Files.readAllBytes(backup))) {
        return backup;
      }
    }
    throw new AssertionError("no backup among " + scene.names());
  }

  @ParameterizedTest
  @MethodSource("everyPlantAtEveryName")
  void noPlantLeadsTheEndOfAnInterruptedMigrationElsewhere(Plant plant, String name)
      throws IOException {
    byte[] migrated = migratedButNotFinished();
    Files.deleteIfExists(scene.folder().resolve(name));
    plant.at(scene.folder().resolve(name), victims.folder());
    Map<String, String> before = victims.look();
    Run run = scene.run();
    assertEquals(before, victims.look(), run::toString);
    if (run.exit() != 0) {
      run.assertIsError(1, name);
    }
    assertEquals(new String(migrated, UTF_8), Files.readString(scene.log()));
  }

  /** As a run leaves it that dies right after the rename. */
  private byte[] migratedButNotFinished() throws IOException {
    Files.move(scene.log(), scene.backup());
    byte[] migrated = (HEADER + new String(scene.old(), UTF_8)).getBytes(UTF_8);
    Files.write(scene.log(), migrated);
    Files.setAttribute(scene.log(), "unix:uid", Victims.SERVICE);
    Files.writeString(scene.folder().resolve(Scene.LOCK), "agentguard migrate lock pid=1 word=0\n");
    return migrated;
  }

  @Test
  void theLogItselfAtTheBackupsNameIsBackedUpAlready() throws IOException {
    Files.createLink(scene.backup(), scene.log());
    scene.assertConverges("with the log itself at the backup's name");
    assertEquals(Victims.SERVICE, Files.getAttribute(scene.log(), "unix:uid"));
  }
}
