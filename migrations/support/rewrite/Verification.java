package support.rewrite;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import support.files.FileBytes;
import support.files.Links;
import support.log.AuditLog;
import support.log.HeaderEdit;
import support.log.HeaderLine;
import support.log.LineCounts;
import support.log.LineEdit;
import support.log.LogNames;
import support.log.LogScan;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;

/**
 * Proves a migrated log against its backup: the header, every line, and that what stands behind the
 * header is the backup byte for byte, and then what was appended since.
 *
 * @param log the migrated log
 * @param backup the log as it was
 * @param made what was made of it
 */
public record Verification(Path log, Path backup, Made made, Monitor monitor) {
  private static final byte[] NEWLINE = {'\n'};

  /**
   * What a migration makes of a log.
   *
   * @param version the schema version that the log must have
   * @param header how its header was made of the one before; null where there was none, or it stays
   * @param lines how its lines were made of those before; null where they stay
   */
  public record Made(long version, HeaderEdit header, LineEdit lines) {}

  /** Of a log that only got a header. */
  public Verification(Path log, Path backup, long version, Monitor monitor) {
    this(log, backup, new Made(version, null, null), monitor);
  }

  /**
   * What was found; there is no fault.
   *
   * @param entries how many entries the log holds
   * @param damaged how many lines cannot be read; they could not before the migration either
   * @param migratedBytes how many bytes behind the header are those of the backup
   * @param appendedBytes how many follow them
   */
  public record Account(long entries, long damaged, long migratedBytes, long appendedBytes) {}

  /**
   * The backup that a log was migrated from: the latest whose lines stand behind the log's header.
   *
   * @param log the log as the operator named it
   * @param edit what was done to each line, or null
   * @param folder where backups are kept, or null for the log's folder
   * @return where none is, the latest; where there is no backup at all, where one would be
   */
  public static Path backupOf(Path log, String suffix, LineEdit edit, Path folder, Monitor monitor)
      throws IOException {
    Path live = Links.resolve(log);
    List<Path> backups = new ArrayList<>(Backup.existing(live, suffix, folder));
    if (backups.size() == 1) { // no choice, no need to compare
      return backups.get(0);
    }
    Collections.reverse(backups);
    for (Path backup : backups) {
      if (Files.exists(live) && isBegunBy(live, backup, edit, monitor)) {
        return backup;
      }
    }
    return backups.isEmpty() ? LogNames.backup(live, suffix, folder, 0) : backups.get(0);
  }

  private static boolean isBegunBy(Path log, Path backup, LineEdit edit, Monitor monitor)
      throws IOException {
    try (FileChannel now = FileChannel.open(log, READ);
        FileChannel then = FileChannel.open(backup, READ)) {
      return then.size() > 0
          && body(backup, then, edit, monitor).isAt(now, AuditLog.bodyOffset(log), monitor);
    }
  }

  /** The entries of a backup as they must stand in the log. */
  private static Segment body(Path backup, FileChannel then, LineEdit edit, Monitor monitor)
      throws IOException {
    long body = AuditLog.bodyOffset(backup);
    return edit == null
        ? new Segment.Range(then, body, then.size())
        : EditedLines.of(backup, then, body, then.size(), edit, monitor);
  }

  /** Whether the log begins with the entries of its backup, as they were made. */
  public boolean isBegunByBackup() throws IOException {
    return isBegunBy(log, backup, made.lines(), monitor);
  }

  /**
   * Reads log and backup from the first byte to the last.
   *
   * @throws Failure with {@link Exit#UNVERIFIED} at the first fault: file, line and byte offset
   * @throws IOException if one of them cannot be read
   */
  public Account prove() throws IOException {
    requireHeader();
    long body = AuditLog.bodyOffset(log);
    long migrated = requireBackup(body);
    return readLines(body, body + migrated);
  }

