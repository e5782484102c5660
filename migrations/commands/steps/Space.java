import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import support.files.Links;
import support.log.AuditLog;
import support.log.LogNames;
import support.run.Failure;

/**
 * The room on disk for all rewrites of a run: each file is written once more at every step, and the
 * old one stays as the backup.
 */
final class Space {
  private final Task.Rewrites steps;
  private final migrate.Registry registry;
  private final Path backupDir;
  private final boolean withoutArchiveBackups;
  private final int jobs;
  private final Map<Object, Need> needs = new LinkedHashMap<>();
  private final Set<Path> changed = new LinkedHashSet<>();

  /** What the rewrites need on one file system. */
  private static final class Need {
    private final Path folder;
    private final int jobs;
    private int rewrites;
    private long staying;

    /** The most that is there for a while, of files that are rewritten one after the other. */
    private final Map<Path, Long> passing = new HashMap<>();

    Need(Path folder, int jobs) {
      this.folder = folder;
      this.jobs = jobs;
    }

    void addPassing(Path family, long bytes) {
      passing.merge(family, bytes, Math::max);
    }

    long bytes() {
      return staying
          + passing.values().stream()
              .sorted(Comparator.reverseOrder())
              .limit(jobs)
              .mapToLong(Long::longValue)
              .sum();
    }

    long free() {
      return folder.toFile().getUsableSpace(); // as the preflight of each rewrite asks
    }
  }

  /**
   * @param withoutArchiveBackups whether the old one of an archive goes when the new one is there
   * @param jobs how many files may be at work at a time
   */
  Space(
      Task.Rewrites steps,
      migrate.Registry registry,
      Path backupDir,
      boolean withoutArchiveBackups,
      int jobs) {
    this.steps = steps;
    this.registry = registry;
    this.backupDir = backupDir;
    this.withoutArchiveBackups = withoutArchiveBackups;
    this.jobs = jobs;
  }

  /**
   * Adds what a log needs. One that cannot be looked at needs nothing here: its own turn says why.
   */
  void add(Path log) {
    try {
      AuditLog.requireNameOfALog(log);
      Path live = Links.resolve(log);
      long version = AuditLog.format(log, registry.newestVersion()).version();
      int rewrites = steps.of(registry, version);
      if (rewrites > 0) {
        changed.add(live);
        changed.add(Links.folderOf(live));
        add(live, rewrites, Files.size(live));
      }
    } catch (IOException | Failure e) {
      // as above
    }
  }

  private void add(Path live, int rewrites, long bytes) throws IOException {
    Need need = need(Links.folderOf(live));
    Path family = Schedule.family(live, backupDir);
    need.rewrites += rewrites;
    if (withoutArchiveBackups && LogNames.isArchive(live)) {
      need.addPassing(family, bytes);
      return;
    }
    boolean isBackupElsewhere =
        backupDir != null && Files.isDirectory(backupDir) && need(backupDir) != need;
    if (isBackupElsewhere) {
      need.addPassing(family, bytes);
      need(backupDir).staying += rewrites * bytes;
      need(backupDir).rewrites += rewrites;
    } else {
      need.staying += rewrites * bytes;
    }
  }

  private Need need(Path folder) throws IOException {
    Object device = Files.getAttribute(folder, "unix:dev");
    return needs.computeIfAbsent(device, d -> new Need(folder, jobs));
  }

  /**
   * The logs that need any, symbolic links resolved, and the folders that their names change in.
   */
  Set<Path> changed() {
    return changed;
  }

  /** What is needed, where it is more than one rewrite that needs it. */
  List<String> sums() {
    List<String> sums = new ArrayList<>();
    for (Need need : needs.values()) {
      if (need.rewrites > 1) {
        sums.add(
            "%d rewrites need %d bytes in %s, %d are free"
                .formatted(need.rewrites, need.bytes(), need.folder, need.free()));
      }
    }
    return sums;
  }

  /**
   * Looks whether all have room together. Of a single rewrite its own preflight says so.
   *
   * @throws Failure if one file system has too little
   */
  void require() {
    for (Need need : needs.values()) {
      long free = need.free();
      if (need.rewrites > 1 && free < need.bytes()) {
        throw Failure.of(
            CommandErrors.NO_SPACE_FOR_ALL, need.rewrites, need.bytes(), need.folder, free);
      }
    }
  }
}
