package support.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The names beside a log. */
class LogNamesTest {
  private static final int LONGEST_ARCHIVE = 40;
  private static final List<Integer> NUMBERS = List.of(0, 1, 9, 10, 99, 100, 999);
  private static final String WORD = "0123456789abcdef.tmp";

  /**
   * AgentGuard's rotator deletes names of the log's, a dot and 16 characters, .gz behind or not.
   */
  @Test
  void noNameThatIsMadeLooksLikeAnArchiveToTheRotator() {
    for (Path log : List.of(Path.of("l"), Path.of("audit.jsonl"))) {
      requireNoneIsArchive(log, log);
      for (String suffix : archiveSuffixes(LONGEST_ARCHIVE - log.toString().length())) {
        requireNoneIsArchive(log, Path.of(log + suffix));
      }
    }
  }

  /** Of every form and of every length that it may have. */
  private static List<String> archiveSuffixes(int longest) {
    List<String> suffixes = new ArrayList<>(List.of(".20260417T093000Z", "-20260417"));
    for (int digits = 1; digits < longest; digits++) {
      suffixes.add("." + "1".repeat(digits));
    }
    List.copyOf(suffixes).forEach(suffix -> suffixes.add(suffix + ".gz"));
    return suffixes.stream().filter(suffix -> suffix.length() <= longest).toList();
  }

  private static void requireNoneIsArchive(Path log, Path file) {
    Pattern archives = LogNames.archives(log);
    for (Path name : namesBeside(file)) {
      String behind = name.toString().substring(log.toString().length());
      int length = behind.length() - 1;
      boolean isArchive = length == 16 || length == 19 && behind.endsWith(".gz");
      assertFalse(behind.startsWith(".") && isArchive, name.toString());
      assertFalse(archives.matcher(name.toString()).matches(), name.toString());
    }
  }

  /**
   * Every name that is made beside a log or an archive, of migrations whose ids, two words, have
   * any length.
   */
  private static Set<Path> namesBeside(Path file) {
    Set<Path> names = new TreeSet<>(Set.of(LogNames.lock(file)));
    names.add(Path.of(file + LogNames.stagedSuffix() + WORD));
    for (int length = 0; length < 38; length++) {
      String id = length == 0 ? LogNames.FIRST_MIGRATION : "m_" + "m".repeat(length);
      for (int number : NUMBERS) {
        Path backup = LogNames.backup(file, LogNames.backupSuffix(id), null, number);
        names.add(backup);
        names.add(LogNames.backup(file, LogNames.rollbackBackupSuffix(id), null, number));
        names.add(LogNames.backup(file, LogNames.discardedSuffix(id), null, number));
        names.add(Path.of(backup + LogNames.stagedBackupSuffix(file) + WORD));
      }
    }
    return names;
  }

  @Test
  void aNumberOfABackupIsNotTwoNumbers() {
    for (String file : List.of("audit.jsonl", "audit.jsonl.2.gz")) {
      for (int length = 1; length < 20; length++) {
        Set<Path> names = new TreeSet<>();
        for (int number = 0; number < 1000; number++) {
          String suffix = LogNames.backupSuffix("m".repeat(length));
          names.add(LogNames.backup(Path.of(file), suffix, null, number));
        }
        assertEquals(1000, names.size());
      }
    }
  }

  @Test
  void aBackupIsToldFromThoseOfOtherFilesOfItsFamily() {
    List<String> family =
        List.of("audit.jsonl", "audit.jsonl.1", "audit.jsonl.1.gz", "audit.jsonl.11");
    for (String one : family) {
      for (String other : family) {
        for (Path name : namesBeside(Path.of(other))) {
          boolean isOwn =
              LogNames.backups(Path.of(one)).matcher(name.toString()).matches()
                  || LogNames.stagedLogs(Path.of(one)).matcher(name.toString()).matches()
                  || LogNames.stagedBackups(Path.of(one)).matcher(name.toString()).matches()
                  || LogNames.lock(Path.of(one)).equals(name);
          assertEquals(one.equals(other), isOwn, one + " and " + name);
        }
      }
    }
  }

  @Test
  void whatIsMadeBesideALogIsABackupOrOfARunAndNoLogNorArchiveIs() {
    for (String file : List.of("audit.jsonl", "audit.jsonl.1", "audit.jsonl-20260417.gz")) {
      for (Path name : namesBeside(Path.of(file))) {
        boolean isBackup = name.toString().matches(".*-(backup|discarded)[.0-9]*");
        assertEquals(isBackup, LogNames.isBackup(name), name.toString());
        assertEquals(!isBackup, LogNames.isOfARun(name), name.toString());
      }
    }
    for (String name :
        List.of("audit.jsonl", "audit.jsonl.1", "a.my-backup", "a-backup", "a.migrate", "a.lock")) {
      assertFalse(LogNames.isBackup(Path.of(name)), name);
      assertFalse(LogNames.isOfARun(Path.of(name)), name);
    }
  }

  @Test
  void anArchiveIsToldByItsName() {
    for (String name : List.of("audit.jsonl.1", "a.10.gz", "a-20260417", "a.20260417T093000Z.gz")) {
      assertTrue(LogNames.isArchive(Path.of("/logs/" + name)), name);
    }
    for (String name :
        List.of("audit.jsonl", ".1", "a.gz", "a.1.v040-backup", "a-2026", "a.1.bz2")) {
      assertFalse(LogNames.isArchive(Path.of("/logs/" + name)), name);
    }
    assertEquals(Path.of("/l/a.1.archive.migrate.lock"), LogNames.lock(Path.of("/l/a.1")));
    assertEquals(
        Path.of("/b/a.1.archive.v040-backup.2"),
        LogNames.backup(Path.of("/l/a.1"), ".v040-backup", Path.of("/b"), 2));
  }
}
