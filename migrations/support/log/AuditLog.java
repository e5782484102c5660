package support.log;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.zip.ZipException;
import support.files.Links;
import support.lines.LogLine;
import support.lines.LogLines;
import support.run.Exit;
import support.run.Failure;
import support.run.FileFault;
import support.run.Monitor;

/**
 * Recognises the format of an audit log by its first lines. The rule is the one of AgentGuard's
 * documents: the first non-empty line decides. (Its code looks at the first eight bytes only.)
 */
public final class AuditLog {
  /** The version of a log without a header. */
  public static final int HEADERLESS_VERSION = 1;

  /** The oldest version that has a header; a log of version 1 (up to v0.4.0) has none. */
  private static final int OLDEST_HEADED_VERSION = 2;

  /**
   * How far to look for an entry behind damaged lines: twice the longest line that AgentGuard's
   * readers take (4 MiB).
   */
  static final long LOOK_AHEAD_BYTES = 8 << 20;

  private AuditLog() {}

  /** What a log is. */
  public sealed interface Format {
    /** Which of them it is, for programs. */
    enum Kind {
      ABSENT,
      EMPTY,
      HEADERLESS,
      HEADED,
      /** None of them: what is newer or not understood has no format here. */
      REFUSED;

      /** Whether it is a log whose entries can be told from its header. */
      public boolean canHoldEntries() {
        return this == HEADERLESS || this == HEADED;
      }
    }

    Kind kind();

    /** The schema version of the entries; 0 where there is no file, or nothing in it. */
    default long version() {
      return this instanceof Headerless ? HEADERLESS_VERSION : 0;
    }

    /** There is no file: a fresh installation. */
    record Absent() implements Format {
      @Override
      public Kind kind() {
        return Kind.ABSENT;
      }
    }

    /** A file of no bytes: the server writes the header itself. */
    record Empty() implements Format {
      @Override
      public Kind kind() {
        return Kind.EMPTY;
      }
    }

    /**
     * Entries without a header: schema version 1, or a later one's after a rotation with {@code
     * copytruncate}.
     *
     * @param damagedLines lines before the first entry that no reader can parse
     * @param byteOrderMark whether the file begins with one, which hides its first line
     */
    record Headerless(int damagedLines, boolean byteOrderMark) implements Format {
      @Override
      public Kind kind() {
        return Kind.HEADERLESS;
      }
    }

    /**
     * The first non-empty line is a header of a known version.
     *
     * @param atFirstByte false where white space or a byte-order mark stands before it or within
     *     its beginning, which hides it from AgentGuard: its code compares eight bytes
     */
    record Headed(long version, boolean atFirstByte) implements Format {
      @Override
      public Kind kind() {
        return Kind.HEADED;
      }
    }
  }

  /**
   * What has a name that this tool gives is no log that a command may change.
   *
   * @param log as the operator named it; symbolic links are followed, and it need not exist
   * @throws Failure with {@link Exit#REFUSED} if it is a backup, or of a run
   * @throws IOException if a link cannot be read
   */
  public static void requireNameOfALog(Path log) throws IOException {
    Path live = Links.resolve(log);
    if (LogNames.isBackup(live)) {
      throw Failure.of(LogErrors.LOG_IS_A_BACKUP, live);
    }
    if (LogNames.isOfARun(live)) {
      throw Failure.of(LogErrors.LOG_IS_OF_A_RUN, live);
    }
  }

  /**
   * Reads the format of a log; opens nothing but a regular file, and writes nothing.
   *
   * @param log the log or an archive, as the operator named it; symbolic links are followed
   * @param newest the newest schema version that this program knows
   * @throws Failure with {@link Exit#REFUSED} if the format is newer or not understood, or if it is
   *     compressed and its name does not say so, or if it is not compressed to its end yet
   * @throws IOException if the log cannot be read
   */
  public static Format format(Path log, long newest) throws IOException {
    Format format = format(log, true);
    if (format instanceof Format.Headed headed && headed.version() > newest) {
      throw Failure.of(LogErrors.NEWER_SCHEMA, log, headed.version(), newest);
    }
    return format;
  }

  /**
   * The same, of any version that a header may name, and of a file of any name.
   *
   * @throws Failure with {@link Exit#REFUSED} if the format is not understood
   * @throws IOException if the log cannot be read
   */
  public static Format format(Path log) throws IOException {
    return format(log, false);
  }

