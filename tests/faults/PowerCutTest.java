package support.rewrite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import support.files.Disk;
import support.files.HookedDisk;
import support.files.Machine;
import support.files.OpenFiles;
import support.files.RamDisk;
import support.files.RecordingDisk;
import support.files.RecordingDisk.Left;
import support.files.RecordingDisk.Remains;
import support.files.Snapshot;
import support.log.LogNames;
import support.options.Options;
import support.options.Options.Flag;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;

/**
 * Cuts the power after every effect of a run, in a model: looks at every state that the disk may
 * then be in, and runs the tool again on it, on real files.
 */
class PowerCutTest {
  private static final String LOCK = "agentguard migrate lock pid=1 word=0123456789abcdef\n";
  private static final Options WITHOUT_BACKUP =
      Options.NONE.with(Flag.NO_ARCHIVE_BACKUP).with(Flag.BESIDE_LOG);
  private static final OpenFiles NOBODY = log -> new OpenFiles.Answer(List.of(), true);

  private static final boolean EXHAUSTIVE = Boolean.getBoolean("tests.exhaustive");

  /** On so many states the next run is tried, all else being looked at in every state. */
  private static final int NEXT_RUNS = EXHAUSTIVE ? Integer.MAX_VALUE : 4;

  /** As {@link #NEXT_RUNS}, after a kill: there are many kills, and the states are alike. */
  private static final int NEXT_RUNS_AFTER_KILL = EXHAUSTIVE ? 50 : 2;

  /** After so many effects of a run it is killed, each time another run. */
  private static final int KILLS = EXHAUSTIVE ? Integer.MAX_VALUE : 1;

  private static final long SEED = System.nanoTime();
  private static final AtomicInteger STATES = new AtomicInteger();
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static final AtomicInteger RECOVERIES = new AtomicInteger();

  @TempDir(factory = RamDisk.class)
  Path folder;

  /** What kind of second name a file system lets the log have, which decides about the backup. */
  private enum HardLinks {
    ALLOWED(0),
    NOT_TO_THE_LOG(1),
    NONE(Integer.MAX_VALUE);

    private final int refusals;

    HardLinks(int refusals) {
      this.refusals = refusals;
    }
  }

  /** What a run depends on. */
  private record Setting(
      PowerCutChange change,
      HardLinks links,
      boolean checkpoint,
      int permissions,
      boolean backupElsewhere) {
    @Override
    public String toString() {
      return "%s, hard links %s, %s checkpoint, mode %o, backup %s"
          .formatted(
              change,
              links,
              checkpoint ? "a" : "no",
              permissions,
              backupElsewhere ? "elsewhere" : "beside the log");
    }
  }

  private static List<Setting> settings() {
    List<Setting> settings = new ArrayList<>();
    for (PowerCutChange change : PowerCutChange.values()) {
      for (HardLinks links : HardLinks.values()) {
        for (int permissions : change.isArchive() ? List.of(0700) : List.of(0700, 0600)) {
          for (boolean checkpoint : change.isArchive() ? List.of(true) : List.of(true, false)) {
            settings.add(new Setting(change, links, checkpoint, permissions, false));
            settings.add(new Setting(change, links, checkpoint, permissions, true));
          }
        }
      }
    }
    return settings;
  }

  /** A log and all that belongs to it, below one folder. */
  private record Place(Path root, Setting setting) {
    Path log() {
      return root.resolve("log/audit.jsonl" + setting.change().generation);
    }

    Path lock() {
      return LogNames.lock(log());
    }

    Path checkpoint() {
      return root.resolve("log/audit.jsonl.replay-checkpoint");
    }

    Path backupFolder() {
      return root.resolve(setting.backupElsewhere() ? "backups" : "log");
    }

    Path backup(int number) {
      return LogNames.backup(log(), job().backupSuffix(), backupFolder(), number);
    }

    /** Out of reach of every cut: it was flushed long ago, and a run only reads it. */
    Path earlierBackup() {
      return root.toAbsolutePath().resolveSibling("earlier");
    }

    void makeFolders() throws IOException {
      Files.createDirectories(log().getParent());
      Files.createDirectories(backupFolder());
      if (setting.change().earlier != null) {
        Files.writeString(earlierBackup(), setting.change().earlier);
      }
    }

    /** As v040_to_v041 decides, which cannot be called from a package. */
    void migrate(Disk disk) throws IOException {
      Rewrite rewrite =
          new Rewrite(job(), new Machine(disk, NOBODY, new SecureRandom()), Monitor.silent());
      rewrite.run();
    }

    private Job job() {
      PowerCutChange change = setting.change();
      return new Job(
          log(),
          change.target(earlierBackup()),
          LogNames.FIRST_MIGRATION,
          change.direction(),
          backupFolder(),
          null,
          change.keepsBackup ? Options.NONE : WITHOUT_BACKUP);
    }
  }

