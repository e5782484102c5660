package support.evidence;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import support.files.Siblings;
import support.log.LogNames;
import support.log.LogNames.BackupName;

/**
 * The names that an archive had before: first that of the log, then those of lower numbers.
 * Rotation renames what was made of a backup, and not the backup.
 */
final class EarlierNames {
  private static final BigInteger OF_LOG = BigInteger.ZERO;

  private record Backup(Path path, BackupName name, BigInteger number) {}

  private EarlierNames() {}

  /**
   * The backups of an archive's earlier names that were made on the way there, those of the latest
   * name first.
   *
   * @param folders where backups are kept
   * @return nothing for what is no archive
   * @throws IOException if a folder cannot be read
   */
  static Map<Path, BackupName> backups(Path archive, Collection<Path> folders) throws IOException {
    Optional<Path> log = LogNames.liveLog(archive);
    if (log.isEmpty()) {
      return Map.of();
    }
    BigInteger own = number(archive, log.get());
    List<Backup> earlier = new ArrayList<>();
    for (Path folder : folders) {
      earlier.addAll(ofFamily(log.get(), folder));
    }
    earlier.removeIf(backup -> backup.number().compareTo(own) >= 0);
    earlier.sort(Comparator.comparing(Backup::number).reversed());
    Map<Path, BackupName> backups = new LinkedHashMap<>();
    earlier.forEach(backup -> backups.put(backup.path(), backup.name()));
    return backups;
  }

  /** Those of the log and of numbered archives; a date or a time stays for good. */
  private static List<Backup> ofFamily(Path log, Path folder) throws IOException {
    Pattern names = LogNames.backupsOfFamily(log);
    List<Backup> backups = new ArrayList<>();
    for (Path path : Siblings.named(log, folder, names)) {
      Matcher name = names.matcher(path.getFileName().toString());
      Optional<BackupName> said = BackupName.of(name).filter(BackupName::isForward);
      if (said.isPresent() && name.group("time") == null && name.group("date") == null) {
        backups.add(new Backup(path, said.get(), number(name).orElse(OF_LOG)));
      }
    }
    return backups;
  }

  /** Before it was told by its time, an archive was the log. */
  private static BigInteger number(Path archive, Path log) {
    Matcher name = LogNames.archives(log).matcher(archive.getFileName().toString());
    return name.matches() ? number(name).orElse(OF_LOG.add(BigInteger.ONE)) : OF_LOG;
  }

  private static Optional<BigInteger> number(Matcher name) {
    return Optional.ofNullable(name.group("number")).map(BigInteger::new);
  }
}
