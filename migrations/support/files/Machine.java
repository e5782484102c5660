package support.files;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * What a run uses of the machine besides paths, streams and the clock. A test replaces what it
 * needs to.
 *
 * @param disk every effect on files
 * @param openFiles who has a file open
 * @param random for names that nobody can guess
 */
public record Machine(Disk disk, OpenFiles openFiles, RandomGenerator random) {
  /** This machine. */
  public static Machine real() {
    // Made when it is first asked: most commands never do, and it takes time.
    RandomGenerator random = () -> new SecureRandom().nextLong();
    return new Machine(Disk.real(), OpenFiles.ofThisMachine(), random);
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
