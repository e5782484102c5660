package support.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToIntFunction;
import support.files.Machine;
import support.run.Cancellation;
import support.run.Exit;
import support.run.Failure;
import support.run.Printable;

/**
 * What a command takes from the process that it runs in.
 *
 * @param out for results
 * @param err for everything else
 * @param clock the time
 * @param machine disk, processes and randomness
 * @param cancellation requested when a signal asks the process to end
 */
public record Host(
    PrintStream out, PrintStream err, Clock clock, Machine machine, Cancellation cancellation) {

  /**
   * Runs a command as this process, and ends the process with the exit code that it returns. After
   * SIGINT or SIGTERM the command goes on to its next safe moment; the process then ends with 128
   * and the signal's number.
   */
  public static void runProcess(ToIntFunction<Host> command) {
    Cancellation cancellation = new Cancellation();
    CountDownLatch ended = new CountDownLatch(1);
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> endAtSafeMoment(cancellation, ended)));
    } catch (IllegalStateException e) {
      // A signal was faster, and the process ends already; on no account with 0.
      System.exit(Exit.INTERRUPTED.code());
    }
    int exit = Exit.FAILED.code();
    try {
      PrintStream out = utf8(FileDescriptor.out);
      PrintStream err = utf8(FileDescriptor.err);
      Host host = new Host(out, err, Clock.systemUTC(), Machine.real(), cancellation);
      exit = host.knowsWhereItIs() ? command.applyAsInt(host) : host.report(lostInTheLocale());
    } finally {
      ended.countDown();
    }
    System.exit(exit);
  }

  /** Where the locale cannot express the working folder's name, Java looks somewhere else. */
  private boolean knowsWhereItIs() {
    return Files.isDirectory(Path.of("").toAbsolutePath());
  }

  private static Failure lostInTheLocale() {
    return Failure.of(ConsoleErrors.WORKING_FOLDER_NOT_IN_LOCALE);
  }

  private static void endAtSafeMoment(Cancellation cancellation, CountDownLatch ended) {
    cancellation.request();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The same letters in every locale. */
  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, UTF_8);
  }

  /** The same, with everything printed to one stream. */
  public Host withEverythingOn(PrintStream stream) {
    return new Host(stream, stream, clock, machine, cancellation);
  }

  /**
   * Reports a failure to the operator in its three parts, or none where nobody reads. What is not a
   * {@link Failure} is a bug, and comes with its trace.
   *
   * @return the exit code that goes with it
   */
  public int report(Exception e) {
    if (e instanceof Failure failure) {
      if (failure.exit() != Exit.UNREAD) {
        err.println("migrate: " + Printable.of(failure.getMessage()));
        err.println("  state: " + Printable.of(failure.state()));
        err.println("  next: " + Printable.of(failure.next()));
      }
      return failure.exit().code();
    }
    err.println("migrate: this is a bug in this tool; please report it with what follows");
    e.printStackTrace(err);
    return Exit.FAILED.code();
  }
}
