package support.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in a log's file, plain or compressed. */
class EncodingTest {
  private static final byte[] LINES = "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n".getBytes(UTF_8);

  @TempDir Path folder;

  // ------------------------------------------------------------ which one it is

  @Test
  void theFirstBytesSayWhatAFileIs() throws IOException {
    assertEquals(Encoding.PLAIN, of("audit.jsonl.1", LINES));
    assertEquals(Encoding.GZIP, of("audit.jsonl.2.gz", gzip(LINES)));
    assertEquals(Encoding.GZIP, of("audit.jsonl.3", gzip(LINES)));
    assertEquals(Encoding.XZ, of("audit.jsonl.4.xz", bytes(0xFD, '7', 'z', 'X', 'Z', 0, 0, 4)));
    assertEquals(Encoding.BZIP2, of("audit.jsonl.6.bz2", bytes('B', 'Z', 'h', '9')));
    assertEquals(Encoding.LZ4, of("audit.jsonl.7.lz4", bytes(0x04, 0x22, 0x4D, 0x18, 0x64)));
    assertEquals(Encoding.ZSTD, of("audit.jsonl.5.gz", bytes(0x28, 0xB5, 0x2F, 0xFD, 0)));
    assertEquals(Encoding.PLAIN, of("audit.jsonl.6", new byte[0]));
    assertEquals(Encoding.PLAIN, of("audit.jsonl.7", bytes(0x1F)));
  }

  @Test
  void aFileThatIsNamedForGzipAndHoldsNoneIsNoPlainLog() throws IOException {
    for (byte[] content : new byte[][] {new byte[0], bytes(0x1F), LINES}) {
      assertEquals(Encoding.GZIP, of("audit.jsonl.1.gz", content));
      assertThrows(IOException.class, () -> read("audit.jsonl.1.gz"));
    }
  }

  @Test
  void whatNoReleaseReadsIsRefusedAndSaysByWhatItWasCompressed() throws IOException {
    write("audit.jsonl.1.xz", bytes(0xFD, '7', 'z', 'X', 'Z', 0));
    ZipException xz = assertThrows(ZipException.class, () -> read("audit.jsonl.1.xz"));
    assertTrue(
        xz.getMessage()
            .endsWith(
                "audit.jsonl.1.xz: is compressed with xz, which no release"
                    + " of AgentGuard reads"),
        xz.getMessage());
    assertFalse(Encoding.XZ.isReadable());
    assertFalse(Encoding.ZSTD.isReadable());
    assertTrue(Encoding.PLAIN.isReadable());
    assertTrue(Encoding.GZIP.isReadable());
  }

  // ------------------------------------------------------------ what it holds

  @Test
  void plainLinesAreReadAsTheyAre() throws IOException {
    write("audit.jsonl.1", LINES);
    assertArrayEquals(LINES, read("audit.jsonl.1"));
  }

  @Test
  void allMembersAreReadAndEmptyOnesAreNothing() throws IOException {
    byte[] empty = gzip(new byte[0]);
    write("a.gz", join(empty, gzip(LINES), empty, empty, gzip(LINES), empty));
    assertArrayEquals(join(LINES, LINES), read("a.gz"));
    write("b.gz", empty);
    assertArrayEquals(new byte[0], read("b.gz"));
  }

  /** A member's end, and the next one's header, may lie anywhere in the reader's buffer. */
  @Test
  void aMemberMayEndAnywhere() throws IOException {
    byte[] next = withEveryField(LINES);
    Random random = new Random(1);
    for (int length = 65_536 - 80; length <= 65_536 + 10; length++) {
      byte[] first = new byte[length];
      random.nextBytes(first);
      write("a.gz", join(stored(first), next));
      assertArrayEquals(join(first, LINES), read("a.gz"), "first member of " + length);
    }
  }

  @Test
  void everyFieldThatAHeaderMayHaveIsPassedOver() throws IOException {
    write("a.gz", join(withEveryField(LINES), withEveryField(LINES)));
    assertArrayEquals(join(LINES, LINES), read("a.gz"));
  }

