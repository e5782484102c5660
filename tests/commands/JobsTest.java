import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.files.Disk;
import support.files.Machine;

/** Several logs at work at a time. */
class JobsTest {
  private static final String PATTERN = "*.jsonl";

  @TempDir Path folder;
  private LogsFolder logs;

  @BeforeEach
  void begin() {
    logs = new LogsFolder(folder);
  }

  private void makeLogs(String... names) throws IOException {
    for (String name : names) {
      logs.log(name, 2);
    }
  }

  private void requireMigrated(String... names) throws IOException {
    for (String name : names) {
      logs.requireMigrated(name, 2);
    }
  }

  /** Before an effect on one log, waits until another log is being made, or for a while. */
  private CountDownLatch hold(String log, String effect, String other) {
    CountDownLatch seen = new CountDownLatch(1);
    logs.before(
        (what, path) -> {
          String name = path.getFileName().toString();
          if (what.equals("create") && name.startsWith(other + ".migrate.")) {
            seen.countDown();
          } else if (what.equals(effect) && name.startsWith(log)) {
            await(seen);
          }
        });
    return seen;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // ------------------------------------------------------------ how many, and which

  @Test
  void aLogIsBegunWhileAnotherIsAtWork() throws IOException {
    makeLogs("a.jsonl", "b.jsonl");
    CountDownLatch seen = hold("a.jsonl", "rename", "b.jsonl");
    logs.run(0, "--jobs", "2", "--audit-log", PATTERN);
    assertEquals(0, seen.getCount(), "b.jsonl was not begun while a.jsonl was at work");
    requireMigrated("a.jsonl", "b.jsonl");
  }

  /**
   * How many logs were at work at a time, at most: from the making of the new log to its rename.
   */
  private int mostAtWork(String... arguments) {
    List<String> atWork = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    logs.before(
        (what, path) -> {
          synchronized (atWork) {
            if (what.equals("create")) {
              atWork.add(path.toString());
              counts.add(atWork.size());
            } else if (what.equals("rename")) {
              atWork.remove(0);
            }
          }
          if (what.equals("create")) {
            pause();
          }
        });
    logs.run(0, arguments);
    return counts.stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Long enough for another log to begin or to end, if it does. */
  private static void pause() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void noMoreAreAtWorkThanWereAskedFor() throws IOException {
    makeLogs(IntStream.rangeClosed(1, 9).mapToObj(i -> i + ".jsonl").toArray(String[]::new));
    assertEquals(3, mostAtWork("--jobs", "3", "--audit-log", PATTERN));
    logs.run(0, "rollback", "--audit-log", PATTERN);
    assertEquals(1, mostAtWork("--jobs", "1", "--audit-log", PATTERN));
    logs.run(0, "rollback", "--audit-log", PATTERN);
    assertEquals(8, mostAtWork("--audit-log", PATTERN), "unless it is asked for");
  }

  @Test
  void aLogAndItsArchivesGoOneAfterTheOther() throws IOException {
    makeLogs("a.jsonl", "a.jsonl.1", "a.jsonl.2");
    assertEquals(1, mostAtWork("--jobs", "3", "--archives", "--audit-log", "a.jsonl"));
    makeLogs("b.jsonl", "b.jsonl.1", "b.jsonl.2");
    assertEquals(1, mostAtWork("--audit-log", "b.jsonl.1", "--audit-log", "b.jsonl"));
  }

  /** The proofs strike the calls of one thread. */
  @Test
  void aLogAndItsArchivesAreTheWorkOfOneThread() throws IOException {
    makeLogs("a.jsonl", "a.jsonl.1", "a.jsonl.2");
    assertEquals(1, effectsByThread("--archives", "--audit-log", "a.jsonl").size());
  }

  /** It is looked who writes to a log whose last line has no end. */
  @Test
  void aLogAndItsArchivesAreProvenSideBySide() throws IOException {
    for (String name : List.of("a.jsonl", "a.jsonl.1")) {
      logs.log(name, 2);
      logs.run(0, "--audit-log", name);
      Files.writeString(logs.path(name), "{\"timestamp\":", StandardOpenOption.APPEND);
    }
    CyclicBarrier both = new CyclicBarrier(2);
    logs.beforeLookingForWriters(() -> meet(both));
    logs.run(6, "verify", "--archives", "--audit-log", "a.jsonl");
    assertFalse(both.isBroken(), "one waited for the other in vain");
  }

  @Test
  void twoLogsWithArchivesGoSideBySide() throws IOException {
    makeLogs("a.jsonl", "a.jsonl.1", "b.jsonl", "b.jsonl.1");
    CountDownLatch seen = hold("a.jsonl.1", "rename", "b.jsonl.1");
    Run run = logs.run(0, "--archives", "--audit-log", PATTERN);
    assertEquals(0, seen.getCount(), "b.jsonl.1 was not begun while a.jsonl.1 was at work");
    assertEquals(List.of("a.jsonl.1", "a.jsonl", "b.jsonl.1", "b.jsonl"), ManyLogsTest.turns(run));
    requireMigrated("a.jsonl", "a.jsonl.1", "b.jsonl", "b.jsonl.1");
  }

  @Test
  void logsOfOneNameWhoseBackupsShareAFolderGoOneAfterTheOther() throws IOException {
    makeLogs("t1/a.jsonl", "t2/a.jsonl", "t3/a.jsonl");
    Path backups = Files.createDirectory(folder.resolve("backups"));
    String[] run = {"--backup-dir", backups.toString(), "--audit-log", "t?/a.jsonl"};
    assertEquals(1, mostAtWork(run));
    assertTrue(Files.exists(backups.resolve("a.jsonl.v040-backup.2")));
  }

  // ------------------------------------------------------------ what they share

  @Test
  void twoThatFindTheSameCheckpointBothGoOn() throws IOException {
    makeLogs("a.jsonl", "b.jsonl");
    logs.write(".replay-checkpoint", "{\"offset\":7}");
    CyclicBarrier both = new CyclicBarrier(2);
    logs.before(
        (what, path) -> {
          if (what.equals("remove") && path.endsWith(".replay-checkpoint")) {
            meet(both);
          }
        });
    logs.run(0, "--audit-log", PATTERN);
    requireMigrated("a.jsonl", "b.jsonl");
    assertFalse(Files.exists(folder.resolve(".replay-checkpoint")));
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whatever others put at its name meanwhile. */
  @Test
  void aFolderIsHeldUntilTheLastOneThatNeedsItEnds() throws IOException {
    Disk disk = Disk.real();
    Path name = folder.resolve("a.jsonl");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    var second =
        Machine.begin(
            "second",
            () ->
                disk.holding(
                    List.of(folder),
                    () -> {
                      begun.countDown();
                      await(ended);
                      assertTrue(disk.at(name).startsWith("/proc"), "it is held no more");
                      return name;
                    }));
    disk.holding(
        List.of(folder),
        () -> {
          await(begun);
          return name;
        });
    ended.countDown();
    Machine.await(second);
    assertEquals(name, disk.at(name));
  }

  /**
   * Else what is reached through a folder that another log's run holds is reached no more once that
   * run ends, and the log is said to keep changing.
   */
  @Test
  void eachHoldsItsFolderFromItsFirstLookOn() throws IOException {
    makeLogs("a.jsonl");
    List<Boolean> held = new ArrayList<>();
    logs.beforeLookingForWriters(() -> held.add(logs.isFolderHeld("a.jsonl")));
    logs.run(0, "--dry-run", "--audit-log", "a.jsonl");
    logs.run(0, "--audit-log", "a.jsonl");
    assertTrue(held.size() > 1 && !held.contains(false), held::toString);
  }

  // ------------------------------------------------------------ the order of what is done

  /** By the thread that it happens in: the folder is the same for all. */
  @Test
  void eachLogGoesThroughTheEffectsOfOneAloneInTheSameOrder() throws IOException {
    makeLogs("a.jsonl");
    List<String> alone = effectsByThread("--audit-log", PATTERN).values().iterator().next();
    makeLogs("b.jsonl", "c.jsonl", "d.jsonl", "e.jsonl");
    Map<Thread, List<String>> several = effectsByThread("--jobs", "2", "--audit-log", PATTERN);
    assertEquals(2, several.size());
    int logs = 0;
    for (List<String> effects : several.values()) {
      for (int i = 0; i < effects.size(); i += alone.size()) {
        assertEquals(alone, effects.subList(i, Math.min(effects.size(), i + alone.size())));
        logs++;
      }
    }
    assertEquals(4, logs);
  }

  private Map<Thread, List<String>> effectsByThread(String... arguments) {
    Map<Thread, List<String>> effects = new ConcurrentHashMap<>();
    CyclicBarrier both = new CyclicBarrier(2);
    logs.before(
        (what, path) -> {
          List<String> own =
              effects.computeIfAbsent(Thread.currentThread(), first -> new ArrayList<>());
          String name = path.getFileName().toString().replaceAll("[0-9a-f]{16}", "*");
          own.add(what + " " + name.replaceAll("^[a-e]\\.jsonl", "log"));
          if (own.size() == 1 && path.getFileName().toString().matches("[bc]\\.jsonl.*")) {
            meet(both); // else one thread might do it all
          }
        });
    logs.run(0, arguments);
    return effects;
  }

  // ------------------------------------------------------------ what is told

  @Test
  void whatIsToldStandsTogetherAndInTheirOrder() throws IOException {
    makeLogs("a.jsonl", "b.jsonl", "c.jsonl");
    Run alone = logs.run(0, "--jobs", "1", "--dry-run", "--verbose", "--audit-log", PATTERN);
    hold("a.jsonl", "rename", "c.jsonl");
    Run run = logs.run(0, "--jobs", "3", "--verbose", "--audit-log", PATTERN);
    assertEquals(ManyLogsTest.turns(alone), ManyLogsTest.turns(run));
    List<String> said = run.stderr().lines().filter(line -> line.contains(".jsonl")).toList();
    List<String> names =
        said.stream().map(line -> line.replaceAll(".*\\b([abc]\\.jsonl).*", "$1")).toList();
    assertEquals(names.stream().sorted().toList(), names, run::toString);
    assertEquals(
        List.of("==> a.jsonl <==", "==> b.jsonl <==", "==> c.jsonl <=="),
        run.stdout().lines().filter(line -> line.startsWith("==>")).toList());
  }

  @Test
  void whatFailsWhileOthersAreAtWorkIsToldInItsPlace() throws IOException {
    makeLogs("a.jsonl", "c.jsonl");
    logs.write("b.jsonl", LogsFolder.NO_LOG);
    hold("a.jsonl", "rename", "c.jsonl");
    Run run = logs.run(5, "--jobs", "3", "--audit-log", PATTERN);
    requireMigrated("a.jsonl", "c.jsonl");
    int failed = run.stderr().indexOf("migrate: b.jsonl: ");
    assertTrue(run.stderr().indexOf("backup written: a.jsonl") < failed, run::toString);
    assertTrue(failed < run.stderr().indexOf("log 3 of 3"), run::toString);
  }

  // ------------------------------------------------------------ what ends them

  @Test
  void startupBeginsNoLogWhenOneHasFailedAndEndsThoseAtWork() throws IOException {
    makeLogs("a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl");
    CountDownLatch aIsMade = new CountDownLatch(1);
    CountDownLatch bFails = new CountDownLatch(1);
    logs.before(
        (what, path) -> {
          boolean isOfB = path.getFileName().toString().startsWith("b.jsonl");
          if (what.equals("create") && isOfB) {
            await(aIsMade);
            bFails.countDown();
            throw new IOException("planted");
          } else if (what.equals("create")) {
            aIsMade.countDown();
            await(bFails);
            pause();
          }
        });
    Run run = logs.run(1, "startup", "--jobs", "2", "--audit-log", PATTERN);
    requireMigrated("a.jsonl");
    for (String name : List.of("b.jsonl", "c.jsonl", "d.jsonl")) {
      logs.requireOld(name, 2);
    }
    assertTrue(
        run.stderr().contains("1 other log(s) were begun; 2 log(s) were not begun"), run::toString);
    assertTrue(run.stdout().contains("4 log(s): 1 done, 1 failed, 2 not begun"), run::toString);
  }

  @Test
  void anInterruptLeavesEachAsItWasOrMigratedAndSaysWhich() throws IOException {
    makeLogs("a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl");
    CyclicBarrier both = new CyclicBarrier(2, logs::interrupt);
    logs.before(
        (what, path) -> {
          if (what.equals("create")) {
            meet(both);
          }
        });
    Run run = logs.run(130, "--jobs", "2", "--audit-log", PATTERN);
    for (String name : List.of("a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl")) {
      logs.requireOld(name, 2);
    }
    assertEquals(4, logs.names().size(), () -> "something is left");
    assertTrue(
        run.stdout()
            .endsWith(
                "migrate: 4 log(s): 2 interrupted, 2 not begun\n"
                    + "migrate: interrupted: a.jsonl\nmigrate: interrupted: b.jsonl\n"
                    + "migrate: not begun: c.jsonl\nmigrate: not begun: d.jsonl\n"),
        run::toString);
  }

  @Test
  void anErrorOfOneThreadIsNotLost() throws IOException {
    makeLogs("a.jsonl", "b.jsonl");
    logs.before(
        (what, path) -> {
          if (what.equals("create") && path.getFileName().toString().startsWith("b.jsonl")) {
            throw new StackOverflowError("planted");
          }
        });
    try {
      logs.run("--jobs", "2", "--audit-log", PATTERN);
    } catch (StackOverflowError e) {
      assertEquals("planted", e.getMessage());
      requireMigrated("a.jsonl");
      return;
    }
    throw new AssertionError("the run ended as if nothing had happened");
  }
}
