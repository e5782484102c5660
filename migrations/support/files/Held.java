package support.files;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file or folder that is held open, and is therefore the same one whatever somebody puts at its
 * name. On Linux {@code /proc/self/fd/<number>} leads to what is open and nowhere else, so that
 * every call that takes a name takes an open file or a name in an open folder too. Java's {@code
 * SecureDirectoryStream} has neither folders nor hard links nor numeric owners, and other programs
 * cannot be given it.
 *
 * @param handle a name that leads just there; null where there is no {@code /proc}
 */
record Held(FileChannel channel, Path handle) implements Closeable {
  private static final Path SELF = Path.of("/proc/self");
  private static final Path OPEN = SELF.resolve("fd");
  private static final Path OPEN_INFO = SELF.resolve("fdinfo");

  /** A position that no file here is read at; folders have positions too. */
  private static final int MARK = 0x3ade_ca11;

  /** What the information about a file begins with that is moved there. */
  private static final byte[] MARKED = "pos:\t%d\n".formatted(MARK).getBytes(US_ASCII);

  static Held of(FileChannel channel) {
    return new Held(channel, handleOf(channel));
  }

  /**
   * Java does not tell the number of what it has open. So the open file is moved to a position that
   * is seen beside its number, one at a time.
   *
   * @param channel of which nothing was read or written yet
   */
  private static Path handleOf(FileChannel channel) {
    synchronized (Held.class) {
      try {
        channel.position(MARK);
        try {
          return marked();
        } finally {
          channel.position(0);
        }
      } catch (IOException | DirectoryIteratorException e) {
        return null;
      }
    }
  }

  private static Path marked() throws IOException {
    try (DirectoryStream<Path> numbers = Files.newDirectoryStream(OPEN_INFO)) {
      for (Path number : numbers) {
        if (isMarked(number)) {
          return OPEN.resolve(number.getFileName());
        }
      }
    }
    return null;
  }

  /** In as few calls as can be: every file that the process has open is looked at. */
  private static boolean isMarked(Path info) {
    byte[] start = new byte[MARKED.length];
    try (InputStream in = new FileInputStream(info.toFile())) {
      return in.read(start) == start.length && Arrays.equals(start, MARKED);
    } catch (IOException e) {
      return false; // closed in between
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
