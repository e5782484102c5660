package support.rewrite;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.OptionalLong;
import support.files.FileBytes;
import support.lines.LineEdit;
import support.log.AuditLog;
import support.log.AuditLog.Format;
import support.log.HeaderEdit;
import support.run.IoSupplier;

/**
 * What a log is to become by a rewrite. A rewrite starts from one version and no other: it never
 * touches the log of a later one.
 */
public sealed interface Target {
  /** The schema version that it takes. */
  long from();

  /** The schema version that it makes. */
  long to();

  /** Whether a log of this format is there already. */
  default boolean isReachedBy(Format format) {
    return format instanceof Format.Empty || format.version() == to() && from() != to();
  }

  /** Whether a log of this format can get there. */
  default boolean startsFrom(Format format) {
    return format.version() == from();
  }

  /** Whether a new log of this format is what was to be made. */
  default boolean isSound(Format made) {
    return made instanceof Format.Empty || made.version() == to();
  }

  /** Whether the bytes of the old log are the end of the new one. */
  default boolean keepsOldBytes() {
    return this instanceof WithHeader;
  }

  /**
   * The size of the new log in bytes, where it is to end in the middle of a line.
   *
   * @throws IOException if what it is made of cannot be read
   */
  default OptionalLong tornEnd() throws IOException {
    return OptionalLong.empty();
  }

  /** What is done to each line, or null: then they stay as they are. */
  default LineEdit edit() {
    return null;
  }

  /**
   * The same log, which had no header, behind one.
   *
   * @param line the header, with its newline; asked for where the log is to get it, and always the
   *     same
   * @param to the schema version that it names
   */
  record WithHeader(IoSupplier<byte[]> line, long to) implements Target {
    /** With a header that is known already. */
    public WithHeader(byte[] line, long to) {
      this(() -> line, to);
    }

    @Override
    public long from() {
      return AuditLog.HEADERLESS_VERSION;
    }

    @Override
    public boolean isSound(Format made) {
      return made.equals(new Format.Headed(to, true));
    }
  }

  /** The same log with another header. */
  record EditedHeader(HeaderEdit header, long from) implements Target {
    @Override
    public long to() {
      return header.to();
    }
  }

  /** The same log without its header. */
  record WithoutHeader(long from) implements Target {
    @Override
    public long to() {
      return AuditLog.HEADERLESS_VERSION;
    }
  }

  /**
   * An earlier backup of the log, byte for byte.
   *
   * @param discardNewer give up what is in the log and not in the backup
   * @param undone what had been done to each line of the backup, or null
   */
  record Restored(Path backup, boolean discardNewer, LineEdit undone, long from, long to)
      implements Target {
    /** Without a version of its own, what was restored cannot be told from what was not. */
    @Override
    public boolean isReachedBy(Format format) {
      return from != to
          && (undone == null ? Target.super.isReachedBy(format) : format.version() == to);
    }

    @Override
    public OptionalLong tornEnd() throws IOException {
      try (FileChannel bytes = FileChannel.open(backup, READ)) {
        return FileBytes.endsInNewline(bytes, bytes.size())
            ? OptionalLong.empty()
            : OptionalLong.of(bytes.size());
      }
    }
  }

  /**
   * The same log with edited lines, and with another header where that is not null.
   *
   * @param to the version of that header, else {@code from}
   */
  record EditedLog(LineEdit edit, HeaderEdit header, long from, long to) implements Target {}

  /**
   * An earlier backup, and behind it what was appended to the log since.
   *
   * @param upTo how much of the backup the log was made of; behind it are lines that somebody
   *     appended to the backup later
   * @param undone what had been done to each line of the backup
   */
  record BackupAndNewer(Path backup, long upTo, LineEdit undone, long from, long to)
      implements Target {
    /** An edit may have dropped every line: an empty log is not there yet. */
    @Override
    public boolean isReachedBy(Format format) {
      return from != to && format.version() == to;
    }
  }
}
