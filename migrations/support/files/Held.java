package support.files;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Stream;

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
  private static final Path OPEN = Path.of("/proc/self/fd");
  private static final File OPEN_INFO = new File("/proc/self/fdinfo");

  /** A position that no file here is read at; folders have positions too. */
  private static final int MARK = 0x3ade_ca11;

  /** What the information about a file begins with that is moved there. */
  private static final byte[] MARKED = "pos:\t%d\n".formatted(MARK).getBytes(US_ASCII);

  /** The numbers that were found, which stay the same as long as the files are open. */
  private static final Map<FileChannel, String> NUMBERS = new WeakHashMap<>();

  /**
   * @param channel of which nothing was read or written at a position that it remembers
   */
  static Held of(FileChannel channel) {
    synchronized (Held.class) {
      String number = NUMBERS.get(channel);
      if (number == null) {
        number = find(channel);
        NUMBERS.put(channel, number);
      }
      return new Held(channel, number == null ? null : OPEN.resolve(number));
    }
  }

  /**
   * Java does not tell the number of what it has open. So the open file is moved to a position that
   * is seen beside its number, one at a time.
   */
  private static String find(FileChannel channel) {
    try {
      channel.position(MARK);
      try {
        return candidates().stream().filter(Held::isMarked).findFirst().orElse(null);
      } finally {
        channel.position(0);
      }
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Every number that the process has in use. Those come last that other files have, unless they
   * were closed just now, and those that are low: what Java itself needs is open from the start.
   */
  private static List<String> candidates() {
    Set<String> others = new HashSet<>();
    NUMBERS.forEach((file, number) -> others.add(file.isOpen() ? number : null));
    String[] numbers = OPEN_INFO.list();
    return Stream.of(numbers == null ? new String[0] : numbers)
        .sorted(
            Comparator.<String, Boolean>comparing(others::contains)
                .thenComparing(Integer::valueOf, Comparator.reverseOrder()))
        .toList();
  }

  /** In as few calls as can be: many may have to be looked at. */
  private static boolean isMarked(String number) {
    byte[] start = new byte[MARKED.length];
    try (InputStream in = new FileInputStream(new File(OPEN_INFO, number))) {
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
