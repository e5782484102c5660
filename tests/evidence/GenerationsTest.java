import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A log is migrated, and rotated, and migrated again: each backup is told of which file it is. */
class GenerationsTest {
  private static final String OLD = LiveLog.entries("old", 1, 5);

  @TempDir Path folder;
  private LiveLog live;

  @BeforeEach
  void aMigratedLog() throws IOException {
    live = new LiveLog(folder);
    live.write(OLD);
    live.migrate();
  }

  private JsonNode backup(int number) {
    Run status = live.done("status", "--json");
    return JsonMapper.shared().readTree(status.stdout()).at("/status/backups/" + number);
  }

  private void assertBelongs(int number, Path file) {
    JsonNode backup = backup(number);
    assertEquals("belongs", backup.path("state").asString(), backup::toString);
    assertEquals(file.toString(), backup.path("file").asString(), backup::toString);
  }

  private void assertProven(Path archive) {
    Run verify = live.done("verify");
    String proven = "%s holds the %d bytes of".formatted(archive, OLD.length());
    assertTrue(verify.stdout().contains(proven), verify::toString);
    Run status = live.done("status");
    assertTrue(status.stdout().contains("belongs to " + archive), status::toString);
  }

  // ---------------------------------------------------------------- rotated

  @Test
  void theBackupOfARotatedLogBelongsToItsArchive() throws IOException {
    Path archive = live.rotate("20261124T120000Z");
    live.append(LiveLog.entry("new", 1));
    assertProven(archive);
    Path packed = LiveLog.compress(archive);
    assertProven(packed);
    live.done("verify", "--strict");
    live.done("rollback");
  }

  @Test
  void soDoesThatOfALogThatLogrotateCopiedAndTruncated() throws IOException {
    Path archive = Files.copy(live.log, live.file(".1"));
    live.write(LiveLog.entries("second", 1, 3));
    live.migrate();
    assertBelongs(0, archive);
    assertBelongs(1, live.log);
    Files.move(archive, live.file(".2"));
    LiveLog.compress(live.file(".2"));
    Files.copy(live.log, live.file(".1"));
    live.write(LiveLog.entries("third", 1, 3));
    live.migrate();
    assertBelongs(0, live.file(".2.gz"));
    assertBelongs(1, live.file(".1"));
    assertBelongs(2, live.log);
    live.done("verify");
  }

  /** A backup keeps its name when rotation renames the file that was made of it. */
  @Test
  void theBackupOfAnArchiveIsTheOneThatItHadUnderItsNameThen() throws IOException {
    Path archive = live.rotate("20261124T120000Z");
    assertProvenByItself(archive, "audit.jsonl.v040-backup");
    assertProvenByItself(LiveLog.compress(archive), "audit.jsonl.v040-backup");
  }

  @Test
  void soItIsOfANumberedArchiveAfterEveryRotation() throws IOException {
    Files.move(live.log, live.file(".1"));
    live.write(LiveLog.entries("second", 1, 5).replace("2025", "2026"));
    live.migrate();
    Files.move(live.file(".1"), live.file(".2"));
    Files.move(live.log, live.file(".1"));
    Files.writeString(live.file(".9"), LiveLog.entries("ninth", 1, 5).replace("2025", "2024"));
    live.write(LiveLog.entries("third", 1, 5).replace("2025", "2027"));
    live.done("--archives", "--id", "v040_to_v041");
    Files.move(live.file(".9"), live.file(".10"));
    assertProvenByItself(live.file(".1"), "audit.jsonl.v040-backup.1");
    assertProvenByItself(live.file(".2"), "audit.jsonl.v040-backup");
    assertProvenByItself(live.file(".10"), "audit.jsonl.9.archive.v040-backup");
    live.done("verify", "--archives", "--strict", "--id", "v040_to_v041");
  }

