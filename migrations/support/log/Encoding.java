package support.log;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipException;
import support.lines.LogLines;

/** How the lines of a log are stored in its file: a rotated archive may be compressed. */
public enum Encoding {
  /** As they are. */
  PLAIN,

  /** As one gzip member or several; AgentGuard from v1.1.0 on reads such archives. */
  GZIP(0x1F, 0x8B),

  /** Of logrotate with another {@code compresscmd}; no release of AgentGuard reads it. */
  XZ(0xFD, '7', 'z', 'X', 'Z', 0),

  /** As {@link #XZ}. */
  ZSTD(0x28, 0xB5, 0x2F, 0xFD),

  /** As {@link #XZ}. */
  BZIP2('B', 'Z', 'h'),

  /** As {@link #XZ}. */
  LZ4(0x04, 0x22, 0x4D, 0x18);

  /** What the name of an archive ends in that was compressed with gzip. */
  public static final String GZIP_SUFFIX = ".gz";

  /** How many bytes of the beginning tell it. */
  static final int LONGEST_MAGIC = 6;

  private final int[] magic;

  Encoding(int... magic) {
    this.magic = magic;
  }

  /**
   * Finds out by the first bytes. Where they say nothing, a name that ends in {@code .gz} does: a
   * compressed archive that was cut to nothing is no empty log.
   *
   * @param file a regular file; symbolic links are followed
   * @throws IOException if it cannot be read
   */
  public static Encoding of(Path file) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(LONGEST_MAGIC);
    }
    return of(file, start);
  }

  /**
   * The same of a file that is open already.
   *
   * @param start its first {@link #LONGEST_MAGIC} bytes; all of them, where it has fewer
   */
  static Encoding of(Path file, byte[] start) {
    for (Encoding encoding : values()) {
      if (encoding != PLAIN && encoding.begins(start)) {
        return encoding;
      }
    }
    return file.getFileName().toString().endsWith(GZIP_SUFFIX) ? GZIP : PLAIN;
  }

  private boolean begins(byte[] start) {
    if (start.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (Byte.toUnsignedInt(start[i]) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether some release of AgentGuard reads it, and so this tool does. */
  public boolean isReadable() {
    return this == PLAIN || this == GZIP;
  }

  /** Whether what stands in the file is not what is read. */
  public boolean isCompressed() {
    return this != PLAIN;
  }

  /** What it is called in messages. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Opens the lines of a log, decompressed as they are read, in constant memory. Every error names
   * the file.
   *
   * @throws ZipException here or when it is read, if the file is not of this encoding, if what it
   *     holds cannot be decompressed or has another checksum, or if bytes stand behind its end
   * @throws EOFException when it is read, if the compressed content is cut short
   * @throws IOException if the file cannot be read
   */
  public InputStream open(Path file) throws IOException {
    requireReadable(file);
    return decode(file, LogLines.named(file));
  }

  /**
   * The same of a file that is open already.
   *
   * @param file what errors call it
   * @param stored what it holds; an error of it names the file
   * @throws ZipException as {@link #open}; then what it holds is still open
   */
  public InputStream decode(Path file, InputStream stored) throws ZipException {
    requireReadable(file);
    return this == GZIP ? new GzipStream(file, stored) : stored;
  }

  /**
   * @throws ZipException unless {@link #isReadable}
   */
  public void requireReadable(Path file) throws ZipException {
    if (!isReadable()) {
      throw new ZipException(
          "%s: is compressed with %s, which no release of AgentGuard reads"
              .formatted(file, title()));
    }
  }

  /**
   * The same, however the file is encoded.
   *
   * @throws IOException as {@link #of} and {@link #open}
   */
  public static InputStream content(Path file) throws IOException {
    return of(file).open(file);
  }
}
