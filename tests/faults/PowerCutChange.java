package support.rewrite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import support.lock.Journal;
import support.log.GzipMember;
import support.log.Header;
import support.log.HeaderEdit;

/** What a run makes of a log: each way of the targets that copies other bytes. */
enum PowerCutChange {
  NEW_HEADER(Parts.ENTRIES, new Target.WithHeader(Parts.HEADER, 2)) {
    @Override
    String of(String old) {
      return text(Parts.HEADER) + old;
    }
  },
  EDITED_HEADER(text(Parts.HEADER) + Parts.ENTRIES, new Target.EditedHeader(Parts.TO_3, 2)) {
    @Override
    String of(String old) {
      return text(Parts.TO_3.apply(Parts.HEADER)) + old.substring(Parts.HEADER.length);
    }
  },
  EDITED_LINES(Parts.ENTRIES, new Target.EditedLog(PowerCutChange::edited, null, 1, 1)) {
    @Override
    String of(String old) {
      return old.replace("\"n\":1", "\"number\":1");
    }
  },
  RAISED_LINES(
      text(Parts.HEADER) + Parts.ENTRIES,
      new Target.EditedLog(PowerCutChange::edited, Parts.TO_3, 2, 3)) {
    @Override
    String of(String old) {
      String entries = old.substring(Parts.HEADER.length);
      return text(Parts.TO_3.apply(Parts.HEADER)) + entries.replace("\"n\":1", "\"number\":1");
    }
  },
  /** The last entry was appended after the edit. */
  EDITED_LINES_BACK(
      text(Parts.TO_3.apply(Parts.HEADER)) + Parts.FIRST_EDITED + Parts.SECOND,
      text(Parts.HEADER) + Parts.FIRST,
      backup ->
          new Target.BackupAndNewer(
              backup, Parts.HEADER.length + Parts.FIRST.length(), PowerCutChange::edited, 3, 2)) {
    @Override
    String of(String old) {
      int edited = Parts.TO_3.apply(Parts.HEADER).length + Parts.FIRST_EDITED.length();
      return text(Parts.HEADER) + Parts.FIRST + old.substring(edited);
    }
  },
  /** The last entry is not in the backup, and given up. */
  RESTORED_BACK(
      text(Parts.HEADER) + Parts.ENTRIES,
      Parts.FIRST,
      backup -> new Target.Restored(backup, true, null, 2, 1)) {
    @Override
    String of(String old) {
      return Parts.FIRST;
    }

    @Override
    String made(String log) {
      return of(log);
    }
  },
  ARCHIVE(".1", true, Parts.ENTRIES, new Target.WithHeader(Parts.HEADER, 2)) {
    @Override
    String of(String old) {
      return text(Parts.HEADER) + old;
    }
  },
  ARCHIVE_WITHOUT_BACKUP(".1", false, Parts.ENTRIES, new Target.WithHeader(Parts.HEADER, 2)) {
    @Override
    String of(String old) {
      return text(Parts.HEADER) + old;
    }

    @Override
    String made(String log) {
      return of(log);
    }
  },
  ARCHIVE_BACK(".1", true, text(Parts.HEADER) + Parts.ENTRIES, new Target.WithoutHeader(2)) {
    @Override
    String of(String old) {
      return old.substring(Parts.HEADER.length);
    }

    @Override
    String made(String log) {
      return of(log);
    }
  },
  COMPRESSED(".2.gz", true, text(Parts.GZIPPED), new Target.WithHeader(Parts.HEADER, 2)) {
    @Override
    String of(String old) {
      return text(Parts.HEADER_MEMBER) + old;
    }
  },
  COMPRESSED_WITHOUT_BACKUP(
      ".2.gz", false, text(Parts.GZIPPED), new Target.WithHeader(Parts.HEADER, 2)) {
    @Override
    String of(String old) {
      return text(Parts.HEADER_MEMBER) + old;
    }
  },
  COMPRESSED_BACK(
      ".2.gz", true, text(Parts.HEADER_MEMBER) + text(Parts.GZIPPED), new Target.WithoutHeader(2)) {
    @Override
    String of(String old) {
      return old.substring(Parts.HEADER_MEMBER.length);
    }
  };

  /** What the logs are made of: an enum may not use its own constants for its values. */
  private static final class Parts {
    private static final String ENTRY =
        "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"},\"n\":%d}\n";
    private static final String FIRST = ENTRY.formatted(1);
    private static final String FIRST_EDITED = text(edited(FIRST.getBytes(ISO_8859_1)));
    private static final String SECOND = ENTRY.formatted(2);
    private static final String ENTRIES = FIRST + SECOND;
    private static final byte[] HEADER = Header.line(2, Instant.EPOCH);
    private static final HeaderEdit TO_3 =
        HeaderEdit.forward(3, List.of(new HeaderEdit.Member("more", "1")));
    private static final byte[] HEADER_MEMBER = GzipMember.of(HEADER);
    private static final byte[] GZIPPED = GzipMember.of(ENTRIES.getBytes(ISO_8859_1));

    private static final int UNFLUSHED_LINE = SECOND.length();
    private static final int UNFLUSHED_TRAILER = 20;
  }

  final String generation;
  final boolean keepsBackup;
  final String old;

  /** What the backup of the way there holds, where the way back needs it; else null. */
  final String earlier;

  private final Function<Path, Target> target;

  PowerCutChange(String old, Target target) {
    this("", true, old, target);
  }

  PowerCutChange(String generation, boolean keepsBackup, String old, Target target) {
    this(generation, keepsBackup, old, null, backup -> target);
  }

  PowerCutChange(String old, String earlier, Function<Path, Target> target) {
    this("", true, old, earlier, target);
  }

  PowerCutChange(
      String generation,
      boolean keepsBackup,
      String old,
      String earlier,
      Function<Path, Target> target) {
    this.generation = generation;
    this.keepsBackup = keepsBackup;
    this.old = old;
    this.earlier = earlier;
    this.target = target;
  }

  /**
   * @param backup that of the way there
   */
  Target target(Path backup) {
    return target.apply(backup);
  }

  abstract String of(String old);

  /** A last line that was torn is ended, but where bytes are taken over as they are. */
  String made(String log) {
    return of(log) + (isCompressed() || log.endsWith("\n") ? "" : "\n");
  }

  boolean isArchive() {
    return !generation.isEmpty();
  }

  boolean isCompressed() {
    return generation.endsWith(".gz");
  }

  /** Nobody goes on with what cannot be decompressed to its end. */
  boolean isRefused(String log) {
    return isCompressed() && !log.equals(old) && !log.equals(of(old));
  }

  /** A server does not flush what it appends, nor does a compressor what it writes. */
  int unflushedBytes() {
    return isCompressed() ? Parts.UNFLUSHED_TRAILER : Parts.UNFLUSHED_LINE;
  }

  Journal.Direction direction() {
    return name().endsWith("_BACK") ? Journal.Direction.BACKWARD : Journal.Direction.FORWARD;
  }

  private static byte[] edited(byte[] line) {
    return text(line).replace("\"n\":1", "\"number\":1").getBytes(ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }
}
