package support.lock;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import support.files.Links;
import support.files.Snapshot;
import support.log.LogNames;

/**
 * What a run writes into its lock file, so that the next one knows what was interrupted: only the
 * migration that the journal names may finish it.
 *
 * @param migration the id of the migration; empty in what a crash left of a journal, which then was
 *     written before anything else was, and in one of a release that knew one migration only
 * @param direction which way it went
 * @param backup where it keeps the old log, as far as it got
 * @param isWithoutBackup whether it keeps none
 * @param tornEnd the new log's size in bytes, where it is to end in the middle of a line, as what
 *     is restored does
 * @param isOfRecover whether it is no migration's, but that of a {@code recover}, which appends to
 *     the log what its backups have more: it may have left the beginning of such a line
 */
public record Journal(
    String migration,
    Direction direction,
    Optional<Path> backup,
    boolean isWithoutBackup,
    OptionalLong tornEnd,
    boolean isOfRecover) {
  private static final Pattern MIGRATION = Pattern.compile("(?m)^migration=(\\w+)$");
  private static final Pattern DIRECTION = Pattern.compile("(?m)^direction=(forward|backward)$");
  private static final Pattern BACKUP = Pattern.compile("(?m)^backup=(.*)$");
  private static final Pattern TORN_END = Pattern.compile("(?m)^torn-end=(\\d{1,18})$");
  private static final String WITHOUT_BACKUP = "without-backup\n";
  private static final String RECOVER = "recover\n";

  private static final Journal OF_RECOVER =
      new Journal("", Direction.FORWARD, Optional.empty(), false, OptionalLong.empty(), true);

  /** Which way a migration goes. */
  public enum Direction {
    /** To its {@code toVersion}. */
    FORWARD,
    /** To its {@code fromVersion}. */
    BACKWARD
  }

  /** A run that has not got as far as its backup. */
  public static Journal begin(String migration, Direction direction) {
    return new Journal(migration, direction, Optional.empty(), false, OptionalLong.empty(), false);
  }

  /** That of a {@code recover}, which any run may finish. */
  static Journal ofRecover() {
    return OF_RECOVER;
  }

  Journal with(Path kept, OptionalLong torn) {
    return new Journal(
        migration, direction, Optional.of(kept.toAbsolutePath()), false, torn, false);
  }

  Journal withoutBackup() {
    return new Journal(migration, direction, Optional.empty(), true, OptionalLong.empty(), false);
  }

  /**
   * What an interrupted run left of itself, or one at work has written; only looks.
   *
   * @param log the log as the operator named it
   * @return nothing where there is no lock file of this tool
   * @throws IOException if the file cannot be read
   */
  public static Optional<Journal> find(Path log) throws IOException {
    Path live = Links.resolve(log);
    Path file = LogNames.lock(live);
    try {
      Optional<Snapshot> found = Snapshot.find(file);
      return found.isPresent() && LockFile.isOurs(file, found.get())
          ? Optional.of(parse(new String(Files.readAllBytes(file), UTF_8)))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty(); // its run has just ended
    }
  }

  /**
   * Whether a {@code recover} was interrupted, or is at work; only looks. A run that holds the lock
   * must not ask: to read the file would free it (fcntl(2)).
   *
   * @param log the log as the operator named it
   * @return false also where this user may not read the lock file
   * @throws IOException if that cannot be read for another reason
   */
  public static boolean isOfRecover(Path log) throws IOException {
    try {
      return find(log).filter(Journal::isOfRecover).isPresent();
    } catch (AccessDeniedException e) {
      return false;
    }
  }

  static Journal parse(String content) {
    Matcher migration = MIGRATION.matcher(content);
    Matcher direction = DIRECTION.matcher(content);
    return new Journal(
        migration.find() ? migration.group(1) : "",
        direction.find()
            ? Direction.valueOf(direction.group(1).toUpperCase(Locale.ROOT))
            : Direction.FORWARD,
        backupIn(content),
        content.contains(WITHOUT_BACKUP),
        tornEndIn(content),
        content.endsWith("\n" + RECOVER));
  }

  private static OptionalLong tornEndIn(String content) {
    Matcher torn = TORN_END.matcher(content);
    return torn.find() ? OptionalLong.of(Long.parseLong(torn.group(1))) : OptionalLong.empty();
  }

  /** None where a crash has left NULs in the name, or the locale has no letters for it. */
  private static Optional<Path> backupIn(String content) {
    Matcher backup = BACKUP.matcher(content);
    try {
      return backup.find() ? Optional.of(Path.of(backup.group(1))) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Whether a migration of this id may finish the run. */
  public boolean isOf(String id) {
    return migration.isEmpty() || migration.equals(id);
  }

  /** The lines of it. */
  String text() {
    String way = direction.name().toLowerCase(Locale.ROOT);
    return (migration.isEmpty() ? "" : "migration=%s\ndirection=%s\n".formatted(migration, way))
        + backup.map(path -> "backup=" + path + "\n").orElse("")
        + (isWithoutBackup ? WITHOUT_BACKUP : "")
        + (tornEnd.isPresent() ? "torn-end=" + tornEnd.getAsLong() + "\n" : "")
        + (isOfRecover ? RECOVER : "");
  }
}
