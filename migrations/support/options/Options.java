package support.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;

/** What the operator decided where there is something to decide. */
public final class Options {
  /** The careful ones, of an operator who decides nothing. */
  public static final Options NONE = new Options(Duration.ZERO, EnumSet.noneOf(Flag.class), null);

  private final Duration lockTimeout;
  private final EnumSet<Flag> flags;
  private final Path backup;

  /** A decision that is yes or no. */
  public enum Flag {
    /** Go on although a process has the log open for writing. */
    FORCE,
    /** Give the new log no access-control list, whatever the old one has. */
    WITHOUT_ACL,
    /** Fail for what would only be noted, where it concerns the integrity of the log. */
    STRICT,
    /** Keep no backup of an archive whose old bytes are the end of the new one. */
    NO_ARCHIVE_BACKUP,
    /**
     * The log was found beside the one that the operator named: where its name is a link by now,
     * that is not followed.
     */
    BESIDE_LOG,
    /** On the way back, restore the backup instead of keeping the log's entries. */
    FROM_BACKUP,
    /** With {@link #FROM_BACKUP}, give up entries that are not in the backup. */
    DISCARD_NEWER
  }

  private Options(Duration lockTimeout, EnumSet<Flag> flags, Path backup) {
    this.lockTimeout = lockTimeout;
    this.flags = flags;
    this.backup = backup;
  }

  /** The same, waiting so long for another run on the same log. */
  public Options withLockTimeout(Duration timeout) {
    return new Options(timeout, flags, backup);
  }

  /** The same, with another backup; null for the one that a migration made. */
  public Options withBackup(Path other) {
    return new Options(lockTimeout, flags, other);
  }

  /** The same, with a yes to this. */
  public Options with(Flag flag) {
    return with(flag, true);
  }

  /** The same, with a yes or a no to this. */
  public Options with(Flag flag, boolean isYes) {
    EnumSet<Flag> changed = flags.clone();
    if (isYes) {
      changed.add(flag);
    } else {
      changed.remove(flag);
    }
    return new Options(lockTimeout, changed, backup);
  }

  /** How long to wait for another run on the same log. */
  public Duration lockTimeout() {
    return lockTimeout;
  }

  /** The backup to use, or null for the one that a migration made. */
  public Path backup() {
    return backup;
  }

  /** As {@link Flag#FORCE}. */
  public boolean force() {
    return flags.contains(Flag.FORCE);
  }

  /** As {@link Flag#WITHOUT_ACL}. */
  public boolean withoutAcl() {
    return flags.contains(Flag.WITHOUT_ACL);
  }

  /** As {@link Flag#STRICT}. */
  public boolean strict() {
    return flags.contains(Flag.STRICT);
  }

  /** As {@link Flag#NO_ARCHIVE_BACKUP}. */
  public boolean noArchiveBackup() {
    return flags.contains(Flag.NO_ARCHIVE_BACKUP);
  }

  /** As {@link Flag#BESIDE_LOG}. */
  public boolean besideLog() {
    return flags.contains(Flag.BESIDE_LOG);
  }

  /** As {@link Flag#FROM_BACKUP}. */
  public boolean fromBackup() {
    return flags.contains(Flag.FROM_BACKUP);
  }

  /** As {@link Flag#DISCARD_NEWER}. */
  public boolean discardNewer() {
    return flags.contains(Flag.DISCARD_NEWER);
  }
}
