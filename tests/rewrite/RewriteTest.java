package support.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import support.files.Disk;
import support.files.HookedDisk;
import support.lines.LineEdit;
import support.log.LogNames;
import support.run.Exit;
import support.run.Failure;

/** Each step of the durable rewrite, on real files, with faults just where they hurt. */
class RewriteTest extends RewriteFixture {
  // ------------------------------------------------------------ what a run does

  @Test
  void theHeaderStandsInFrontOfTheSameBytesAndTheBackupHoldsTheOldOnes() throws IOException {
    Rewrite.Rewritten outcome = rewritten(rewrite());
    assertEquals(migrated(OLD), read(log));
    assertEquals(OLD, read(backup));
    assertEquals(Files.size(log), outcome.finalBytes());
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
  }

  @Test
  void everythingIsFlushedBeforeWhatRestsOnIt() throws IOException {
    Files.writeString(checkpoint, "{\"offset\":1}");
    permit(log, 0640);
    HookedDisk disk = new HookedDisk((effect, path) -> {});
    rewrite(disk, NOBODY, false).run();
    String here = folder.getFileName().toString();
    assertEquals(
        List.of(
            "flushFolder " + here,
            "create audit.jsonl.migrate.*.tmp",
            "write audit.jsonl.migrate.*.tmp",
            "write audit.jsonl.migrate.*.tmp",
            "setPermissions audit.jsonl.migrate.*.tmp",
            "flush audit.jsonl.migrate.*.tmp",
            "link audit.jsonl.v040-backup",
            "flush audit.jsonl.v040-backup",
            "flushFolder " + here,
            "remove audit.jsonl.replay-checkpoint",
            "flushFolder " + here,
            "rename audit.jsonl",
            "flushFolder " + here,
            "setPermissions audit.jsonl.v040-backup",
            "flush audit.jsonl.v040-backup"),
        disk.effects());
  }

  @Test
  void theNewLogHasTheModeOfTheOldOneAndTheBackupIsForItsOwnerOnly() throws IOException {
    permit(log, 0664);
    rewrite().run();
    assertEquals(0664, permissions(log));
    assertEquals(0600, permissions(backup));
  }

  @Test
  void theNewLogHasTheOwnerOfTheOldOne() throws IOException {
    Assumptions.assumeTrue(Preflight.userId().orElse(-1) == 0, "only root can give files away");
    Files.setAttribute(log, "unix:uid", 1234);
    Files.setAttribute(log, "unix:gid", 4321);
    rewrite().run();
    for (Path file : List.of(log, backup)) {
      assertEquals(1234, Files.getAttribute(file, "unix:uid"));
      assertEquals(4321, Files.getAttribute(file, "unix:gid"));
    }
  }

  @Test
  void theBackupIsTheOldFileItself() throws IOException {
    Object inode = Files.getAttribute(log, "unix:ino");
    rewrite().run();
    assertEquals(inode, Files.getAttribute(backup, "unix:ino"));
  }

  @Test
  void whereNoHardLinkCanBeMadeTheBackupIsACopy() throws IOException {
    HookedDisk.Hook noLinkToTheLog = once("link", ".v040-backup", failing("link", "backup"));
    rewrite(noLinkToTheLog).run();
    assertEquals(migrated(OLD), read(log));
    assertEquals(OLD, read(backup));
    assertEquals(0600, permissions(backup));
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
  }

  @Test
  void whereThereAreNoHardLinksAtAllTheBackupIsACopyToo() throws IOException {
    rewrite(failing("link", ".v040-backup")).run();
    assertEquals(OLD, read(backup));
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
  }

  // ------------------------------------------------------------ what a failing step leaves

  /** Fails every effect of a run in turn: before the rename all is undone, after it nothing is. */
  @Test
  void whateverEffectFailsTheLogIsWholeAndTheNextRunConverges() throws IOException {
    int effects = countEffects();
    assertTrue(effects > 10, "only " + effects + " effects were seen");
    for (int failing = 0; failing < effects; failing++) {
      aLogWithoutHeader();
      permit(log, 0640);
      Files.writeString(checkpoint, "{\"offset\":1}");
      AtomicInteger countdown = new AtomicInteger(failing);
      HookedDisk disk =
          new HookedDisk(
              (effect, path) -> {
                if (countdown.getAndDecrement() == 0) {
                  throw new FileSystemException(path.toString(), null, "No space left on device");
                }
              });
      Optional<Failure> failure = failureOf(rewrite(disk, NOBODY, false));
      String where = "effect %d, %s".formatted(failing, disk.effects().get(failing));
      assertStateIsAsTold(failure, where);
      convergesNow(where);
      clear();
    }
  }

  private int countEffects() throws IOException {
    permit(log, 0640);
    Files.writeString(checkpoint, "{\"offset\":1}");
    HookedDisk disk = new HookedDisk((effect, path) -> {});
    rewrite(disk, NOBODY, false).run();
    clear();
    return disk.effects().size();
  }

  private static Optional<Failure> failureOf(Rewrite rewrite) throws IOException {
    try {
      rewrite.run();
      return Optional.empty();
    } catch (Failure failure) {
      return Optional.of(failure);
    }
  }