  /** Runs that are recorded, one after the other on the same files, until one is not killed. */
  private static final class Recording {
    private final Place place;
    private final Place names;
    private final HookedDisk hooked = new HookedDisk(this::before);
    private final RecordingDisk disk;
    private final int oldInode;
    private int effectsLeft;
    private int refusalsLeft;

    Recording(Place place) throws IOException {
      this.place = place;
      this.names = new Place(Path.of(""), place.setting());
      this.disk = new RecordingDisk(hooked, place.root());
      place.makeFolders();
      Files.writeString(place.log(), old(), ISO_8859_1);
      Files.setAttribute(place.log(), "unix:mode", place.setting().permissions());
      this.oldInode = disk.found(place.log(), place.setting().change().unflushedBytes());
      if (place.setting().checkpoint()) {
        Files.writeString(place.checkpoint(), "{\"offset\":1}");
        disk.found(place.checkpoint(), 0);
      }
      disk.appears(place.lock(), LOCK);
    }

    private String old() {
      return place.setting().change().old;
    }

    private boolean keepsBackup() {
      return place.setting().change().keepsBackup;
    }

    private String made(String old) {
      return place.setting().change().made(old);
    }

    private void before(String effect, Path path) throws IOException {
      if (effectsLeft-- <= 0) {
        throw new FileSystemException(path.toString(), null, "killed");
      }
      if (effect.equals("link") && refusalsLeft-- > 0) {
        throw new FileSystemException(path.toString(), null, "Operation not permitted");
      }
    }

    Recording finish() throws IOException {
      run(Integer.MAX_VALUE);
      disk.disappears(place.lock());
      return this;
    }

    /** Has no effect any more after so many; the lock file stays, as it does after a kill. */
    Recording killAfter(int effects) throws IOException {
      assertThrows(Failure.class, () -> run(effects));
      Files.writeString(place.lock(), LOCK);
      return this;
    }

    private void run(int effects) throws IOException {
      effectsLeft = effects;
      refusalsLeft = place.setting().links().refusals;
      place.migrate(disk);
    }

    /**
     * The log is the old file, which may have lost what nobody had flushed, or the new one, whole,
     * with a complete backup and no checkpoint that was made for the old one.
     */
    void requireSafe(Remains cut, Supplier<String> where) {
      Left live = cut.files().get(names.log());
      assertNotNull(live, where);
      assertEquals(place.setting().permissions(), live.permissions(), where);
      Left backup = cut.files().get(names.backup(0));
      if (live.inode() != oldInode) {
        assertEquals(made(old()), live.bytes(), where);
        if (keepsBackup()) {
          assertNotNull(backup, where);
          assertEquals(old(), backup.bytes(), where);
        }
        assertFalse(cut.files().containsKey(names.checkpoint()), where);
      } else if (isBackup(backup) && backup.inode() != oldInode) {
        assertEquals(old(), backup.bytes(), where);
      }
    }

    /** Without hard links a name is reserved by an empty file; no backup is ever empty. */
    private boolean isBackup(Left file) {
      return file != null && !(place.setting().links() == HardLinks.NONE && file.bytes().isEmpty());
    }

    /** After success is told, a cut can bring back nothing but the lock file. */
    void requireFinished(Remains cut, Supplier<String> where) {
      assertNotEquals(oldInode, cut.files().get(names.log()).inode(), where);
      Map<Path, String> files = new TreeMap<>();
      cut.files().forEach((name, left) -> files.put(name, text(left.permissions(), left.bytes())));
      files.remove(names.lock());
      assertEquals(goal(cut), files, where);
    }

    /**
     * What the next run must make of what a cut has left. A copy in the backup may have been
     * flushed before the log that it was made of; then the shorter log gets a backup too.
     */
    Map<Path, String> goal(Remains cut) {
      Left live = cut.files().get(names.log());
      Left backup = cut.files().get(names.backup(0));
      String old = live.inode() == oldInode ? live.bytes() : old();
      String kept = isBackup(backup) ? backup.bytes() : old;
      Map<Path, String> goal = new TreeMap<>();
      goal.put(names.log(), text(place.setting().permissions(), made(old)));
      if (!keepsBackup()) {
        return goal;
      }
      goal.put(names.backup(0), text(Backup.PERMISSIONS, kept));
      if (!kept.equals(old)) {
        goal.put(names.backup(1), text(Backup.PERMISSIONS, old));
      }
      return goal;
    }
  }

  private static String text(int permissions, String bytes) {
    return "%o %s".formatted(permissions, bytes);
  }

