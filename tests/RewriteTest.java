package support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each step of the durable rewrite, on real files, with faults and company just where they hurt.
 */
class RewriteTest {
  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{},\"result\":{},\"n\":%d}\n";
  private static final String OLD = ENTRY.formatted(1) + ENTRY.formatted(2);
  private static final byte[] HEADER = Header.line(2, Instant.EPOCH);
  private static final OpenFiles NOBODY = log -> new OpenFiles.Answer(List.of(), true);
  private static final OpenFiles SOMEBODY =
      log -> new OpenFiles.Answer(List.of(new OpenFiles.Writer(42, "agentguard")), true);

  @TempDir Path folder;
  private Path log;
  private Path backup;
  private Path checkpoint;
  private final Cancellation cancellation = new Cancellation();

  @BeforeEach
  void aLogWithoutHeader() throws IOException {
    log = folder.resolve("audit.jsonl");
    backup = folder.resolve("audit.jsonl.v040-backup");
    checkpoint = folder.resolve("audit.jsonl.replay-checkpoint");
    Files.writeString(log, OLD);
    permit(log, 0600);
  }

  private static void permit(Path file, int permissions) throws IOException {
    Files.setAttribute(file, "unix:mode", permissions);
  }

  private static int permissions(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:mode") & 07777;
  }

  private Rewrite rewrite(Disk disk, OpenFiles openFiles, boolean force) throws IOException {
    Rewrite.Job job =
        new Rewrite.Job(
            log,
            new Target.WithHeader(HEADER, 2),
            ".v040-backup",
            null,
            null,
            new Choices(Duration.ZERO, force, null, false, false));
    return new Rewrite(job, new Machine(disk, openFiles, new SecureRandom()), cancellation);
  }

  private Rewrite rewrite(HookedDisk.Hook hook) throws IOException {
    return rewrite(new HookedDisk(hook), NOBODY, false);
  }

  private Rewrite rewrite() throws IOException {
    return rewrite(Disk.real(), NOBODY, false);
  }

