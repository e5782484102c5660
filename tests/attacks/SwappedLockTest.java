import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file that gets the lock's name just when a run opens that: too late for the look before it. The
 * moment is too short to be hit by chance, so the call is delayed.
 */
class SwappedLockTest {
  private static final String LOOKS_AND_OPENS = "trace=?stat,?lstat,?newfstatat,?statx,openat";

  /** In microseconds; long enough on a busy machine, too. */
  private static final int PAUSE = 3_000_000;

  @TempDir Path folder;
  private Scene scene;
  private Path lock;
  private Path trace;

  @Test
  void anEmptyFileThatGetsTheLocksNameWhileItIsOpenedStaysEmpty() throws Exception {
    Strace.assumeItWorks(folder);
    scene = new Scene(folder.resolve("logs"), 0);
    lock = scene.folder().resolve(Scene.LOCK);
    trace = folder.resolve("trace");
    Path victim = Files.createFile(folder.resolve("victim"));
    List<String> before = callsBeforeTheLockIsMade();
    long opened = before.stream().filter(call -> call.contains("openat(")).count();

    scene.restore();
    Files.delete(trace);
    String delay = "inject=openat:delay_enter=%d:when=%d".formatted(PAUSE, opened + 1);
    CompletableFuture<Run> run = CompletableFuture.supplyAsync(() -> traced("-e", delay));
    while (calls().size() < before.size()) {
      assertTrue(!run.isDone(), () -> "the run did not wait: " + run.join());
      Thread.sleep(2);
    }
    Files.createLink(lock, victim);

    assertEquals(4, run.join().exit(), () -> run.join().toString());
    assertEquals(0, Files.size(victim));
    assertArrayEquals(scene.old(), Files.readAllBytes(scene.log()));
  }

  /** Those on its name, in a run that nobody disturbs. */
  private List<String> callsBeforeTheLockIsMade() throws IOException {
    Run run = traced();
    assertEquals(0, run.exit(), run::toString);
    List<String> before = new ArrayList<>();
    for (String call : calls()) {
      if (call.contains("O_CREAT")) {
        return before;
      }
      before.add(call);
    }
    throw new AssertionError("no lock was made: " + before);
  }

  private Run traced(String... more) {
    List<String> tracer = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", trace.toString()));
    tracer.addAll(List.of("-e", LOOKS_AND_OPENS));
    tracer.addAll(Strace.only(List.of(lock)));
    tracer.addAll(List.of(more));
    return Run.tracedTool(tracer, List.of(), folder, "--audit-log", scene.log().toString());
  }

  /** Those that have returned: a line is begun when its call is. */
  private List<String> calls() throws IOException {
    return Files.exists(trace)
        ? Files.readAllLines(trace).stream().filter(call -> call.contains(" = ")).toList()
        : List.of();
  }
}
