package support.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import support.options.OutputOptions;
import support.run.Monitor;
import support.run.Printable;

/** A command as the operator sees it: results, lines meanwhile, one bar, and what went wrong. */
public final class Console {
  private final Host host;
  private final boolean isForPrograms;
  private final Progress progress;
  private final Monitor.Listener steps;
  private final PrintStream results;
  private final Consumer<Runnable> order;
  private final Runnable end;
  private Turns turns;

  /**
   * @param output what the operator wants to see, and how
   */
  public Console(Host host, OutputOptions output) {
    this.host = host;
    this.isForPrograms = output.json();
    this.progress = progress(host, output);
    this.steps = progress.steps();
    this.results =
        output.quiet() || isForPrograms
            ? new PrintStream(OutputStream.nullOutputStream())
            : host.out();
    this.order = Runnable::run;
    this.end = this::endAll;
  }

  /** One of several logs. */
  private Console(Console all, int log, String heading) {
    Turns turns = all.turns;
    this.host = all.host;
    this.isForPrograms = all.isForPrograms;
    this.progress = all.progress;
    this.order = what -> turns.tell(log, what);
    this.steps = turns.steps(log, this::tell);
    // A stream is large, and of ten thousand archives each would get one.
    this.results =
        heading == null && turns.isFirst(log)
            ? all.results
            : new PrintStream(new InOrder(all.results, order, heading), true, UTF_8);
    this.end = () -> turns.end(log);
  }

  private static Progress progress(Host host, OutputOptions output) {
    boolean isForResultsToo = host.err() == host.out(); // as within the demo
    boolean shown = !output.quiet() && !output.json() && !isForResultsToo;
    Progress.Style style = shown ? Progress.Style.ofThisProcess() : Progress.Style.NONE;
    return new Progress(host.err(), style, output.quiet(), output.verbose(), host.clock());
  }

  /**
   * Several logs will have their turns, maybe at the same time, under one bar: what is told of each
   * stands together, and in their order.
   *
   * @param bytes the size of each
   */
  public void beginAll(List<Long> bytes) {
    turns = new Turns(progress, bytes);
  }

  /**
   * One of several logs has its turn.
   *
   * @param log its number, from 0
   * @param heading printed before its first result; null for none
   * @return what it is told with; to be closed at the end of the turn
   */
  public Console ofLog(int log, String heading) {
    return new Console(this, log, heading);
  }

  /** Whether results go into a document, which {@link #print} prints. */
  public boolean isForPrograms() {
    return isForPrograms;
  }

  /** Where results go that are for people; nowhere if they are for programs, or not wanted. */
  public PrintStream results() {
    return results;
  }

  /** Prints a document. */
  public void print(String document) {
    host.out().println(document);
  }

  /** Reports progress. */
  public void tell(String line) {
    order.accept(() -> progress.line(line));
  }

  /** Reports what went wrong, as {@link Host#report}. */
  public void report(Exception e) {
    order.accept(() -> host.report(e));
  }

  /** Interrupted as the process is; shows progress. */
  public Monitor monitor() {
    return new Monitor(host.cancellation(), steps);
  }

  /** Results of one of several logs, with a heading before anything else. */
  private static final class InOrder extends OutputStream {
    private final PrintStream results;
    private final Consumer<Runnable> order;
    private String heading;

    InOrder(PrintStream results, Consumer<Runnable> order, String heading) {
      this.results = results;
      this.order = order;
      this.heading = heading;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (heading != null) {
        String line = Printable.of(heading);
        order.accept(() -> results.println(line));
        heading = null;
      }
      byte[] written = Arrays.copyOfRange(bytes, offset, offset + length);
      order.accept(() -> results.write(written, 0, length));
    }
  }

  /** Takes the bar away; of one of several logs, ends its turn. */
  public void close() {
    end.run();
  }

  private void endAll() {
    if (turns != null) {
      turns.endAll();
    }
    progress.close();
  }
}
