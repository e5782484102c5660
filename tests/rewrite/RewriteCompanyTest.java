package support.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import support.access.AccessControl;
import support.access.AccessList;
import support.evidence.Evidence;
import support.evidence.Verification;
import support.files.Disk;
import support.files.HookedDisk;
import support.files.Machine;
import support.files.OpenFiles;
import support.lines.LineEdit;
import support.lines.LogLines;
import support.lock.RunLock;
import support.log.LogNames;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;
import support.scan.LogContent;
import support.scan.LogScan;
import support.survey.Survey;

/** The rewrite of a log that others write to, rotate, lock or replace just then. */
class RewriteCompanyTest extends RewriteFixture {
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
  void aListThatIsChangedMeanwhileIsTheNewLogsToo() throws IOException {
    assumeTakes(listOf("user:1:r--"));
    AccessList later = listOf("user:2:rw-");
    rewrite(once("flush", ".tmp", (effect, path) -> Disk.real().setAccessList(log, later))).run();
    assertEquals(migrated(OLD), read(log));
    assertEquals(later, AccessControl.ofThisMachine().listOf(log));
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
  }

  private static AccessList listOf(String named) {
    return new AccessList(List.of("user::rw-", named, "group::---", "mask::rw-", "other::---"));
  }

  private void assumeTakes(AccessList list) {
    try {
      Disk.real().setAccessList(log, list);
    } catch (IOException e) {
      Assumptions.abort("no access-control list can be set here: " + e.getMessage());
    }
  }

  @Test
  void aLogThatKeepsGrowingIsLeftAlone() throws IOException {
    HookedDisk.Hook always =
        (effect, path) -> {
          if (effect.equals("create")) {
            append(log, ENTRY.formatted(3));
          }
        };
    Failure failure = assertThrows(Failure.class, () -> rewrite(always).run());
    assertEquals(Exit.BUSY, failure.exit());
    assertEquals(Set.of("audit.jsonl"), names());
  }

  @Test
  void aLogThatChangesAfterItsCheckpointIsGoneSaysSo() throws IOException {
    Files.writeString(checkpoint, "{\"offset\":1}");
    HookedDisk.Hook always =
        (effect, path) -> {
          if (effect.equals("flush") && path.equals(backup)) {
            append(log, ENTRY.formatted(3));
          }
        };
    Failure failure = assertThrows(Failure.class, () -> rewrite(always).run());
    assertEquals(Exit.BUSY, failure.exit());
    assertFalse(Files.exists(checkpoint));
    assertEquals(
        "this run did not change %s; %s was removed, so the server replays the whole log once"
            .formatted(log, checkpoint),
        failure.state());
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
    assertEquals(new Rewrite.AlreadyDone(), rewrite(rotate).run());
    assertArrayEquals(HEADER, Files.readAllBytes(log));
    assertEquals(OLD, read(archive));
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.1"), names());
  }

  @Test
  void ofALogThatIsMovedAwayMeanwhileItIsNotSaidThatItIsAsItWas() throws IOException {
    Path archive = folder.resolve("audit.jsonl.1");
    HookedDisk.Hook move = once("flush", ".tmp", (effect, staged) -> Files.move(log, archive));
    Failure failure = assertThrows(Failure.class, () -> rewrite(move).run());
    assertEquals("this run did not change " + log, failure.state());
    assertEquals(OLD, read(archive));
    assertEquals(Set.of("audit.jsonl.1"), names());
  }

