import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Logs that go on: written to, rotated by their server and by the real logrotate, numbered, dated,
 * compressed, copied and truncated, the oldest removed, migrated, rolled back, migrated under a
 * writer, recovered, in any order. After every step each acknowledged line is in the log and its
 * archives together exactly once, or in a backup only where a message said so; {@code status} and
 * {@code verify} say what is true; and what the tool advises, it does.
 */
class LifeTest {
  private static final int USUAL_LIVES = 2;
  private static final int EXHAUSTIVE_LIVES = 40;
  private static final int STEPS = 14;
  private static final List<List<String>> COMPRESSIONS =
      List.of(List.of(), List.of("compress"), List.of("compress", "delaycompress"));
  private static final List<List<String>> NAMES = List.of(List.of(), List.of("dateext"));
  private static final List<List<String>> REMOVALS =
      List.of(List.of("rotate 1000"), List.of("rotate 2"), List.of("rotate 1000", "maxage 3"));

  private static final int PENDING = 3;
  private static final int BUSY = 4;
  private static final int UNVERIFIED = 6;

  @TempDir Path temporary;
  private Deployment deployment;
  private Random random;

  /** Of all rotations of a life: logrotate itself loses archives where they change. */
  private final List<String> directives = new ArrayList<>();

  /** How many archives of its own the server keeps. */
  private int mostArchives;

  /** What was done so far, for the message of a failure. */
  private final List<String> history = new ArrayList<>();

  /** Whether a rollback is the last that was done to the log besides writing to it. */
  private boolean isRolledBack;

  /** The lines of which a message said that they stand in a backup only. */
  private final Set<String> parked = new HashSet<>();

  private interface Step {
    void take() throws Exception;
  }

  static Stream<Integer> lives() {
    return IntStream.range(0, Proof.isExhaustive() ? EXHAUSTIVE_LIVES : USUAL_LIVES).boxed();
  }

  @BeforeEach
  void needsLogrotate() {
    assumeTrue(Tools.has("logrotate"), "logrotate is not installed");
  }

  @ParameterizedTest
  @MethodSource("lives")
  void nothingIsLostAndNothingFalseIsSaidWhileALogGoesOn(int life) throws Exception {
    random = Proof.random("LifeTest, life " + life);
    for (List<List<String>> choice : List.of(COMPRESSIONS, NAMES, REMOVALS)) {
      directives.addAll(choice.get(random.nextInt(choice.size())));
    }
    mostArchives = random.nextBoolean() ? 2 : Integer.MAX_VALUE;
    history.add("a life with %s and %d archives".formatted(directives, mostArchives));
    try (Deployment made =
        new Deployment(temporary.resolve("log"), temporary.resolve("logrotate"))) {
      deployment = made;
      take("write", this::write);
      for (int i = 0; i < STEPS; i++) {
        takeAny();
      }
      take("upgrade", this::upgrade);
    } catch (AssertionError e) {
      throw new AssertionError("after %s: %s".formatted(history, e.getMessage()), e);
    }
  }

  private void takeAny() throws Exception {
    switch (random.nextInt(10)) {
      case 0, 1 -> take("upgrade", this::upgrade);
      case 2 -> take("upgrade under a writer", this::upgradeUnderWriter);
      case 3 -> take("downgrade", this::downgrade);
      case 4, 5 -> take("rotation by the server", this::rotate);
      case 6 -> take("logrotate create", () -> logrotate("create 0600"));
      case 7, 8 -> take("logrotate copytruncate", () -> logrotate("copytruncate"));
      default -> take("write", this::write);
    }
  }

  private void take(String name, Step step) throws Exception {
    history.add(name);
    step.take();
    assertEachLineIsThereOnce();
    assertStatusIsTrue();
    assertVerifyIsTrue();
  }

  // ------------------------------------------------------------ steps

  private void write() throws IOException {
    if (!deployment.isRunning()) {
      deployment.start(deployment.version());
    }
    deployment.append(1 + random.nextInt(20));
    deployment.appendOpening(random.nextInt(3));
  }

  private void rotate() throws IOException {
    if (deployment.version() == 1 || !deployment.isRunning()) {
      write();
    } else {
      deployment.rotate(mostArchives);
    }
    deployment.append(random.nextInt(5));
    if (random.nextBoolean()) {
      deployment.compressArchives();
    }
  }