  /**
   * The quick part, for a log that is about to be rewritten: it must begin with its backup, unless
   * it was rotated since.
   *
   * @throws Failure with {@link Exit#UNVERIFIED} if it does not, saying where
   * @throws IOException if one of them cannot be read
   */
  public void requireBegunByBackup() throws IOException {
    boolean isHeaded = AuditLog.format(log) instanceof AuditLog.Format.Headed;
    if (isHeaded && HeaderLine.of(Links.resolve(log)).fields(true).rotatedFrom() != null) {
      return;
    }
    requireBackup(AuditLog.bodyOffset(log));
  }

  private void requireHeader() throws IOException {
    AuditLog.Format format;
    try {
      format = AuditLog.format(log);
    } catch (Failure failure) {
      throw failure.exit() == Exit.REFUSED
          ? fault(log, 1, 0, "no header can be read here: " + failure.getMessage())
          : failure;
    }
    if (format instanceof AuditLog.Format.Absent) {
      throw Failure.unchanged(
          Exit.UNVERIFIED, log + " is missing", "give the path of the log with --audit-log");
    }
    if (made.version() == AuditLog.HEADERLESS_VERSION && format.version() == made.version()) {
      return;
    }
    if (format instanceof AuditLog.Format.Headerless) {
      throw Failure.unchanged(
          Exit.UNVERIFIED,
          "%s, line 1, byte 0: there is no header".formatted(log),
          "migrate the log first; if it was migrated, find out what took its header away");
    }
    if (!format.equals(new AuditLog.Format.Headed(made.version(), true))) {
      throw fault(
          log, 1, 0, "no header of schema version %d begins here".formatted(made.version()));
    }
    if (HeaderLine.of(log).fields(true).createdAt() == null) {
      throw fault(log, 1, 0, "the header does not say when the log was created");
    }
  }

  /**
   * @return how many bytes behind the header are the backup's, an added newline included
   */
  private long requireBackup(long body) throws IOException {
    if (!Files.exists(backup)) {
      throw Failure.unchanged(
          Exit.UNVERIFIED,
          "backup %s is missing".formatted(backup),
          "say where it is with --backup or --backup-dir");
    }
    try (FileChannel now = FileChannel.open(log, READ);
        FileChannel then = FileChannel.open(backup, READ)) {
      Backup.requireNotEmpty(backup, then.size());
      requireHeaderOfBackup();
      if (made.lines() != null) {
        return requireEdited(now, body, then);
      }
      long from = AuditLog.bodyOffset(backup);
      long size = then.size() - from;
      long common =
          monitor.search(
              "compare with " + backup,
              size,
              () -> FileBytes.commonPrefix(now, body, then, from, size, monitor));
      if (common < size && isCarriedOverBehind(from + common, now, body + common, then)) {
        return size + 1 + from + common - LateLines.startOfLine(then, from + common);
      }
      if (common < size) {
        String how =
            body + common == now.size() ? "ends before its backup" : "differs from its backup";
        throw fault(log, lineOf(now, body + common), body + common, how + " " + backup);
      }
      if (size == 0 || FileBytes.endsInNewline(then, from + size)) {
        return size;
      }
      if (!FileBytes.holds(now, body + size, NEWLINE)) {
        throw fault(
            backup,
            lineOf(then, then.size()),
            then.size(),
            "the backup ends within a line of " + log);
      }
      return size + 1;
    }
  }

  /** A log that was rotated since has a header of its own: another time of creation. */
  private void requireHeaderOfBackup() throws IOException {
    boolean isMade =
        made.header() != null && AuditLog.format(backup) instanceof AuditLog.Format.Headed;
    if (!isMade) {
      return;
    }
    HeaderLine before = HeaderLine.of(backup);
    HeaderLine now = HeaderLine.of(log);
    boolean isSameLog =
        Objects.equals(before.fields(true).createdAt(), now.fields(true).createdAt());
    if (isSameLog && !made.header().isProvenBy(before.bytes(), now.bytes())) {
      throw fault(log, 1, now.start(), "the header is not what was made of that of " + backup);
    }
  }

