package support.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

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

  private static boolean isMarked(Path info) {
    try {
      return Files.readString(info).startsWith("pos:\t%d\n".formatted(MARK));
    } catch (IOException e) {
      return false; // closed in between
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
