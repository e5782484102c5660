import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import support.rewrite.RewriteErrors;
import support.run.IoRunnable;
import support.run.IoSupplier;
import support.staging.StagingErrors;

/**
 * How errors come about that take a failing disk, or somebody who does the wrong thing at the right
 * moment: strace(1) makes a system call of the real command fail, lie or wait.
 *
 * @param work a folder
 * @param memory the same, on another file system
 */
record RareErrorCauses(Path work, Path memory) {
  /** Long enough for what somebody else does meanwhile, in microseconds. */
  private static final int PAUSE = 1_500_000;

  /** The first flush of the staged log: it is whole then, and nobody has looked at it yet. */
  private static final String FLUSH = "fsync:delay_enter=%d:when=1".formatted(PAUSE);

  private static final String STAGED = Scene.LOG + ".migrate." + KnownNames.WORD + ".tmp";

  /** The calls of a run that nobody disturbs, seen once. */
  private static final class Clean {
    private List<SystemCall> calls;

    synchronized List<SystemCall> calls(RareErrorCauses causes) throws IOException {
      if (calls == null) {
        Strace.assumeItWorks(causes.work);
        calls = causes.strace().named(causes.scene()).calls();
      }
      return calls;
    }
  }

  void addTo(ErrorCauses causes) {
    addFailingCalls(causes);
    addLyingDisks(causes);
    addOthersAtWork(causes);
    addMissingPrograms(causes);
  }

  private Strace strace() {
    return new Strace(work);
  }

  /** One in which a run has something to do in each of its steps. */
  private FaultScene scene() throws IOException {
    return FaultScene.set(FaultScene.Kind.INTERRUPTED_BEFORE_THE_RENAME, work, memory);
  }

  // ------------------------------------------------------------ calls that fail

  private void addFailingCalls(ErrorCauses c) {
    Clean clean = new Clean();
    c.add(RewriteErrors.NOTE_BACKUP_FAILED, f -> failing(clean, "fsync", Scene.LOCK, 0));
    c.add(
        RewriteErrors.REMOVE_LEFTOVERS_FAILED,
        f -> failing(clean, "unlink", Scene.LOG + ".migrate.fedcba9876543210.tmp", 0));
    c.add(RewriteErrors.RENAME_FAILED, f -> failing(clean, "rename", Scene.LOG, 0));
    c.add(RewriteErrors.FLUSH_FOLDER_FAILED, f -> failing(clean, "fsync", "logs", 0));
    c.add(RewriteErrors.CLOSE_BACKUP_FAILED, f -> failing(clean, "f?chmod(at)?", Scene.BACKUP, 0));
    // The check of the migration comes last; it opens the log three times.
    c.add(KindErrors.MIGRATED_LOG_UNREADABLE, f -> failing(clean, "openat", Scene.LOG, 0));
    c.add(RewriteErrors.VERIFY_NEW_LOG_FAILED, f -> failing(clean, "openat", Scene.LOG, 3));
    c.add(RewriteErrors.REMOVE_LOCK_FAILED, f -> failing(clean, "unlink", Scene.LOCK, 0));
  }