  private void assertStateIsAsTold(Optional<Failure> failure, String where) throws IOException {
    if (failure.isEmpty()) {
      assertTrue(where.contains("link"), where + " failed, and the run did not");
      assertEquals(migrated(OLD), read(log), where);
    } else if (failure.get().state().contains("is as it was")) {
      assertEquals(OLD, read(log), where);
      assertEquals(0640, permissions(log), where);
      Set<String> left = names();
      left.remove("audit.jsonl.replay-checkpoint");
      assertEquals(Set.of("audit.jsonl"), left, where);
    } else {
      assertTrue(failure.get().state().contains("is the new log"), failure.get().state());
      assertEquals(migrated(OLD), read(log), where);
      assertEquals(OLD, read(backup), where);
      assertTrue(Files.exists(LogNames.lock(log)), where);
    }
  }

  private void convergesNow(String where) throws IOException {
    if (rewrite().run() instanceof Rewrite.Finished finished) {
      assertEquals(0, finished.bytesOnlyInBackup(), where);
    }
    assertEquals(migrated(OLD), read(log), where);
    assertEquals(OLD, read(backup), where);
    assertEquals(0600, permissions(backup), where);
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names(), where);
  }

  @Test
  void aCheckpointThatIsGoneWithoutARewriteIsTold() throws IOException {
    Files.writeString(checkpoint, "{\"offset\":1}");
    Failure failure =
        assertThrows(Failure.class, () -> rewrite(failing("rename", "audit.jsonl")).run());
    assertTrue(
        failure.getMessage().startsWith("rename temp over audit log: "), failure.getMessage());
    assertTrue(failure.state().contains("the server replays the whole log once"), failure.state());
  }

  @Test
  void whatDoesNotReadBackTheSameIsNeverPutInPlace() throws IOException {
    HookedDisk.Hook flipOneByte =
        once(
            "flush",
            ".tmp",
            (effect, staged) -> {
              try (FileChannel bytes = FileChannel.open(staged, StandardOpenOption.WRITE)) {
                bytes.write(ByteBuffer.wrap(new byte[] {'x'}), HEADER.length + 30);
              }
            });
    Failure failure = assertThrows(Failure.class, () -> rewrite(flipOneByte).run());
    assertTrue(failure.getMessage().contains("does not read back the same"), failure.getMessage());
    assertEquals(OLD, read(log));
    assertEquals(Set.of("audit.jsonl"), names());
  }

  @Test
  void aStagedFileThatLostItsTailIsNeverPutInPlace() throws IOException {
    HookedDisk.Hook cut = once("flush", ".tmp", (effect, staged) -> truncate(staged, 100));
    assertThrows(Failure.class, () -> rewrite(cut).run());
    assertEquals(OLD, read(log));
  }

  @Test
  void linesThatAreNotAsTheEditMadeThemAreNotReplacedByTheirBackup() throws IOException {
    LineEdit edit = line -> new String(line, UTF_8).replace("2025", "2026").getBytes(UTF_8);
    Path earlier = Files.writeString(folder.resolve("earlier"), OLD);
    String changedSince = OLD.replace("2025", "2027");
    Files.writeString(log, changedSince);
    Target back = new Target.BackupAndNewer(earlier, OLD.length(), edit, 1, 1);
    Failure failure =
        assertThrows(Failure.class, () -> rewrite(back, Disk.real(), NOBODY, false).run());
    assertEquals(RewriteErrors.LOG_NOT_AS_MADE, failure.error());
    assertEquals(changedSince, read(log));
  }

  // ------------------------------------------------------------ interruptions

  @Test
  void anInterruptionBeforeTheSwapLeavesEverythingAsItWas() throws IOException {
    Failure failure =
        assertThrows(
            Failure.class,
            () -> rewrite(once("flush", ".tmp", (effect, path) -> cancellation.request())).run());
    assertEquals(Exit.INTERRUPTED, failure.exit());
    assertEquals(log + " is as it was", failure.state());
    assertEquals(OLD, read(log));
    assertEquals(Set.of("audit.jsonl"), names());
  }

  @Test
  void anInterruptionAfterTheSwapLetsTheRunFinish() throws IOException {
    rewrite(once("rename", "audit.jsonl", (effect, path) -> cancellation.request())).run();
    assertEquals(migrated(OLD), read(log));
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
  }

  // ------------------------------------------------------------ looking before

  @Test
  void tooLittleSpaceIsToldBeforeAnythingIsWritten() {
    Failure failure =
        assertThrows(
            Failure.class,
            () -> Preflight.requireSpace(folder, Long.MAX_VALUE, RewriteErrors.NO_SPACE_FOR_LOG));
    assertTrue(failure.getMessage().contains("bytes are needed"), failure.getMessage());
    assertEquals(Failure.UNCHANGED, failure.state());
  }

  @Test
  void aPlanWritesNothing() throws IOException {
    HookedDisk disk = new HookedDisk((effect, path) -> {});
    Rewrite.Plan plan = rewrite(disk, NOBODY, false).plan();
    assertEquals(backup, plan.backup().path());
    assertEquals(List.of(), disk.effects());
    assertEquals(Set.of("audit.jsonl"), names());
  }
}
