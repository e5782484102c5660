import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody may read the new log who could not read the old one, and the other way round. */
class AccessListTest {
  private static final String NAMED = "u:1:r,g:3:rw";

  @TempDir Path folder;
  private Scene scene;

  @BeforeEach
  void aLog() throws IOException {
    assumeTrue(Tools.has("setfacl"), "setfacl is missing");
    scene = new Scene(folder.resolve("log"), 0);
    setMode(scene.log(), 0600);
    Run probe = Run.of(folder, Map.of(), "setfacl", "-m", NAMED, scene.log().toString());
    assumeTrue(probe.exit() == 0, () -> "no access-control list can be set here: " + probe);
    setfacl("-b", scene.log());
  }

  private static void setMode(Path file, int mode) throws IOException {
    Files.setAttribute(file, "unix:mode", mode);
  }

  private static void setfacl(String option, Path file) {
    setfacl(option, null, file);
  }

  private static void setfacl(String option, String entries, Path file) {
    List<String> command = new ArrayList<>(List.of("setfacl", option));
    Stream.ofNullable(entries).forEach(command::add);
    command.add(file.toString());
    Run run = Run.of(Path.of("."), Map.of(), command.toArray(String[]::new));
    assertEquals(0, run.exit(), run::toString);
  }

  /** All entries, with what the mask leaves of them. */
  private static String listOf(Path file) {
    Run run = Run.of(Path.of("."), Map.of(), "getfacl", "-cpne", file.toString());
    assertEquals(0, run.exit(), run::toString);
    return run.stdout();
  }

  /** Whether the list lets nobody in but the owner. */
  private static void assertIsForTheOwnerOnly(Path file) {
    for (String entry : listOf(file).lines().filter(line -> !line.isEmpty()).toList()) {
      assertTrue(
          entry.startsWith("user::") || entry.startsWith("default:") || entry.endsWith("---"),
          () -> file + ": " + entry);
    }
  }

  // ------------------------------------------------------------ the log's own list

  @Test
  void theNewLogHasTheListOfTheOldOneAndItsBackupIsForTheOwnerOnly() throws IOException {
    setfacl("-m", NAMED, scene.log());
    String before = listOf(scene.log());
    assertEquals(0640, Scene.mode(scene.log()) & ~020, "the mask stands where the group's bits do");
    Run run = scene.run();
    assertEquals(0, run.exit(), run::toString);
    assertTrue(scene.isMigrated());
    assertEquals(before, listOf(scene.log()));
    assertIsForTheOwnerOnly(scene.backup());
  }

  @Test
  void withoutTheListAGroupThatItShutsOutStaysOut() throws IOException {
    setfacl("-m", NAMED, scene.log());
    Run dry = scene.run("--without-acl", "--dry-run");
    Run run = scene.run("--without-acl");
    for (Run each : List.of(dry, run)) {
      assertEquals(0, each.exit(), each::toString);
      assertTrue(each.stderr().contains("access-control list is not carried over"), each::toString);
    }
    assertEquals(0600, Scene.mode(scene.log()));
    assertIsForTheOwnerOnly(scene.log());
  }

  @Test
  void bothWaysBackKeepTheListOfTheLog() throws IOException {
    setfacl("-m", NAMED, scene.log());
    String before = listOf(scene.log());
    for (List<String> way : List.of(List.of("rollback"), List.of("rollback", "--from-backup"))) {
      assertEquals(0, scene.run().exit());
      Run run = scene.run(way.toArray(String[]::new));
      assertEquals(0, run.exit(), run::toString);
      assertTrue(scene.isOld(Files.readAllBytes(scene.log())), run::toString);
      assertEquals(before, listOf(scene.log()));
    }
  }

  /** As a log of AgentGuard has no group and others, most runs need to start no program. */
  @Test
  void aListThatTheModeSwitchesOffIsNotLookedFor() throws IOException {
    setfacl("-m", NAMED, scene.log());
    setMode(scene.log(), 0600);
    Run run = runWith(Map.of("getfacl", "echo started >&2; exit 1", "setfacl", "exit 1"));
    assertEquals(0, run.exit(), run::toString);
    assertIsForTheOwnerOnly(scene.log());
  }

  // ------------------------------------------------------------ what the folder hands down

  @Test
  void aListThatTheFolderHandsDownReachesNothing() throws IOException {
    setfacl("-m", "d:u:1:rw,d:g:3:rw,d:o::r", scene.folder());
    for (int mode : List.of(0640, 0600)) {
      scene.restore();
      setfacl("-b", scene.log());
      setMode(scene.log(), mode);
      String before = listOf(scene.log());
      Run run = scene.run();
      assertEquals(0, run.exit(), run::toString);
      assertTrue(scene.isMigrated());
      assertIsForTheOwnerOnly(scene.backup());
      if (mode == 0600) {
        assertIsForTheOwnerOnly(scene.log());
      } else {
        assertEquals(before, listOf(scene.log()));
      }
    }
  }