  @Test
  void aLogThatIsCopiedAndTruncatedMeanwhileIsLeftAlone() throws IOException {
    HookedDisk.Hook copytruncate =
        once(
            "create",
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
  void aBackupThatSomebodyElseMakesMeanwhileIsNotUndone() throws IOException {
    rewrite(once("flush", ".tmp", (effect, staged) -> Files.copy(log, backup))).run();
    assertEquals(OLD, read(backup));
    assertEquals(migrated(OLD), read(log));
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
  }

  @Test
  void aReservedNameThatIsAnotherBackupByNowIsLeftAlone() throws IOException {
    Files.createFile(backup);
    rewrite(once("flush", ".tmp", (effect, staged) -> Files.writeString(backup, "another's")))
        .run();
    assertEquals("another's", read(backup));
    assertEquals(OLD, read(folder.resolve("audit.jsonl.v040-backup.1")));
    assertEquals(migrated(OLD), read(log));
  }

  @Test
  void aProcessWhoseFilesCannotBeLookedAtMakesTheAnswerIncomplete() throws IOException {
    Path proc = folder.resolve("proc");
    Files.createDirectories(proc.resolve("1/fd"));
    assertTrue(new OpenFiles.ProcFiles(proc).holdersOf(log).complete());
    makeUnreadable(proc.resolve("77/fd"));
    assertFalse(new OpenFiles.ProcFiles(proc).holdersOf(log).complete());
  }

  /** A link in a circle can be looked at no more than a descriptor of another user's process. */
  private static void makeUnreadable(Path descriptors) throws IOException {
    Files.createDirectories(descriptors);
    Files.createSymbolicLink(descriptors.resolve("3"), Path.of("3"));
  }

  @Test
  void aProcessOfAUserWhoMayNotWriteToTheLogNeedNotBeLookedAt() throws IOException {
    Path proc = folder.resolve("proc");
    makeUnreadable(proc.resolve("1/fd"));
    int owner = (Integer) Files.getAttribute(log, "unix:uid");
    Files.writeString(
        proc.resolve("1/status"), "Name:\tx\nUid:\t%1$d\t%1$d\t%1$d\t%1$d\n".formatted(owner + 1));
    Files.setAttribute(log, "unix:mode", 0640);
    assertTrue(new OpenFiles.ProcFiles(proc).holdersOf(log).complete());
    Files.setAttribute(log, "unix:mode", 0660);
    assertFalse(new OpenFiles.ProcFiles(proc).holdersOf(log).complete());
    Files.setAttribute(log, "unix:mode", 0640);
    Files.writeString(proc.resolve("1/status"), "Uid:\t0\t%d\t0\t0\n".formatted(owner + 10));
    boolean isRoots = owner == 0;
    assertEquals(!isRoots, new OpenFiles.ProcFiles(proc).holdersOf(log).complete());
  }

  @Test
  void whereOtherUsersProcessesAreHiddenThoseOfTheLogsUserAreNot() throws IOException {
    Path proc = folder.resolve("proc");
    Files.createDirectories(proc.resolve("self"));
    Files.setAttribute(log, "unix:mode", 0600);
    assertTrue(new OpenFiles.ProcFiles(proc).holdersOf(log).complete());
    Files.setAttribute(log, "unix:mode", 0620);
    assertFalse(new OpenFiles.ProcFiles(proc).holdersOf(log).complete());
  }

  @Test
  void aLogThatBecomesShorterWhileItIsSurveyedIsLookedAtAgain() throws IOException {
    AtomicBoolean done = new AtomicBoolean();
    Monitor.Listener truncating =
        new Monitor.Listener() {
          @Override
          public void begin(String step, long bytes) {
            if (!done.getAndSet(true)) {
              try {
                truncate(log, 0);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          }
        };
    Monitor watched = new Monitor(cancellation, truncating);
    Survey survey =
        Survey.of(new Evidence.Place(log, null, Map.of(), NOBODY), null, 2, false, watched);
    assertTrue(done.get());
    assertEquals(0, survey.log().bytes());
  }

  @Test
  void aReadErrorNamesTheFile() {
    long behindTheEnd = OLD.length() + 1;
    String shorter =
        assertThrows(EOFException.class, () -> LogScan.read(log, 0, behindTheEnd, monitor))
            .getMessage();
    assertEquals(log + ": it became shorter while it was read", shorter);
    IOException folderError =
        assertThrows(IOException.class, () -> LogLines.open(folder).skipBlank());
    assertEquals(folder + ": Is a directory", Failure.reason(folderError));
  }

  @Test
  void aHeaderThatGoesAwayWhileItsLogIsSurveyedIsNoBug() {
    assertThrows(EOFException.class, () -> LogContent.of(log, true, monitor));
  }

  @Test
  void whatIsAppendedToTheOldFileAfterTheLastLookIsCarriedOver() throws IOException {
    String late = ENTRY.formatted(3);
    rewrite(once("rename", "audit.jsonl", (effect, live) -> append(log, late + "{\"torn"))).run();
    assertEquals(migrated(OLD + late), read(log));
    assertEquals(OLD + late + "{\"torn", read(backup));
  }

  /** What an edit takes out of a log must not come back behind it. */
  @Test
  void whatIsAppendedLateToALogWhoseLinesAreEditedIsEditedToo() throws IOException {
    LineEdit edit = line -> new String(line, UTF_8).replace("\"n\"", "\"m\"").getBytes(UTF_8);
    HookedDisk late =
        new HookedDisk(
            once("rename", "audit.jsonl", (effect, live) -> append(log, ENTRY.formatted(3))));
    rewritten(rewrite(new Target.EditedLog(edit, null, 1, 1), late, NOBODY, false));
    assertEquals((OLD + ENTRY.formatted(3)).replace("\"n\"", "\"m\""), read(log));
    assertEquals(OLD + ENTRY.formatted(3), read(backup));
  }

  @Test
  void whatIsAppendedLateDoesNotBecomeTheEndOfATornLineThatIsRestored() throws IOException {
    String torn = OLD + ENTRY.substring(0, 20);
    Path kept = Files.writeString(log.resolveSibling("kept"), torn);
    Files.writeString(log, migrated(torn + "\n"));
    HookedDisk late =
        new HookedDisk(
            once("rename", "audit.jsonl", (effect, live) -> append(log, ENTRY.formatted(3))));
    rewritten(rewrite(new Target.Restored(kept, true, null, 2, 1), late, NOBODY, false));
    assertEquals(torn + "\n" + ENTRY.formatted(3), read(log));
  }

  @Test
  void whatIsRestoredKeepsItsTornEndWhereTheNextRunFinishesIt() throws IOException {
    String torn = OLD + ENTRY.substring(0, 20);
    Path kept = Files.writeString(log.resolveSibling("kept"), torn);
    Files.writeString(log, migrated(torn + "\n"));
    permit(log, 0644); // so that the backup is to be closed to others
    Target target = new Target.Restored(kept, true, null, 2, 1);
    HookedDisk failing = new HookedDisk(failing("setPermissions", "-backup"));
    assertThrows(Failure.class, () -> rewrite(target, failing, NOBODY, false).run());
    assertEquals(torn, read(log));
    assertTrue(rewrite(target, Disk.real(), NOBODY, false).run() instanceof Rewrite.Finished);
    assertEquals(torn, read(log));
  }

  @Test
  void aTornLineThatIsFinishedLateIsCarriedOverWhole() throws IOException {
    String half = ENTRY.substring(0, 20);
    Files.writeString(log, OLD + half);
    String rest = ENTRY.formatted(3).substring(20);
    rewrite(once("rename", "audit.jsonl", (effect, live) -> append(log, rest))).run();
    assertEquals(migrated(OLD + half + "\n" + half + rest), read(log));
    assertEquals(1, verification().prove().tornCopies());
    append(log, ENTRY.formatted(4));
    assertEquals(4, verification().prove().entries());
    Files.writeString(log, read(log).replace(half + "\n", half.replace('t', 'T') + "\n"));
    assertThrows(Failure.class, () -> verification().prove());
  }

  private Verification verification() {
    Evidence.Place place = new Evidence.Place(log, null, Map.of(), NOBODY);
    Verification.Made made = new Verification.Made(2, null);
    return new Verification(place, LogNames.FIRST_MIGRATION, made, monitor);
  }

  @Test
  void aLogThatAProcessHasOpenForWritingIsRefused() throws IOException {
    Failure failure =
        assertThrows(Failure.class, () -> rewrite(Disk.real(), SOMEBODY, false).run());
    assertEquals(Exit.BUSY, failure.exit());
    assertTrue(failure.getMessage().contains("process 42 (agentguard)"), failure.getMessage());
    assertEquals(Set.of("audit.jsonl"), names());
  }

  /** Nobody before the first write, and somebody when the log is about to be replaced. */
  private static OpenFiles comingLate() {
    AtomicInteger asked = new AtomicInteger();
    return file -> asked.getAndIncrement() == 0 ? NOBODY.holdersOf(file) : SOMEBODY.holdersOf(file);
  }

  @Test
  void aWriterThatComesLateIsRefusedToo() throws IOException {
    Failure failure =
        assertThrows(Failure.class, () -> rewrite(Disk.real(), comingLate(), false).run());
    assertEquals(Exit.BUSY, failure.exit());
    assertEquals(log + " is as it was", failure.state());
    assertEquals(Set.of("audit.jsonl"), names());
  }

  @Test
  void aWriterThatComesLateUnderForceIsNamed() throws IOException {
    Rewrite.Rewritten outcome = rewritten(rewrite(Disk.real(), comingLate(), true));
    assertEquals("process 42 (agentguard)", outcome.writers().names());
  }

  @Test
  void forceMigratesUnderAWriterAndKeepsWhatItAppends() throws IOException {
    String late = ENTRY.formatted(3);
    HookedDisk.Hook writer =
        (effect, path) -> {
          if (effect.equals("create") || effect.equals("rename")) {
            append(log, late);
          }
        };
    Rewrite.Rewritten outcome = rewritten(rewrite(new HookedDisk(writer), SOMEBODY, true));
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
    try (RunLock lock = RunLock.acquire(log, JOURNAL, Duration.ZERO, Machine.real(), monitor)) {
      Failure failure = assertThrows(Failure.class, () -> rewrite().run());
      assertEquals(Exit.BUSY, failure.exit());
      assertTrue(
          failure.getMessage().contains("process " + ProcessHandle.current().pid()),
          failure.getMessage());
      assertTrue(Files.exists(LogNames.lock(log)), lock.toString());
    }
    assertFalse(Files.exists(LogNames.lock(log)));
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
      assertEquals(new Rewrite.AlreadyDone(), rewrite(rotate).run(), moment);
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
      lock.noteBackup(backup, OptionalLong.empty());
      Object inode = Files.getAttribute(LogNames.lock(log), "unix:ino");
      String locks = Files.readString(Path.of("/proc/locks"));
      assertTrue(locks.contains(":%s 0 EOF".formatted(inode)), locks);
    }
  }

  @Test
  void aLockFileOfNulsIsWhatAPowerCutLeft() throws IOException {
    Files.write(LogNames.lock(log), new byte[60]);
    rewrite().run();
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
  }

  @Test
  void aRunThatWasInterruptedWhileThisOneWaitedIsFinished() throws IOException {
    OpenFiles finishesTheOther =
        file -> {
          Files.writeString(log, migrated(OLD));
          Files.writeString(LogNames.lock(log), "agentguard migrate lock pid=1 word=0\n");
          return NOBODY.holdersOf(file);
        };
    assertEquals(new Rewrite.Finished(0), rewrite(Disk.real(), finishesTheOther, false).run());
    assertFalse(Files.exists(LogNames.lock(log)));
  }
}
