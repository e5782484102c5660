import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;

/** Gzip files as different programs make them. */
final class Gzip {
  private static final int HEADER_CRC = 1 << 1;
  private static final int EXTRA = 1 << 2;
  private static final int NAME = 1 << 3;
  private static final int COMMENT = 1 << 4;

  private Gzip() {}

  /** One member, as gzip(1) makes it of a pipe. */
  static byte[] of(String content) {
    return member(content, Deflater.DEFAULT_COMPRESSION, 0);
  }

  /** Every form that these lines can be stored in, by what it is called. */
  static Map<String, byte[]> forms(String first, String second) {
    Map<String, byte[]> forms = new LinkedHashMap<>();
    forms.put("one member", of(first + second));
    forms.put("two members", join(of(first), of(second)));
    forms.put("an empty member first", join(of(""), of(first + second)));
    forms.put("empty members between and last", join(of(first), of(""), of(second), of("")));
    forms.put(
        "a line across members", join(of(first + second.substring(0, 9)), of(second.substring(9))));
    forms.put("with a file name", member(first + second, Deflater.BEST_COMPRESSION, NAME));
    forms.put(
        "with all that a header may have",
        member(first + second, Deflater.BEST_SPEED, NAME | EXTRA | COMMENT | HEADER_CRC));
    forms.put("stored", member(first + second, Deflater.NO_COMPRESSION, NAME));
    return forms;
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** What Java's own reader reads. */
  static String read(byte[] file) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static byte[] member(String text, int level, int flags) {
    byte[] content = text.getBytes(UTF_8);
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    member.writeBytes(new byte[] {0x1F, (byte) 0x8B, 8, (byte) flags, 1, 2, 3, 4, 0, 3});
    if ((flags & EXTRA) != 0) {
      member.writeBytes(new byte[] {3, 0, 7, 8, 9});
    }
    if ((flags & NAME) != 0) {
      member.writeBytes("audit.jsonl.2\0".getBytes(ISO_8859_1));
    }
    if ((flags & COMMENT) != 0) {
      member.writeBytes("\u001F\u008B\0".getBytes(ISO_8859_1));
    }
    if ((flags & HEADER_CRC) != 0) {
      addInt(member, crc(member.toByteArray()), 2);
    }
    member.writeBytes(deflated(content, level));
    addInt(member, crc(content), 4);
    addInt(member, content.length, 4);
    return member.toByteArray();
  }

  private static byte[] deflated(byte[] content, int level) {
    Deflater deflater = new Deflater(level, true);
    deflater.setInput(content);
    deflater.finish();
    byte[] chunk = new byte[content.length + 1000];
    int length = deflater.deflate(chunk);
    deflater.end();
    return java.util.Arrays.copyOf(chunk, length);
  }

  private static long crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  private static void addInt(ByteArrayOutputStream out, long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >> 8 * i));
    }
  }
}
