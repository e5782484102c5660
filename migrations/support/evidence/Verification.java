package support.evidence;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import support.comparison.Body;
import support.comparison.Fit;
import support.comparison.Making;
import support.evidence.Finding.Belongs;
import support.evidence.Finding.Damaged;
import support.evidence.Finding.Emptied;
import support.evidence.Finding.Unattributed;
import support.evidence.Finding.Unreadable;
import support.files.Links;
import support.lines.LineEdit;
import support.lock.Journal;
import support.log.Archives;
import support.log.AuditLog;
import support.log.AuditLog.Format;
import support.log.Encoding;
import support.log.HeaderEdit;
import support.log.HeaderLine;
import support.log.LogErrors;
import support.log.LogNames;
import support.rewrite.RewriteErrors;
import support.run.ErrorCode;
import support.run.Exit;
import support.run.Failure;
import support.run.FileFault;
import support.run.IoSupplier;
import support.run.Monitor;
import support.run.Notes;

/**
 * Proves a migrated log: its header, every line, and that each backup stands whole in the file that
 * was made of it, be that the log or, since it was rotated, an archive.
 *
 * @param place where the log is, its archives and its backups
 * @param migration the id of the migration that led to the log's version
 * @param made what it makes of a log
 */
public record Verification(Evidence.Place place, String migration, Made made, Monitor monitor) {
  /**
   * What a migration makes of a log.
   *
   * @param version the schema version that the log must have
   * @param header how its header was made of the one before; null where there was none, or it stays
   */
  public record Made(long version, HeaderEdit header) {}

  /**
   * What was found; there is no fault.
   *
   * @param version the schema version of the log; 0 where it is empty, or was rotated away
   * @param entries how many entries it holds
   * @param damaged how many lines cannot be read; they could not before the migration either
   * @param migratedBytes how many bytes behind the header are those of backups
   * @param appendedBytes how many follow them
   * @param isTorn whether the last line has no newline yet, since a process is writing it
   * @param tornCopies how many lines are the beginning of a late line that stands there whole too
   * @param isWithoutBackup whether no backup is here of an archive that was migrated, whose lines
   *     then count as migrated, or of a log that is empty or rotated away
   * @param backup the backup that proves most of the log, if one does
   * @param evidence all backups, and what they belong to
   */
  public record Account(
      long version,
      long entries,
      long damaged,
      long migratedBytes,
      long appendedBytes,
      boolean isTorn,
      long tornCopies,
      boolean isWithoutBackup,
      Optional<Finding> backup,
      Evidence evidence) {}

  private static final Set<ErrorCode> UNDECODABLE =
      Set.of(LogErrors.COMPRESSED_DAMAGED, LogErrors.BYTES_BEHIND_COMPRESSED);

  /** What no migration makes anything of. */
  private static final Set<ErrorCode> NEVER_MIGRATED =
      Set.of(
          LogErrors.LOG_OF_ANOTHER_ENCODING,
          LogErrors.LOG_IS_A_FOLDER,
          LogErrors.LOG_IS_A_DEVICE,
          LogErrors.LOG_IS_AN_OPEN_FILE);

  private static final Comparator<Finding> BY_AGE =
      Comparator.comparing(finding -> finding.name().number());

  /**
   * Reads log and backups from the first byte to the last.
   *
   * @throws Failure with {@link Exit#UNVERIFIED} at the first fault: file, line and byte offset
   * @throws IOException if one of them cannot be read
   */
  public Account prove() throws IOException {
    return decompressed(this::proveAll);
  }

  /** What cannot be decompressed is damaged. */
  private <T> T decompressed(IoSupplier<T> proof) throws IOException {
    try {
      return proof.get();
    } catch (ZipException | EOFException e) {
      if (!Encoding.of(place.log()).isCompressed()) {
        throw e;
      }
      throw Failure.of(EvidenceErrors.LOG_NOT_DECOMPRESSED, e.getMessage());
    }
  }

