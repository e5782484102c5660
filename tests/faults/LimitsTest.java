import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Limits that the machine really sets. Whatever a run lacks, it says so, leaves everything as it
 * was, and the same command succeeds once the limit is gone.
 */
class LimitsTest {
  private static final long LOG_BYTES = 1 << 20;
  private static final int OWNER = 1234;
  private static final int ANOTHER_USER = 65534;

  @TempDir Path folder;

  private Scene scene() throws IOException {
    return new Scene(folder.resolve("log"), LOG_BYTES);
  }

  private static void command(String... command) {
    Run run = Run.of(Path.of("."), Map.of(), command);
    assertEquals(0, run.exit(), run::toString);
  }

  private static void own(Path file, int user) throws IOException {
    Files.setAttribute(file, "unix:uid", user);
  }

  // ------------------------------------------------------------ space

  /** What a new log needs: a header, the old one, and a newline that may be missing. */
  private static long needed() throws IOException {
    return Scene.realEntries(LOG_BYTES).length + 100;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.0, 1.5})
  void aFileSystemThatIsTooSmallIsToldBeforeTheFirstWrite(double times) throws IOException {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), (long) (times * needed()))) {
      Scene scene = new Scene(disk.folder(), LOG_BYTES);
      Run run = scene.run();
      run.assertIsError(1, "has too little space: ");
      assertTrue(run.stderr().contains("  state: nothing was changed\n"), run::toString);
      scene.run("--dry-run").assertIsError(1, "has too little space: ");
      scene.assertNeverWritten();
      disk.remount("size=" + 3 * needed());
      scene.assertConverges("with more space");
    }
  }

  @Test
  void aFileSystemWithRoomForOneMoreLogIsLargeEnough() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), (long) (2.5 * needed()))) {
      new Scene(disk.folder(), LOG_BYTES).assertConverges("in 2.5 times the space");
    }
  }

  @Test
  void aBackupOnAnotherFileSystemIsACompleteCopyForTheOwnerOnly() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 2 * needed())) {
      Scene scene = scene();
      own(scene.log(), OWNER);
      Run run = scene.run("--backup-dir", disk.folder().toString());
      assertEquals(0, run.exit(), run::toString);
      Path backup = disk.folder().resolve(Scene.BACKUP);
      scene.assertMigratedWith(backup, "with the backup elsewhere");
      assertEquals(OWNER, Files.getAttribute(backup, "unix:uid"));
      assertEquals(1, Tree.of(disk.folder()).entries().size());
      assertEquals("[audit.jsonl]", scene.names().toString());
    }
  }

  @Test
  void aBackupFolderThatIsTooSmallIsToldBeforeTheFirstWrite() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), needed() / 2)) {
      Scene scene = scene();
      scene
          .run("--backup-dir", disk.folder().toString())
          .assertIsError(1, "folder %s has too little space: ".formatted(disk.folder()));
      scene.assertNeverWritten();
      assertEquals(0, Tree.of(disk.folder()).entries().size());
      scene.assertConverges("with the backup beside the log");
    }
  }

  @Test
  void aFileThatMayNotGrowAsLargeAsTheLogIsUndone() throws IOException {
    Scene scene = scene();
    Run run = Run.toolInShell("ulimit -f 512; exec \"$@\"", scene.folder());
    run.assertIsError(1, Scene.LOG);
    assertTrue(run.stderr().contains("File too large"), run::toString);
    assertTrue(run.stderr().contains("  state: audit.jsonl is as it was\n"), run::toString);
    scene.assertAsItWas();
    scene.assertConverges("without the limit");
  }

  // ------------------------------------------------------------ permissions

  @ParameterizedTest
  @CsvSource({
    "i, audit.jsonl, immutable",
    "a, audit.jsonl, append-only",
    "i, ., immutable",
    "a, ., append-only"
  })
  void aMarkedLogOrFolderIsToldBeforeTheFirstWrite(String mark, String name, String word)
      throws IOException {
    Scene scene = scene();
    Path file = scene.folder().resolve(name);
    Run marked =
        Run.of(scene.folder(), Map.of(), "bash", "-c", "chattr +%s %s".formatted(mark, name));
    assumeTrue(marked.exit() == 0, () -> "no file can be marked here: " + marked.stderr());
    try {
      assertAllTell(scene, "is marked " + word);
    } finally {
      command("chattr", "-" + mark, file.toString());
    }
    scene.assertConverges("once the log can be changed");
  }

  @Test
  void aLogThatIsAMountOfItsOwnIsToldBeforeTheFirstWrite() throws IOException {
    assumeTrue(Scene.isRoot(), "only root can mount");
    Scene scene = scene();
    String log = scene.log().toString();
    Run mount = Run.of(scene.folder(), Map.of(), "mount", "--bind", log, log);
    assumeTrue(mount.exit() == 0, () -> "nothing can be mounted here: " + mount.stderr());
    try {
      assertAllTell(scene, "is a mount of its own");
    } finally {
      command("umount", log);
    }
    scene.assertConverges("once nothing is mounted there");
  }

  /** The dry run, the run and {@code status} agree. */
  private static void assertAllTell(Scene scene, String what) throws IOException {
    scene.run("--dry-run").assertIsError(1, what);
    scene.run().assertIsError(1, what);
    Run status = Run.tool(scene.folder(), "status");
    assertTrue(status.stdout().matches("(?s).*blocked[^\\n]*" + what + ".*"), status::toString);
    scene.assertNeverWritten();
  }

  @Test
  void aFileSystemForReadingOnlyIsToldBeforeTheFirstWrite() throws IOException {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 3 * needed())) {
      Scene scene = new Scene(disk.folder(), LOG_BYTES);
      disk.remount("ro");
      scene.run().assertIsError(1, "is on a file system that is mounted read-only");
      scene.assertNeverWritten();
      disk.remount("rw");
      scene.assertConverges("once the file system can be written");
    }
  }

  @Test
  void aFolderThatTheUserMayNotWriteIsToldBeforeTheFirstWrite() throws IOException {
    Scene scene = scene();
    runAsAnotherUser(scene, ANOTHER_USER, 0555)
        .assertIsError(1, "folder . cannot be written by this user");
    scene.assertNeverWritten();
    scene.assertConverges("as root");
  }

  @Test
  void aLogOfAnotherUserIsToldBeforeTheFirstWrite() throws IOException {
    Scene scene = scene();
    Run run = runAsAnotherUser(scene, OWNER, 0777);
    run.assertIsError(1, "audit file audit.jsonl belongs to another user");
    assertTrue(
        run.stderr().contains("  next: run as the user with id 1234, or as root\n"), run::toString);
    scene.assertNeverWritten();
    scene.assertConverges("as root");
    assertEquals(OWNER, Files.getAttribute(scene.log(), "unix:uid"));
  }

  @Test
  void aLogOfAGroupThatTheUserIsNotInIsToldBeforeTheFirstWrite() throws IOException {
    Scene scene = scene();
    own(scene.log(), ANOTHER_USER);
    Files.setAttribute(scene.log(), "unix:gid", OWNER);
    Files.setAttribute(scene.folder(), "unix:mode", 0777);
    Files.setAttribute(folder, "unix:mode", 0755);
    String what = "is of group 1234, which this user is no member of";
    asAnotherUser(scene, "--dry-run").assertIsError(1, what);
    asAnotherUser(scene).assertIsError(1, what);
    scene.assertNeverWritten();
    // A folder that hands its group down needs no member.
    Files.setAttribute(scene.folder(), "unix:gid", OWNER);
    Files.setAttribute(scene.folder(), "unix:mode", 02777);
    Run migrated = asAnotherUser(scene);
    assertEquals(0, migrated.exit(), migrated::toString);
    assertEquals(OWNER, Files.getAttribute(scene.log(), "unix:gid"));
  }

  /** That user is in the log's group, and so can read it. */
  private Run runAsAnotherUser(Scene scene, int owner, int folderMode) throws IOException {
    assumeTrue(Scene.isRoot(), "only root can run as another user");
    own(scene.log(), owner);
    Files.setAttribute(scene.log(), "unix:gid", ANOTHER_USER);
    Files.setAttribute(scene.folder(), "unix:mode", folderMode);
    Files.setAttribute(folder, "unix:mode", 0755);
    return asAnotherUser(scene);
  }

  private Run asAnotherUser(Scene scene, String... arguments) throws IOException {
    Path jars = Files.createTempDirectory(folder, "jars");
    Files.setAttribute(jars, "unix:mode", 0755);
    return Run.toolAs(ANOTHER_USER, jars, scene.folder(), arguments);
  }

  // ------------------------------------------------------------ output

  @Test
  void resultsThatCannotBeWrittenAreAnErrorThoughTheLogIsMigrated() throws IOException {
    Scene scene = scene();
    Run run = Run.toolInShell("exec \"$@\" > /dev/full", scene.folder());
    run.assertIsError(1, "standard output could not be written");
    scene.assertMigrated("though nobody was told");
    scene.assertConverges("with an output that takes what is written");
  }

  @Test
  void messagesThatCannotBeWrittenChangeNothingAboutTheOutcome() throws IOException {
    Scene scene = scene();
    Run run = Run.toolInShell("exec \"$@\" 2> /dev/full", scene.folder());
    assertEquals(0, run.exit(), run::toString);
    assertEquals("migrate: 1 migration(s) processed\n", run.stdout());
    scene.assertMigrated("without a message");
  }

  @Test
  void anErrorThatCannotBeToldIsStillAnError() throws IOException {
    Scene scene = scene();
    Files.createDirectory(scene.backup());
    assertEquals(1, Run.toolInShell("exec \"$@\" 2> /dev/full", scene.folder()).exit());
    Files.delete(scene.backup());
    scene.assertAsItWas();
    scene.assertConverges("once the folder is out of the way");
  }
}
