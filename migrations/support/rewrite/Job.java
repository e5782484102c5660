package support.rewrite;

import java.nio.file.Path;
import support.lock.Journal;
import support.lock.Journal.Direction;
import support.log.LogNames;
import support.options.Options;

/**
 * What a rewrite is to do.
 *
 * @param log the log as the operator named it
 * @param target what it is to become
 * @param migration the id of the migration that it is done for
 * @param direction which way that goes
 * @param backupFolder where the backup goes, or null for the log's own folder
 * @param checkpoint where the replay checkpoint is, or null for the usual places
 */
public record Job(
    Path log,
    Target target,
    String migration,
    Direction direction,
    Path backupFolder,
    Path checkpoint,
    Options options) {
  /** What the backup's name adds to the log's. */
  String backupSuffix() {
    if (direction == Direction.FORWARD) {
      return LogNames.backupSuffix(migration);
    }
    return discardsNewer()
        ? LogNames.discardedSuffix(migration)
        : LogNames.rollbackBackupSuffix(migration);
  }

  /** Whether what was logged since is given up: the backup's name says so ever after. */
  boolean discardsNewer() {
    return target instanceof Target.Restored restored && restored.discardNewer();
  }

  /**
   * Whether the old log is kept under another name. Where it is not, nobody may be writing to it:
   * it is gone with the last descriptor.
   *
   * @param live the log, symbolic links resolved
   */
  boolean keepsBackup(Path live) {
    return !(options.noArchiveBackup() && target.keepsOldBytes() && LogNames.isArchive(live));
  }

  /**
   * Whether all bytes are taken over as they are, a last line without its end included: what an
   * archive was it is again, to the byte.
   *
   * @param live the log, symbolic links resolved
   */
  boolean takesBytesAsTheyAre(Path live) {
    return !keepsBackup(live) || isWayBackOfArchive(live, target);
  }

  static boolean isWayBackOfArchive(Path live, Target target) {
    return target instanceof Target.WithoutHeader && LogNames.isArchive(live);
  }

  Journal journal() {
    return Journal.begin(migration, direction);
  }
}