  private Account proveAll() throws IOException {
    requireNamed();
    place.requireFolder();
    Format format = requireFormat();
    boolean mayEndTorn = Journal.isOfRecover(place.log());
    Evidence evidence = EvidenceSearch.of(place, mayEndTorn, monitor);
    requireHeader(format, evidence);
    Optional<Finding> latest = latest(evidence);
    requireProven(format, latest, Stream.concat(latest.stream(), evidence.findings().stream()));
    if (!format.kind().canHoldEntries()) {
      return new Account(0, 0, 0, 0, 0, false, 0, latest.isEmpty(), Optional.empty(), evidence);
    }
    requireHeaderOfBackup(format, evidence);
    return new LinesProof(place, evidence, mayEndTorn, monitor).read(format);
  }

  /**
   * The quick part, for a log that is about to be rewritten: what is damaged must be looked at by
   * somebody, and not be carried on.
   *
   * @return what the operator must know of lines that are in backups of the log only
   * @throws Failure with {@link Exit#UNVERIFIED} if something is, saying where
   * @throws IOException if the log or a backup cannot be read
   */
  public Notes requireUndamaged() throws IOException {
    return decompressed(this::requireNoDamage);
  }

  private Notes requireNoDamage() throws IOException {
    Evidence evidence = EvidenceSearch.of(place, Journal.isOfRecover(place.log()), monitor);
    Optional<Finding> latest = latest(evidence);
    if (latest.isPresent()) {
      requireProven(AuditLog.format(place.log()), latest, latest.stream());
    }
    Path live = Links.resolve(place.log());
    Notes notes = new Notes();
    for (Finding finding : evidence.findings()) {
      if (finding.belongsTo(live)) {
        notes.addAll(LateNotes.of(finding, (Belongs) finding.verdict(), live));
      }
    }
    return notes;
  }

  /**
   * The backup that the log was migrated from: the one that the operator named, or the latest that
   * belongs to it.
   *
   * @return where none does, the latest; where there is no backup at all, where one would be
   */
  public Path backup() throws IOException {
    if (place.named() != null) {
      return place.named();
    }
    Path live = Links.resolve(place.log());
    List<Path> own = ownBackups();
    if (own.size() == 1) { // no choice, no need to compare
      return own.get(0);
    }
    if (own.isEmpty()) {
      return LogNames.backup(live, LogNames.backupSuffix(migration), place.folder(), 0);
    }
    Evidence evidence = EvidenceSearch.of(place, Journal.isOfRecover(place.log()), monitor);
    return own(evidence)
        .filter(finding -> finding.belongsTo(live))
        .max(BY_AGE)
        .map(Finding::path)
        .orElse(own.get(own.size() - 1));
  }

  /**
   * What is restored in the place of a log must have been its own, or be what the operator named.
   *
   * @throws Failure with {@link Exit#REFUSED} where several logs may share the folder for backups,
   *     and no file here was made of the one that is there
   * @throws IOException if the log or a backup cannot be read
   */
  public void requireOwnBackup() throws IOException {
    Path backup = backup();
    if (place.named() != null || !place.isShared(backup)) {
      return;
    }
    Evidence evidence = EvidenceSearch.of(place, Journal.isOfRecover(place.log()), monitor);
    boolean isKnown =
        evidence.findings().stream()
            .filter(finding -> finding.path().equals(backup))
            .noneMatch(finding -> finding.verdict() instanceof Unattributed);
    if (!isKnown) {
      throw Failure.of(EvidenceErrors.BACKUP_OF_ANOTHER_LOG, backup, place.log());
    }
  }

  /**
   * Whether a log begins with what was made of a backup, late lines left out.
   *
   * @param edit what was made of its lines, or null where they stayed
   */
  public static boolean isBegunBy(Path log, Path backup, LineEdit edit, Monitor monitor)
      throws IOException {
    Fit fit = fit(log, backup, edit, monitor);
    return fit.isWhole() || hasGrown(fit);
  }

  /**
   * Where in a backup the lines end that a log was made of; behind it are late lines, if any.
   *
   * @param edit what was made of them
   */
  public static long madeOf(Path log, Path backup, LineEdit edit, Monitor monitor)
      throws IOException {
    Fit fit = fit(log, backup, edit, monitor);
    return !fit.isWhole() && hasGrown(fit)
        ? fit.backup().start() + fit.common().inBackup()
        : Files.size(backup);
  }