  @Test
  void whatARunMakesOnItsWayIsForTheOwnerOnly() throws Exception {
    setfacl("-m", "d:u:1:rw,d:g:3:rw,d:o::r", scene.folder());
    setfacl("-m", NAMED, scene.log());
    Strace.assumeItWorks(folder);
    // Stopped where the new log would be renamed, with all that there is by then.
    Run struck =
        Run.toolInShell(
            "exec strace -f -qq -o /dev/null -e trace=rename,renameat"
                + " -e inject=rename,renameat:signal=KILL:when=1 \"$@\"",
            scene.folder());
    assertEquals(128 + 9, struck.exit(), struck::toString);
    assertTrue(scene.names().contains(Scene.LOCK));
    for (String name : scene.names()) {
      Path file = scene.folder().resolve(name);
      if (!Files.isSameFile(file, scene.log()) && !Scene.isStaged(name)) {
        assertIsForTheOwnerOnly(file);
      }
    }
  }

  // ------------------------------------------------------------ what can be done elsewhere

  /**
   * Runs the tool with just these programs on its path.
   *
   * @param programs their names, and their lines of shell
   */
  private Run runWith(Map<String, String> programs, String... options) throws IOException {
    Path path = Files.createTempDirectory(folder, "path");
    for (Map.Entry<String, String> program : programs.entrySet()) {
      Path file = path.resolve(program.getKey());
      Files.writeString(file, "#!/bin/sh\n" + program.getValue() + "\n");
      setMode(file, 0755);
    }
    return Run.toolInShell("PATH=%s exec \"$@\"".formatted(path), scene.folder(), options);
  }

  private static final Map<String, String> LS = Map.of("ls", "/bin/ls \"$@\"");

  @Test
  void aListThatNothingHereCouldSetIsRefusedBeforeTheFirstWrite() throws IOException {
    setMode(scene.log(), 0640);
    setfacl("-m", NAMED, scene.log());
    String before = listOf(scene.log());
    for (String option : List.of("--dry-run", "--force")) {
      Run run = runWith(LS, option);
      run.assertIsError(1, "access-control list");
      assertTrue(run.stderr().contains("--without-acl"), run::toString);
      assertEquals(before, listOf(scene.log()));
      assertEquals(List.of(Scene.LOG), List.copyOf(scene.names()));
    }
    Run status = runWith(LS, "status");
    assertTrue(status.stdout().contains("blocked"), status::toString);
  }

  @Test
  void givenUpItLeavesTheGroupNothing() throws IOException {
    setMode(scene.log(), 0644);
    setfacl("-m", NAMED, scene.log());
    Run run = runWith(LS, "--without-acl");
    assertEquals(0, run.exit(), run::toString);
    assertEquals(0604, Scene.mode(scene.log()));
    assertTrue(run.stderr().contains("so it may nothing"), run::toString);
  }

  @Test
  void withoutAnyProgramItIsSaidThatNobodyLooked() throws IOException {
    setMode(scene.log(), 0640);
    Run run = runWith(Map.of());
    assertEquals(0, run.exit(), run::toString);
    assertTrue(run.stderr().contains("access-control list not looked at"), run::toString);
    scene.restore();
    setMode(scene.log(), 0600);
    Run usual = runWith(Map.of());
    assertTrue(!usual.stderr().contains("access-control"), usual::toString);
  }

  @Test
  void aListThatDoesNotReadBackUndoesTheRun() throws IOException {
    setfacl("-m", NAMED, scene.log());
    String before = listOf(scene.log());
    Run run = runWith(Map.of("getfacl", "/usr/bin/getfacl \"$@\"", "setfacl", "exit 0"));
    run.assertIsError(1, "does not read back");
    assertTrue(scene.isOld(Files.readAllBytes(scene.log())));
    assertEquals(before, listOf(scene.log()));
    assertEquals(List.of(Scene.LOG), List.copyOf(scene.names()));
  }

  // ------------------------------------------------------------ attributes

  @Test
  void attributesOfUsersAreCarriedOver() throws IOException {
    UserDefinedFileAttributeView old =
        Files.getFileAttributeView(scene.log(), UserDefinedFileAttributeView.class);
    old.write("origin", ByteBuffer.wrap("node 7".getBytes(UTF_8)));
    old.write("empty", ByteBuffer.allocate(0));
    assertEquals(0, scene.run().exit());
    assertTrue(scene.isMigrated());
    UserDefinedFileAttributeView now =
        Files.getFileAttributeView(scene.log(), UserDefinedFileAttributeView.class);
    assertEquals(Set.of("origin", "empty"), Set.copyOf(now.list()));
    ByteBuffer value = ByteBuffer.allocate(16);
    now.read("origin", value);
    assertEquals("node 7", UTF_8.decode(value.flip()).toString());
  }
}