  private static String migrated(String entries) {
    return new String(HEADER, UTF_8) + entries;
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  /** A hook that does something once, before the first effect of a kind on a name. */
  private static HookedDisk.Hook once(String effect, String nameEnd, HookedDisk.Hook then) {
    boolean[] done = {false};
    return (e, path) -> {
      if (!done[0] && e.equals(effect) && path.toString().endsWith(nameEnd)) {
        done[0] = true;
        then.before(e, path);
      }
    };
  }

  private static HookedDisk.Hook failing(String effect, String nameEnd) {
    return (e, path) -> {
      if (e.equals(effect) && path.toString().endsWith(nameEnd)) {
        throw new FileSystemException(path.toString(), null, "Input/output error");
      }
    };
  }

  // ------------------------------------------------------------ what a run does

  @Test
  void theHeaderStandsInFrontOfTheSameBytesAndTheBackupHoldsTheOldOnes() throws IOException {
    Rewrite.Outcome outcome = rewrite().run().orElseThrow();
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
            "copy audit.jsonl.migrate.*.tmp",
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
      int[] countdown = {failing};
      HookedDisk disk =
          new HookedDisk(
              (effect, path) -> {
                if (countdown[0]-- == 0) {
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

  private void clear() throws IOException {
    for (String name : names()) {
      Files.delete(folder.resolve(name));
    }
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
      assertTrue(Rewrite.wasInterrupted(log), where);
    }
  }

  private void convergesNow(String where) throws IOException {
    if (Rewrite.wasInterrupted(log)) {
      assertEquals(0, rewrite().finishInterrupted(), where);
    } else {
      rewrite().run();
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

  private static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  // ------------------------------------------------------------ company

  @Test
  void aLogThatGrowsMeanwhileIsStagedAgain() throws IOException {
    String late = ENTRY.formatted(3);
    rewrite(once("flush", ".tmp", (effect, staged) -> append(log, late))).run();
    assertEquals(migrated(OLD + late), read(log));
    assertEquals(OLD + late, read(backup));
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
  }

  @Test
  void aLogThatIsTouchedWithoutGrowingIsStagedAgain() throws IOException {
    String other = OLD.replace("\"n\":1", "\"n\":9");
    rewrite(once("flush", ".tmp", (effect, staged) -> Files.writeString(log, other))).run();
    assertEquals(migrated(other), read(log));
    assertEquals(other, read(backup));
  }

  @Test
  void aLogThatKeepsGrowingIsLeftAlone() throws IOException {
    HookedDisk.Hook always =
        (effect, path) -> {
          if (effect.equals("copy")) {
            append(log, ENTRY.formatted(3));
          }
        };
    Failure failure = assertThrows(Failure.class, () -> rewrite(always).run());
    assertEquals(Exit.BUSY, failure.exit());
    assertEquals(Set.of("audit.jsonl"), names());
  }

  @Test
  void aLogThatIsRotatedAwayMeanwhileIsNotOverwritten() throws IOException {
    Path archive = folder.resolve("audit.jsonl.1");
    HookedDisk.Hook rotate =
        once(
            "flush",
            ".tmp",
            (effect, staged) -> {
              Files.move(log, archive);
              Files.write(log, HEADER);
            });
    assertTrue(rewrite(rotate).run().isEmpty());
    assertArrayEquals(HEADER, Files.readAllBytes(log));
    assertEquals(OLD, read(archive));
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.1"), names());
  }

  @Test
  void aLogThatIsCopiedAndTruncatedMeanwhileIsLeftAlone() throws IOException {
    HookedDisk.Hook copytruncate =
        once(
            "copy",
            ".tmp",
            (effect, staged) -> {
              Files.copy(log, folder.resolve("audit.jsonl.1"));
              truncate(log, 0);
            });
    Failure failure = assertThrows(Failure.class, () -> rewrite(copytruncate).run());
    assertEquals(Exit.BUSY, failure.exit());
    assertEquals(0, Files.size(log));
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.1"), names());
  }

  @Test
  void whatIsAppendedToTheOldFileAfterTheLastLookIsCarriedOver() throws IOException {
    String late = ENTRY.formatted(3);
    rewrite(once("rename", "audit.jsonl", (effect, live) -> append(log, late + "{\"torn"))).run();
    assertEquals(migrated(OLD + late), read(log));
    assertEquals(OLD + late + "{\"torn", read(backup));
  }

  @Test
  void aTornLineThatIsFinishedLateIsCarriedOverWhole() throws IOException {
    String half = ENTRY.substring(0, 20);
    Files.writeString(log, OLD + half);
    String rest = ENTRY.formatted(3).substring(20);
    rewrite(once("rename", "audit.jsonl", (effect, live) -> append(log, rest))).run();
    assertEquals(migrated(OLD + half + "\n" + half + rest), read(log));
  }

  @Test
  void aLogThatAProcessHasOpenForWritingIsRefused() throws IOException {
    Failure failure =
        assertThrows(Failure.class, () -> rewrite(Disk.real(), SOMEBODY, false).run());
    assertEquals(Exit.BUSY, failure.exit());
    assertTrue(failure.getMessage().contains("process 42 (agentguard)"), failure.getMessage());
    assertEquals(Set.of("audit.jsonl"), names());
  }

  @Test
  void aWriterThatComesLateIsRefusedToo() throws IOException {
    int[] asked = {0};
    OpenFiles late = file -> asked[0]++ == 2 ? SOMEBODY.writersOf(file) : NOBODY.writersOf(file);
    Failure failure = assertThrows(Failure.class, () -> rewrite(Disk.real(), late, false).run());
    assertEquals(Exit.BUSY, failure.exit());
    assertEquals(log + " is as it was", failure.state());
    assertEquals(Set.of("audit.jsonl"), names());
  }

  @Test
  void forceMigratesUnderAWriterAndKeepsWhatItAppends() throws IOException {
    String late = ENTRY.formatted(3);
    HookedDisk.Hook writer =
        (effect, path) -> {
          if (effect.equals("copy") || effect.equals("rename")) {
            append(log, late);
          }
        };
    Rewrite.Outcome outcome = rewrite(new HookedDisk(writer), SOMEBODY, true).run().orElseThrow();
    assertEquals(migrated(OLD + late + late), read(log));
    assertEquals(2L * late.length(), outcome.carriedOverBytes());
    assertEquals(Files.size(log), outcome.finalBytes());
  }

  @Test
  void forceIsRefusedWhereTheBackupCannotTakeWhatTheWriterAppendsLater() throws IOException {
    HookedDisk noLinks = new HookedDisk(failing("link", ".v040-backup"));
    Failure failure = assertThrows(Failure.class, () -> rewrite(noLinks, SOMEBODY, true).run());
    assertEquals(Exit.BUSY, failure.exit());
    assertEquals(OLD, read(log));
    assertEquals(Set.of("audit.jsonl"), names());
  }

  @Test
  void aRunThatFindsAnotherAtWorkIsBusyAndNamesIt() throws IOException {
    try (RunLock lock = RunLock.acquire(log, Duration.ZERO, new SecureRandom(), cancellation)) {
      Failure failure = assertThrows(Failure.class, () -> rewrite().run());
      assertEquals(Exit.BUSY, failure.exit());
      assertTrue(
          failure.getMessage().contains("process " + ProcessHandle.current().pid()),
          failure.getMessage());
      assertTrue(Files.exists(RunLock.fileOf(log)), lock.toString());
    }
    assertFalse(Files.exists(RunLock.fileOf(log)));
  }

  @Test
  void aLogThatIsRotatedAwayBetweenTheLastLooksIsNotOverwritten() throws IOException {
    Path archive = folder.resolve("audit.jsonl.1");
    for (String moment : List.of("link", "flush")) {
      HookedDisk.Hook rotate =
          once(
              moment,
              ".v040-backup",
              (effect, path) -> {
                Files.move(log, archive);
                Files.writeString(log, migrated(ENTRY.formatted(9)));
              });
      assertTrue(rewrite(rotate).run().isEmpty(), moment);
      assertEquals(migrated(ENTRY.formatted(9)), read(log), moment);
      assertEquals(OLD, read(archive), moment);
      clear();
      aLogWithoutHeader();
    }
  }

  @Test
  void aLinkThatTakesTheLogsPlaceIsNotFollowed() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), OLD);
    permit(secret, 0600);
    HookedDisk.Hook swap =
        once(
            "flushFolder",
            folder.getFileName().toString(),
            (effect, path) -> {
              Files.delete(log);
              Files.createSymbolicLink(log, secret);
            });
    Failure failure = assertThrows(Failure.class, () -> rewrite(swap).run());
    assertEquals(Exit.BUSY, failure.exit());
    assertTrue(Files.isSymbolicLink(log));
    assertEquals(Set.of("audit.jsonl", "secret"), names());
  }

  @Test
  void otherNamesOfTheOldFileKeepTheirMode() throws IOException {
    permit(log, 0644);
    Path other = Files.createLink(folder.resolve("other"), log);
    rewrite().run();
    assertEquals(0644, permissions(other));
    assertEquals(OLD, read(other));
  }

  /** What the lock of another process does, this process cannot show: see ProcessTest. */
  @Test
  void theKernelKnowsOfTheLockWhileItIsHeld() throws IOException {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/locks")), "only Linux lists locks");
    try (RunLock lock = acquired()) {
      lock.noteBackup(backup);
      Object inode = Files.getAttribute(RunLock.fileOf(log), "unix:ino");
      String locks = Files.readString(Path.of("/proc/locks"));
      assertTrue(locks.contains(":%s 0 EOF".formatted(inode)), locks);
    }
  }

  private RunLock acquired() throws IOException {
    return RunLock.acquire(log, Duration.ZERO, new SecureRandom(), cancellation);
  }

  @Test
  void aLockFileOfNulsIsWhatAPowerCutLeft() throws IOException {
    Files.write(RunLock.fileOf(log), new byte[60]);
    rewrite().run();
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
  }

  @Test
  void aRunThatWasInterruptedWhileThisOneWaitedIsStillToBeFinished() throws IOException {
    OpenFiles finishesTheOther =
        file -> {
          Files.writeString(log, migrated(OLD));
          Files.writeString(RunLock.fileOf(log), "agentguard migrate lock pid=1 word=0\n");
          return NOBODY.writersOf(file);
        };
    assertTrue(rewrite(Disk.real(), finishesTheOther, false).run().isEmpty());
    assertTrue(Rewrite.wasInterrupted(log));
  }

  // ------------------------------------------------------------ backups and leftovers

  @Test
  void theBackupThatAnInterruptedRunNotedIsLookedAfterWhereverItIs() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path noted = elsewhere.resolve("audit.jsonl.v040-backup");
    Files.writeString(noted, OLD + ENTRY.formatted(3));
    permit(noted, 0644);
    Files.writeString(log, migrated(OLD) + "{\"torn");
    try (RunLock lock = acquired()) {
      lock.noteBackup(noted);
      lock.leaveBehind();
    }
    assertEquals(ENTRY.formatted(3).length(), rewrite().finishInterrupted());
    assertEquals(0600, permissions(noted));
    assertEquals(migrated(OLD) + "{\"torn\n", read(log));
    assertFalse(Rewrite.wasInterrupted(log));
  }

  @Test
  void aNameThatAnInterruptedRunReservedIsUsed() throws IOException {
    Files.createFile(backup);
    rewrite().run();
    assertEquals(OLD, read(backup));
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
  }

  @Test
  void aCopiedBackupIsTakenAwayAgainWhenTheRunFailsAfterIt() throws IOException {
    HookedDisk.Hook noLinksAndNoRename =
        (effect, path) -> {
          failing("link", ".v040-backup").before(effect, path);
          failing("rename", "audit.jsonl").before(effect, path);
        };
    assertThrows(Failure.class, () -> rewrite(noLinksAndNoRename).run());
    assertEquals(Set.of("audit.jsonl"), names());
  }

  @Test
  void anEarlierBackupIsKeptAndThisOneGetsTheNextNumber() throws IOException {
    Files.writeString(backup, "earlier\n");
    rewrite().run();
    assertEquals("earlier\n", read(backup));
    assertEquals(OLD, read(folder.resolve("audit.jsonl.v040-backup.1")));
  }

  @Test
  void aBackupThatIsTheLogItselfMeansThatARunWasInterrupted() throws IOException {
    Files.createLink(backup, log);
    rewrite().run();
    assertEquals(migrated(OLD), read(log));
    assertEquals(OLD, read(backup));
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
  }

  @Test
  void stagedFilesOfInterruptedRunsAreRemovedAndNothingElseIs() throws IOException {
    Path ours = folder.resolve("audit.jsonl.migrate.0123456789abcdef.tmp");
    Path oursOfABackup =
        StagedFile.ofBackup(
                folder.resolve("audit.jsonl.v040-backup.1"), log, Machine.real(), cancellation)
            .path();
    Path ofAnotherLog = folder.resolve("audit.jsonl.1.migrate.0123456789abcdef.tmp");
    Path almost = folder.resolve("audit.jsonl.migrate.0123456789abcdeF.tmp");
    Path link = folder.resolve("audit.jsonl.migrate.1111111111111111.tmp");
    Path target = Files.writeString(folder.resolve("target"), "x");
    for (Path file : List.of(ours, oursOfABackup, almost, ofAnotherLog)) {
      Files.writeString(file, "x");
    }
    Files.createSymbolicLink(link, target);
    rewrite().run();
    assertFalse(Files.exists(ours));
    assertFalse(Files.exists(oursOfABackup));
    assertTrue(Files.exists(almost));
    assertTrue(Files.exists(ofAnotherLog));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("x", read(target));
  }

  @Test
  void whatABackupHoldsBeyondTheLogIsCountedAfterAnInterruption() throws IOException {
    rewrite().run();
    append(backup, ENTRY.formatted(7));
    Files.writeString(RunLock.fileOf(log), "");
    assertEquals(ENTRY.formatted(7).length(), rewrite().finishInterrupted());
    assertFalse(Rewrite.wasInterrupted(log));
  }

  // ------------------------------------------------------------ planted names

  @Test
  void aLinkAtTheBackupsNameIsRefusedAndNotFollowed() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Files.createSymbolicLink(backup, victim);
    Failure failure = assertThrows(Failure.class, () -> rewrite().run());
    assertTrue(failure.getMessage().contains("is in the way of the backup"), failure.getMessage());
    assertEquals("precious", read(victim));
    assertEquals(OLD, read(log));
  }

  @Test
  void aLinkAtTheLocksNameIsRefusedAndNotFollowed() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "");
    Files.createSymbolicLink(RunLock.fileOf(log), victim);
    assertThrows(Failure.class, () -> rewrite().run());
    assertEquals("", read(victim));
    assertEquals(OLD, read(log));
  }

  @Test
  void aHardLinkOrAForeignFileAtTheLocksNameIsRefusedAndNotWritten() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "");
    Files.createLink(RunLock.fileOf(log), victim);
    assertThrows(Failure.class, () -> rewrite().run());
    assertEquals("", read(victim));
    Files.delete(victim);
    Files.writeString(RunLock.fileOf(log), "somebody else's");
    assertThrows(Failure.class, () -> rewrite().run());
    assertEquals("somebody else's", read(RunLock.fileOf(log)));
  }

  @Test
  void somethingElseAtTheCheckpointsNameIsRefused() throws IOException {
    Files.createDirectory(checkpoint);
    Failure failure = assertThrows(Failure.class, () -> rewrite().run());
    assertTrue(failure.getMessage().contains("is not a replay checkpoint"), failure.getMessage());
    assertEquals(OLD, read(log));
  }

  /** Somebody who could guess the name of a staged file must gain nothing by it. */
  @Test
  void nothingThatStandsAtTheNameOfAStagedFileIsWritten() throws IOException {
    Path staged = folder.resolve("audit.jsonl.migrate.%016x.tmp".formatted(7));
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Files.createSymbolicLink(staged, victim);
    Machine guessed = new Machine(Disk.real(), NOBODY, () -> 7);
    Rewrite.Job job =
        new Rewrite.Job(
            log, new Target.WithHeader(HEADER, 2), ".v040-backup", null, null, Choices.NONE);
    Failure failure =
        assertThrows(Failure.class, () -> new Rewrite(job, guessed, cancellation).run());
    assertTrue(failure.getMessage().contains("file exists"), failure.getMessage());
    assertEquals("precious", read(victim));
    assertTrue(Files.isSymbolicLink(staged));
    assertEquals(OLD, read(log));
  }

  @Test
  void aStagedFileThatIsReplacedByAnotherIsNotPutInPlace() throws IOException {
    HookedDisk.Hook swap =
        (effect, path) -> {
          if (effect.equals("flush") && path.toString().endsWith(".tmp")) {
            Path other = Files.write(folder.resolve("other"), Files.readAllBytes(path));
            Files.move(other, path, StandardCopyOption.ATOMIC_MOVE);
          }
        };
    assertThrows(Failure.class, () -> rewrite(swap).run());
    assertEquals(OLD, read(log));
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
        assertThrows(Failure.class, () -> Preflight.requireSpace(folder, Long.MAX_VALUE));
    assertTrue(failure.getMessage().contains("bytes are needed"), failure.getMessage());
    assertEquals(Failure.UNCHANGED, failure.state());
  }

  @Test
  void aPlanWritesNothing() throws IOException {
    HookedDisk disk = new HookedDisk((effect, path) -> {});
    Rewrite.Plan plan = rewrite(disk, NOBODY, false).plan();
    assertEquals(backup, plan.backup());
    assertEquals(List.of(), disk.effects());
    assertEquals(Set.of("audit.jsonl"), names());
  }
}
