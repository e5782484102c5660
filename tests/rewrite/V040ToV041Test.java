import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.files.Disk;
import support.files.Machine;
import support.files.OpenFiles;
import support.options.Options;
import support.options.Options.Flag;
import support.run.Exit;
import support.run.Failure;

/**
 * The migration through its contract. The first part is AgentGuard's own tests of it, one by one.
 */
class V040ToV041Test {
  private static final String LEGACY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"agent_id\":\"legacy-a\",\"request\":{\"scope\":\"shell\",\"command\":\"ls\"},\"result\":{\"decision\":\"ALLOW\",\"reason\":\"ok\"},\"duration_ms\":1}\n"
          + "{\"timestamp\":\"2025-01-01T00:00:01Z\",\"agent_id\":\"legacy-b\",\"request\":{\"scope\":\"shell\",\"command\":\"cat\"},\"result\":{\"decision\":\"DENY\",\"reason\":\"blocked\"},\"duration_ms\":0}\n";
  private static final String HEADER =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-04-18T00:00:00.123456789Z\"}}\n";

  @TempDir Path folder;
  private Path log;
  private Path backup;
  private final v040_to_v041 migration = new v040_to_v041();

  @BeforeEach
  void paths() {
    log = folder.resolve("audit.jsonl");
    backup = folder.resolve("audit.jsonl.v040-backup");
  }

  private migrate.Env env(Path backupDir, Options options) {
    OpenFiles nobody = file -> new OpenFiles.Answer(List.of(), true);
    return new RunEnv(log, new Machine(Disk.real(), nobody, Machine.real().random()))
        .withBackupDir(backupDir)
        .withClock(Clock.fixed(FixedClock.NOW, ZoneOffset.UTC))
        .withOptions(options)
        .knowing(migrate.Registry.of(migration));
  }

  private migrate.Env env() {
    return env(null, Options.NONE);
  }

  private void append(byte[] entries) throws IOException {
    Files.write(log, entries, StandardOpenOption.APPEND);
  }

  // ------------------------------------------------------------ AgentGuard's own

  @Test
  void aLegacyLogIsDetected() throws IOException {
    Files.writeString(log, LEGACY);
    assertTrue(migration.detect(env()));
  }

  @Test
  void aLogOfVersion2IsNotDetected() throws IOException {
    Files.writeString(log, HEADER);
    assertFalse(migration.detect(env()));
  }

  @Test
  void aMissingLogIsNotDetected() throws IOException {
    assertFalse(migration.detect(env()));
  }

  @Test
  void anEmptyLogIsNotDetected() throws IOException {
    Files.createFile(log);
    assertFalse(migration.detect(env()));
  }

  @Test
  void migratingWritesTheHeaderAndTheBackup() throws IOException {
    Files.writeString(log, LEGACY);
    migrate.Result result = migration.migrate(env(), false);
    assertFalse(result.dryRun());
    assertEquals(HEADER + LEGACY, Files.readString(log));
    assertEquals(LEGACY, Files.readString(backup));
    assertTrue(migration.prove(env()).notes().get(0).endsWith(" and 2 entries"));
  }

  @Test
  void aDryRunWritesNothing() throws IOException {
    Files.writeString(log, LEGACY);
    assertTrue(migration.migrate(env(), true).dryRun());
    assertEquals(LEGACY, Files.readString(log));
    assertFalse(Files.exists(backup));
  }

  @Test
  void anExistingBackupIsKept() throws IOException {
    Files.writeString(log, LEGACY);
    Files.writeString(backup, "old backup content\n");
    migration.migrate(env(), false);
    assertEquals("old backup content\n", Files.readString(backup));
  }

  @Test
  void aStaleCheckpointIsRemoved() throws IOException {
    Files.writeString(log, LEGACY);
    Path checkpoint = folder.resolve("audit.jsonl.replay-checkpoint");
    Files.writeString(checkpoint, "{\"offset\":100,\"audit_size\":100}");
    migration.migrate(env(), false);
    assertFalse(Files.exists(checkpoint));
  }