  private static boolean hasGrown(Fit fit) throws IOException {
    return fit.mayHaveGrown() && fit.late(false, false).isPresent();
  }

  private static Fit fit(Path log, Path backup, LineEdit edit, Monitor monitor) throws IOException {
    Making making = edit == null ? Making.SAME : Making.edited(edit);
    return Fit.of(Body.of(backup), making, Body.of(Links.resolve(log)), monitor);
  }

  /** Those of the way there, in the order of their numbers; nothing is compared. */
  private List<Path> ownBackups() throws IOException {
    return Evidence.backups(place).entrySet().stream()
        .filter(backup -> isOwn(backup.getKey(), backup.getValue()))
        .sorted(Comparator.comparing(backup -> backup.getValue().number()))
        .map(backup -> backup.getKey())
        .toList();
  }

  private Stream<Finding> own(Evidence evidence) {
    return evidence.findings().stream().filter(f -> isOwn(f.path(), f.name()));
  }

  /** With a folder for backups, it is there that this tool puts them. */
  private boolean isOwn(Path path, LogNames.BackupName name) {
    boolean isThere =
        place.folder() == null
            || path.equals(place.named())
            || Links.folderOf(path).equals(place.folder());
    return isThere && name.isForward() && name.migration().equals(migration);
  }

  private Optional<Finding> latest(Evidence evidence) throws IOException {
    if (place.named() != null) {
      return evidence.findings().stream().filter(f -> f.path().equals(place.named())).findFirst();
    }
    List<Finding> own = new ArrayList<>();
    for (Finding finding : own(evidence).toList()) {
      boolean mayBeOfAnotherLog =
          finding.verdict() instanceof Unattributed && place.isShared(finding.path());
      if (!mayBeOfAnotherLog) {
        own.add(finding);
      }
    }
    return own.stream().max(BY_AGE);
  }

  // ---------------------------------------------------------------- header

  /**
   * A backup that the operator named must be one.
   *
   * @throws Failure with {@link Exit#REFUSED} if it is no log, with {@link Exit#UNVERIFIED} if it
   *     is not there
   */
  public void requireNamed() throws IOException {
    if (place.named() == null) {
      return;
    }
    if (!Files.exists(place.named())) {
      throw Failure.of(EvidenceErrors.BACKUP_MISSING, place.named());
    }
    Path live = Links.resolve(place.log());
    if (Files.exists(live) && place.named().toRealPath().equals(live.toRealPath())) {
      throw Failure.of(EvidenceErrors.BACKUP_IS_THE_LOG, place.named());
    }
    try {
      AuditLog.format(place.named());
    } catch (Failure failure) {
      throw Failure.of(EvidenceErrors.BACKUP_NOT_A_LOG, place.named(), failure.getMessage());
    }
  }

  /** What the first lines say; only whether a header may be missing is left open. */
  private Format requireFormat() throws IOException {
    Path log = place.log();
    Format format;
    try {
      format = AuditLog.format(log);
    } catch (Failure failure) {
      if (UNDECODABLE.contains(failure.error())) {
        throw Failure.of(EvidenceErrors.LOG_NOT_DECOMPRESSED, failure.getMessage());
      }
      if (NEVER_MIGRATED.contains(failure.error())) {
        throw failure;
      }
      throw failure.exit() == Exit.REFUSED
          ? Failure.of(EvidenceErrors.HEADER_DAMAGED, log, 1, 0, failure.getMessage())
          : failure;
    }
    if (format instanceof Format.Absent) {
      place.requireLogOfBackups();
      if (!Archives.isRotatedAway(log)) {
        throw Failure.of(EvidenceErrors.LOG_MISSING, log);
      }
      return format;
    }
    boolean hasVersion = format.version() == made.version();
    if (format instanceof Format.Empty
        || hasVersion && made.version() == AuditLog.HEADERLESS_VERSION) {
      return format;
    }
    if (format instanceof Format.Headerless) {
      requireSound(log); // else it would not be migrated
      return format;
    }
    if (!hasVersion) {
      throw Failure.of(EvidenceErrors.HEADER_OF_ANOTHER_VERSION, log, 1, 0, made.version());
    }
    if (HeaderLine.of(log).fields().createdAt() == null) {
      throw Failure.of(EvidenceErrors.HEADER_WITHOUT_TIME, log, 1, 0);
    }
    return format;
  }

