import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tool among others who migrate, write, rotate or read the same log, round after round with
 * random pauses: no line that a writer was told is written is ever lost.
 */
class CompanyTest {
  private static final long LOG_BYTES = 4 << 20;

  /** Large enough that a run can be stopped before it replaces the log. */
  private static final long LARGE_LOG_BYTES = 96 << 20;

  private static final int EXHAUSTIVE_ROUNDS = 50;

  /** As many more where none of the rounds has migrated, with twice the time in each. */
  private static final int MOST_MORE_ROUNDS = 6;

  private static final int BUSY = 4;

  /** Also failed or not verified, where the log is moved or truncated behind the rename. */
  private static final Set<Integer> BESIDE_ROTATOR = Set.of(1, BUSY, 6);

  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"},\"late\":%d}\n";
  private static final String HEADER =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-01-01T00:00:00Z\"}}\n";

  @TempDir Path folder;
  private Random random;
  private Scene scene;

  /** How many times the usual time others leave a run. */
  private int patience = 1;

  /** How many rounds are over. */
  private int played;

  /** The lines that the writer of this round was told are written. */
  private final List<String> acknowledged = new ArrayList<>();

  /** The archives that the rotator of this round has made, as it made them. */
  private final Map<Path, byte[]> archives = new TreeMap<>();

  /** One round of a proof, on a log as it was at first; returns whether a run migrated it. */
  private interface Round {
    boolean play() throws Exception;
  }

  /** Rounds in each of which the log is migrated. */
  private void play(String what, int usualRounds, Round round) throws Exception {
    int rounds = begin(what, usualRounds);
    while (played < rounds) {
      assertTrue(playOne(round), () -> "%s: round %d migrated nothing".formatted(what, played));
    }
    System.out.println("CompanyTest, %s: all of %d rounds migrated".formatted(what, rounds));
  }

  /** Rounds in which a run may give way to others, but not in all of them. */
  private void playUntilSomeMigrate(String what, int usualRounds, Round round) throws Exception {
    int rounds = begin(what, usualRounds);
    int migrated = 0;
    while (played < rounds || migrated == 0 && played < rounds + MOST_MORE_ROUNDS) {
      patience *= played < rounds ? 1 : 2;
      migrated += playOne(round) ? 1 : 0;
    }
    String result = "CompanyTest, %s: %d rounds, %d migrated".formatted(what, played, migrated);
    System.out.println(result);
    assertTrue(migrated > 0, result);
  }

  /** Fewer rounds in the usual run, which is to stay short. */
  private int begin(String what, int usualRounds) throws IOException {
    random = Proof.random("CompanyTest, " + what);
    scene = new Scene(folder.resolve("log"), LOG_BYTES);
    return Proof.isExhaustive() ? EXHAUSTIVE_ROUNDS : usualRounds;
  }

  private boolean playOne(Round round) throws Exception {
    boolean migrated = round.play();
    acknowledged.clear();
    archives.clear();
    scene.restore();
    played++;
    return migrated;
  }

  private void pause(int mostMillis) throws InterruptedException {
    Thread.sleep(0, 1 + random.nextInt(999_999));
    Thread.sleep(random.nextInt(mostMillis));
  }

  // ------------------------------------------------------------ other runs

  @Test
  void ofTwoRunsOneMigratesAndTheOtherIsBusyOrHasNothingToDo() throws Exception {
    play("two runs", 12, this::twoRuns);
  }

  private boolean twoRuns() throws Exception {
    Scene.Worker first = scene.start(folder.resolve("first"));
    pause(50);
    Scene.Worker second = scene.start(folder.resolve("second"));
    Run one = first.end();
    Run other = second.end();
    assertTrue(hasMigrated(one) != hasMigrated(other), () -> one + "\n" + other);
    assertIsBusyOrDone(one, second.pid());
    assertIsBusyOrDone(other, first.pid());
    scene.assertMigrated("by one of two runs");
    return hasMigrated(one) || hasMigrated(other);
  }

  private static boolean hasMigrated(Run run) {
    return run.exit() == 0 && run.stderr().contains("final_bytes=");
  }

  private static void assertIsBusyOrDone(Run run, long otherPid) {
    if (run.exit() != 0) {
      run.assertIsError(BUSY, "is being migrated by another run (process %d,".formatted(otherPid));
    }
  }

