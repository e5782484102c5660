package support.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import support.files.HookedDisk;
import support.run.Exit;
import support.run.Failure;
import support.staging.Segment;

/** A log that is copied in several chunks, and read back while it is flushed. */
class RewriteLargeTest extends RewriteFixture {
  private static final String ENTRIES =
      ENTRY.formatted(1).repeat(4 * Segment.CHUNK_BYTES / ENTRY.length());

  /** Without a last newline. */
  private static final String LARGE = ENTRIES + "{\"torn";

  @BeforeEach
  void aLargeLog() throws IOException {
    Files.writeString(log, LARGE);
    permit(log, 0640);
  }

  private void assertIsAsItWas() throws IOException {
    assertEquals(LARGE, read(log));
    assertEquals(Set.of("audit.jsonl"), names());
  }

  private Failure failure(HookedDisk.Hook hook) {
    return assertThrows(Failure.class, () -> rewrite(hook).run());
  }

  /** Does something before the so-manieth write to the staged file. */
  private static HookedDisk.Hook atWrite(int number, HookedDisk.Hook then) {
    AtomicInteger writes = new AtomicInteger();
    return (effect, path) -> {
      if (effect.equals("write")
          && path.toString().endsWith(".tmp")
          && writes.incrementAndGet() == number) {
        then.before(effect, path);
      }
    };
  }

  @Test
  void itIsWholeBehindItsHeaderAndSoIsItsBackup() throws IOException {
    HookedDisk disk = new HookedDisk((effect, path) -> {});
    rewrite(disk, NOBODY, false).run();
    assertEquals(migrated(LARGE + "\n"), read(log));
    assertEquals(LARGE, read(backup));
    List<String> effects = disk.effects();
    int flush = effects.indexOf("flush audit.jsonl.migrate.*.tmp");
    assertTrue(effects.lastIndexOf("write audit.jsonl.migrate.*.tmp") < flush, effects::toString);
    assertTrue(effects.indexOf("setPermissions audit.jsonl.migrate.*.tmp") < flush);
    assertTrue(flush < effects.indexOf("rename audit.jsonl"), effects::toString);
  }

  @Test
  void whatItsFlushMeetsIsFinal() throws IOException {
    Failure failure = failure(failing("flush", ".tmp"));
    assertTrue(failure.getMessage().contains("Input/output error"), failure.getMessage());
    assertIsAsItWas();
  }

  @Test
  void theFlushIsOverBeforeAnythingElseHappens() throws IOException {
    AtomicBoolean flushed = new AtomicBoolean();
    HookedDisk.Hook slowFlush =
        (effect, path) -> {
          if (effect.equals("flush") && path.toString().endsWith(".tmp")) {
            sleep();
            flushed.set(true);
          }
          assertTrue(flushed.get() || !effect.equals("link"), "backed up during the flush");
        };
    rewrite(slowFlush).run();
    assertEquals(migrated(LARGE + "\n"), read(log));
  }

  private static void sleep() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aByteThatIsWrongInTheMiddleIsNoticed() throws IOException {
    HookedDisk.Hook damage = once("setPermissions", ".tmp", (effect, staged) -> damage(staged));
    Failure failure = failure(damage);
    assertTrue(failure.getMessage().contains("does not read back the same"), failure.getMessage());
    assertIsAsItWas();
  }

  private static void damage(Path staged) throws IOException {
    try (FileChannel channel = FileChannel.open(staged, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("X".getBytes(UTF_8)), LARGE.length() / 2);
    }
  }

  @Test
  void aLogThatIsTruncatedBetweenTwoChunksIsLeftAlone() throws IOException {
    Failure failure = failure(atWrite(3, (effect, staged) -> truncate(log, 0)));
    assertEquals(Exit.BUSY, failure.exit());
    assertEquals(0, Files.size(log));
    assertEquals(Set.of("audit.jsonl"), names());
  }

  @Test
  void aLogThatIsTruncatedBeforeItIsComparedIsStagedAgain() throws IOException {
    rewrite(once("setPermissions", ".tmp", (effect, staged) -> truncate(log, 100))).run();
    assertEquals(migrated(LARGE.substring(0, 100) + "\n"), read(log));
    assertEquals(LARGE.substring(0, 100), read(backup));
    assertEquals(Set.of("audit.jsonl", "audit.jsonl.v040-backup"), names());
  }

  @Test
  void anInterruptionBetweenTwoChunksLeavesItAsItWas() throws IOException {
    Failure copying = failure(atWrite(2, (effect, staged) -> cancellation.request()));
    assertEquals(Exit.INTERRUPTED, copying.exit());
    assertTrue(copying.getMessage().endsWith("while copying"), copying.getMessage());
    assertIsAsItWas();
  }

  @Test
  void anInterruptionBeforeTheComparisonWaitsForTheFlush() throws IOException {
    HookedDisk disk =
        new HookedDisk(once("setPermissions", ".tmp", (e, staged) -> cancellation.request()));
    Failure failure = assertThrows(Failure.class, () -> rewrite(disk, NOBODY, false).run());
    assertEquals(Exit.INTERRUPTED, failure.exit());
    assertIsAsItWas();
    assertFalse(disk.effects().contains("rename audit.jsonl"));
  }
}
