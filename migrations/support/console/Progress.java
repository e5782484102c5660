package support.console;

import java.io.Closeable;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import support.files.Machine;
import support.run.Monitor;
import support.run.Printable;

/**
 * Standard error as an operator sees it: lines, and how far a long run is. On a terminal that is a
 * bar, elsewhere a line now and then, so that a supervisor sees life. A thread of its own draws it,
 * since a flush may take minutes in which nothing advances.
 *
 * <p>Own code, and not a library: the well-kept one (me.tongfei:progressbar) brings JLine, which
 * unpacks a native library into the temporary folder, as root where the tool is run by root.
 */
public final class Progress implements Closeable {
  /** A run that is done before this shows no bar. */
  private static final Duration BAR_DELAY = Duration.ofMillis(500);

  private static final Duration BAR_INTERVAL = Duration.ofMillis(100);
  private static final Duration LINE_INTERVAL = Duration.ofSeconds(10);

  private static final String START_OF_LINE = "\r";
  private static final String CLEAR_TO_END = "\033[K";

  /** A terminal that is too narrow cuts the bar off: what wraps could not be erased. */
  private static final String DO_NOT_WRAP = "\033[?7l";

  private static final String WRAP = "\033[?7h";
  private static final int BAR_WIDTH = 24;
  private static final long MIB = 1 << 20;

  /** How progress is shown. */
  public enum Style {
    NONE(Duration.ZERO),
    LINES(LINE_INTERVAL),
    BAR(BAR_INTERVAL);

    private final Duration interval;

    Style(Duration interval) {
      this.interval = interval;
    }

    /** The one that suits this process's standard error. */
    static Style ofThisProcess() {
      return StandardStreams.isErrorDrawable() ? BAR : LINES;
    }
  }

  private static final class Step {
    private final String name;
    private final long bytes;
    private final Instant begun;
    private long done;

    Step(String name, long bytes, Instant begun) {
      this.name = name;
      this.bytes = bytes;
      this.begun = begun;
    }

    /** A log may grow while it is read. */
    long shown() {
      return Math.min(done, bytes);
    }
  }

  /** What is being done, one step within the other. */
  private final class Steps implements Monitor.Listener {
    private final Deque<Step> open = new ArrayDeque<>();
    private final Consumer<String> told;

    /**
     * @param told gets a line for each step that ends, where that is wanted
     */
    Steps(Consumer<String> told) {
      this.told = told;
    }

    @Override
    public void begin(String name, long bytes) {
      synchronized (Progress.this) {
        open.push(new Step(Printable.of(name), bytes, clock.instant()));
        startTicking();
      }
    }

    @Override
    public void advance(long bytes) {
      synchronized (Progress.this) {
        if (!open.isEmpty()) {
          open.peek().done += bytes;
        }
      }
    }

    @Override
    public void end() {
      Step step;
      synchronized (Progress.this) {
        step = open.pop();
        if (open.isEmpty() && this == shown) {
          erase(); // results may follow, and they go to standard output
        }
      }
      if (verbose) {
        told.accept(ended(step, open.size() + 1));
      }
    }
  }

  /** Several logs; the bar shows what is done with one of them, and how much of all is done. */
  private static final class Whole {
    private final List<Long> bytes;
    private int number = 1;
    private long done;

    Whole(List<Long> bytes) {
      this.bytes = bytes;
    }

    int percent() {
      long all = Math.max(1, bytes.stream().mapToLong(Long::longValue).sum());
      return (int) (100 * done / all);
    }

    @Override
    public String toString() {
      return "log %d of %d".formatted(number, bytes.size());
    }
  }

  private final PrintStream err;
  private final Style style;
  private final boolean quiet;
  private final boolean verbose;
  private final Clock clock;
  private final Instant begun;
  private final Steps own = new Steps(this::line);
  private Steps shown = own;
  private Whole whole;
  private boolean drawn;
  private boolean ticking;
  private boolean closed;

  /**
   * @param quiet print no lines either
   * @param verbose print a line for each step that ends
   * @param clock for the times of steps
   */
  public Progress(PrintStream err, Style style, boolean quiet, boolean verbose, Clock clock) {
    this.err = err;
    this.style = style;
    this.quiet = quiet;
    this.verbose = verbose;
    this.clock = clock;
    this.begun = clock.instant();
  }

