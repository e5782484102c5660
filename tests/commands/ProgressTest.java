import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import support.console.Progress;
import support.run.Monitor;

/** What is drawn while a run goes on, at times that the test sets. */
class ProgressTest {
  private static final long MIB = 1 << 20;
  private static final String ERASED = "\r\033[K";

  private static final class SetClock extends Clock {
    private volatile Instant now = Instant.parse("2026-04-18T00:00:00Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final SetClock clock = new SetClock();
  private Progress progress = progress(Progress.Style.BAR, false, false);

  private Progress progress(Progress.Style style, boolean quiet, boolean verbose) {
    return new Progress(new PrintStream(printed, true, UTF_8), style, quiet, verbose, clock);
  }

  @AfterEach
  void close() {
    progress.close();
  }

  private String text() {
    return printed.toString(UTF_8);
  }

  private void awaitDrawn(String text) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!text().contains("\r" + text + "\033[K")) {
      assertTrue(System.nanoTime() < deadline, "never drawn: " + text + "\n" + text());
      Thread.sleep(10);
    }
  }

  /** Long enough for a bar to be drawn, if one were. */
  private static void waitForDrawing() throws InterruptedException {
    Thread.sleep(400);
  }

  @Test
  void aBarShowsPhaseBytesRateAndTimeLeft() throws InterruptedException {
    progress.steps().begin("copy", 200 * MIB);
    progress.steps().advance(20 * MIB);
    progress.steps().advance(30 * MIB);
    clock.pass(Duration.ofSeconds(2));
    awaitDrawn(" 25%, 25 MiB/s, 6 s left [######------------------] copy, 50 of 200 MiB");
    progress.steps().advance(150 * MIB);
    awaitDrawn("100%, 100 MiB/s, 0 s left [########################] copy, 200 of 200 MiB");
  }

  /** A terminal cuts off what it has no columns for. */
  @Test
  void rateAndTimeLeftFitInFortyColumns() throws InterruptedException {
    progress.steps().begin("flush, read back and compare", 900_000 * MIB);
    progress.steps().advance(100_000 * MIB);
    clock.pass(Duration.ofSeconds(60));
    String bar =
        " 11%, 1667 MiB/s, 480 s left [##----------------------] flush, read back and compare,"
            + " 100000 of 900000 MiB";
    awaitDrawn(bar);
    assertTrue(bar.substring(0, 40).contains("s left"));
  }

  @Test
  void whatHasNotMovedYetHasNoRate() throws InterruptedException {
    progress.steps().begin("copy", 200 * MIB);
    clock.pass(Duration.ofSeconds(1));
    awaitDrawn("  0% [------------------------] copy, 0 of 200 MiB");
  }

  @Test
  void aStepWithoutASizeShowsItsTime() throws InterruptedException {
    progress.steps().begin("flush", 0);
    progress.steps().advance(1);
    clock.pass(Duration.ofSeconds(3));
    awaitDrawn("flush, 3 s");
  }

  @Test
  void aLogThatGrewIsNeverMoreThanWhole() throws InterruptedException {
    progress.steps().begin("copy", 100 * MIB);
    progress.steps().advance(120 * MIB);
    clock.pass(Duration.ofSeconds(1));
    awaitDrawn("100%, 100 MiB/s, 0 s left [########################] copy, 100 of 100 MiB");
  }

  @Test
  void oneBarShowsTheFirstLogAtWorkAndHowMuchOfAllIsDone() throws InterruptedException {
    progress.beginAll(List.of(100 * MIB, 50 * MIB, 50 * MIB));
    Monitor.Listener first = progress.steps(progress::line);
    Monitor.Listener second = progress.steps(progress::line);
    progress.show(0, first);
    first.begin("copy", 100 * MIB);
    second.begin("flush", 0);
    second.advance(MIB);
    clock.pass(Duration.ofSeconds(1));
    awaitDrawn("  0% [------------------------] log 1 of 3, copy, 0%, 0 of 100 MiB");
    progress.end(2);
    awaitDrawn(" 25% [######------------------] log 1 of 3, copy, 0%, 0 of 100 MiB");
    first.end();
    progress.end(0);
    progress.show(1, second);
    awaitDrawn(" 75% [##################------] log 2 of 3, flush, 1 s");
  }

  @Test
  void theInnermostStepIsShownAndThenTheOneAroundIt() throws InterruptedException {
    progress.steps().begin("stage", 0);
    progress.steps().begin("copy", 10 * MIB);
    clock.pass(Duration.ofSeconds(1));
    awaitDrawn("  0% [------------------------] copy, 0 of 10 MiB");
    progress.steps().end();
    awaitDrawn("stage, 1 s");
  }

  @Test
  void aRunOfLessThanHalfASecondShowsNothing() throws InterruptedException {
    progress.steps().begin("copy", 10 * MIB);
    clock.pass(Duration.ofMillis(499));
    waitForDrawing();
    progress.steps().end();
    progress.close();
    assertEquals("", text());
  }

  private void drawBar() throws InterruptedException {
    progress.steps().begin("flush", 0);
    clock.pass(Duration.ofSeconds(1));
    awaitDrawn("flush, 1 s");
  }

  @Test
  void aLineStandsWhereTheBarWas() throws InterruptedException {
    drawBar();
    progress.line("a line");
    assertTrue(text().contains(ERASED + "a line\n"), text());
  }

  /** Results go to another stream, which knows nothing of the bar. */
  @Test
  void theBarIsGoneWhenTheLastStepEnds() throws InterruptedException {
    drawBar();
    progress.steps().end();
    assertTrue(text().endsWith(ERASED), text());
  }

  @Test
  void nothingIsDrawnBehindTheEnd() throws InterruptedException {
    drawBar();
    progress.close();
    String atTheEnd = text();
    assertTrue(atTheEnd.endsWith(ERASED), atTheEnd);
    waitForDrawing();
    assertEquals(atTheEnd, text());
  }

  /** What wraps could not be erased. */
  @Test
  void aBarNeverWraps() throws InterruptedException {
    drawBar();
    progress.close();
    assertTrue(text().startsWith("\033[?7l\rflush, 1 s\033[K\033[?7h"), text());
  }

  @Test
  void withoutProgressThereIsNone() throws InterruptedException {
    progress = progress(Progress.Style.NONE, false, false);
    progress.steps().begin("flush", 0);
    clock.pass(Duration.ofSeconds(1));
    waitForDrawing();
    progress.line("a line");
    assertEquals("a line\n", text());
  }

  @Test
  void aQuietRunPrintsNoLine() {
    progress = progress(Progress.Style.NONE, true, false);
    progress.line("a line");
    assertEquals("", text());
  }

  @Test
  void aVerboseRunTellsEachStepWithItsSizeAndTime() {
    progress = progress(Progress.Style.NONE, false, true);
    progress.steps().begin("stage", 0);
    progress.steps().begin("copy", 1234567);
    clock.pass(Duration.ofMillis(1234));
    progress.steps().end();
    progress.steps().end();
    assertEquals("migrate:    copy: 1234567 bytes in 1.234 s\nmigrate:  stage: 1.234 s\n", text());
    assertFalse(text().contains("\r"));
  }
}
