import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import support.files.HookedDisk;

/**
 * Root's run reads what the user who may write the log's folder may not: none of it gets into a
 * file there, whatever he puts at a backup's name while the run is at work.
 */
class LentBytesTest {
  private static final String OLD = LiveLog.entries("known", 1, 5);
  private static final String LATE = LiveLog.entries("later", 10, 3);
  private static final String SECRET = LiveLog.entries("guest", 1, 5);

  @TempDir Path root;
  private LiveLog live;
  private Path backup;
  private Path secret;

  /** How another file gets the backup's name. */
  enum Way {
    LINK {
      @Override
      void put(Path name, Path file) throws IOException {
        Files.createSymbolicLink(name, file);
      }
    },
    /** Where {@code fs.protected_hardlinks} is off, anybody can make one. */
    HARD_LINK {
      @Override
      void put(Path name, Path file) throws IOException {
        Files.createLink(name, file);
      }
    };

    abstract void put(Path name, Path file) throws IOException;
  }

  @BeforeEach
  void aMigratedLogAndAFileElsewhere() throws IOException {
    assumeTrue(Scene.isRoot(), "only root can give files to others");
    live = LiveLog.migratedUnderAWriter(Files.createDirectory(root.resolve("logs")), OLD);
    backup = live.file(".v040-backup");
    for (Path file : List.of(live.log, backup)) {
      Files.setAttribute(file, "unix:uid", Victims.SERVICE);
    }
    Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
    secret = Files.writeString(elsewhere.resolve("secret"), SECRET + SECRET);
  }

  @ParameterizedTest
  @EnumSource
  void recoverBringsOverNothingOfAFileThatHasGotTheBackupsName(Way way) throws IOException {
    LiveLog.append(backup, LATE);
    live.disk = swappingBefore("append", way);
    live.run("recover");
    assertNothingIsLent();
  }

  @ParameterizedTest
  @EnumSource
  void norDoesARollbackRestoreIt(Way way) throws IOException {
    live.disk = swappingBefore("flushFolder", way);
    live.run("rollback", "--from-backup", "--discard-newer");
    assertNothingIsLent();
  }

  @Test
  void aLinkThatTheOperatorNamedIsFollowed() throws IOException {
    Path link = Files.createSymbolicLink(root.resolve("link"), backup);
    live.done("rollback", "--from-backup", "--backup", link.toString());
    assertTrue(live.read().equals(OLD), live::toString);
  }

  /** Looks also at what stands there for a moment only: it may be opened then. */
  private HookedDisk swappingBefore(String first, Way way) {
    Path kept = root.resolve("kept");
    return new HookedDisk(
        (effect, path) -> {
          if (effect.equals(first) && Files.notExists(kept)) {
            Files.move(backup, kept);
            way.put(backup, secret);
          }
          assertNothingIsLent();
        });
  }

  private void assertNothingIsLent() throws IOException {
    assertFalse(Files.readString(secret).isEmpty());
    try (Stream<Path> files = Files.list(live.folder)) {
      for (Path file : files.filter(file -> !file.equals(backup)).toList()) {
        assertFalse(Files.readString(file).contains("guest"), file::toString);
      }
    }
  }
}