  private void assertProvenByItself(Path archive, String backup) throws IOException {
    LiveLog itself = new LiveLog(folder, archive.getFileName().toString());
    Run verify = itself.done("verify", "--strict");
    String proven =
        "%s holds the %%d bytes of %s unchanged".formatted(archive, live.folder.resolve(backup));
    long bytes = Files.size(folder.resolve(backup));
    assertTrue(verify.stdout().contains(proven.formatted(bytes)), verify::toString);
    assertFalse(verify.stdout().contains("no backup of"), verify::toString);
    Run status = itself.done("status");
    assertTrue(status.stdout().contains(backup + ": "), status::toString);
  }

  @Test
  void anArchiveInTheFolderForBackupsIsLookedAtToo() throws IOException {
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Path archive = live.rotate("20261124T120000Z");
    Files.move(archive, kept.resolve(archive.getFileName()));
    live.append(LiveLog.entry("new", 1));
    Run verify = live.done("verify", "--backup-dir", kept.toString());
    String proven = "%s holds the".formatted(kept.resolve(archive.getFileName()));
    assertTrue(verify.stdout().contains(proven), verify::toString);
  }

  @Test
  void whatIsDamagedInAnArchiveIsFound() throws IOException {
    Path archive = live.rotate("20261124T120000Z");
    Files.writeString(
        archive, Files.readString(archive).replace("\"duration_ms\":3", "\"duration_ms\":9"));
    live.run("verify").assertIsError(6, archive + ", line 4, byte ");
    LiveLog.compress(archive);
    live.run("verify").assertIsError(6, archive + ".gz, line 4, byte ");
    assertEquals("damaged", backup(0).path("state").asString());
  }

  @Test
  void anArchiveThatWasPrunedLeavesAGapThatExplainsItsBackup() throws IOException {
    Files.delete(live.rotate("20261124T120000Z"));
    live.append(LiveLog.entry("new", 1));
    Run verify = live.done("verify");
    assertTrue(
        verify.stdout().contains("belongs to no file that is here: the chain"), verify::toString);
    live.run("verify", "--strict").assertIsError(6, "is not proven against a backup");
    live.done("rollback");
  }

  @Test
  void aBackupOfNothingThatIsHereIsAFailureWhereNothingExplainsIt() throws IOException {
    String header = live.read().substring(0, live.read().indexOf('\n') + 1);
    live.write(header + LiveLog.entries("other", 1, 9).replace("2025", "2026"));
    live.run("verify").assertIsError(6, "no file here was made of backup");
    assertEquals("unattributed", backup(0).path("state").asString());
    Files.writeString(live.file(".1.zst"), "packed otherwise");
    Run verify = live.done("verify");
    assertTrue(verify.stdout().contains(".1.zst was not looked at"), verify::toString);
  }

  @Test
  void anArchiveOfAnotherEncodingIsNamedAsNotLookedAt() throws IOException {
    Path archive = live.rotate("20261124T120000Z");
    Files.write(archive, new byte[] {(byte) 0xFD, '7', 'z', 'X', 'Z', 0, 0, 0});
    Run verify = live.run("verify");
    assertEquals(0, verify.exit(), verify::toString);
    assertTrue(verify.stdout().contains(archive + " was not looked at"), verify::toString);
  }

  @Test
  void aByteOrderMarkAndBlankLinesBeforeTheHeaderAreTolerated() throws IOException {
    Path archive = live.rotate("20261124T120000Z");
    Files.writeString(archive, "\uFEFF\n\n" + Files.readString(archive));
    assertProven(archive);
    live.write("\uFEFF\n" + live.read());
    assertProven(archive);
  }

  // ---------------------------------------------------------------- chains

  @Test
  void aLaterBackupIsTheLinkFromAnEarlierOneToTheLog() throws IOException {
    live.done("--id", "mask_lines");
    live.done("verify");
    live.done("verify", "--id", "v040_to_v041");
    assertBelongs(0, live.log);
    live.done("rollback", "--to", "1");
  }

