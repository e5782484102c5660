package support.options;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What the operator decided where there is something to decide.
 *
 * @param lockTimeout how long to wait for another run on the same log
 * @param force go on although a process has the log open for writing
 * @param withoutAcl give the new log no access-control list, whatever the old one has
 * @param strict fail for what would only be noted, where it concerns the integrity of the log
 * @param noArchiveBackup keep no backup of an archive whose old bytes are the end of the new one
 * @param besideLog whether the log was found beside the one that the operator named: where its name
 *     is a link by now, that is not followed
 * @param backup the backup to use, or null for the one that a migration made
 * @param fromBackup on the way back, restore the backup instead of keeping the log's entries
 * @param discardNewer with {@code fromBackup}, give up entries that are not in the backup
 */
public record Options(
    Duration lockTimeout,
    boolean force,
    boolean withoutAcl,
    boolean strict,
    boolean noArchiveBackup,
    boolean besideLog,
    Path backup,
    boolean fromBackup,
    boolean discardNewer) {

  /** The careful ones. */
  public static final Options NONE =
      new Options(Duration.ZERO, false, false, false, false, false, null, false, false);

  /** The same, with another backup. */
  public Options withBackup(Path other) {
    return new Options(
        lockTimeout,
        force,
        withoutAcl,
        strict,
        noArchiveBackup,
        besideLog,
        other,
        fromBackup,
        discardNewer);
  }

  /** The same, restoring the backup on the way back. */
  public Options restoring(boolean discard) {
    return new Options(
        lockTimeout, force, withoutAcl, strict, noArchiveBackup, besideLog, backup, true, discard);
  }
}
