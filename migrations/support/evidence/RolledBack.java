package support.evidence;

import java.nio.file.Path;
import java.util.List;
import support.evidence.Finding.Belongs;
import support.log.LogNames.BackupName;
import support.log.LogNames.BackupName.Way;

/**
 * Tells from its backups whether a log without a header is as a rollback has left it. Each way
 * there and each way back leaves a backup, which the log begins with.
 *
 * <p>A way there that was gone behind a way back, with nothing logged between, needs no backup of
 * its own: that one cannot be told.
 */
final class RolledBack {
  private RolledBack() {}

  /**
   * @param live the log, symbolic links resolved
   * @param migration the id of the migration that was undone
   */
  static boolean is(Path live, String migration, Evidence evidence) {
    List<Finding> own =
        evidence.findings().stream().filter(f -> f.name().migration().equals(migration)).toList();
    long there = count(own, Way.FORWARD, live);
    long back = count(own, Way.BACKWARD, live);
    long discarded = own.stream().map(Finding::name).filter(BackupName::isDiscarded).count();
    boolean isOfThisLog = back > 0 || there > 0 && discarded > 0;
    return isOfThisLog && back + discarded >= there;
  }

  private static long count(List<Finding> findings, Way way, Path live) {
    return findings.stream()
        .filter(finding -> finding.name().way() == way && finding.belongsTo(live))
        .filter(finding -> ((Belongs) finding.verdict()).proven() > 0) // else of any log
        .count();
  }
}
