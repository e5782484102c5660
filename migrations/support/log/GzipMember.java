package support.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** Makes a member of a gzip file (RFC 1952). */
public final class GzipMember {
  /** Magic, deflate, no flags, no time, no extra flags, unknown operating system. */
  private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF};

  private static final int TRAILER_BYTES = 8;
  private static final int BLOCK_HEADER_BYTES = 5;
  private static final int LONGEST_BLOCK = 0xFFFF;

  private GzipMember() {}

  /**
   * A member that holds these bytes as they are: some hundred bytes are not worth compressing, and
   * what a compressor makes of them differs from one release of Java to the next.
   */
  public static byte[] of(byte[] content) {
    int blocks = Math.max(1, (content.length + LONGEST_BLOCK - 1) / LONGEST_BLOCK);
    int size = HEADER.length + blocks * BLOCK_HEADER_BYTES + content.length + TRAILER_BYTES;
    ByteBuffer member = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    member.put(HEADER);
    for (int block = 0; block < blocks; block++) {
      int from = block * LONGEST_BLOCK;
      int length = Math.min(LONGEST_BLOCK, content.length - from);
      member.put((byte) (block == blocks - 1 ? 1 : 0));
      member.putShort((short) length).putShort((short) ~length);
      member.put(content, from, length);
    }
    CRC32 crc = new CRC32();
    crc.update(content);
    return member.putInt((int) crc.getValue()).putInt(content.length).array();
  }
}
