import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.files.HookedDisk;
import support.files.Machine;
import support.files.OpenFiles;
import support.files.RamDisk;
import support.lock.Journal;
import support.log.Header;
import support.log.LogNames;
import support.options.Options;
import support.rewrite.Job;
import support.rewrite.Rewrite;
import support.rewrite.Target;
import support.run.Failure;
import support.run.Monitor;

/** Whoever may rename the log's folder puts another in its place while a run is at work. */
class SwappedFolderTest {
  private static final String LOG = "audit.jsonl";
  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"}}\n";
  private static final String SECRET = ENTRY.replace("2025", "2024");
  private static final OpenFiles NOBODY = log -> new OpenFiles.Answer(List.of(), true);

  @TempDir(factory = RamDisk.class)
  Path root;

  @Test
  void nothingIsTouchedOrTakenWhereTheNameLeadsToBeforeAnyEffect() throws IOException {
    List<String> effects = run(Integer.MAX_VALUE);
    assertTrue(effects.size() > 10, effects::toString);
    for (int effect = 0; effect < effects.size(); effect++) {
      run(effect);
    }
  }

  /**
   * Looks whether the other folder is as it was, and nothing of it is in this one for a moment.
   *
   * @param swapped before which effect the folder is swapped
   * @return the effects
   */
  private List<String> run(int swapped) throws IOException {
    Path scene = Files.createTempDirectory(root, "scene");
    Path folder = filled(scene.resolve("logs"), ENTRY);
    Path other = filled(scene.resolve("other"), SECRET);
    Path away = scene.resolve("away");
    Tree before = Tree.of(other);
    List<String> effects = new ArrayList<>();
    HookedDisk disk =
        new HookedDisk(
            (effect, path) -> {
              if (effects.size() == swapped) {
                Files.move(folder, away);
                Files.createSymbolicLink(folder, other);
              }
              effects.add(effect + " " + path.getFileName());
              assertNothingIsTaken(away);
            });
    try {
      rewrite(folder.resolve(LOG), disk).run();
    } catch (Failure | IOException e) {
      // What comes of the log is the affair of whoever did this.
    }
    assertEquals(List.of(), before.differencesTo(Tree.of(other)), effects::toString);
    assertNothingIsTaken(away);
    return effects;
  }

  private static void assertNothingIsTaken(Path away) throws IOException {
    if (Files.exists(away)) {
      try (Stream<Path> files = Files.list(away)) {
        for (Path file : files.toList()) {
          assertFalse(Files.readString(file).contains(SECRET), file::toString);
        }
      }
    }
  }

  /** With a log, and with what a run removes. */
  private static Path filled(Path folder, String entries) throws IOException {
    Files.createDirectory(folder);
    Files.writeString(folder.resolve(LOG), entries);
    Files.setAttribute(folder.resolve(LOG), "unix:mode", 0640);
    Files.writeString(folder.resolve(LOG + ".replay-checkpoint"), "{\"offset\":1}");
    return folder;
  }

  private static Rewrite rewrite(Path log, HookedDisk disk) throws IOException {
    Job job =
        new Job(
            log,
            new Target.WithHeader(Header.line(2, Instant.EPOCH), 2),
            LogNames.FIRST_MIGRATION,
            Journal.Direction.FORWARD,
            null,
            null,
            Options.NONE);
    return new Rewrite(job, new Machine(disk, NOBODY, new SecureRandom()), Monitor.silent());
  }
}
