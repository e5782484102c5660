package support.evidence;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import support.comparison.Comparison;
import support.evidence.Finding.Belongs;
import support.evidence.Verification.Account;
import support.files.Links;
import support.lines.LineCounts;
import support.log.AuditLog;
import support.log.AuditLog.Format;
import support.log.CompressedHeader;
import support.log.Encoding;
import support.log.Header;
import support.log.HeaderLine;
import support.log.LogNames;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;
import support.scan.LogScan;

/**
 * Proves the lines of a migrated log: those of its backup are as they were, and what a server
 * appended behind them is sound.
 *
 * @param evidence all backups, and what they belong to
 * @param mayEndTorn whether the log may end with the beginning of a late line, since a {@code
 *     recover} was interrupted
 */
record LinesProof(Evidence.Place place, Evidence evidence, boolean mayEndTorn, Monitor monitor) {
  /**
   * Reads them.
   *
   * @param format of the log
   * @throws Failure with {@link Exit#UNVERIFIED} at the first fault among those that were appended
   * @throws IOException if the log or a backup cannot be read
   */
  Account read(Format format) throws IOException {
    Path log = Links.resolve(place.log());
    Optional<Finding> main = main(format, log);
    long body = AuditLog.bodyOffset(log);
    long behind = main.map(finding -> ((Belongs) finding.verdict()).end()).orElse(0L);
    long end = behind == Comparison.ALL ? LogScan.END : body + behind;
    LogScan.Stretches lines = LogScan.readInTwo(log, body, end, monitor);
    boolean isWithoutBackup = main.isEmpty() && isOfAMigration(log, lines.second().latest());
    LineCounts migrated = isWithoutBackup ? lines.second() : lines.first();
    LineCounts appended = isWithoutBackup ? lines.first() : lines.second();
    TornCopies copies = TornCopies.in(log, appended, evidence, place.edits(), monitor);
    Optional<EvidenceErrors> torn =
        mayEndTorn && copies.endsWithOne()
            ? Optional.of(EvidenceErrors.LATE_LINE_UNFINISHED)
            : flawOfTorn(appended.torn(), log);
    Optional<Flaw> flaw = Flaw.firstOf(appended, copies, torn);
    if (flaw.isPresent()) {
      LineCounts.Position at = flaw.get().place();
      long linesBefore = LogScan.read(log, 0, body, monitor).lines() + migrated.lines();
      throw Failure.of(flaw.get().error(), place.log(), linesBefore + at.line(), at.offset());
    }
    long entries = migrated.entryCount();
    return new Account(
        format.version(),
        entries + appended.entryCount(),
        migrated.lines() - migrated.blankLines() - entries,
        migrated.bytes(),
        appended.bytes(),
        appended.torn() != null,
        copies.count(),
        isWithoutBackup,
        main,
        evidence);
  }

  /** The backup that proves most of the log, of a way back where that has left no header. */
  private Optional<Finding> main(Format format, Path log) {
    return evidence.findings().stream()
        .filter(finding -> format instanceof Format.Headerless || finding.name().isForward())
        .filter(finding -> finding.belongsTo(log))
        .max(Comparator.comparing(finding -> ((Belongs) finding.verdict()).end()));
  }

  /**
   * Whether the header of an archive is one that a migration put in front of lines which were there
   * before: in a gzip member of its own, or later than all of them. To an archive nothing is
   * appended.
   *
   * @param latest the time of the latest entry, or null
   */
  private static boolean isOfAMigration(Path log, String latest) throws IOException {
    if (!LogNames.isArchive(log)) {
      return false;
    }
    if (Encoding.of(log).isCompressed() && CompressedHeader.of(log).end() > 0) {
      return true;
    }
    Optional<Instant> created = Header.instant(HeaderLine.of(log).fields().createdAt());
    Optional<Instant> last = Header.instant(latest);
    return created.isPresent() && last.isPresent() && created.get().isAfter(last.get());
  }

  /** A server that has the log open may be about to end its last line. */
  private Optional<EvidenceErrors> flawOfTorn(LineCounts.Position torn, Path log)
      throws IOException {
    return torn == null || !place.openFiles().holdersOf(log).writers().isEmpty()
        ? Optional.empty()
        : Optional.of(EvidenceErrors.LINE_TORN);
  }

  /** What must not stand among the lines that a server appended. */
  private record Flaw(LineCounts.Position place, EvidenceErrors error) {
    /**
     * @param ofTorn what is wrong with a last line that has no newline; nothing if it may have none
     */
    static Optional<Flaw> firstOf(
        LineCounts appended, TornCopies copies, Optional<EvidenceErrors> ofTorn) {
      boolean mayBeTorn = appended.torn() != null && ofTorn.isEmpty();
      Stream<Flaw> torn = ofTorn.stream().map(error -> new Flaw(appended.torn(), error));
      return Stream.of(
              torn,
              first(appended.headers(), EvidenceErrors.HEADER_AMONG_ENTRIES),
              first(appended.foreign(), EvidenceErrors.LINE_FOREIGN),
              first(copies.others(), EvidenceErrors.LINE_DAMAGED))
          .flatMap(flaws -> flaws)
          .filter(flaw -> !mayBeTorn || flaw.place().offset() < appended.torn().offset())
          .min(Comparator.comparingLong(flaw -> flaw.place().offset()));
    }

    private static Stream<Flaw> first(LineCounts.Places places, EvidenceErrors error) {
      return places.first().stream().limit(1).map(place -> new Flaw(place, error));
    }
  }
}
