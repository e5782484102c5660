package support.rewrite;

import java.nio.file.Path;
import support.log.AuditLog.Format;

/** What a log is to become by a rewrite. */
public sealed interface Target {
  /** Whether a log of this format is there already. */
  boolean isReachedBy(Format format);

  /** Whether a log of this format can get there. */
  boolean startsFrom(Format format);

  /**
   * The same log behind a header.
   *
   * @param line the header, with its newline
   * @param version the schema version that it names
   */
  record WithHeader(byte[] line, int version) implements Target {
    @Override
    public boolean isReachedBy(Format format) {
      return format instanceof Format.Headed;
    }

    @Override
    public boolean startsFrom(Format format) {
      return format instanceof Format.Headerless;
    }
  }

  /** A log of a release that knows no header. */
  sealed interface Headerless extends Target {
    @Override
    default boolean isReachedBy(Format format) {
      return format instanceof Format.Headerless || format instanceof Format.Empty;
    }

    @Override
    default boolean startsFrom(Format format) {
      return format instanceof Format.Headed;
    }
  }

  /** The same log without its header. */
  record WithoutHeader() implements Headerless {}

  /**
   * An earlier backup of the log, byte for byte.
   *
   * @param discardNewer give up what is in the log and not in the backup
   */
  record Restored(Path backup, boolean discardNewer) implements Headerless {}
}