  private long requireEdited(FileChannel now, long body, FileChannel then) throws IOException {
    long from = AuditLog.bodyOffset(backup);
    EditedLines lines = EditedLines.of(backup, then, from, then.size(), made.lines(), monitor);
    long matched = lines.matched(now, body, monitor);
    if (from + matched < then.size()) {
      throw fault(
          backup,
          lineOf(then, from + matched),
          from + matched,
          "what was made of this line does not stand in " + log);
    }
    return lines.size();
  }

  /**
   * Whether the log goes on as a run with --force leaves it that copied a torn line, which was then
   * finished in the old file: a newline behind what was torn, and the line again, whole, with all
   * that follows it.
   */
  private boolean isCarriedOverBehind(long torn, FileChannel now, long tornNow, FileChannel then)
      throws IOException {
    long line = LateLines.startOfLine(then, torn);
    long rest = then.size() - line;
    long again = tornNow + 1;
    return line < torn
        && FileBytes.holds(now, tornNow, NEWLINE)
        && FileBytes.commonPrefix(now, again, then, line, rest, monitor) == rest
        && FileBytes.endsInNewline(then, then.size());
  }

  /** The number of the line that a byte is in. */
  private static long lineOf(FileChannel file, long offset) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(64 * 1024);
    long line = 1;
    for (long at = 0; at < offset; at += bytes.limit()) {
      FileBytes.read(file, at, bytes.clear().limit((int) Math.min(bytes.capacity(), offset - at)));
      bytes.flip();
      while (bytes.hasRemaining()) {
        line += bytes.get() == '\n' ? 1 : 0;
      }
    }
    return line;
  }

  private Account readLines(long body, long migratedEnd) throws IOException {
    LineCounts migrated = LogScan.read(log, body, migratedEnd, monitor);
    LineCounts appended = LogScan.read(log, migratedEnd, Files.size(log), monitor);
    Optional<Fault> fault = Fault.firstOf(appended);
    if (fault.isPresent()) {
      LineCounts.Position place = fault.get().place();
      long linesBefore = LogScan.read(log, 0, body, monitor).lines() + migrated.lines();
      throw fault(log, linesBefore + place.line(), place.offset(), fault.get().what());
    }
    long entries = migrated.entryCount();
    long damaged = migrated.lines() - migrated.blankLines() - entries;
    return new Account(
        entries + appended.entryCount(), damaged, migrated.bytes(), appended.bytes());
  }

  /** What must not stand among the lines that a server appended. */
  private record Fault(LineCounts.Position place, String what) {
    static Optional<Fault> firstOf(LineCounts appended) {
      return Stream.of(
              first(appended.headers(), "a header stands among the entries"),
              first(appended.foreign(), "the line is JSON, but no entry"),
              first(appended.damaged(), "the line is not JSON"),
              Stream.ofNullable(appended.torn())
                  .map(place -> new Fault(place, "the last line has no newline")))
          .flatMap(faults -> faults)
          .min(Comparator.comparingLong(fault -> fault.place().offset()));
    }

    private static Stream<Fault> first(LineCounts.Places places, String what) {
      return places.first().stream().limit(1).map(place -> new Fault(place, what));
    }
  }

  private static Failure fault(Path file, long line, long offset, String what) {
    return unverified("%s, line %d, byte %d: %s".formatted(file, line, offset, what));
  }

  private static Failure unverified(String what) {
    return Failure.unchanged(
        Exit.UNVERIFIED,
        what,
        "keep both files as they are; compare them, and restore what is damaged from another copy");
  }

  /** What was proven, in lines for the operator. */
  public List<String> describe(Account account) {
    return List.of(
        "%s has a header of schema version %d and %d entries"
            .formatted(log, made.version(), account.entries()),
        "%s holds the %d bytes of %s unchanged, and %d bytes that were appended since"
            .formatted(log, account.migratedBytes(), backup, account.appendedBytes()),
        "%s has %d damaged line(s), all as they were before the migration"
            .formatted(log, account.damaged()));
  }
}
