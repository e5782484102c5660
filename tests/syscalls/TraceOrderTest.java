import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import support.files.RamDisk;

/**
 * The order of the system calls of a run that nothing disturbs. A power cut may undo what is not
 * flushed, and no fault that a test injects shows that: only the order does.
 */
class TraceOrderTest {
  @TempDir static Path work;

  @TempDir(factory = RamDisk.class)
  static Path memory;

  /** Each scene is traced once for all that is to be seen of it. */
  private static final Map<FaultScene.Kind, Traced> TRACED = new EnumMap<>(FaultScene.Kind.class);

  private record Traced(FaultScene scene, List<SystemCall> calls) {
    Stream<SystemCall> all(Predicate<SystemCall> which) {
      return calls.stream().filter(which);
    }
  }

  /** A step of a run, as one of its system calls. */
  private record Step(String name, Predicate<SystemCall> call) {
    static Step of(String effect, Path... files) {
      return new Step(effect + List.of(files), call -> call.did(effect, files));
    }
  }

  @BeforeAll
  static void findStrace() {
    Strace.assumeItWorks(work);
  }

  private static synchronized Traced traced(FaultScene.Kind kind) throws IOException {
    Traced traced = TRACED.get(kind);
    if (traced == null) {
      FaultScene scene = FaultScene.set(kind, work, memory);
      traced = new Traced(scene, trace(scene, scene.arguments()));
      TRACED.put(kind, traced);
    }
    return traced;
  }

  private static List<SystemCall> trace(FaultScene scene, String... args) throws IOException {
    Strace.Trace trace = new Strace(work).all(scene, args);
    assertEquals(0, trace.run().exit(), trace.run()::toString);
    return trace.calls();
  }

  /** Finds the steps in this order; other calls may come between. */
  private static void assertOrder(Traced traced, Step... steps) {
    int next = 0;
    for (Step step : steps) {
      next = 1 + indexOf(step, traced.calls(), next);
    }
  }

  private static int indexOf(Step step, List<SystemCall> calls, int from) {
    for (int i = from; i < calls.size(); i++) {
      if (step.call().test(calls.get(i))) {
        return i;
      }
    }
    throw new AssertionError("no %s after call %d of %s".formatted(step.name(), from, calls));
  }

  @ParameterizedTest
  @EnumSource(mode = EXCLUDE, names = "INTERRUPTED_AFTER_THE_RENAME")
  void theNewLogIsFlushedAndNotChangedAnyMoreBeforeItIsRenamed(FaultScene.Kind kind)
      throws IOException {
    Traced traced = traced(kind);
    Path staged = traced.scene().staged();
    Step change = new Step("change of the staged log", call -> call.changes(staged));
    Step flush = Step.of("fsync", staged);
    assertOrder(traced, change, flush, rename(traced.scene()));
    int flushed = indexOf(flush, traced.calls(), 0);
    Stream<SystemCall> late = traced.calls().stream().skip(flushed).filter(change.call());
    assertEquals(List.of(), late.toList());
  }

  private static Step rename(FaultScene scene) {
    return Step.of("rename", scene.staged(), scene.log());
  }

