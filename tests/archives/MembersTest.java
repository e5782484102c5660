package support.staging;

import static java.nio.file.StandardOpenOption.READ;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.files.Disk;
import support.run.Cancellation;
import support.run.CountedProgress;
import support.run.Exit;
import support.run.Failure;
import support.run.FileFault;
import support.run.Monitor;
import support.staging.CompressedLog.Members;

/** Members that are large enough to be decompressed while they are copied. */
class MembersTest {
  private static final int LINES = 2 * Segment.CHUNK_BYTES;

  @TempDir Path folder;
  private Path source;
  private Path copy;
  private FileChannel bytes;
  private final Cancellation cancellation = new Cancellation();
  private final CountedProgress told = new CountedProgress();
  private final Monitor monitor = new Monitor(cancellation, told);

  @BeforeEach
  void aCompressedLog() throws IOException {
    source = Files.write(folder.resolve("audit.jsonl.2.gz"), stored('a'));
    copy = folder.resolve("copy");
    bytes = FileChannel.open(source, READ);
  }

  @AfterEach
  void close() throws IOException {
    bytes.close();
  }

  /** As long whatever it holds. */
  private static byte[] stored(char letter) throws IOException {
    byte[] content = new byte[LINES];
    Arrays.fill(content, (byte) letter);
    content[LINES - 1] = '\n';
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (OutputStream member =
        new GZIPOutputStream(file) {
          {
            def.setLevel(0);
          }
        }) {
      member.write(content);
    }
    return file.toByteArray();
  }

  private Members copied() throws IOException {
    Members members = new Members(source, bytes, 0, bytes.size());
    try (Disk.Output out = Disk.real().create(copy)) {
      members.copyTo(out, Monitor.silent());
    }
    return members;
  }

  private boolean areInCopy(Members members) throws IOException {
    try (FileChannel made = FileChannel.open(copy, READ)) {
      return members.isAt(made, 0, monitor);
    }
  }

  @Test
  void theyAreProvenAndToldOfOnce() throws IOException {
    try (Members members = copied()) {
      assertTrue(areInCopy(members));
      assertArrayEquals(stored('a'), Files.readAllBytes(copy));
      assertEquals(members.size(), told.take());
    }
  }

  @Test
  void whatWasDecompressedMustBeWhatWasWritten() throws IOException {
    try (Members members = copied()) {
      assertTrue(areInCopy(members));
      Files.write(source, stored('b'));
      assertFalse(areInCopy(members));
      Files.write(copy, stored('b'));
      assertFalse(areInCopy(members), "other bytes were decompressed");
    }
  }

  @Test
  void damageIsToldOfWhereTheBytesAreTheSame() throws IOException {
    byte[] damaged = stored('a');
    damaged[damaged.length - 1]++;
    Files.write(source, damaged);
    try (Members members = copied()) {
      assertThrows(FileFault.class, () -> areInCopy(members));
      Files.write(copy, stored('a'));
      assertFalse(areInCopy(members));
    }
  }

  @Test
  void anInterruptEndsTheProof() throws IOException {
    try (Members members = copied()) {
      cancellation.request();
      Failure failure = assertThrows(Failure.class, () -> areInCopy(members));
      assertEquals(Exit.INTERRUPTED, failure.exit());
    }
  }
}
