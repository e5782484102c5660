package support.log;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * The content of a gzip file (RFC 1952): that of all its members, one behind the other, in constant
 * memory. What does not belong to a member is an error, also behind the last one, where {@link
 * java.util.zip.GZIPInputStream} silently ends: there something may be hidden, or lost.
 */
final class GzipStream extends InputStream {
  private static final int BUFFER_BYTES = 64 * 1024;

  private static final int MAGIC_1 = 0x1F;
  private static final int MAGIC_2 = 0x8B;
  private static final int DEFLATE = 8;

  private static final int HAS_HEADER_CRC = 1 << 1;
  private static final int HAS_EXTRA = 1 << 2;
  private static final int HAS_NAME = 1 << 3;
  private static final int HAS_COMMENT = 1 << 4;
  private static final int RESERVED = 0xE0;

  /** Time, extra flags and operating system, which mean nothing here. */
  private static final int UNUSED_BYTES = 6;

  private final Path path;
  private final InputStream file;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final Inflater inflater = new Inflater(true);

  /** Of the content of a member, and before that of its header. */
  private final CRC32 crc = new CRC32();

  private int position;
  private int limit;
  private long readBytes;
  private long members;
  private boolean inMember;

  /** Bytes stand behind the end of what is compressed. */
  static final class BytesBehind extends ZipException {
    private static final long serialVersionUID = 1;

    BytesBehind(String message) {
      super(message);
    }
  }

  /**
   * Decompresses a file, whatever it holds: what is no gzip shows when it is read, as a {@link
   * ZipException}, and what is cut short as an {@link EOFException}. Both name the file.
   *
   * @param file an error of it names the file itself
   */
  GzipStream(Path path, InputStream file) {
    this.path = path;
    this.file = file;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int start, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (inMember || beginMember()) {
      int count = inflate(target, start, length);
      if (count > 0) {
        crc.update(target, start, count);
        return count;
      }
      endMember();
    }
    return -1;
  }

  /**
   * Reads the whole next member; only asked where none has been begun.
   *
   * @param most how many bytes its content may have
   * @return its content; nothing where it has more, or where there is no member
   */
  Optional<byte[]> readMember(int most) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    byte[] chunk = new byte[1024];
    if (!beginMember()) {
      return Optional.empty();
    }
    for (int count = inflate(chunk, 0, chunk.length);
        count > 0;
        count = inflate(chunk, 0, chunk.length)) {
      crc.update(chunk, 0, count);
      content.write(chunk, 0, count);
      if (content.size() > most) {
        return Optional.empty();
      }
    }
    endMember();
    return Optional.of(content.toByteArray());
  }

  /** Where in the file the member ended that was read to its end last. */
  long offset() {
    return readBytes - limit + position;
  }

  /** Nothing at the end of the member. */
  private int inflate(byte[] target, int start, int length) throws IOException {
    try {
      while (true) {
        int count = inflater.inflate(target, start, length);
        if (count > 0 || inflater.finished()) {
          return count;
        }
        if (inflater.needsDictionary()) {
          throw damaged("needs a dictionary, as no gzip file does");
        }
        requireMore();
        handBuffer();
      }
    } catch (DataFormatException e) {
      throw damaged("holds what cannot be decompressed");
    }
  }

  private void handBuffer() {
    inflater.setInput(buffer, position, limit - position);
    position = limit;
  }

  /** False where the file ends instead. */
  private boolean beginMember() throws IOException {
    if (members > 0 && position == limit && !fill()) {
      return false;
    }
    crc.reset();
    long start = offset();
    if (headerByte() != MAGIC_1 || headerByte() != MAGIC_2) {
      throw members == 0
          ? damaged("is no gzip file")
          : new BytesBehind(
              "%s: has bytes behind the end of its compressed content, from byte %d on"
                  .formatted(path, start));
    }
    if (headerByte() != DEFLATE) {
      throw damaged("is compressed by an unknown method");
    }
    skipRestOfHeader(headerByte());
    members++;
    inMember = true;
    inflater.reset();
    crc.reset();
    handBuffer();
    return true;
  }

  private void skipRestOfHeader(int flags) throws IOException {
    if ((flags & RESERVED) != 0) {
      throw damaged("has a header with unknown flags");
    }
    skipHeaderBytes(UNUSED_BYTES);
    if ((flags & HAS_EXTRA) != 0) {
      skipHeaderBytes(headerByte() | headerByte() << 8);
    }
    if ((flags & HAS_NAME) != 0) {
      skipHeaderText();
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipHeaderText();
    }
    if ((flags & HAS_HEADER_CRC) != 0) {
      long expected = crc.getValue() & 0xFFFF;
      requireEqual(expected, nextByte() | nextByte() << 8);
    }
  }

  private void skipHeaderBytes(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      headerByte();
    }
  }

  private void skipHeaderText() throws IOException {
    while (headerByte() != 0) {
      // a name or a comment, which ends in a NUL
    }
  }

  private int headerByte() throws IOException {
    int next = nextByte();
    crc.update(next);
    return next;
  }

  private void endMember() throws IOException {
    position = limit - inflater.getRemaining();
    requireEqual(crc.getValue(), nextInt());
    requireEqual(inflater.getBytesWritten() & 0xFFFF_FFFFL, nextInt());
    inMember = false;
  }

  private long nextInt() throws IOException {
    return nextByte() | nextByte() << 8 | nextByte() << 16 | (long) nextByte() << 24;
  }

  private int nextByte() throws IOException {
    requireMore();
    return buffer[position++] & 0xFF;
  }

  private void requireEqual(long expected, long found) throws ZipException {
    if (expected != found) {
      throw damaged("has a checksum that does not fit its content");
    }
  }

  private void requireMore() throws IOException {
    if (position == limit && !fill()) {
      throw new EOFException(path + ": ends within its compressed content");
    }
  }

  /** Only where all that is in the buffer was taken. */
  private boolean fill() throws IOException {
    position = 0;
    limit = file.readNBytes(buffer, 0, buffer.length);
    readBytes += limit;
    return limit > 0;
  }

  private ZipException damaged(String how) {
    return new ZipException("%s: %s, near byte %d".formatted(path, how, offset()));
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    file.close();
  }
}