  /** A rollback takes it away; of what that has left, its backup tells more. */
  private void requireHeader(Format format, Evidence evidence) throws IOException {
    if (format instanceof Format.Headerless
        && made.version() != AuditLog.HEADERLESS_VERSION
        && !RolledBack.is(Links.resolve(place.log()), migration, evidence)) {
      evidence.findings().stream()
          .filter(finding -> !finding.name().isForward())
          .forEach(Verification::requireUndamaged);
      AuditLog.requireNameOfALog(place.log());
      AuditLog.format(place.log(), made.version()); // what no migration takes says so itself
      throw Failure.of(EvidenceErrors.HEADER_MISSING, place.log());
    }
  }

  private void requireSound(Path log) throws IOException {
    try {
      AuditLog.requireSound(log, monitor);
    } catch (FileFault damage) {
      throw Failure.of(EvidenceErrors.LOG_NOT_DECOMPRESSED, damage.getMessage());
    }
  }

  /** A log that was rotated since has a header of its own: another time of creation. */
  private void requireHeaderOfBackup(Format format, Evidence evidence) throws IOException {
    Path log = Links.resolve(place.log());
    Optional<Finding> latest = latest(evidence).filter(finding -> finding.belongsTo(log));
    if (made.header() == null || latest.isEmpty() || !(format instanceof Format.Headed)) {
      return;
    }
    Path backup = latest.get().path();
    if (!(AuditLog.format(backup) instanceof Format.Headed)) {
      return;
    }
    HeaderLine before = HeaderLine.of(backup);
    HeaderLine now = HeaderLine.of(log);
    boolean isSameLog = Objects.equals(before.fields().createdAt(), now.fields().createdAt());
    if (isSameLog && !made.header().isProvenBy(before.bytes(), now.bytes())) {
      throw Failure.of(EvidenceErrors.HEADER_NOT_AS_MADE, place.log(), 1, now.start(), backup);
    }
  }

  // ---------------------------------------------------------------- backups

  private void requireProven(Format format, Optional<Finding> latest, Stream<Finding> findings)
      throws IOException {
    findings.forEach(Verification::requireUndamaged);
    if (format instanceof Format.Empty) {
      requireRotated(latest);
    } else if (latest.isPresent() && latest.get().verdict() instanceof Unattributed unknown) {
      requireExplained(latest.get().path(), unknown);
    }
  }

  /** A backup that the operator named is looked for here, and must be found. */
  private void requireExplained(Path backup, Unattributed unknown) {
    if (unknown.why() == null || backup.equals(place.named())) {
      throw Failure.of(EvidenceErrors.BACKUP_OF_NOTHING_HERE, backup, place.log());
    }
  }

  private static void requireUndamaged(Finding finding) {
    if (finding.verdict() instanceof Damaged damaged) {
      throw damaged.fault();
    }
    if (finding.verdict() instanceof Unreadable unreadable) {
      throw Failure.of(unreadable.cause());
    }
    if (finding.verdict() instanceof Emptied) {
      throw Failure.of(RewriteErrors.BACKUP_EMPTY, finding.path());
    }
  }

  /** What an empty log held must be in an archive. Logrotate rotates a log of nothing, too. */
  private void requireRotated(Optional<Finding> latest) throws IOException {
    Path live = Links.resolve(place.log());
    boolean isRotated =
        latest.isPresent()
            ? latest.get().verdict() instanceof Belongs
            : LogNames.isArchive(live) || !Archives.beside(live).isEmpty();
    if (!isRotated) {
      throw latest
          .map(backup -> Failure.of(EvidenceErrors.LOG_EMPTIED, place.log(), backup.path()))
          .orElseGet(() -> Failure.of(EvidenceErrors.LOG_EMPTY, place.log()));
    }
  }
}
