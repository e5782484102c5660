package support.log;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every name that this tool, AgentGuard and logrotate give to what stands beside a log. All of them
 * begin with the log's own.
 *
 * <p>AgentGuard's rotator counts and deletes names of {@code <log>.} and 16 characters, with or
 * without {@code .gz} behind them (v1.0.0, pkg/audit): no name that is made here is one of those.
 * An archive of a log is {@code <log>.} and something already, and what is made beside it would get
 * to 16 with {@code 2.gz.v040-backup}; so it has a mark, with which it is longer whatever the
 * archive's name.
 */
public final class LogNames {
  /** The migration whose names are AgentGuard's own, and the first that ever was. */
  public static final String FIRST_MIGRATION = "v040_to_v041";

  private static final int ROTATOR_LENGTH = 16;

  private static final String MIGRATION = "[A-Za-z0-9]+_\\w+";
  private static final int LONGEST_MIGRATION = 39;

  /**
   * What the names of backups add to the log's: of any migration, in both directions. An id has two
   * words at least; {@code audit.jsonl.my-backup} is somebody else's.
   */
  private static final String BACKUP =
      "\\.(?:(?<first>v040|v041)|(?<id>%s)(?<back>-rollback)?)".formatted(MIGRATION)
          + "-(?:backup|(?<=v041-|-rollback-)(?<discarded>discarded))(?:\\.(?<copy>\\d{1,4}))?";

  /** Behind an archive's name, in all names that are made beside it. */
  private static final String ARCHIVE_MARK = ".archive";

  /** What rotation adds to the log's name. */
  private static final String GENERATION =
      "(?:\\.(?<time>\\d{8}T\\d{6}Z)|\\.(?<number>\\d+)|-(?<date>\\d{8}))(?:\\.gz)?";

  private static final Pattern ARCHIVE = Pattern.compile("(?<log>.+)" + GENERATION, Pattern.DOTALL);

  /** What logrotate adds where it is told to compress with something else than gzip. */
  private static final String OTHER_COMPRESSION = "\\.(?:xz|zst|bz2|lz4)";

  private static final Pattern COMPRESSED =
      Pattern.compile("(.+)(?:\\.gz|" + OTHER_COMPRESSION + ")", Pattern.DOTALL);

  private static final String WORD = "[0-9a-f]{16}\\.tmp";

  /** Whatever may stand beside some log, archives in encodings that nobody reads included. */
  private static final Pattern BESIDE_A_LOG =
      Pattern.compile(
          ".+(?:%s|%s|%s|%s)"
              .formatted(
                  GENERATION + "(?:" + OTHER_COMPRESSION + ")?",
                  BACKUP + "(?:\\.migrate\\.[0-9a-f]{8}\\." + WORD + ")?",
                  "\\.migrate\\.(?:lock|" + WORD + ")|\\.v\\d+-migrate\\.tmp|\\.prom",
                  "\\.replay-checkpoint(?:\\.tmp)?|\\.overflow\\.jsonl|\\.draining\\..+"),
          Pattern.DOTALL);

  private static final Pattern BACKUP_OF_A_LOG = Pattern.compile(".+" + BACKUP, Pattern.DOTALL);

  /** What a run makes for itself, and leaves only where it is interrupted. */
  private static final Pattern OF_A_RUN =
      Pattern.compile(
          ".+\\.migrate\\.(?:lock|(?:[0-9a-f]{8}\\.)?%s)".formatted(WORD), Pattern.DOTALL);

  private LogNames() {}

  /**
   * Whether a file has the name of an archive of some log. That decides its names here, however it
   * was come to: a lock of one name keeps all others away.
   */
  public static boolean isArchive(Path file) {
    return ARCHIVE.matcher(file.getFileName().toString()).matches();
  }

  /** Whether it has a number there, which the next rotation gives to another. */
  public static boolean isNumberedArchive(Path file) {
    Matcher name = ARCHIVE.matcher(file.getFileName().toString());
    return name.matches() && name.group("number") != null;
  }

  /** The name that a file had before it was compressed; nothing where its name does not say so. */
  static Optional<Path> beforeCompression(Path file) {
    Matcher name = COMPRESSED.matcher(file.getFileName().toString());
    return name.matches() ? Optional.of(file.resolveSibling(name.group(1))) : Optional.empty();
  }