  private void logrotate(String how) throws IOException {
    isRolledBack = false;
    List<String> all = new ArrayList<>(directives);
    all.add(how);
    deployment.logrotate(all.toArray(String[]::new));
  }

  /** Stops the old server, does what the dry run announces, and starts the new one. */
  private void upgrade() throws Exception {
    deployment.stop();
    isRolledBack = false;
    assertEquals(0, tool("--dry-run").exit());
    Run run = random.nextBoolean() ? tool() : tool("startup");
    assertEquals(0, run.exit(), run::toString);
    deployment.start(2);
  }

  private void downgrade() throws Exception {
    deployment.stop();
    if (deployment.hasHeader()) {
      assertEquals(0, tool("rollback", "--to", "1", "--dry-run").exit());
      Run run = tool("rollback", "--to", "1");
      assertEquals(0, run.exit(), run::toString);
      isRolledBack = !deployment.isEmpty();
    }
    deployment.start(1);
  }

  /** The server goes on writing to the old file, and what it wrote there is brought over. */
  private void upgradeUnderWriter() throws Exception {
    if (!deployment.isRunning() || !deployment.isToBeMigrated()) {
      upgrade();
      return;
    }
    tool().assertIsError(BUSY, "is open for writing by");
    isRolledBack = false;
    Run forced = tool("--force");
    assertEquals(0, forced.exit(), forced::toString);
    int before = deployment.acknowledged().size();
    deployment.append(1 + random.nextInt(5));
    List<String> late = deployment.acknowledged();
    parked.addAll(late.subList(before, late.size()));
    assertEachLineIsThereOnce();
    Run verify = tool("verify");
    assertEquals(0, verify.exit(), verify::toString);
    assertTrue(both(verify).contains("recover"), verify::toString);
    Run status = tool("status");
    assertTrue(both(status).contains("recover"), status::toString);
    tool("recover").assertIsError(BUSY, "open");
    deployment.stop();
    deployment.start(2);
    if (random.nextBoolean()) {
      deployment.append(random.nextInt(5));
    }
    Run recover = tool("recover");
    assertEquals(0, recover.exit(), recover::toString);
    parked.clear();
  }

  // ------------------------------------------------------------ what must hold

  private void assertEachLineIsThereOnce() throws IOException {
    Map<String, Integer> counts = deployment.inLogAndArchives();
    Map<String, Integer> kept = deployment.inBackups();
    for (String line : deployment.acknowledged()) {
      int count = counts.getOrDefault(line, 0);
      if (parked.contains(line)) {
        assertTrue(count == 1 || kept.getOrDefault(line, 0) > 0, "a line is nowhere");
      } else {
        assertEquals(1, count, () -> "in log and archives: " + line);
      }
    }
  }

  private void assertStatusIsTrue() throws IOException {
    Run status = tool("status", "--check");
    int expected = deployment.isToBeMigrated() ? PENDING : 0;
    assertEquals(expected, status.exit(), status::toString);
  }

  /**
   * What has no header was rolled back; or else it was never migrated, or has lost it to a
   * truncation. An empty log is proven only where an archive begins with its latest backup, which
   * that of a rollback never is; without a backup it may have been rotated where archives are.
   */
  private void assertVerifyIsTrue() throws IOException {
    Run verify = tool("verify");
    if (deployment.isEmpty() && verify.exit() != 0) {
      verify.assertIsError(UNVERIFIED, "is empty");
    } else {
      boolean isProven = deployment.hasHeader() || deployment.isEmpty() || isRolledBack;
      int expected = isProven ? 0 : UNVERIFIED;
      assertEquals(expected, verify.exit(), verify::toString);
    }
    boolean mayBeRotated = deployment.hasBackups() || deployment.hasArchives();
    assertTrue(mayBeRotated || !deployment.isEmpty() || verify.exit() != 0, verify::toString);
  }

  private Run tool(String... arguments) {
    Run run = Run.tool(deployment.folder(), arguments);
    run.assertShowsNoTrace();
    return run;
  }

  private static String both(Run run) {
    return run.stdout() + run.stderr();
  }
}
