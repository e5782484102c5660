package support.rewrite;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import support.files.Disk;
import support.files.HookedDisk;
import support.files.Machine;
import support.lock.Journal;
import support.lock.RunLock;
import support.log.LogNames;
import support.options.Options;
import support.run.Failure;
import support.run.IoSupplier;
import support.staging.StagedFile;

/** What stands beside a log already: backups, what interrupted runs left, and what was planted. */
class RewriteNamesTest extends RewriteFixture {
  // ------------------------------------------------------------ backups and leftovers

  @Test
  void theBackupThatAnInterruptedRunNotedIsLookedAfterWhereverItIs() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path noted = elsewhere.resolve("audit.jsonl.v040-backup");
    Files.writeString(noted, OLD + ENTRY.formatted(3));
    permit(noted, 0644);
    Files.writeString(log, migrated(OLD) + "{\"torn");
    try (RunLock lock = acquired()) {
      lock.noteBackup(noted, OptionalLong.empty());
      lock.keepForNextRun();
    }
    assertEquals(new Rewrite.Finished(ENTRY.formatted(3).length()), rewrite().run());
    assertEquals(0600, permissions(noted));
    assertEquals(migrated(OLD) + "{\"torn\n", read(log));
    assertFalse(Files.exists(LogNames.lock(log)));
  }

  /** As a power cut leaves it that came before the last bytes reached the disk. */
  @Test
  void aNotedNameThatACrashDamagedIsNotFollowed() throws IOException {
    String lock = "agentguard migrate lock pid=1 word=0000000000000001\nbackup=/ba\0\0\0";
    Files.writeString(LogNames.lock(log), lock);
    rewrite().run();
    assertEquals(OLD, read(backup));
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
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
                folder.resolve("audit.jsonl.v040-backup.1"), log, Machine.real(), monitor)
            .path();
    Path oursOfAnotherMigration =
        StagedFile.ofBackup(
                folder.resolve("audit.jsonl.hide_home-backup.1"), log, Machine.real(), monitor)
            .path();
    Path ofAnotherLog = folder.resolve("audit.jsonl.1.migrate.0123456789abcdef.tmp");
    Path almost = folder.resolve("audit.jsonl.migrate.0123456789abcdeF.tmp");
    Path link = folder.resolve("audit.jsonl.migrate.1111111111111111.tmp");
    Path target = Files.writeString(folder.resolve("target"), "x");
    for (Path file : List.of(ours, oursOfABackup, oursOfAnotherMigration, almost, ofAnotherLog)) {
      Files.writeString(file, "x");
    }
    Files.createSymbolicLink(link, target);
    rewrite().run();
    assertFalse(Files.exists(ours));
    assertFalse(Files.exists(oursOfABackup));
    assertFalse(Files.exists(oursOfAnotherMigration));
    assertTrue(Files.exists(almost));
    assertTrue(Files.exists(ofAnotherLog));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("x", read(target));
  }

  @Test
  void whatABackupHoldsBeyondTheLogIsCountedAfterAnInterruption() throws IOException {
    rewrite().run();
    append(backup, ENTRY.formatted(7));
    Files.writeString(LogNames.lock(log), "");
    assertEquals(new Rewrite.Finished(ENTRY.formatted(7).length()), rewrite().run());
    assertFalse(Files.exists(LogNames.lock(log)));
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
    Files.createSymbolicLink(LogNames.lock(log), victim);
    assertThrows(Failure.class, () -> rewrite().run());
    assertEquals("", read(victim));
    assertEquals(OLD, read(log));
  }

  @Test
  void aHardLinkOrAForeignFileAtTheLocksNameIsRefusedAndNotWritten() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "");
    Files.createLink(LogNames.lock(log), victim);
    assertThrows(Failure.class, () -> rewrite().run());
    assertEquals("", read(victim));
    Files.delete(victim);
    Files.writeString(LogNames.lock(log), "somebody else's");
    assertThrows(Failure.class, () -> rewrite().run());
    assertEquals("somebody else's", read(LogNames.lock(log)));
  }

  @Test
  void somethingElseAtTheCheckpointsNameIsRefused() throws IOException {
    Files.createDirectory(checkpoint);
    Failure failure = assertThrows(Failure.class, () -> rewrite().run());
    assertTrue(failure.getMessage().contains("is not a replay checkpoint"), failure.getMessage());
    assertEquals(OLD, read(log));
  }

  /** It may be anybody's, planted at a name of ours. */
  @Test
  void aFileWithAnotherNameIsNeitherAppendedToNorGivenAnotherMode() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    permit(victim, 0644);
    Path planted = Files.createLink(folder.resolve("planted"), victim);
    assertThrows(IOException.class, () -> Disk.real().append(planted).close());
    assertThrows(IOException.class, () -> Disk.real().setPermissions(planted, 0600));
    assertEquals(0644, permissions(victim));
  }

  /** He may write a lock file, too, as if a run of ours had been interrupted. */
  @Test
  void noFileIsTakenForABackupBecauseALockFileSaysSo() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path victim = Files.writeString(elsewhere.resolve("victim"), "precious");
    permit(victim, 0644);
    String lock =
        "agentguard migrate lock pid=1 word=0\nmigration=%s\ndirection=forward\nbackup=%s\n"
            .formatted(LogNames.FIRST_MIGRATION, victim);
    for (String entries : List.of(OLD, migrated(OLD))) {
      Files.writeString(log, entries);
      Files.writeString(LogNames.lock(log), lock);
      rewrite().run();
      assertEquals(0644, permissions(victim), entries);
    }
  }

  /** Somebody who could guess the name of a staged file must gain nothing by it. */
  @Test
  void nothingThatStandsAtTheNameOfAStagedFileIsWritten() throws IOException {
    Path staged = folder.resolve("audit.jsonl.migrate.%016x.tmp".formatted(7));
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Files.createSymbolicLink(staged, victim);
    Machine guessed = new Machine(Disk.real(), NOBODY, () -> 7);
    Job job =
        new Job(
            log,
            new Target.WithHeader(HEADER, 2),
            LogNames.FIRST_MIGRATION,
            Journal.Direction.FORWARD,
            null,
            null,
            Options.NONE);
    Failure failure = assertThrows(Failure.class, () -> new Rewrite(job, guessed, monitor).run());
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

  /** What is read must be what was looked at, whoever may see the copy of it then. */
  @Test
  void aFileThatHasTheLogsNameJustWhileItIsOpenedIsNotTakenForIt() throws Exception {
    Path kept = folder.resolve("kept");
    Path other = Files.writeString(folder.resolve("other"), OLD);
    Disk disk = Disk.real();
    InvocationHandler swapping =
        (proxy, method, arguments) -> {
          if (!method.getName().equals("read")) {
            return method.invoke(disk, arguments);
          }
          Files.move(log, kept);
          Files.move(other, log);
          Object read = method.invoke(disk, arguments);
          Files.move(log, other);
          Files.move(kept, log);
          return read;
        };
    Class<?>[] types = {Disk.class};
    Disk swapped = (Disk) Proxy.newProxyInstance(Disk.class.getClassLoader(), types, swapping);
    assertThrows(OldLog.Changed.class, () -> OldLog.open(log, swapped).close());
    OldLog.open(log, disk).close();
  }

  /** Whoever may write the folder can let the log's name lead elsewhere for a moment. */
  @Test
  void noCheckpointIsRemovedWhereTheLogsNameLedForAMomentOnly() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path others = elsewhere.resolve("audit.jsonl.replay-checkpoint");
    Files.writeString(elsewhere.resolve("audit.jsonl"), OLD);
    Files.writeString(others, "{\"offset\":1}");
    Path kept = folder.resolve("kept");
    AtomicBoolean swapped = new AtomicBoolean();
    IoSupplier<byte[]> swapping =
        () -> {
          if (Files.exists(LogNames.lock(log)) && !swapped.getAndSet(true)) {
            Files.move(log, kept);
            Files.createSymbolicLink(log, elsewhere.resolve("audit.jsonl"));
          }
          return HEADER;
        };
    Target target = new Target.WithHeader(swapping, 2);
    HookedDisk.Hook swappingBack =
        once("create", ".tmp", (effect, path) -> Files.move(kept, log, ATOMIC_MOVE));
    try {
      rewrite(target, new HookedDisk(swappingBack), NOBODY, false).run();
    } catch (Failure refused) {
      // What comes of the log is the affair of whoever did this.
    }
    assertTrue(swapped.get() && Files.notExists(kept), "the name never led elsewhere and back");
    assertEquals("{\"offset\":1}", read(others));
  }
}
