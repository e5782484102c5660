package support.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FilterOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import support.options.OutputOptions;
import support.run.Monitor;
import support.run.Printable;

/** A command as the operator sees it: results, lines meanwhile, one bar, and what went wrong. */
public final class Console {
  private final Host host;
  private final boolean isForPrograms;
  private final Progress progress;
  private final PrintStream results;

  /**
   * @param output what the operator wants to see, and how
   */
  public Console(Host host, OutputOptions output) {
    this.host = host;
    this.isForPrograms = output.json();
    this.progress = progress(host, output);
    this.results =
        output.quiet() || isForPrograms
            ? new PrintStream(OutputStream.nullOutputStream())
            : host.out();
  }

  private static Progress progress(Host host, OutputOptions output) {
    boolean isForResultsToo = host.err() == host.out(); // as within the demo
    boolean shown = !output.quiet() && !output.json() && !isForResultsToo;
    Progress.Style style = shown ? Progress.Style.ofThisProcess() : Progress.Style.NONE;
    return new Progress(host.err(), style, output.quiet(), output.verbose(), host.clock());
  }

  /** Whether results go into a document, which {@link #print} prints. */
  public boolean isForPrograms() {
    return isForPrograms;
  }

  /** Where results go that are for people; nowhere if they are for programs, or not wanted. */
  public PrintStream results() {
    return results;
  }

  /**
   * The same, under a heading that is printed before the first of them.
   *
   * @param heading null for none
   */
  public PrintStream results(String heading) {
    return heading == null ? results : new PrintStream(new Headed(results, heading), true, UTF_8);
  }

  /** Prints a document. */
  public void print(String document) {
    host.out().println(document);
  }

  /** Reports progress. */
  public void tell(String line) {
    progress.line(line);
  }

  /** Reports what went wrong, as {@link Host#report}. */
  public void report(Exception e) {
    host.report(e);
  }

  /**
   * Several logs will have their turns, under one bar.
   *
   * @param bytes the size of each
   */
  public void beginAll(List<Long> bytes) {
    progress.beginAll(bytes);
  }

  /** The next of them has its turn. */
  public void beginNext() {
    progress.beginNext();
  }

  /** Interrupted as the process is; shows progress. */
  public Monitor monitor() {
    return new Monitor(host.cancellation(), progress);
  }

  /** Prints a heading before anything else. */
  private static final class Headed extends FilterOutputStream {
    private final PrintStream results;
    private String heading;

    Headed(PrintStream results, String heading) {
      super(results);
      this.results = results;
      this.heading = heading;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (heading != null) {
        results.println(Printable.of(heading));
        heading = null;
      }
      results.write(bytes, offset, length);
    }
  }

  /** Takes the bar away. */
  public void close() {
    progress.close();
  }
}
