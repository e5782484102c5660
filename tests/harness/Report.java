import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Reports a test run: each failure and each skipped test as it happens, and the counts last. */
final class Report implements TestExecutionListener {
  private static final Duration SLOW = Duration.ofSeconds(10);

  private final PrintStream out;
  private final Map<String, Long> started = new ConcurrentHashMap<>();
  private final Map<Long, String> slow = new TreeMap<>();
  private TestPlan plan;
  private int passed;
  private int failed;
  private int skipped;

  Report(PrintStream out) {
    this.out = out;
  }

  @Override
  public void testPlanExecutionStarted(TestPlan testPlan) {
    plan = testPlan;
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    started.put(test.getUniqueId(), System.nanoTime());
  }

  @Override
  public synchronized void executionSkipped(TestIdentifier test, String reason) {
    skip(test, reason);
  }

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    Duration time = Duration.ofNanos(System.nanoTime() - started.get(test.getUniqueId()));
    switch (result.getStatus()) {
      case SUCCESSFUL -> passed += test.isTest() ? 1 : 0;
      case ABORTED -> skip(test, result.getThrowable().map(Throwable::getMessage).orElse(""));
      case FAILED -> fail(test, result.getThrowable().orElse(null));
    }
    if (test.isTest() && time.compareTo(SLOW) > 0) {
      slow.put(time.toMillis(), name(test));
    }
  }

  private void skip(TestIdentifier test, String reason) {
    skipped++;
    out.println("SKIPPED " + name(test) + ": " + reason);
  }

  private void fail(TestIdentifier test, Throwable why) {
    failed++;
    out.println("FAILED " + name(test));
    if (why instanceof AssertionError) {
      out.println(indented(String.valueOf(why.getMessage())));
      whereIn(why);
    } else if (why != null) {
      why.printStackTrace(out);
    }
  }

  /** The lines of the tests themselves, not of the libraries between them. */
  private void whereIn(Throwable why) {
    for (StackTraceElement frame : why.getStackTrace()) {
      if (frame.getFileName() != null && frame.getFileName().endsWith("Test.java")) {
        out.println("    at " + frame.getFileName() + ":" + frame.getLineNumber());
      }
    }
  }

  private static String indented(String text) {
    return "    " + text.replace("\n", "\n    ");
  }

  private String name(TestIdentifier test) {
    String parent = plan.getParent(test).map(TestIdentifier::getDisplayName).orElse("");
    return parent + " > " + test.getDisplayName();
  }

  /**
   * Prints the counts as the last line.
   *
   * @return the exit code: no test at all is a failure
   */
  int close() {
    slow.forEach((millis, name) -> out.println("slow: %s took %d ms".formatted(name, millis)));
    if (passed + failed + skipped == 0) {
      out.println("no test was found");
      failed++;
    }
    out.println("%d passed, %d failed, %d skipped".formatted(passed, failed, skipped));
    return failed == 0 ? 0 : 1;
  }
}