  @Test
  void oneByteAtATimeIsTheSame() throws IOException {
    write("a.gz", join(gzip(LINES), gzip(LINES)));
    try (InputStream in = Encoding.GZIP.open(folder.resolve("a.gz"))) {
      ByteArrayOutputStream found = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        found.write(next);
      }
      assertArrayEquals(join(LINES, LINES), found.toByteArray());
      assertEquals(-1, in.read());
      assertEquals(0, in.read(new byte[0]));
    }
  }

  // ------------------------------------------------------------ damage

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9, 10, 100})
  void bytesBehindTheLastMemberAreAnError(int count) throws IOException {
    byte[] hidden = new byte[count];
    for (byte value : new byte[] {0, 'x', 0x1F}) {
      Arrays.fill(hidden, value);
      write("a.gz", join(gzip(LINES), hidden));
      IOException e = assertThrows(IOException.class, () -> read("a.gz"));
      assertTrue(e.getMessage().contains("a.gz: "), e.getMessage());
    }
  }

  @Test
  void aFileThatIsCutShortIsAnErrorWhereverItIsCut() throws IOException {
    byte[] first = gzip(LINES);
    byte[] whole = join(first, withEveryField(LINES));
    for (int length = 0; length < whole.length; length++) {
      write("a.gz", Arrays.copyOf(whole, length));
      if (length == first.length) {
        assertArrayEquals(LINES, read("a.gz"));
      } else {
        assertThrows(EOFException.class, () -> read("a.gz"), "cut to " + length);
      }
    }
  }

  /** What a flip leaves readable is what has no meaning: the time, the system, the extra flags. */
  @Test
  void aFlippedBitIsAnErrorOrChangesNothing() throws IOException {
    byte[] whole = gzip(LINES);
    int unnoticed = 0;
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      write("a.gz", flipped);
      try {
        assertArrayEquals(LINES, read("a.gz"), "bit " + bit);
        unnoticed++;
      } catch (ZipException | EOFException e) {
        assertTrue(e.getMessage().contains("a.gz: "), e.getMessage());
      }
    }
    assertTrue(unnoticed <= (6 + 1) * 8, unnoticed + " flips went unnoticed");
  }

  // ------------------------------------------------------------ files

  private Encoding of(String name, byte[] content) throws IOException {
    write(name, content);
    return Encoding.of(folder.resolve(name));
  }

  private void write(String name, byte[] content) throws IOException {
    Files.write(folder.resolve(name), content);
  }

  private byte[] read(String name) throws IOException {
    try (InputStream in = Encoding.content(folder.resolve(name))) {
      return in.readAllBytes();
    }
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(file)) {
      out.write(content);
    }
    return file.toByteArray();
  }

  /** As {@code gzip} makes it of what cannot be compressed. */
  private static byte[] stored(byte[] content) {
    byte[] header = bytes(0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3);
    return join(header, deflated(content, Deflater.NO_COMPRESSION), trailer(content));
  }

  /** Extra data, a name, a comment and a checksum of the header. */
  private static byte[] withEveryField(byte[] content) {
    byte[] header =
        join(
            bytes(0x1F, 0x8B, 8, 0b11110, 1, 2, 3, 4, 2, 3),
            bytes(5, 0, 'e', 'x', 't', 'r', 'a'),
            "audit.jsonl.1\0of last week\0".getBytes(UTF_8));
    long crc = crc(header);
    return join(
        header,
        bytes((int) crc, (int) (crc >> 8)),
        deflated(content, Deflater.BEST_COMPRESSION),
        trailer(content));
  }

  private static byte[] deflated(byte[] content, int level) {
    Deflater deflater = new Deflater(level, true);
    deflater.setInput(content);
    deflater.finish();
    byte[] bytes = new byte[content.length + 1024];
    int length = deflater.deflate(bytes);
    deflater.end();
    return Arrays.copyOf(bytes, length);
  }

  private static byte[] trailer(byte[] content) {
    long crc = crc(content);
    int size = content.length;
    return bytes(
        (int) crc,
        (int) (crc >> 8),
        (int) (crc >> 16),
        (int) (crc >> 24),
        size,
        size >> 8,
        size >> 16,
        size >> 24);
  }

  private static long crc(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return crc.getValue();
  }
}