  /** Whether a file has the name of something that stands beside some log, and so is none. */
  public static boolean isBesideALog(Path file) {
    return BESIDE_A_LOG.matcher(file.getFileName().toString()).matches();
  }

  /** Whether a file has the name of a backup of some log, or of an archive of one. */
  static boolean isBackup(Path file) {
    return BACKUP_OF_A_LOG.matcher(file.getFileName().toString()).matches();
  }

  /** Whether it has the name of a lock, or of a file that is not finished yet. */
  static boolean isOfARun(Path file) {
    return OF_A_RUN.matcher(file.getFileName().toString()).matches();
  }

  /** Whether a command may change a file of this name: it is none that this tool gives. */
  public static boolean isNameOfALog(Path file) {
    return !isBackup(file) && !isOfARun(file);
  }

  /** The log that a file is an archive of, by its name; nothing where it is none. */
  public static Optional<Path> liveLog(Path file) {
    Matcher name = ARCHIVE.matcher(file.getFileName().toString());
    return name.matches() ? Optional.of(file.resolveSibling(name.group("log"))) : Optional.empty();
  }

  /** What every name begins with that is made beside a log. */
  private static String stem(Path log) {
    return log.getFileName() + (isArchive(log) ? ARCHIVE_MARK : "");
  }

  /** Whether a migration may have this id: its backups are recognised by it. */
  public static boolean isMigration(String id) {
    return id.length() <= LONGEST_MIGRATION && id.matches(MIGRATION);
  }

  /** What the backup of a migration adds to the log's name. */
  public static String backupSuffix(String migration) {
    return migration.equals(FIRST_MIGRATION) ? ".v040-backup" : "." + migration + "-backup";
  }

  /** What the backup of its way back adds. */
  public static String rollbackBackupSuffix(String migration) {
    return migration.equals(FIRST_MIGRATION)
        ? ".v041-backup"
        : "." + migration + "-rollback-backup";
  }

  /** The same of a way back that gave up what was logged since. */
  public static String discardedSuffix(String migration) {
    return migration.equals(FIRST_MIGRATION)
        ? ".v041-discarded"
        : "." + migration + "-rollback-discarded";
  }

  /**
   * A backup of a log.
   *
   * @param suffix as {@link #backupSuffix} gives it
   * @param folder where backups are kept, or null for the log's folder
   * @param number 0 for the first, which bears none
   */
  public static Path backup(Path log, String suffix, Path folder, int number) {
    String name = stem(log) + numbered(suffix, number);
    return folder == null ? log.resolveSibling(name) : folder.resolve(name);
  }

  /** A number gets zeros in front until AgentGuard's rotator takes the name for no archive. */
  private static String numbered(String suffix, int number) {
    String name = number == 0 ? suffix : suffix + "." + number;
    if (name.length() != ROTATOR_LENGTH + 1) {
      return name;
    }
    return number == 0 ? suffix + ".0" : suffix + ".0" + number;
  }

  /**
   * {@code <log>.migrate.lock}, in the folder of the real log; of an archive {@code
   * <archive>.archive.migrate.lock}.
   */
  public static Path lock(Path log) {
    return log.resolveSibling(stem(log) + ".migrate.lock");
  }

  /** The name of a backup of the log, in any folder. */
  public static Pattern backups(Path log) {
    return made(log, BACKUP);
  }

  /** The name of a backup of the log or of any archive of it, as that was called then. */
  public static Pattern backupsOfFamily(Path log) {
    return beside(log, "(?:" + GENERATION + Pattern.quote(ARCHIVE_MARK) + ")?" + BACKUP);
  }

  /**
   * What the name of a backup says.
   *
   * @param migration the id of the migration
   * @param way on which it was made
   * @param number 0 for the first
   */
  public record BackupName(String migration, Way way, int number) {
    /** The ways on which backups are made. */
    public enum Way {
      /** The way there. */
      FORWARD,
      /** The way back, which keeps what was logged since. */
      BACKWARD,
      /** The way back that gave up what was logged since: the operator said so. */
      DISCARDING
    }

    /** Whether it was made on the way there, and not on the way back. */
    public boolean isForward() {
      return way == Way.FORWARD;
    }

    /** Whether the operator gave up what it has and the log has not. */
    public boolean isDiscarded() {
      return way == Way.DISCARDING;
    }