  /**
   * Whether there is a log; opens nothing.
   *
   * @throws Failure with {@link Exit#REFUSED} if what is there is no regular file, or has no name;
   *     with {@link Exit#FAILED} if a link leads to nothing, or the folder does not exist
   * @throws IOException if it cannot be looked at
   */
  public static boolean exists(Path log) throws IOException {
    return find(log).isPresent();
  }

  private static Optional<BasicFileAttributes> find(Path log) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(log, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isSymbolicLink()) {
        if (Links.leadToOpenFile(log)) {
          throw Failure.of(LogErrors.LOG_IS_AN_OPEN_FILE, log);
        }
        attributes = Files.readAttributes(Links.resolve(log), BasicFileAttributes.class);
      }
    } catch (NoSuchFileException e) {
      requireNoDanglingLink(log);
      requireFolder(log);
      return Optional.empty();
    }
    if (!attributes.isRegularFile()) {
      throw Failure.of(
          attributes.isDirectory() ? LogErrors.LOG_IS_A_FOLDER : LogErrors.LOG_IS_A_DEVICE, log);
    }
    return Optional.of(attributes);
  }

  private static Format format(Path log, boolean isNamed) throws IOException {
    Optional<BasicFileAttributes> attributes = find(log);
    if (attributes.isEmpty()) {
      return new Format.Absent();
    }
    Encoding encoding;
    try (LogLines lines = LogLines.open(log)) {
      encoding = Encoding.of(log, lines.peek(Encoding.LONGEST_MAGIC));
      if (!encoding.isCompressed()) {
        return attributes.get().size() == 0 ? new Format.Empty() : format(log, encoding, lines);
      }
    }
    if (!encoding.isReadable()) {
      throw Failure.of(LogErrors.LOG_OF_ANOTHER_ENCODING, log, encoding.title());
    }
    if (isNamed) {
      requireArchive(log);
    }
    return compressedFormat(log, encoding);
  }

  /** What is compressed must be an archive, by its name and by what stands beside it. */
  private static void requireArchive(Path log) throws IOException {
    Path live = Links.resolve(log);
    if (!live.getFileName().toString().endsWith(Encoding.GZIP_SUFFIX)) {
      throw Failure.of(LogErrors.LOG_IS_COMPRESSED, log);
    }
    Optional<Path> plain = Archives.plainTwin(live);
    if (plain.isPresent()) {
      throw Failure.of(LogErrors.COMPRESSION_UNFINISHED, log, plain.get());
    }
  }

  /** Only as far as its first lines; see {@link #requireSound} for the rest. */
  private static Format compressedFormat(Path log, Encoding encoding) throws IOException {
    try (LogLines lines = LogLines.of(encoding.open(log))) {
      return lines.isAtEnd() ? new Format.Empty() : format(log, encoding, lines);
    } catch (ZipException | EOFException e) {
      throw Failure.of(damaged(e));
    }
  }

  /**
   * Reads all of a compressed log; of another one, nothing.
   *
   * @throws FileFault if it cannot be decompressed to its end, or something stands behind that
   * @throws IOException if it cannot be read
   */
  public static void requireSound(Path log, Monitor monitor) throws IOException {
    Encoding encoding = Encoding.of(log);
    if (!encoding.isCompressed()) {
      return;
    }
    InputStream stored = new WatchedStream(LogLines.named(log), monitor);
    try (InputStream content = encoding.decode(log, stored)) {
      monitor.during(
          "decompress", Files.size(log), () -> content.transferTo(OutputStream.nullOutputStream()));
    } catch (ZipException | EOFException e) {
      throw damaged(e);
    }
  }

  /**
   * What is wrong with a log that cannot be decompressed.
   *
   * @param e as {@link Encoding#open} throws it; it names the file
   */
  public static FileFault damaged(IOException e) {
    return new FileFault(
        e instanceof GzipStream.BytesBehind
            ? LogErrors.BYTES_BEHIND_COMPRESSED
            : LogErrors.COMPRESSED_DAMAGED,
        e.getMessage());
  }

  /**
   * Where the entries of a log begin: behind its header, and behind the second one that
   * AgentGuard's own migration could write; 0 where there is none. In a compressed one that is a
   * place in its content; see {@link CompressedHeader}.
   *
   * @throws IOException if the log cannot be read
   */
  public static long bodyOffset(Path log) throws IOException {
    return headers(log).end();
  }

  /** The same of a log that is being read, at its beginning; reads as far as the first entry. */
  public static long bodyOffset(LogLines lines) throws IOException {
    return headers(lines).end();
  }

  /**
   * Whether a header in front of the entries has more than its {@code _meta}: what a later release
   * may have put there, such as a seal.
   *
   * @throws IOException if the log cannot be read
   */
  public static boolean hasOtherKeysInHeader(Path log) throws IOException {
    return headers(log).haveOtherKeys();
  }

  /** All headers in front of the entries, together. */
  private record Headers(long end, boolean haveOtherKeys) {}

  private static Headers headers(Path log) throws IOException {
    try (LogLines lines = LogLines.of(Encoding.content(log))) {
      return headers(lines);
    }
  }

  private static Headers headers(LogLines lines) throws IOException {
    Headers headers = new Headers(0, false);
    lines.skipByteOrderMark();
    while (lines.skipBlank()) {
      LogLine line = LogLine.read(lines);
      if (line.kind() != LogLine.Kind.HEADER) {
        return headers;
      }
      lines.nextLine();
      headers = new Headers(lines.offset(), headers.haveOtherKeys() || line.hasOtherKeys());
    }
    return headers;
  }

  private static void requireNoDanglingLink(Path log) {
    if (Files.exists(log, LinkOption.NOFOLLOW_LINKS)) {
      throw Failure.of(LogErrors.LINK_TO_NOTHING, log);
    }
  }

  /** A fresh installation has its folder; a path that was mistyped mostly has not. */
  private static void requireFolder(Path log) {
    if (!Files.isDirectory(Links.folderOf(log))) {
      throw Failure.of(LogErrors.NO_FOLDER_OF_LOG, log);
    }
  }

  /**
   * The same of lines that are to become a log.
   *
   * @param log what messages call it
   * @param lines at their beginning, and not empty
   * @throws Failure as {@link #format(Path)}
   */
  public static Format format(Path log, LogLines lines) throws IOException {
    return format(log, Encoding.PLAIN, lines);
  }

  private static Format format(Path log, Encoding encoding, LogLines lines) throws IOException {
    boolean byteOrderMark = lines.skipByteOrderMark();
    if (!lines.skipBlank()) {
      return new Format.Headerless(0, byteOrderMark);
    }
    boolean startsWithNul = lines.isAtNul();
    LogLine line = LogLine.read(lines);
    return switch (line.kind()) {
      case HEADER ->
          new Format.Headed(versionOf(log, line.version()), beginsWithHeader(log, encoding));
      case ENTRY -> new Format.Headerless(0, byteOrderMark);
      case DAMAGED -> {
        if (startsWithNul) {
          requireEndOfNuls(log, lines);
        }
        yield new Format.Headerless(damagedLinesBeforeAnEntry(log, lines), byteOrderMark);
      }
      case BAD_HEADER -> throw Failure.of(LogErrors.HEADER_UNREADABLE, line.problem(), log);
      case MIXED -> throw Failure.of(LogErrors.FIRST_LINE_MIXED, log);
      case FOREIGN -> throw Failure.of(LogErrors.FIRST_LINE_FOREIGN, log);
    };
  }

  private static boolean beginsWithHeader(Path log, Encoding encoding) throws IOException {
    try (InputStream in = encoding.open(log)) {
      return Header.isSeenIn(in);
    }
  }

  private static long versionOf(Path log, long version) {
    if (version < OLDEST_HEADED_VERSION) {
      throw Failure.of(LogErrors.UNKNOWN_SCHEMA, log, version);
    }
    return version;
  }

  /** What a crash of a machine can leave of a file whose size was on the disk before its bytes. */
  private static void requireEndOfNuls(Path log, LogLines lines) throws IOException {
    lines.skipNuls(LOOK_AHEAD_BYTES);
    if (lines.offset() >= LOOK_AHEAD_BYTES) {
      throw Failure.of(LogErrors.NUL_FILLED, log);
    }
  }

  /** A log whose first lines are damaged is still a log, if an entry follows soon enough. */
  private static int damagedLinesBeforeAnEntry(Path log, LogLines lines) throws IOException {
    int damaged = 1;
    while (lines.nextLine(LOOK_AHEAD_BYTES)
        && lines.skipBlank()
        && lines.offset() < LOOK_AHEAD_BYTES) {
      switch (LogLine.read(lines).kind()) {
        case ENTRY, MIXED -> {
          return damaged;
        }
        case DAMAGED -> damaged++;
        case HEADER, BAD_HEADER ->
            throw Failure.of(LogErrors.HEADER_BEHIND_DAMAGE, log, lines.lineNumber());
        case FOREIGN -> throw Failure.of(LogErrors.FOREIGN_BEHIND_DAMAGE, log, lines.lineNumber());
      }
    }
    throw Failure.of(LogErrors.NO_ENTRIES, log);
  }
}
