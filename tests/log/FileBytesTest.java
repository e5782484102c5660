package support.files;

import static java.nio.file.StandardOpenOption.READ;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.run.Cancellation;
import support.run.CountedProgress;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;

/** Files of many buffers. */
class FileBytesTest {
  private static final int SIZE = (13 << 20) + 5;
  private static final int HEADER = 3;

  @TempDir(factory = RamDisk.class)
  Path folder;

  private final byte[] bytes = new byte[SIZE];
  private final Cancellation cancellation = new Cancellation();
  private final CountedProgress told = new CountedProgress();
  private final Monitor monitor = new Monitor(cancellation, told);

  FileBytesTest() {
    new Random(1).nextBytes(bytes);
  }

  private long commonPrefix(byte[] other) throws IOException {
    byte[] headed = new byte[HEADER + other.length];
    System.arraycopy(other, 0, headed, HEADER, other.length);
    Path one = Files.write(folder.resolve("one"), bytes);
    Path two = Files.write(folder.resolve("two"), headed);
    try (FileChannel a = FileChannel.open(one, READ);
        FileChannel b = FileChannel.open(two, READ)) {
      return FileBytes.commonPrefix(a, 0, b, HEADER, SIZE, monitor);
    }
  }

  @Test
  void theSameBytesAreComparedToTheEndAndToldOfOnce() throws IOException {
    assertEquals(SIZE, commonPrefix(bytes));
    assertEquals(SIZE, told.take());
  }

  @Test
  void theFirstOfSeveralDifferencesIsFoundInWhicheverBufferItIs() throws IOException {
    for (int first : new int[] {0, (256 << 10) - 1, 256 << 10, (9 << 20) + 77, SIZE - 1}) {
      byte[] other = bytes.clone();
      for (int at = first; at < SIZE; at += 1 << 20) {
        other[at]++;
      }
      assertEquals(first, commonPrefix(other));
    }
  }

  @Test
  void whereBothFilesEndIsTheEnd() throws IOException {
    Path one = Files.write(folder.resolve("one"), bytes);
    try (FileChannel a = FileChannel.open(one, READ)) {
      assertEquals(SIZE, FileBytes.commonPrefix(a, 0, a, 0, SIZE + 100L, monitor));
    }
  }

  @Test
  void theEndOfTheShorterFileIsADifference() throws IOException {
    for (int length : new int[] {0, 1, 4 << 20, (8 << 20) + 1, SIZE - 1}) {
      assertEquals(length, commonPrefix(Arrays.copyOf(bytes, length)));
    }
  }

  @Test
  void anInterruptEndsTheComparison() {
    cancellation.request();
    Failure failure = assertThrows(Failure.class, () -> commonPrefix(bytes));
    assertEquals(Exit.INTERRUPTED, failure.exit());
  }
}
