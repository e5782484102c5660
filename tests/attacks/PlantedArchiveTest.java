import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import support.files.HookedDisk;

/**
 * What somebody plants among the archives of a log for root to fall over. The victims are logs that
 * could be migrated themselves.
 */
@Timeout(60)
class PlantedArchiveTest {
  private static final String ENTRIES = LiveLog.entries("old", 1, 5);
  private static final String HEADER =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-01-01T00:00:00Z\"}}\n";
  private static final String ARCHIVE = "audit.jsonl.2.gz";
  private static final String BACKUP = ARCHIVE + ".archive.v040-backup";
  private static final String[] MIGRATE = {"--id", "v040_to_v041", "--archives"};

  /** Those that are made beside the archive, and those of archives. */
  private static final List<String> NAMES =
      List.of(
          BACKUP,
          BACKUP + ".1",
          ARCHIVE + ".archive.migrate.lock",
          ARCHIVE + ".migrate.0123456789abcdef.tmp",
          ARCHIVE + ".replay-checkpoint",
          "audit.jsonl.replay-checkpoint",
          "audit.jsonl.2",
          "audit.jsonl.3",
          "audit.jsonl.1.gz",
          "audit.jsonl-20260417");

  @TempDir Path temporary;
  private Victims victims;
  private Path folder;
  private LiveLog log;
  private Path archive;
  private byte[] old;

  @BeforeEach
  void aFolderThatEveryoneCanWriteAndLogsElsewhere() throws IOException {
    assumeTrue(Scene.isRoot(), "only root can give files to others");
    victims = new Victims(temporary.resolve("outside"), ENTRIES);
    folder = Files.createDirectory(temporary.resolve("logs"));
    Files.setAttribute(folder, "unix:mode", 01777);
    log = new LiveLog(folder);
    log.write(ENTRIES);
    archive = folder.resolve(ARCHIVE);
    old = Gzip.of(ENTRIES);
    Files.write(archive, old);
    Files.setAttribute(archive, "unix:uid", Victims.SERVICE);
  }

  static Stream<Arguments> everyPlantAtEveryName() {
    return Stream.of(Plant.values())
        .flatMap(plant -> NAMES.stream().map(name -> Arguments.of(plant, name)));
  }

  @ParameterizedTest
  @MethodSource("everyPlantAtEveryName")
  void noPlantLeadsAMigrationElsewhere(Plant plant, String name) throws IOException {
    if (name.equals(BACKUP + ".1")) {
      Files.writeString(folder.resolve(BACKUP), "an earlier one");
    }
    plant.at(folder.resolve(name), victims.folder());
    Map<String, String> before = victims.look();
    for (String[] command : List.of(MIGRATE, with(MIGRATE, "--no-archive-backup"))) {
      assertEndsAsItShould(log.run(command), name);
      assertEquals(before, victims.look());
    }
    assertEndsAsItShould(log.run("rollback", "--to", "1", "--archives"), name);
    assertEquals(before, victims.look());
  }

  /** Done, or told: of the name that is in the way, or of a backup that is of no file here. */
  private void assertEndsAsItShould(Run run, String name) throws IOException {
    run.assertShowsNoTrace();
    if (run.exit() != 0) {
      assertTrue(List.of(1, 5, 6).contains(run.exit()), run::toString);
      String inTheWay = run.exit() == 6 ? BACKUP : name;
      assertTrue(run.stderr().contains(folder.resolve(inTheWay).toString()), run::toString);
    }
    byte[] now = Files.readAllBytes(archive);
    assertTrue(now.length >= old.length, run::toString);
    byte[] end = Arrays.copyOfRange(now, now.length - old.length, now.length);
    assertArrayEquals(old, end, run::toString);
  }

  private static String[] with(String[] command, String... more) {
    return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
  }

  /** The operator has not named it: it is where it was found, or nowhere. */
  @ParameterizedTest
  @ValueSource(strings = {"migrate", "rollback"})
  void anArchiveThatBecomesALinkMeanwhileIsNotFollowed(String command) throws IOException {
    boolean isBack = command.equals("rollback");
    String content = (isBack ? HEADER : "") + ENTRIES;
    victims = new Victims(temporary.resolve("others"), content);
    Path younger = Files.writeString(folder.resolve("audit.jsonl.1"), content);
    Files.write(archive, Gzip.join(isBack ? Gzip.of(HEADER) : new byte[0], old));
    Map<String, String> before = victims.look();
    log.disk = swapping(younger);
    Run run = log.run(isBack ? new String[] {"rollback", "--archives"} : MIGRATE);
    assertEquals(before, victims.look(), run::toString);
    assertTrue(run.stderr().contains("migrate: " + younger + ": "), run::toString);
    assertTrue(run.stdout().contains("2 done, 1 busy"), run::toString);
  }

  /** While the older archive has its turn. */
  private HookedDisk swapping(Path younger) {
    return new HookedDisk(
        (effect, path) -> {
          if (effect.equals("rename") && path.getFileName().toString().equals(ARCHIVE)) {
            Files.delete(younger);
            Plant.SYMBOLIC_LINK.at(younger, victims.folder());
          }
        });
  }
}
