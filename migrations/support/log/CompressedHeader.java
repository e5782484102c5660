package support.log;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipException;
import support.lines.LogLines;

/**
 * Where the headers of a compressed log stand: in members of their own, as a migration puts them
 * there, or in one with entries, as in a log that was compressed with its header.
 *
 * @param content what those members hold; empty where there is no header, or it is shared
 * @param end where in the file the next member begins; 0 where there is no header, or it is shared
 * @param isShared whether there is a header and entries stand in its member, or nothing else stands
 *     in the file
 */
public record CompressedHeader(byte[] content, long end, boolean isShared) {
  private static final CompressedHeader NONE = new CompressedHeader(new byte[0], 0, false);
  private static final CompressedHeader SHARED = new CompressedHeader(new byte[0], 0, true);

  /** Far more than a header with all that a later release may add, twice. */
  private static final int LONGEST = 2 << 20;

  /**
   * Finds it.
   *
   * @throws ZipException if the beginning of the file cannot be decompressed
   * @throws EOFException if the file ends before the header does
   * @throws IOException if it cannot be read
   */
  public static CompressedHeader of(Path log) throws IOException {
    long body = AuditLog.bodyOffset(log);
    if (body == 0) {
      return NONE;
    }
    try (GzipStream members = new GzipStream(log, LogLines.named(log))) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      while (content.size() < body) {
        Optional<byte[]> member = members.readMember(LONGEST);
        if (member.isEmpty()) {
          return SHARED;
        }
        content.writeBytes(member.get());
      }
      long end = members.offset();
      boolean isAlone = content.size() == body && end < Files.size(log);
      return isAlone ? new CompressedHeader(content.toByteArray(), end, false) : SHARED;
    }
  }
}
