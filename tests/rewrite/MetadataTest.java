package support.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.access.AccessControl.Access;
import support.access.AccessTools;
import support.staging.Metadata;

/**
 * The labels of SELinux, of which the machines that run these tests have none: its programs are
 * stood in for by scripts that keep the label of a file in another file beside it.
 */
class MetadataTest {
  private static final String LABEL = "system_u:object_r:var_log_t:s0";

  @TempDir Path folder;
  private Path programs;
  private Path old;
  private Path made;

  @BeforeEach
  void twoFilesAndThePrograms() throws IOException {
    programs = Files.createDirectory(folder.resolve("programs"));
    script(
        "stat",
        "[ \"$1 $2 $3\" = '-c %C --' ] || exit 2; shift 3; for f; do cat \"$f.label\"; done");
    script("chcon", "[ \"$1\" = -- ] || exit 2; echo \"$2\" > \"$3.label\"");
    old = labelled("old", LABEL);
    made = labelled("made", "unconfined_u:object_r:user_home_t:s0");
  }

  private void script(String name, String lines) throws IOException {
    Path file = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + lines + "\n");
    Files.setAttribute(file, "unix:mode", 0755);
  }

  private Path labelled(String name, String label) throws IOException {
    Files.writeString(folder.resolve(name + ".label"), label + "\n");
    Path file = Files.writeString(folder.resolve(name), "");
    Files.setAttribute(file, "unix:mode", 0600);
    return file;
  }

  private void give(Path selinux) throws IOException {
    AccessTools tools = new AccessTools(programs + ":/usr/bin:/bin", selinux);
    OpenFiles nobody = file -> new OpenFiles.Answer(List.of(), true);
    Machine machine = new Machine(new RealDisk(tools), nobody, tools, new Random());
    Metadata.of(old, Snapshot.of(old), Access.NO_LIST, false).giveTo(made, machine);
  }

  private String labelOfMade() throws IOException {
    return Files.readString(folder.resolve("made.label")).strip();
  }

  @Test
  void theNewFileGetsTheLabelOfTheOldOne() throws IOException {
    give(folder);
    assertEquals(LABEL, labelOfMade());
  }

  @Test
  void anotherUserInTheLabelIsNoDifference() throws IOException {
    made = labelled("made", "unconfined_u:object_r:var_log_t:s0");
    script("chcon", "exit 1");
    give(folder);
    assertEquals("unconfined_u:object_r:var_log_t:s0", labelOfMade());
  }

  @Test
  void aLabelThatCannotBeSetIsAFailure() throws IOException {
    script("chcon", "echo 'chcon: Permission denied' >&2; exit 1");
    IOException refused = assertThrows(IOException.class, () -> give(folder));
    assertEquals("chcon: Permission denied", refused.getMessage());
    script("chcon", "exit 0");
    assertThrows(IOException.class, () -> give(folder));
  }

  @Test
  void whereThereIsNoSelinuxNoProgramIsStarted() throws IOException {
    script("stat", "exit 1");
    give(folder.resolve("absent"));
  }
}
