package support.evidence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import support.comparison.Body;
import support.comparison.Comparison;
import support.evidence.Finding.Belongs;
import support.evidence.Finding.Discarded;
import support.evidence.Finding.TheLog;
import support.evidence.Finding.Unattributed;
import support.files.Links;
import support.log.AuditLog;
import support.log.CompressedHeader;
import support.log.Encoding;
import support.log.LogNames;
import support.run.Notes;

/**
 * What was proven of a log, in lines for the operator.
 *
 * @param needsNoBackup whether the operator knows that an archive has none
 */
public record Proof(Path log, Verification.Account account, boolean needsNoBackup) {
  /** What a strict operator wants to fail is a concern. */
  public Notes notes() throws IOException {
    Notes notes = new Notes();
    if (account.version() > 0) {
      notes.add("%s has %s and %d entries".formatted(log, header(), account.entries()));
      addProofOfLog(notes);
    } else {
      addProofOfNothing(notes);
    }
    if (account.isTorn()) {
      notes.addConcern(
          "the last line of %s has no newline yet; a process has the log open for writing"
              .formatted(log));
    }
    if (account.tornCopies() > 0) {
      notes.add(
          "%s has %d torn line(s) that are the beginning of late ones, which are counted whole"
              .formatted(log, account.tornCopies()));
    }
    for (Finding finding : account.evidence().findings()) {
      addBackup(notes, finding);
    }
    return notes;
  }

  private void addProofOfNothing(Notes notes) throws IOException {
    boolean isThere = AuditLog.exists(log);
    if (!account.isWithoutBackup()) {
      String is = isThere ? "is empty" : "does not exist";
      notes.add("%s %s, since %s".formatted(log, is, whyEmpty()));
    } else if (isThere) {
      add(
          notes,
          "%s is empty, and no backup of it is here: nothing was logged there since a rotation, or"
              + " somebody emptied it");
    } else {
      add(
          notes,
          "%s does not exist, and no backup of it is here: it was rotated and not begun again, or"
              + " somebody removed it");
    }
  }

  /** That a backup is missing; an operator who made none of archives knows it of them. */
  private void add(Notes notes, String missing) throws IOException {
    String note = missing.formatted(log);
    if (needsNoBackup && LogNames.isArchive(Links.resolve(log))) {
      notes.add(note);
    } else {
      notes.addConcern(note);
    }
  }

  private String header() {
    return account.version() == AuditLog.HEADERLESS_VERSION
        ? "no header, as of schema version 1,"
        : "a header of schema version " + account.version();
  }

  private String whyEmpty() throws IOException {
    Path live = Links.resolve(log);
    return account.evidence().findings().stream().anyMatch(f -> f.belongsTo(live))
        ? "every line of its backup was dropped"
        : "it was rotated";
  }

  private void addProofOfLog(Notes notes) throws IOException {
    if (account.backup().isPresent()) {
      notes.add(
          "%s and %d bytes that were appended since"
              .formatted(
                  holds(log, account.backup().get(), account.migratedBytes()) + ",",
                  account.appendedBytes()));
      notes.add(
          "%s has %d damaged line(s), all as they were before the %s"
              .formatted(
                  log,
                  account.damaged(),
                  account.backup().get().name().isForward() ? "migration" : "rollback"));
    } else if (account.isWithoutBackup()) {
      addWithoutBackup(notes);
    } else if (isOfAnotherGeneration()) {
      notes.add("%s was begun after its latest backup, by a rotation".formatted(log));
    } else {
      add(notes, "%s is not proven against a backup: none here is of it");
    }
  }

  /** Both are read as what they hold, decompressed where they are compressed. */
  private static String holds(Path file, Finding finding, Long counted) throws IOException {
    String bytes = Encoding.of(finding.path()).isCompressed() ? "decompressed bytes" : "bytes";
    return "%s holds the %d %s of %s unchanged"
        .formatted(file, proven(finding, counted), bytes, finding.path());
  }

  /**
   * How many bytes of a backup are proven.
   *
   * @param counted how many were read of the file that holds all of them; null where none were
   */
  private static long proven(Finding finding, Long counted) throws IOException {
    long proven = ((Belongs) finding.verdict()).proven();
    if (proven != Comparison.ALL) {
      return proven;
    }
    return counted == null ? Body.of(finding.path()).size() : counted;
  }

  /** An archive that was migrated without one, or whose backup is not here any more. */
  private void addWithoutBackup(Notes notes) throws IOException {
    boolean isByItself =
        Encoding.of(log).isCompressed() && !CompressedHeader.of(Links.resolve(log)).isShared();
    add(
        notes,
        "no backup of %s is here: its header "
            + (isByItself
                ? "stands in a gzip member of its own, and all behind it can be decompressed"
                : "is sound, and every line behind it was read"));
    if (account.damaged() > 0) {
      notes.addConcern(
          "%s has %d line(s) that cannot be read; without a backup nothing tells whether they could"
                  .formatted(log, account.damaged())
              + " before");
    }
  }

  /** A backup belongs to an archive. */
  private boolean isOfAnotherGeneration() throws IOException {
    Path live = Links.resolve(log);
    return account.evidence().findings().stream()
        .anyMatch(f -> f.verdict() instanceof Belongs && !f.belongsTo(live));
  }

  private void addBackup(Notes notes, Finding finding) throws IOException {
    if (finding.verdict() instanceof Belongs belongs) {
      if (!account.backup().equals(Optional.of(finding))) {
        notes.add(holds(belongs.file(), finding, null));
      }
      notes.addAll(LateNotes.of(finding, belongs, Links.resolve(log)));
    } else if (finding.verdict() instanceof Discarded discarded) {
      notes.add(
          "%s is the log as it was before a rollback with --discard-newer"
              .formatted(finding.path()));
      LateNotes.addWriters(notes, finding.path(), discarded.writers());
    } else if (finding.verdict() instanceof TheLog) {
      notes.addConcern(
          "%s is the log itself: a run was interrupted before it replaced the log"
              .formatted(finding.path()));
    } else if (finding.verdict() instanceof Unattributed unknown) {
      notes.addConcern(
          "%s belongs to no file that is here%s"
              .formatted(finding.path(), unknown.why() == null ? "" : ": " + unknown.why()));
      addNotLookedAt(notes);
    }
  }

  private void addNotLookedAt(Notes notes) {
    for (Evidence.NotLookedAt other : account.evidence().notLookedAt()) {
      String text = "%s was not looked at: %s".formatted(other.path(), other.why());
      if (!notes.texts().contains(text)) {
        notes.add(text);
      }
    }
  }
}