    /** Reads the name of a file in any folder; nothing where it is none of a backup. */
    public static Optional<BackupName> of(Path log, Path file) {
      return of(backups(log).matcher(file.getFileName().toString()));
    }

    /** Reads a name by the pattern of backups that it is to match. */
    public static Optional<BackupName> of(Matcher name) {
      if (!name.matches()) {
        return Optional.empty();
      }
      String first = name.group("first");
      String number = name.group("copy");
      return Optional.of(
          new BackupName(
              first == null ? name.group("id") : FIRST_MIGRATION,
              way(name),
              number == null ? 0 : Integer.parseInt(number)));
    }

    private static Way way(Matcher name) {
      if (name.group("discarded") != null) {
        return Way.DISCARDING;
      }
      String first = name.group("first");
      boolean isForward = first == null ? name.group("back") == null : first.equals("v040");
      return isForward ? Way.FORWARD : Way.BACKWARD;
    }
  }

  /**
   * What begins with the log's name as an archive does, and has a name that neither rotation nor
   * AgentGuard nor this tool gives: it may be an archive of another encoding.
   */
  public static boolean isOther(Path log, Path file) {
    String name = file.getFileName().toString();
    boolean isBeside = beside(log, "[.-].+").matcher(name).matches();
    return isBeside
        && Stream.of(
                backups(log),
                archives(log),
                stagedLogs(log),
                stagedBackups(log),
                agentGuardStaged(log),
                checkpointStaged(log),
                overflow(log),
                draining(log),
                beside(log, "\\.(replay-checkpoint|migrate\\.lock)"),
                beside(log, GENERATION + Pattern.quote(ARCHIVE_MARK) + "\\..+"),
                beside(log, ".*\\.prom"))
            .noneMatch(known -> known.matcher(name).matches());
  }

  /** What a staged file of a new log adds to the log's name, before its random word. */
  public static String stagedSuffix() {
    return ".migrate.";
  }

  /**
   * What a staged file of a backup adds to the backup's name, before its random word: a mark of the
   * log, since several logs may share a folder for their backups.
   */
  public static String stagedBackupSuffix(Path log) {
    return ".migrate.%08x.".formatted(log.toAbsolutePath().normalize().toString().hashCode());
  }

  /** Staged files of this very log's backups, of any migration, whatever their numbers. */
  public static Pattern ownStagedBackups(Path log) {
    return made(log, BACKUP + Pattern.quote(stagedBackupSuffix(log)) + WORD);
  }

  /** Staged files of new logs. */
  public static Pattern stagedLogs(Path log) {
    return beside(log, "\\.migrate\\." + WORD);
  }

  /** Staged files of backups, of whichever log with this name. */
  public static Pattern stagedBackups(Path log) {
    return made(log, BACKUP + "\\.migrate\\.[0-9a-f]{8}\\." + WORD);
  }

  /** What AgentGuard's own migration leaves in a crash (v1.0.0, pkg/migrate). */
  public static Pattern agentGuardStaged(Path log) {
    return beside(log, "\\.v\\d+-migrate\\.tmp");
  }

  /** What a server leaves that dies while it writes its checkpoint. */
  public static Pattern checkpointStaged(Path log) {
    return beside(log, "\\.replay-checkpoint\\.tmp");
  }

  /** Entries that a server's queue had no room for. */
  public static Pattern overflow(Path log) {
    return beside(log, "\\.overflow\\.jsonl");
  }

  /** Entries that a server was taking up again. */
  public static Pattern draining(Path log) {
    return beside(log, "(\\.overflow\\.jsonl)?\\.draining\\..+");
  }

  /**
   * Names that rotation gives: AgentGuard's, with a {@code time}, and logrotate's two, with a
   * {@code number} or a {@code date}; compressed or not. See {@link Archives} for their order.
   */
  public static Pattern archives(Path log) {
    return beside(log, GENERATION);
  }

  /** The same, and those that are compressed with what no AgentGuard reads. */
  static Pattern archivesOfAnyEncoding(Path log) {
    return beside(log, GENERATION + "(?:" + OTHER_COMPRESSION + ")?");
  }

  private static Pattern made(Path log, String suffix) {
    return Pattern.compile(Pattern.quote(stem(log)) + suffix);
  }

  private static Pattern beside(Path log, String suffix) {
    return Pattern.compile(Pattern.quote(log.getFileName().toString()) + suffix);
  }
}