  @Test
  void aStoppedRunKeepsOthersOutUntilItGoesOnAndFinishes() throws Exception {
    Scene.Worker stopped = stoppedAtWork();
    try {
      Run other = scene.run();
      String seen = "by another run (process %d,".formatted(stopped.pid());
      other.assertIsError(BUSY, seen);
      assertTrue(other.stderr().contains("  state: nothing was changed\n"), other::toString);
      Run.tool(folder, "--dry-run", "--audit-log", scene.log().toString())
          .assertIsError(BUSY, seen);
      Run.tool(folder, "rollback", "--dry-run", "--audit-log", scene.log().toString())
          .assertIsError(BUSY, seen);
    } finally {
      stopped.send("CONT");
    }
    assertEquals(0, stopped.end().exit());
    scene.assertMigrated("by the run that was stopped");
  }

  @Test
  void aRunThatDiesHoldingTheLockKeepsNobodyOut() throws Exception {
    Scene.Worker holder = stoppedAtWork();
    holder.send("KILL");
    holder.end();
    scene.assertConverges("after the holder died");
  }

  private Scene.Worker stoppedAtWork() throws Exception {
    scene = new Scene(folder.resolve("log"), LARGE_LOG_BYTES);
    Scene.Worker worker = scene.start(folder.resolve("stopped"));
    assertTrue(scene.await(Scene::isStaged, worker), () -> "it ended before it could be stopped");
    worker.send("STOP");
    assertTrue(scene.isOld(Files.readAllBytes(scene.log())), "it was stopped too late");
    return worker;
  }

  // ------------------------------------------------------------ writers

  @Test
  void aLogThatIsHeldOpenIsRefusedAndForceLosesNoLine() throws Exception {
    play("a log held open", 3, this::forceUnderAnOpenLog);
  }

  private boolean forceUnderAnOpenLog() throws Exception {
    Run forced;
    try (Writer open = Files.newBufferedWriter(scene.log(), APPEND)) {
      String writer = "by process %d (".formatted(ProcessHandle.current().pid());
      forced =
          Neighbour.beside(
              () -> append(open),
              () -> {
                scene.run().assertIsError(BUSY, writer);
                return scene.run("--force");
              });
      assertEquals(0, forced.exit(), forced::toString);
    }
    assertNothingIsLost("under --force");
    assertNoLineTwice(scene.log());
    assertNoLineTwice(scene.backup());
    return hasMigrated(forced);
  }

  private void append(Writer open) throws Exception {
    String line = ENTRY.formatted(acknowledged.size());
    open.write(line);
    open.flush();
    acknowledged.add(line.strip());
    pause(5);
  }

  private void assertNoLineTwice(Path file) throws IOException {
    List<String> late = Files.readAllLines(file);
    late.retainAll(new HashSet<>(acknowledged));
    assertEquals(new HashSet<>(late).size(), late.size(), () -> file + " holds a line twice");
  }

  @Test
  void noLineIsLostOfAWriterThatOpensTheLogForEach() throws Exception {
    playUntilSomeMigrate("a log opened for each line", 6, this::runBesideAppender);
  }

  /** From writers that leave a run no time to those that hardly meet it. */
  private boolean runBesideAppender() throws Exception {
    int mostPause = patience * (1 + random.nextInt(400));
    Run run = Neighbour.beside(() -> appendOpening(mostPause), () -> scene.run());
    if (run.exit() != 0) {
      run.assertIsError(BUSY, Scene.LOG);
    }
    assertNothingIsLost("beside an appender");
    assertNextRunKeepsAll();
    return hasMigrated(run);
  }

  private void appendOpening(int mostPause) throws Exception {
    appendLine();
    pause(mostPause);
  }

  private void appendLine() throws IOException {
    String line = ENTRY.formatted(acknowledged.size());
    Files.writeString(scene.log(), line, CREATE, APPEND);
    acknowledged.add(line.strip());
  }

  private void assertNextRunKeepsAll() throws IOException {
    Run next = scene.run();
    assertEquals(0, next.exit(), next::toString);
    assertNothingIsLost("after a further run");
  }

  /** The old log is somewhere, whole, and so is every line that was appended to it. */
  private void assertNothingIsLost(String when) throws IOException {
    Set<String> lost = new HashSet<>(acknowledged);
    boolean oldIsWhole = false;
    for (String name : scene.names()) {
      byte[] bytes = Files.readAllBytes(scene.folder().resolve(name));
      oldIsWhole = oldIsWhole || beginsWithOldLog(bytes);
      new String(bytes, UTF_8).lines().forEach(lost::remove);
    }
    assertTrue(oldIsWhole, () -> "the old log is nowhere whole " + when);
    assertEquals(Set.of(), lost, () -> "acknowledged lines are lost " + when);
  }

