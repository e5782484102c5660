import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import support.files.RamDisk;

/**
 * Signals at random moments. The log is large enough that every phase of a run is hit, and must be:
 * a proof that always strikes during the start proves nothing. How often each was is printed.
 */
class KillTest {
  /** More than the two chunks between which a copy can be interrupted. */
  private static final long LOG_BYTES = 33 << 20;

  private static final Duration USUAL_TIME = Duration.ofSeconds(10);
  private static final int EXHAUSTIVE_RUNS = 480;

  /** Both must be exceeded for a phase that was not struck by then to be given up. */
  private static final Duration LONGEST_TIME = Duration.ofMinutes(2);

  private static final int MOST_RUNS = 150;

  private static final Set<Phase> MUST_BE_STRUCK = EnumSet.complementOf(EnumSet.of(Phase.FINISHED));

  /** How far a run had come, told from what it left on disk and said. */
  private enum Phase {
    BEFORE_LOCK,
    STAGING,
    PROVING_OR_BEFORE_RENAME,
    AFTER_RENAME,
    FINISHED
  }

  /** From when on the random time counts, so that the short phases are hit as well as the start. */
  private enum Since {
    START(500, Phase.BEFORE_LOCK, (scene, name) -> true),
    LOCK(100, Phase.STAGING, (scene, name) -> name.equals(Scene.LOCK)),
    STAGED(20, Phase.PROVING_OR_BEFORE_RENAME, Since::isNearlyWhole),
    BACKUP(6, Phase.AFTER_RENAME, (scene, name) -> scene.backup().endsWith(name)),
    RENAME(2, Phase.AFTER_RENAME, Since::isReplaced);

    private final Duration longest;
    private final Phase aim;
    private final BiPredicate<Scene, String> begun;

    Since(long longestMillis, Phase aim, BiPredicate<Scene, String> begun) {
      this.longest = Duration.ofMillis(longestMillis);
      this.aim = aim;
      this.begun = begun;
    }

    private static boolean isNearlyWhole(Scene scene, String name) {
      return Scene.isStaged(name) && size(scene, name) > nearlyWhole(scene);
    }

    private static boolean isReplaced(Scene scene, String name) {
      return name.equals(Scene.LOG) && size(scene, name) != scene.old().length;
    }

    private static long size(Scene scene, String name) {
      return scene.folder().resolve(name).toFile().length();
    }

    /** Any of those that may strike one of these phases. */
    static Since any(Random random, Set<Phase> phases) {
      List<Since> all = Stream.of(values()).filter(since -> phases.contains(since.aim)).toList();
      return all.get(random.nextInt(all.size()));
    }
  }

  /** New logs differ from old ones by less. */
  private static long nearlyWhole(Scene scene) {
    return scene.old().length - 1000;
  }

  /** A fast disk gives more runs. */
  @TempDir(factory = RamDisk.class)
  Path folder;

  private Scene scene;
  private final Map<Phase, Integer> distribution = new EnumMap<>(Phase.class);

  /** Runs struck by one signal, until there were enough. */
  private void strike(String signal, Check check) throws Exception {
    Run.assumeIsHeard(signal);
    Random random = Proof.random("KillTest " + signal);
    List<Scene> scenes = scenes();
    long start = System.nanoTime();
    int runs = 0;
    Set<Phase> missing = EnumSet.copyOf(MUST_BE_STRUCK);
    while (!isOver(runs, start, missing.isEmpty())) {
      scene = scenes.get(runs % scenes.size());
      boolean aimed = !missing.isEmpty() && random.nextBoolean();
      Since since = Since.any(random, aimed ? missing : MUST_BE_STRUCK);
      Phase phase = check.of(struckRun(signal, since, random));
      distribution.merge(phase, 1, Integer::sum);
      missing.remove(phase);
      scene.restore();
      runs++;
    }
    String result = "KillTest %s: %d runs, %s".formatted(signal, runs, distribution);
    System.out.println(result);
    assertEquals(Set.of(), missing, () -> "phases that were never struck; " + result);
  }

  /** One for each kind of rewrite, those that only the tests have included. */
  private List<Scene> scenes() throws IOException {
    byte[] entries = Scene.realEntries(LOG_BYTES);
    List<Scene> scenes = new ArrayList<>();
    for (Work work : Work.ofEveryKind(entries)) {
      scenes.add(new Scene(folder.resolve(Integer.toString(scenes.size())), work));
    }
    return scenes;
  }