  /**
   * Lets one call on a file fail.
   *
   * @param name a regular expression
   * @param fromLast which of the calls of that name on that file, counted from the last
   */
  private Run failing(Clean clean, String name, String file, int fromLast) throws IOException {
    List<SystemCall> calls = clean.calls(this);
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      SystemCall call = calls.get(i);
      boolean isOnFile = call.paths().stream().anyMatch(path -> path.endsWith(file));
      if (call.name().matches(name) && isOnFile) {
        places.add(i);
      }
    }
    int place = places.get(places.size() - 1 - fromLast);
    String call = calls.get(place).name();
    long ordinal =
        calls.subList(0, place + 1).stream().filter(other -> other.name().equals(call)).count();
    return strace().fail(scene(), call, (int) ordinal, "EIO").run();
  }

  // ------------------------------------------------------------ disks that lie

  private void addLyingDisks(ErrorCauses c) {
    c.add(StagingErrors.STAGED_READS_BACK_DIFFERENTLY, f -> readingAnotherFirstByte("pread64", 1));
    c.add(RewriteErrors.STAGED_IS_OF_ANOTHER_FORMAT, f -> readingAnotherFirstByte("read", 1));
  }

  /** The first byte that the call reads of the staged file, the n-th time, comes as an x. */
  private Run readingAnotherFirstByte(String call, int n) throws IOException {
    Strace.assumeItWorks(work);
    FaultScene scene = scene();
    String inject = call + ":poke_exit=@arg2=78:when=" + n;
    return traced(scene.staged(), inject, scene.arguments());
  }

  private Run traced(Path path, String inject, String... arguments) {
    List<String> tracer =
        new ArrayList<>(
            List.of("strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=" + inject));
    tracer.addAll(Strace.only(List.of(path)));
    return Run.tracedTool(tracer, List.of(), work, ErrorCauses.asJson(arguments));
  }

  // ------------------------------------------------------------ others at the wrong moment

  private void addOthersAtWork(ErrorCauses c) {
    c.add(RewriteErrors.LOOK_AGAIN_FAILED, f -> whileStaging(scene -> Files.delete(scene.log())));
    c.add(RewriteErrors.STAGED_WAS_REPLACED, f -> whileStaging(RareErrorCauses::replaceStaged));
    c.add(
        RewriteErrors.NEW_LOG_IS_OF_ANOTHER_FORMAT,
        f -> behind("?chmod,?fchmod,?fchmodat", FaultScene::backup, s -> Files.delete(s.log())));
    c.add(
        KindErrors.MIGRATED_LOG_MISSING,
        f -> behind("unlink", FaultScene::lock, s -> Files.delete(s.log())));
    c.add(
        KindErrors.MIGRATED_LOG_HEADERLESS,
        f -> behind("unlink", FaultScene::lock, s -> replace(s.log(), s.backup())));
    c.add(RewriteErrors.CARRY_OVER_FAILED, this::onADiskThatFillsUp);
  }

  /** What somebody does. */
  private interface Deed {
    void doTo(FaultScene scene) throws IOException;
  }

  private Run whileStaging(Deed deed) throws Exception {
    Strace.assumeItWorks(work);
    FaultScene scene = scene();
    return during(
        scene.staged(),
        FLUSH,
        () -> endsWith(scene.staged(), scene.old() + "\n"),
        () -> deed.doTo(scene),
        scene.arguments());
  }

  private static boolean endsWith(Path file, String end) throws IOException {
    return Files.exists(file) && Files.readString(file).endsWith(end);
  }

  /** With the same bytes. */
  private static void replaceStaged(FaultScene scene) throws IOException {
    replace(scene.staged(), scene.staged());
  }

  /** At once: the file is never missing. */
  private static void replace(Path file, Path original) throws IOException {
    Path other = Files.copy(original, file.resolveSibling("other"));
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * @param call what is done last before the moment that is meant
   * @param file to which file
   */
  private Run behind(String call, Function<FaultScene, Path> file, Deed deed) throws Exception {
    Strace.assumeItWorks(work);
    FaultScene scene = scene();
    return during(
        file.apply(scene),
        "%s:delay_exit=%d".formatted(call, PAUSE),
        () -> scene.isNew(Files.readString(scene.log())) && isDone(call, scene),
        () -> deed.doTo(scene),
        scene.arguments());
  }

  private static boolean isDone(String call, FaultScene scene) throws IOException {
    return call.equals("unlink") ? !Files.exists(scene.lock()) : Scene.mode(scene.backup()) == 0600;
  }

  private Run onADiskThatFillsUp(Path folder) throws Exception {
    Strace.assumeItWorks(work);
    long bytes = 256 << 10;
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 7 * bytes / 2)) {
      Scene scene = new Scene(disk.folder(), bytes);
      Path staged = disk.folder().resolve(STAGED);
      return during(
          staged,
          FLUSH,
          () -> Files.exists(staged) && Files.size(staged) > scene.old().length,
          () -> Files.write(scene.log(), scene.old(), StandardOpenOption.APPEND),
          "--force",
          "--audit-log",
          scene.log().toString());
    }
  }

  /**
   * Does something while a run waits in a system call.
   *
   * @param hasCome whether the time for it has come
   */
  private Run during(
      Path path,
      String inject,
      IoSupplier<Boolean> hasCome,
      IoRunnable<RuntimeException> act,
      String... arguments)
      throws Exception {
    CompletableFuture<Run> run =
        CompletableFuture.supplyAsync(() -> traced(path, inject, arguments));
    while (!hasCome.get()) {
      assertTrue(!run.isDone(), () -> "the run did not wait: " + run.join());
      Thread.sleep(2);
    }
    act.run();
    return run.join();
  }

  /** With nothing on the path but what shows that there is a list. */
  private static void addMissingPrograms(ErrorCauses c) {
    c.add(
        RewriteErrors.ACCESS_LIST_NOT_CARRIED,
        folder -> {
          Path log = new Scene(folder, 0).log();
          assumeTrue(Tools.has("setfacl"), "setfacl is missing");
          Run list = Run.of(folder, Map.of(), "setfacl", "-m", "u:1:r", log.toString());
          assumeTrue(list.exit() == 0, list::stderr);
          Path programs = Files.createTempDirectory("programs");
          Files.createSymbolicLink(programs.resolve("ls"), Path.of("/bin/ls"));
          return Run.toolInShell("PATH=%s exec \"$@\"".formatted(programs), folder);
        });
  }
}
