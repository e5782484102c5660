package support.files;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import support.access.AccessControl;
import support.run.IoRunnable;

/**
 * What a run uses of the machine besides paths, streams and the clock. A test replaces what it
 * needs to.
 *
 * @param disk every effect on files
 * @param openFiles who has a file open
 * @param access who may use a file besides what its mode says
 * @param random for names that nobody can guess
 */
public record Machine(
    Disk disk, OpenFiles openFiles, AccessControl access, RandomGenerator random) {
  /** With the access control of this machine. */
  public Machine(Disk disk, OpenFiles openFiles, RandomGenerator random) {
    this(disk, openFiles, AccessControl.ofThisMachine(), random);
  }

  /** This machine. */
  public static Machine real() {
    // Made when it is first asked: most commands never do, and it takes time.
    RandomGenerator random = () -> new SecureRandom().nextLong();
    return new Machine(Disk.real(), new OpenFilesAhead(OpenFiles.ofThisMachine()), random);
  }

  /**
   * A thread that does not keep the process alive, not started yet. Nothing queues behind another's
   * work: who needs a thread makes one, and who ends it decides how.
   */
  public static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Begins something in a thread of its own.
   *
   * @return to be waited for with {@link #await}
   */
  public static Future<?> begin(String name, IoRunnable<RuntimeException> work) {
    FutureTask<?> task = task(work);
    thread(name, task).start();
    return task;
  }

  /**
   * Something that runs once, in whichever thread runs it first.
   *
   * @return to be waited for with {@link #await}
   */
  public static FutureTask<?> task(IoRunnable<RuntimeException> work) {
    return new FutureTask<>(
        () -> {
          work.run();
          return null;
        });
  }

  /**
   * Waits until it is done, however long that takes.
   *
   * @return what it made
   * @throws IOException as it failed
   */
  public static <T> T await(Future<T> begun) throws IOException {
    try {
      return begun.get();
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /**
   * Waits for a while.
   *
   * @return whether it is done
   * @throws IOException as it failed
   */
  public static boolean await(Future<?> begun, Duration most) throws IOException {
    try {
      begun.get(most.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static IOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while waiting for another thread");
  }

  /** What went wrong in another thread, as itself. */
  public static IOException thrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof RuntimeException bug) {
      throw bug;
    }
    return (IOException) cause;
  }
}