  private static boolean isOver(int runs, long start, boolean allWereStruck) {
    Duration past = Duration.ofNanos(System.nanoTime() - start);
    boolean enough =
        Proof.isExhaustive() ? runs >= EXHAUSTIVE_RUNS : past.compareTo(USUAL_TIME) > 0;
    boolean tooMuch = runs >= MOST_RUNS && past.compareTo(LONGEST_TIME) > 0;
    return enough && allWereStruck || tooMuch;
  }

  /** Looks at what a run left, and says how far it had come. */
  private interface Check {
    Phase of(Run struck) throws IOException;
  }

  private Run struckRun(String signal, Since since, Random random) throws Exception {
    Scene.Worker worker = scene.start(folder.resolve("output"));
    scene.await(name -> since.begun.test(scene, name), worker);
    LockSupport.parkNanos(random.nextLong(since.longest.toNanos()));
    worker.send(signal);
    return worker.end();
  }

  // ------------------------------------------------------------ KILL

  @ParameterizedTest
  @CsvSource("KILL")
  void aKilledRunLeavesTheOldLogOrTheNewOneAndTheNextRunConverges(String signal) throws Exception {
    strike(signal, this::checkKilled);
  }

  private Phase checkKilled(Run killed) throws IOException {
    Phase phase = phaseOnDisk();
    String when = "killed in phase " + phase;
    assertTrue(killed.exit() == 137 || phase == Phase.FINISHED, () -> when + ": " + killed);
    scene.assertOldOrNewWithBackup(when);
    scene.assertConverges(when);
    return phase;
  }

  private Phase phaseOnDisk() throws IOException {
    boolean locked = scene.names().contains(Scene.LOCK);
    if (scene.isMigrated()) {
      return locked ? Phase.AFTER_RENAME : Phase.FINISHED;
    }
    if (!locked) {
      return Phase.BEFORE_LOCK;
    }
    return largestStagedFile() > nearlyWhole(scene)
        ? Phase.PROVING_OR_BEFORE_RENAME
        : Phase.STAGING;
  }

  private long largestStagedFile() throws IOException {
    long largest = 0;
    for (String name : scene.names()) {
      if (Scene.isStaged(name)) {
        largest = Math.max(largest, Files.size(scene.folder().resolve(name)));
      }
    }
    return largest;
  }

  // ------------------------------------------------------------ TERM and INT

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130"})
  void aRunThatIsAskedToEndSaysHowThingsStandAndLeavesNothingElse(String signal, int exit)
      throws Exception {
    strike(signal, asked -> checkAsked(asked, exit));
  }

  private Phase checkAsked(Run asked, int exit) throws IOException {
    if (neverReachedTheTool(asked)) {
      scene.assertAsItWas();
      return Phase.BEFORE_LOCK;
    }
    Phase phase = phaseTold(asked);
    String when = "asked to end in phase " + phase;
    assertEquals(phase == Phase.FINISHED ? 0 : exit, asked.exit(), () -> when + ": " + asked);
    asked.assertShowsNoTrace();
    if (scene.isMigrated()) {
      assertTrue(asked.stderr().contains(" result: "), asked::toString);
      scene.assertMigrated(when);
    } else {
      assertSaysThatNothingChanged(asked, exit);
      scene.assertAsItWas();
    }
    return phase;
  }

  /**
   * Whether the signal came while Java itself was starting: JDK 17.0.15 then ends in
   * "InternalError: Bad level: 2" of jdk.internal.misc.VM, on standard output, once in some 3,000
   * runs.
   */
  private static boolean neverReachedTheTool(Run asked) {
    return asked.exit() == 1
        && asked.stderr().isEmpty()
        && asked.stdout().startsWith("Error occurred during initialization of VM\n");
  }

  private Phase phaseTold(Run asked) throws IOException {
    if (scene.isMigrated()) {
      return asked.exit() == 0 ? Phase.FINISHED : Phase.AFTER_RENAME;
    }
    if (asked.stderr().contains("interrupted while copying")) {
      return Phase.STAGING;
    }
    return List.of("interrupted while comparing", "interrupted before the log was replaced")
            .stream()
            .anyMatch(asked.stderr()::contains)
        ? Phase.PROVING_OR_BEFORE_RENAME
        : Phase.BEFORE_LOCK;
  }

  /** Only a JVM that has not come to the tool yet can say nothing. */
  private void assertSaysThatNothingChanged(Run asked, int exit) {
    if (asked.stderr().isEmpty()) {
      return;
    }
    asked.assertIsError(exit, "interrupted");
    String stderr = asked.stderr();
    assertTrue(
        stderr.contains("  state: nothing was changed\n")
            || stderr.contains("  state: %s is as it was\n".formatted(scene.log())),
        asked::toString);
  }
}
