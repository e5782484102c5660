import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several logs of one name keep their backups in one folder: none is judged by another's. */
class SharedBackupsTest {
  private static final String FIRST = LiveLog.entries("first", 1, 5);
  private static final String SECOND = LiveLog.entries("second", 1, 7).replace("2025", "2026");
  private static final String OTHER = "it may be of another log whose backups are kept there, too";

  @TempDir Path folder;
  private Path kept;
  private LiveLog first;
  private LiveLog second;

  @BeforeEach
  void twoMigratedLogs() throws IOException {
    kept = Files.createDirectory(folder.resolve("kept"));
    first = migrated("t1", FIRST);
    second = migrated("t2", SECOND);
  }

  private LiveLog migrated(String tenant, String entries) throws IOException {
    LiveLog log = new LiveLog(Files.createDirectory(folder.resolve(tenant)));
    log.write(entries);
    done(log, "--id", "v040_to_v041");
    return log;
  }

  private Run run(LiveLog log, String... arguments) {
    return log.run(
        Stream.concat(Stream.of(arguments), Stream.of("--backup-dir", kept.toString()))
            .toArray(String[]::new));
  }

  private Run done(LiveLog log, String... arguments) {
    Run run = run(log, arguments);
    assertEquals(0, run.exit(), run::toString);
    return run;
  }

  @Test
  void eachIsProvenByItsOwn() {
    Run verify = done(first, "verify");
    assertTrue(verify.stdout().contains("holds the %d bytes of".formatted(FIRST.length())));
    assertTrue(verify.stdout().contains("belongs to no file that is here: " + OTHER));
    verify = done(second, "verify");
    assertTrue(verify.stdout().contains("holds the %d bytes of".formatted(SECOND.length())));
    assertTrue(done(first, "status").stdout().contains("belongs to no file here: " + OTHER));
  }

  @Test
  void eachGoesBackByItself() throws IOException {
    done(first, "rollback");
    assertEquals(FIRST, first.read());
    done(second, "rollback", "--from-backup");
    assertEquals(SECOND, second.read());
    done(first, "verify");
    done(second, "verify");
  }

  @Test
  void lateLinesAreToldOfTheLogThatLacksThem() throws IOException {
    LiveLog.append(kept.resolve("audit.jsonl.v040-backup"), LiveLog.entries("late", 10, 3));
    assertTrue(done(first, "rollback").stderr().contains("3 line(s) of"));
    assertFalse(done(second, "rollback").stderr().contains("line(s) of"));
    done(first, "recover");
    assertEquals(FIRST + LiveLog.entries("late", 10, 3), first.read());
  }

  @Test
  void whatIsDamagedIsFoundAllTheSame() throws IOException {
    first.write(first.read().replace("\"duration_ms\":3}", "\"duration_ms\":7}"));
    run(first, "verify").assertIsError(6, "differs from its backup");
    run(first, "rollback").assertIsError(6, "differs from its backup");
    done(second, "verify");
  }

  /** Only a name says which log it is of. */
  @Test
  void theBackupOfAnotherLogIsNotRestoredUnlessItIsNamed() throws IOException {
    Files.delete(kept.resolve("audit.jsonl.v040-backup.1"));
    Path backup = kept.resolve("audit.jsonl.v040-backup");
    String log = second.read();
    String[] rollback = {"rollback", "--from-backup", "--discard-newer"};
    Run run = run(second, rollback);
    run.assertIsError(5, "may be of another log");
    assertTrue(run.stderr().contains("name it with --backup"), run::toString);
    assertEquals(log, second.read());
    done(first, rollback);
    second.done("rollback", "--from-backup", "--discard-newer", "--backup", backup.toString());
    assertEquals(FIRST, second.read());
  }

  /** The one of a newer server, which never had a backup. */
  @Test
  void aLogWithoutABackupIsNotJudgedByThoseOfOthers() throws IOException {
    LiveLog third = new LiveLog(Files.createDirectory(folder.resolve("t3")));
    third.write(first.read().replace("\"first\"", "\"third\"").replace("2025", "2027"));
    Run verify = done(third, "verify");
    assertTrue(verify.stdout().contains("is not proven against a backup"), verify::toString);
    run(third, "verify", "--strict").assertIsError(6, "is not proven against a backup");
  }
}