  private static Step flushOfTheFolder(FaultScene scene) {
    return Step.of("fsync", scene.folder());
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "BESIDE_THE_LOG",
        "IN_ANOTHER_FOLDER",
        "ARCHIVE",
        "ARCHIVE_BACK",
        "COMPRESSED",
        "COMPRESSED_BACK"
      })
  void theBackupIsLinkedAndLastsBeforeTheRename(FaultScene.Kind kind) throws IOException {
    FaultScene scene = traced(kind).scene();
    assertOrder(
        traced(kind),
        Step.of("link", scene.log(), scene.backup()),
        Step.of("fsync", scene.backup()),
        Step.of("fsync", scene.backups()),
        rename(scene),
        flushOfTheFolder(scene));
  }

  @Test
  void aBackupThatIsACopyIsFlushedBeforeItHasItsName() throws IOException {
    FaultScene scene = traced(FaultScene.Kind.ON_ANOTHER_FILE_SYSTEM).scene();
    assertOrder(
        traced(FaultScene.Kind.ON_ANOTHER_FILE_SYSTEM),
        Step.of("fsync", scene.stagedBackup()),
        Step.of("link", scene.stagedBackup(), scene.backup()),
        Step.of("fsync", scene.backups()),
        rename(scene),
        flushOfTheFolder(scene));
  }

  @Test
  void aBackupThatAnInterruptedRunMadeIsFlushedBeforeTheRenameToo() throws IOException {
    FaultScene scene = traced(FaultScene.Kind.INTERRUPTED_BEFORE_THE_RENAME).scene();
    assertOrder(
        traced(FaultScene.Kind.INTERRUPTED_BEFORE_THE_RENAME),
        Step.of("fsync", scene.backup()),
        Step.of("fsync", scene.backups()),
        rename(scene),
        flushOfTheFolder(scene));
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "BESIDE_THE_LOG",
        "ON_ANOTHER_FILE_SYSTEM",
        "ARCHIVE",
        "ARCHIVE_BACK",
        "COMPRESSED",
        "COMPRESSED_BACK",
        "COMPRESSED_WITHOUT_BACKUP"
      })
  void theCheckpointIsGoneForGoodBeforeTheRename(FaultScene.Kind kind) throws IOException {
    FaultScene scene = traced(kind).scene();
    assertOrder(
        traced(kind),
        Step.of("unlink", scene.checkpoint()),
        flushOfTheFolder(scene),
        rename(scene),
        flushOfTheFolder(scene));
  }

  @ParameterizedTest
  @EnumSource
  void theLogIsNeverOpenedForWritingNorChangedNorRemoved(FaultScene.Kind kind) throws IOException {
    FaultScene scene = traced(kind).scene();
    for (Path log : List.of(scene.log(), scene.live())) {
      Predicate<SystemCall> opens = call -> call.opensForWriting() && call.paths().contains(log);
      Predicate<SystemCall> changes = call -> call.changes(log);
      Predicate<SystemCall> removes = call -> call.did("unlink", log);
      assertEquals(List.of(), traced(kind).all(opens.or(changes).or(removes)).toList());
    }
  }

  /** There its old bytes are the end of the new ones, read back before the rename. */
  @Test
  void whereNoBackupIsKeptTheOldFileHasOneNameUntilTheRename() throws IOException {
    Traced traced = traced(FaultScene.Kind.COMPRESSED_WITHOUT_BACKUP);
    FaultScene scene = traced.scene();
    assertOrder(
        traced,
        new Step("reading back", call -> call.did("read", scene.staged())),
        rename(scene),
        flushOfTheFolder(scene));
    assertEquals(List.of(), traced.all(call -> call.name().startsWith("link")).toList());
  }

  @Test
  void aFinishedRunLastsBeforeItsLockFileGoes() throws IOException {
    FaultScene scene = traced(FaultScene.Kind.INTERRUPTED_AFTER_THE_RENAME).scene();
    assertOrder(
        traced(FaultScene.Kind.INTERRUPTED_AFTER_THE_RENAME),
        Step.of("fsync", scene.log()),
        Step.of("fsync", scene.backup()),
        flushOfTheFolder(scene),
        Step.of("unlink", scene.lock()));
  }

  @ParameterizedTest
  @EnumSource
  void theLockFileGoesLast(FaultScene.Kind kind) throws IOException {
    List<SystemCall> mattering = traced(kind).all(SystemCall::matters).toList();
    SystemCall last = mattering.get(mattering.size() - 1);
    assertTrue(last.did("unlink", traced(kind).scene().lock()), last::toString);
  }

  /** What it reads is in the trace too, so the trace would have shown a change. */
  @ParameterizedTest
  @EnumSource
  void aDryRunChangesNothing(FaultScene.Kind kind) throws IOException {
    FaultScene scene = FaultScene.set(kind, work, memory);
    List<String> arguments = new ArrayList<>(List.of(scene.arguments()));
    arguments.add("--dry-run");
    assertChangesNothing(scene, arguments);
  }

  /** Taking a lock would begin with opening its file for writing. */
  @ParameterizedTest
  @EnumSource
  void statusChangesNothingAndTakesNoLock(FaultScene.Kind kind) throws IOException {
    FaultScene scene = FaultScene.set(kind, work, memory);
    List<String> arguments = new ArrayList<>(scene.statusArguments());
    arguments.addAll(List.of("--jobs", "1")); // the calls of one thread are traced
    assertChangesNothing(scene, arguments);
  }

  private static void assertChangesNothing(FaultScene scene, List<String> arguments)
      throws IOException {
    List<SystemCall> calls = trace(scene, arguments.toArray(String[]::new));
    assertFalse(calls.isEmpty());
    assertEquals(List.of(), calls.stream().filter(SystemCall::matters).toList());
  }
}