  /** Prints a line, above the bar if there is one. */
  public synchronized void line(String line) {
    if (!quiet) {
      erase();
      err.println(Printable.of(line));
    }
  }

  /** What is done with the only log there is, or with none. */
  public Monitor.Listener steps() {
    return own;
  }

  /**
   * Several logs come, and one bar is for all of them.
   *
   * @param bytes the size of each
   */
  public synchronized void beginAll(List<Long> bytes) {
    whole = new Whole(List.copyOf(bytes));
  }

  /**
   * What is done with one of several logs.
   *
   * @param told gets a line for each step that ends, where that is wanted
   */
  public Monitor.Listener steps(Consumer<String> told) {
    return new Steps(told);
  }

  /**
   * From now on the bar shows what is done with this one of the logs.
   *
   * @param log its number, from 0
   * @param steps as {@link #steps(Consumer)} made them; anything else is not shown
   */
  public synchronized void show(int log, Monitor.Listener steps) {
    whole.number = log + 1;
    shown = steps instanceof Steps made ? made : own;
  }

  /** Nothing more is done with this one of the logs. */
  public synchronized void end(int log) {
    whole.done += whole.bytes.get(log);
  }

  /** Nothing more is done with any of them. */
  synchronized void endAll() {
    whole = null;
    shown = own;
  }

  private void startTicking() {
    if (style != Style.NONE && !ticking) {
      ticking = true;
      Machine.thread("progress", this::tick).start();
    }
  }

  private String ended(Step step, int depth) {
    String size = step.bytes == 0 ? "" : "%d bytes in ".formatted(step.bytes);
    return String.format(
        Locale.ROOT,
        "migrate:%s%s: %s%.3f s",
        "  ".repeat(depth),
        step.name,
        size,
        seconds(since(step.begun)));
  }

  /** Takes the bar away; nothing is drawn any more. */
  @Override
  public synchronized void close() {
    closed = true;
    erase();
    notifyAll();
  }

  private synchronized void tick() {
    try {
      while (!closed) {
        wait(style.interval.toMillis());
        if (!closed && !shown.open.isEmpty()) {
          draw(shown.open.peek());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void draw(Step step) {
    if (style == Style.LINES) {
      line("migrate: " + describe(step));
    } else if (since(begun).compareTo(BAR_DELAY) >= 0) {
      drawn = true;
      String line = START_OF_LINE + bar(step) + CLEAR_TO_END;
      err.print(DO_NOT_WRAP + line + WRAP);
      err.flush();
    }
  }

  private void erase() {
    if (drawn) {
      drawn = false;
      err.print(START_OF_LINE + CLEAR_TO_END);
      err.flush();
    }
  }

  /** A narrow terminal cuts it off: what matters most stands first. */
  private String bar(Step step) {
    if (whole != null) {
      int filled = BAR_WIDTH * whole.percent() / 100;
      return "%3d%% [%s%s] %s"
          .formatted(
              whole.percent(), "#".repeat(filled), "-".repeat(BAR_WIDTH - filled), describe(step));
    }
    if (step.bytes == 0) {
      return describe(step);
    }
    int filled = (int) (BAR_WIDTH * step.shown() / step.bytes);
    return "%3d%%%s [%s%s] %s, %s"
        .formatted(
            percent(step),
            rate(step),
            "#".repeat(filled),
            "-".repeat(BAR_WIDTH - filled),
            step.name,
            size(step));
  }

  private String describe(Step step) {
    String name = whole == null ? step.name : whole + ", " + step.name;
    return step.bytes == 0
        ? "%s, %d s".formatted(name, since(step.begun).toSeconds())
        : "%s, %d%%, %s%s".formatted(name, percent(step), size(step), rate(step));
  }

  private static long percent(Step step) {
    return 100 * step.shown() / step.bytes;
  }

  private static String size(Step step) {
    return "%d of %d MiB".formatted(step.shown() / MIB, step.bytes / MIB);
  }

  /** Nothing of a step that has not moved yet. */
  private String rate(Step step) {
    long done = step.shown();
    if (done == 0) {
      return "";
    }
    double rate = done / Math.max(seconds(since(step.begun)), 0.001);
    long left = Math.round((step.bytes - done) / rate);
    return ", %d MiB/s, %d s left".formatted(Math.round(rate / MIB), left);
  }

  private Duration since(Instant start) {
    return Duration.between(start, clock.instant());
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