  @Test
  void everyBackupOfAChainOfMigrationsAndRollbacksBelongs() throws IOException {
    live.append(LiveLog.entries("legacy-a", 6, 3));
    live.done();
    live.append(LiveLog.entries("newer", 9, 3));
    live.done("rollback", "--to", "2");
    Run status = live.done("status");
    assertFalse(status.stdout().contains("no file here"), status::toString);
    assertFalse(status.stdout().contains("in it only"), status::toString);
    live.done("verify", "--strict");
  }

  @Test
  void twoBackupsDoNotProveEachOther() throws IOException {
    live.done("rollback");
    Files.delete(live.log);
    Files.writeString(live.file(".1"), LiveLog.entries("other", 1, 9).replace("2025", "2026"));
    assertEquals("unattributed", backup(0).path("state").asString());
    assertEquals("unattributed", backup(1).path("state").asString());
  }

  @Test
  void aNameOfOneWordIsNoBackupOfThisTool() throws IOException {
    Files.writeString(live.file(".my-backup"), "mine");
    live.done("verify");
    Run status = live.done("status");
    assertFalse(status.stdout().contains("my-backup: 4 bytes"), status::toString);
  }

  // ---------------------------------------------------------------- what was cut or changed

  @Test
  void aLogThatWasCutAtALineEndsBeforeItsBackup() throws IOException {
    String log = live.read();
    Files.setLastModifiedTime(
        live.file(".v040-backup"), FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
    live.write(log.substring(0, log.length() - LiveLog.entry("old", 5).length()));
    live.run("verify").assertIsError(6, "ends before its backup");
    live.run("rollback").assertIsError(6, "ends before its backup");
  }

  /** An edit makes of each line what it was, but of a line's end nothing else. */
  @Test
  void soDoesOneThatLacksNothingButItsLastNewline() throws IOException {
    Files.setLastModifiedTime(
        live.file(".v040-backup"), FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
    live.write(live.read().strip());
    live.run("verify").assertIsError(6, "ends before its backup");
    live.run("rollback").assertIsError(6, "ends before its backup");
  }

  // ---------------------------------------------------------------- where backups are

  /** Each backup would be there twice, and its late lines would be brought over twice. */
  @Test
  void theFolderForBackupsMayBeTheLogsOwnByAnotherPath() throws IOException {
    Path other = Files.createSymbolicLink(folder.resolve("other"), folder);
    LiveLog.append(live.file(".v040-backup"), LiveLog.entry("late", 10));
    String log = live.read();
    live.done("recover", "--backup-dir", other.toString());
    assertEquals(log + LiveLog.entry("late", 10), live.read());
    Run verify = live.done("verify", "--backup-dir", other.toString());
    assertFalse(verify.stdout().contains(other.toString()), verify::toString);
  }

  @Test
  void aFolderForBackupsThatIsNotThereIsSaidToBeMissing() {
    String[] mistyped = {"--backup-dir", folder.resolve("mistyped").toString()};
    String told = "mistyped does not exist, or is no folder";
    for (String command : new String[] {"verify", "recover", "rollback"}) {
      live.run(command, mistyped[0], mistyped[1]).assertIsError(1, told);
    }
    Run status = live.done("status", mistyped[0], mistyped[1]);
    assertTrue(status.stderr().contains("WARN: backup folder "), status::toString);
    assertTrue(status.stderr().contains(told), status::toString);
  }

  @Test
  void theLogItselfIsNoBackup() {
    for (String[] command : new String[][] {{"verify"}, {"rollback", "--from-backup"}}) {
      String[] all = java.util.Arrays.copyOf(command, command.length + 2);
      all[command.length] = "--backup";
      all[command.length + 1] = live.log.toString();
      live.run(all).assertIsError(5, "is the log itself");
    }
  }

  // ---------------------------------------------------------------- gone

  @Test
  void whereTheBackupToRestoreIsMissingTheAdviceLeadsToIt() throws IOException {
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Files.move(live.file(".v040-backup"), kept.resolve("audit.jsonl.v040-backup"));
    Run run = live.run("rollback", "--from-backup");
    run.assertIsError(1, "audit.jsonl.v040-backup is missing");
    assertTrue(run.stderr().contains("say where it is with --backup-dir"), run::toString);
    live.done("rollback", "--from-backup", "--backup-dir", kept.toString());
    assertEquals(OLD, live.read());
  }

  @Test
  void aLogThatWasRemovedIsAFailureThatNamesBothWaysOut() throws IOException {
    Files.delete(live.log);
    String[] checked = {"status", "--check"};
    String[] byId = {"--id", "v040_to_v041"};
    for (String[] command :
        new String[][] {{"startup"}, checked, {}, byId, {"verify"}, {"rollback"}, {"recover"}}) {
      Run run = live.run(command);
      run.assertIsError(6, "does not exist, but its backup");
      assertTrue(run.stderr().contains("put the log back; or"), run::toString);
      assertTrue(run.stderr().contains("move the backup away"), run::toString);
    }
    String status = live.done("status").stderr();
    assertTrue(status.contains("does not exist, but its backup"), status);
    assertTrue(status.contains("move the backup away"), status);
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Files.move(live.file(".v040-backup"), kept.resolve("audit.jsonl.v040-backup"));
    Run startup = live.done("startup", "--backup-dir", kept.toString());
    assertTrue(startup.stderr().contains("audit.jsonl.v040-backup"), startup::toString);
    assertTrue(startup.stderr().contains("does not exist"), startup::toString);
  }

  @Test
  void aLogThatIsAboutToBeBegunAfterARotationIsNoFailure() throws IOException {
    Files.move(live.log, live.file(".1"));
    live.done("startup");
    live.done("status", "--check");
  }

  /** Logrotate has taken it, and the server is stopped: the archives go by themselves. */
  @Test
  void norIsItForTheProofAndTheWayBack() throws IOException {
    Path archive = Files.move(live.log, live.file(".1"));
    Run verify = live.done("verify", "--strict", "--id", "v040_to_v041");
    String proven = "%s does not exist, since it was rotated".formatted(live.log);
    assertTrue(verify.stdout().contains(proven), verify::toString);
    Run rollback = live.done("rollback", "--to", "1");
    assertTrue(rollback.stdout().contains("nothing to undo"), rollback::toString);
    live.run("rollback", "--from-backup").assertIsError(1, "no such file");
    Files.writeString(archive, LiveLog.entries("another", 1, 5));
    live.run("verify", "--strict", "--id", "v040_to_v041").assertIsError(6, "belongs to no file");
  }

  @Test
  void whatWasRotatedAwayWithoutABackupMayHaveBeenRemoved() throws IOException {
    Files.delete(live.file(".v040-backup"));
    Path archive = Files.move(live.log, live.file(".1"));
    Run verify = live.done("verify");
    String note = "does not exist, and no backup of it is here: it was rotated and not begun again";
    assertTrue(verify.stdout().contains(note), verify::toString);
    live.run("verify", "--strict").assertIsError(6, note);
    Files.delete(archive);
    live.run("verify").assertIsError(6, "does not exist");
    live.run("rollback").assertIsError(1, "no such file");
  }

  @Test
  void aLogThatNeverWasDoesNotExist() throws IOException {
    Path other = folder.resolve("aduit.jsonl");
    for (String[] command : new String[][] {{"startup"}, {}, {"status"}}) {
      LiveLog mistyped = new LiveLog(Files.createDirectories(folder.resolve("fresh")));
      Run text = mistyped.done(command);
      assertTrue((text.stdout() + text.stderr()).contains("does not exist"), text::toString);
      String[] json = java.util.Arrays.copyOf(command, command.length + 1);
      json[command.length] = "--json";
      Run document = mistyped.done(json);
      assertTrue(document.stdout().contains("does not exist"), document::toString);
    }
    assertFalse(Files.exists(other));
  }
}