  @Test
  void verificationFailsBeforeAndSucceedsAfterTheMigration() throws IOException {
    Files.writeString(log, LEGACY);
    Failure before = assertThrows(Failure.class, () -> migration.verify(env()));
    assertEquals(Exit.UNVERIFIED, before.exit());
    migration.migrate(env(), false);
    migration.verify(env());
    migration.verify(env());
  }

  @Test
  void nothingIsDetectedAfterAMigration() throws IOException {
    Files.writeString(log, LEGACY);
    migration.migrate(env(), false);
    assertFalse(migration.detect(env()));
  }

  @Test
  void theMigrationIsRegistered() {
    migrate.Migration registered = migrate.Registry.ofCatalog().find("v040_to_v041");
    assertEquals("1", registered.fromVersion());
    assertEquals("2", registered.toVersion());
    assertTrue(registered.description().contains("schema-v2"));
  }

  @Test
  void theBackupGoesToItsOwnFolderWhereOneIsGiven() throws IOException {
    Files.writeString(log, LEGACY);
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    migration.migrate(env(elsewhere, Options.NONE), false);
    assertEquals(LEGACY, Files.readString(elsewhere.resolve("audit.jsonl.v040-backup")));
    assertFalse(Files.exists(backup));
  }

  // ------------------------------------------------------------ this project's

  @Test
  void verificationFailsWhereTheLogIsDamagedOrGone() throws IOException {
    Files.writeString(log, "{\"_meta\":");
    assertEquals(
        Exit.UNVERIFIED, assertThrows(Failure.class, () -> migration.verify(env())).exit());
    Files.delete(log);
    assertEquals(
        Exit.UNVERIFIED, assertThrows(Failure.class, () -> migration.verify(env())).exit());
  }

  /** What a real server logged before, between and after: there and back and there again. */
  @Test
  void forthAndBackAndForthLosesAndDoublesNothing() throws IOException {
    byte[] old = real("v040_to_v041/real-v0.4.0/before/audit.jsonl");
    byte[] newer = withoutHeader(real("v040_to_v041/already-real-v0.5.2/before/audit.jsonl"));
    Files.write(log, old);
    migration.migrate(env(), false);
    append(newer);
    migration.rollback(env(), false);
    assertArrayEquals(concat(old, newer), Files.readAllBytes(log));
    append(old);
    migration.migrate(env(), false);
    byte[] all = concat(old, newer, old);
    assertArrayEquals(concat(HEADER.getBytes(UTF_8), all), Files.readAllBytes(log));
    assertArrayEquals(old, Files.readAllBytes(backup));
    assertArrayEquals(all, Files.readAllBytes(folder.resolve("audit.jsonl.v040-backup.1")));
    assertTrue(migration.prove(env()).notes().get(0).endsWith(" and 991 entries"));
  }

  private static byte[] real(String fixture) throws IOException {
    return Files.readAllBytes(Checkout.fixtures().resolve(fixture));
  }

  private static byte[] withoutHeader(byte[] log) {
    int end = new String(log, UTF_8).substring(0, 500).indexOf('\n') + 1;
    return Arrays.copyOfRange(log, end, log.length);
  }

  private static byte[] concat(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    return all.toByteArray();
  }

  @Test
  void theBackupIsRestoredOnlyWhereNothingNewerIsLostUnlessAskedFor() throws IOException {
    Files.writeString(log, LEGACY);
    migration.migrate(env(), false);
    append(LEGACY.getBytes(UTF_8));
    Options restoring = Options.NONE.with(Flag.FROM_BACKUP);
    assertThrows(Failure.class, () -> migration.rollback(env(null, restoring), false));
    assertEquals(HEADER + LEGACY + LEGACY, Files.readString(log));
    migration.rollback(env(null, restoring.with(Flag.DISCARD_NEWER)), false);
    assertEquals(LEGACY, Files.readString(log));
    assertEquals(
        HEADER + LEGACY + LEGACY, Files.readString(folder.resolve("audit.jsonl.v041-discarded")));
  }
}
