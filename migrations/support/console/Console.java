package support.console;

import java.io.OutputStream;
import java.io.PrintStream;
import support.run.Monitor;
import support.run.OutputOptions;

/** A command as the operator sees it: results, lines meanwhile, one bar, and what went wrong. */
public final class Console {
  private final Host host;
  private final boolean isForPrograms;
  private final Progress progress;
  private final PrintStream results;

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

  /** Prints a document. */
  public void print(String document) {
    host.out().println(document);
  }

  /** Tells of progress. */
  public void tell(String line) {
    progress.line(line);
  }

  /** Tells what went wrong, as {@link Host#report}. */
  public void report(Exception e) {
    progress.close();
    host.report(e);
  }

  /** Interrupted as the process is; shows progress. */
  public Monitor monitor() {
    return new Monitor(host.cancellation(), progress);
  }

  /** Takes the bar away. */
  public void close() {
    progress.close();
  }
}