  private static Map<Path, String> filesIn(Path root) throws IOException {
    Map<Path, String> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(root)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        String bytes = Files.readString(file, ISO_8859_1);
        files.put(root.relativize(file), text(Snapshot.of(file).permissions(), bytes));
      }
    }
    return files;
  }

  private static void deleteFilesIn(Path root) throws IOException {
    try (Stream<Path> found = Files.walk(root)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  private static <T> List<T> sample(Collection<T> all, int most) {
    List<T> sample = new ArrayList<>(all);
    Collections.shuffle(sample, new Random(SEED));
    return sample.subList(0, Math.min(most, sample.size()));
  }

  private Recording recording(String name, Setting setting) throws IOException {
    return new Recording(new Place(folder.resolve(name), setting));
  }

  @Test
  void theModelLosesWhatIsNotFlushed() throws IOException {
    Path log = Files.writeString(folder.resolve("log"), "old");
    Path staged = folder.resolve("staged");
    RecordingDisk disk = new RecordingDisk(Disk.real(), folder);
    disk.found(log, 0);
    try (Disk.Output out = disk.create(staged)) {
      out.write(ByteBuffer.wrap(new byte[] {'n', 'e', 'w', '!'}));
    }
    disk.rename(staged, log);
    assertEquals(Set.of("old", "", "ne", "\0\0\0\0", "new!"), logsAfterCut(disk));
    disk.flush(log);
    assertEquals(Set.of("old", "new!"), logsAfterCut(disk));
    disk.flushFolder(folder);
    assertEquals(Set.of("new!"), logsAfterCut(disk));
  }

  private static Set<String> logsAfterCut(RecordingDisk disk) {
    return disk.cutNow().stream()
        .map(cut -> cut.files().get(Path.of("log")).bytes())
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("settings")
  void whateverACutLeavesIsWholeAndTheNextRunConverges(Setting setting) throws IOException {
    requireAll(recording("run", setting).finish(), setting.toString(), NEXT_RUNS);
  }

  /** The next run sees what a killed one has not flushed as if it had been. */
  @ParameterizedTest
  @MethodSource("settings")
  void aRunAfterAKilledOneIsAsSafe(Setting setting) throws IOException {
    int effects = recording("whole", setting).finish().hooked.effects().size();
    List<Integer> moments = IntStream.range(0, effects).boxed().toList();
    for (int moment : sample(moments, KILLS)) {
      Recording recording = recording("killed" + moment, setting).killAfter(moment).finish();
      String run = "%s, killed after %d effects".formatted(setting, moment);
      requireAll(recording, run, NEXT_RUNS_AFTER_KILL);
    }
  }

  private void requireAll(Recording recording, String run, int nextRuns) throws IOException {
    Map<Remains, String> cuts = recording.disk.cuts();
    STATES.addAndGet(cuts.size());
    PREFIXES.addAndGet(recording.disk.effects());
    cuts.forEach(
        (cut, moment) ->
            recording.requireSafe(cut, () -> "%s, cut after %s: %s".formatted(run, moment, cut)));
    for (Remains cut : recording.disk.cutNow()) {
      recording.requireFinished(cut, () -> "%s, cut at its end: %s".formatted(run, cut));
    }
    for (Remains cut : sample(cuts.keySet(), nextRuns)) {
      requireConverging(
          recording, cut, () -> "%s, cut after %s: %s".formatted(run, cuts.get(cut), cut));
    }
  }

  private void requireConverging(Recording recording, Remains cut, Supplier<String> where)
      throws IOException {
    RECOVERIES.incrementAndGet();
    Place place = recording.place; // the same, since staged backups are known by the log's path
    deleteFilesIn(place.root());
    cut.restoreTo(place.root());
    String left = Files.readString(place.log(), ISO_8859_1);
    if (place.setting().change().isRefused(left)) {
      Failure failure = assertThrows(Failure.class, () -> place.migrate(Disk.real()), where);
      assertEquals(Exit.REFUSED, failure.exit(), where);
      assertEquals(left, Files.readString(place.log(), ISO_8859_1), where);
      return;
    }
    assertDoesNotThrow(() -> place.migrate(Disk.real()), where);
    assertEquals(recording.goal(cut), filesIn(place.root()), where);
  }

  @Test
  void everyTargetIsCut() {
    Set<Class<?>> cut =
        Stream.of(PowerCutChange.values())
            .map(change -> change.target(Path.of("backup")).getClass())
            .collect(Collectors.toSet());
    assertEquals(Set.of(Target.class.getPermittedSubclasses()), cut);
  }

  @AfterAll
  static void count() {
    System.out.printf(
        "power cuts: %d states of %d prefixes, the next run on %d of them (seed %d)%n",
        STATES.get(), PREFIXES.get(), RECOVERIES.get(), SEED);
  }
}
