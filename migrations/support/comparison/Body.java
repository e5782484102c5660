package support.comparison;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import support.lines.LogLines;
import support.log.AuditLog;
import support.log.CompressedHeader;
import support.log.Encoding;
import support.log.Header;
import support.log.HeaderLine;
import support.run.IoSupplier;

/**
 * What stands behind the header of a log, its backup or its archive: what these have in common.
 *
 * @param start where it begins in the content of the file
 * @param header the header before it, or null
 * @param appended what is taken to stand behind it, or null
 */
public record Body(
    Path file,
    Encoding encoding,
    long start,
    Header.Fields header,
    IoSupplier<InputStream> appended) {
  /**
   * Finds the body of a file.
   *
   * @throws IOException if it cannot be read, or not be decompressed
   */
  public static Body of(Path file) throws IOException {
    Encoding encoding = Encoding.of(file);
    long start;
    try (LogLines lines = LogLines.of(encoding.open(file))) {
      start = AuditLog.bodyOffset(lines);
    }
    Header.Fields header = start == 0 ? null : HeaderLine.of(file).fields();
    return new Body(file, encoding, start, header, null);
  }

  /** The same as it will be once this was appended; compared as a whole it is as it is. */
  public Body followedBy(IoSupplier<InputStream> lines) {
    return new Body(file, encoding, start, header, lines);
  }

  /** Whether the body can be read at any place. */
  boolean isPlain() {
    return encoding == Encoding.PLAIN;
  }

  /** How many bytes it has; a compressed one is read to its end for that. */
  public long size() throws IOException {
    if (isPlain()) {
      return Files.size(file) - start;
    }
    try (InputStream content = open(0)) {
      return content.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** Where in the file the bytes begin that stand behind its header. */
  long stored() throws IOException {
    return isPlain() ? start : CompressedHeader.of(file).end();
  }

  /**
   * Opens it.
   *
   * @param from how many bytes to leave out
   * @throws java.io.EOFException if it has less
   */
  public InputStream open(long from) throws IOException {
    return open(LogLines.named(file), from);
  }

  /**
   * The same of a file that is open already.
   *
   * @param stored what it holds; it is closed with what is returned
   */
  public InputStream open(InputStream stored, long from) throws IOException {
    InputStream content = stored;
    try {
      content = encoding.decode(file, stored);
      content.skipNBytes(start + from);
      return appended == null ? content : new SequenceInputStream(content, appended.get());
    } catch (IOException e) {
      content.close();
      throw e;
    }
  }
}