  private boolean beginsWithOldLog(byte[] bytes) {
    int size = scene.old().length;
    int headed = 0;
    while (headed < bytes.length && bytes[headed++] != '\n') {}
    return bytes.length >= size && scene.isOld(Arrays.copyOf(bytes, size))
        || bytes.length >= headed + size
            && scene.isOld(Arrays.copyOfRange(bytes, headed, headed + size));
  }

  // ------------------------------------------------------------ rotators

  @Test
  void noLineIsLostWhenTheLogIsRotatedByRenaming() throws Exception {
    playUntilSomeMigrate("rotation by renaming", 6, () -> runBesideRotator(this::rotateByRenaming));
  }

  /** As a server does it: the new log gets a header if nobody else has put one there. */
  private void rotateByRenaming() throws IOException {
    Path archive = nextArchive();
    Files.move(scene.log(), archive, ATOMIC_MOVE);
    try (FileChannel log = FileChannel.open(scene.log(), CREATE, APPEND)) {
      if (log.size() == 0) {
        log.write(ByteBuffer.wrap(HEADER.getBytes(US_ASCII)));
      }
    }
    archives.put(archive, Files.readAllBytes(archive));
  }

  @Test
  void noLineIsLostWhenTheLogIsCopiedAndTruncated() throws Exception {
    playUntilSomeMigrate("rotation by copying", 6, () -> runBesideRotator(this::rotateByCopying));
  }

  private void rotateByCopying() throws IOException {
    Path archive = nextArchive();
    Files.copy(scene.log(), archive);
    FileChannel.open(scene.log(), WRITE, TRUNCATE_EXISTING).close();
    archives.put(archive, Files.readAllBytes(archive));
  }

  private Path nextArchive() {
    return scene.folder().resolve(Scene.LOG + "." + (archives.size() + 1));
  }

  /** The rotator is the writer too, so that it cannot lose a line itself. */
  private boolean runBesideRotator(Neighbour.Turn rotate) throws Exception {
    Scene.Worker worker = scene.start(folder.resolve("output"));
    List<Predicate<String>> moments =
        List.of(Scene.LOCK::equals, Scene.BACKUP::equals, name -> isReplaced());
    scene.await(moments.get(played % moments.size()), worker);
    while (worker.process().isAlive()) {
      appendLine();
      rotate.take();
      appendLine();
      pause(60);
    }
    Run run = worker.end();
    if (run.exit() != 0) {
      assertTrue(BESIDE_ROTATOR.contains(run.exit()), run::toString);
      run.assertIsError(run.exit(), "");
    }
    boolean migrated = hasMigrated(run) || isNewLogSomewhere();
    assertNothingIsLost("beside a rotator: " + run);
    assertNextRunKeepsAll();
    for (Map.Entry<Path, byte[]> archive : archives.entrySet()) {
      assertArrayEquals(archive.getValue(), Files.readAllBytes(archive.getKey()), "" + archive);
    }
    return migrated;
  }

  /** Nobody has appended to the log yet: only a new log is larger than it was. */
  private boolean isReplaced() {
    return scene.log().toFile().length() > scene.old().length;
  }

  /** The new log may have been rotated away before the run was over. */
  private boolean isNewLogSomewhere() throws IOException {
    for (String name : scene.names()) {
      byte[] bytes = Files.readAllBytes(scene.folder().resolve(name));
      if (beginsWithOldLog(bytes) && !scene.isOld(Arrays.copyOf(bytes, scene.old().length))) {
        return true;
      }
    }
    return false;
  }

  // ------------------------------------------------------------ readers

  @Test
  void aReaderSeesTheWholeOldLogOrTheWholeNewOneAtAnyMoment() throws Exception {
    play("a reader", 3, this::runBesideReader);
  }

  private boolean runBesideReader() throws Exception {
    AtomicInteger old = new AtomicInteger();
    AtomicInteger migrated = new AtomicInteger();
    Run run = Neighbour.beside(() -> read(old, migrated), () -> scene.run());
    assertEquals(0, run.exit(), run::toString);
    assertTrue(old.get() > 0, "the reader came too late");
    scene.assertMigrated("beside %d readings of the new log".formatted(migrated.get()));
    return hasMigrated(run);
  }

  private void read(AtomicInteger old, AtomicInteger migrated) throws IOException {
    byte[] log = Files.readAllBytes(scene.log());
    if (scene.isOld(log)) {
      old.incrementAndGet();
    } else {
      assertTrue(scene.isNew(log), "the reader saw %d bytes, neither".formatted(log.length));
      migrated.incrementAndGet();
    }
  }
}
