package support.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import support.files.Links;
import support.files.OpenFiles;
import support.files.Siblings;
import support.lines.LineEdit;
import support.log.Archives;
import support.log.LogNames;
import support.log.LogNames.BackupName;
import support.rewrite.RewriteErrors;
import support.run.Exit;
import support.run.Failure;

/**
 * What the backups of a log prove, and of which file: of the log, of one of its archives, or of a
 * later backup. Only looks.
 *
 * @param findings the backups, each with what it belongs to, in the order of their names
 * @param notLookedAt files that may be archives, and could not be looked at
 */
public record Evidence(List<Finding> findings, List<NotLookedAt> notLookedAt) {
  /**
   * A file that may be an archive.
   *
   * @param why why it was not looked at
   */
  public record NotLookedAt(Path path, String why) {}

  /**
   * Where to look.
   *
   * @param log the log as the operator named it; it need not exist
   * @param folder where backups are kept besides the log's folder, or null
   * @param named a backup that the operator named, or null
   * @param namedAs what that one is taken for, or null
   * @param edits what known migrations make of lines, by their ids
   */
  public record Place(
      Path log,
      Path folder,
      Path named,
      BackupName namedAs,
      Map<String, LineEdit> edits,
      OpenFiles openFiles) {
    /** Without a backup that the operator named. */
    public Place(Path log, Path folder, Map<String, LineEdit> edits, OpenFiles openFiles) {
      this(log, folder, null, null, edits, openFiles);
    }

    /**
     * A log that does not exist, while a backup stands beside its place and no archive does, was
     * removed; in a folder of their own, backups may be those of several logs.
     *
     * @throws Failure with {@link Exit#UNVERIFIED} if that is so
     * @throws IOException if the folder cannot be read
     */
    public void requireLogOfBackups() throws IOException {
      Path live = Links.resolve(log);
      if (Files.exists(live) || !Files.isDirectory(Links.folderOf(live))) {
        return;
      }
      Set<Path> beside = Siblings.named(live, Links.folderOf(live), LogNames.backups(live));
      if (!beside.isEmpty() && Archives.beside(live).isEmpty()) {
        throw Failure.of(EvidenceErrors.LOG_REMOVED, log, beside.iterator().next());
      }
    }

    /** Whether a backup is in a folder for backups, which several logs may share. */
    boolean isShared(Path backup) throws IOException {
      return folder != null
          && Links.folderOf(backup).equals(folder)
          && !isBeside(Links.resolve(log));
    }

    /** By whatever path it was given. */
    private boolean isBeside(Path live) throws IOException {
      return Files.isSameFile(folder, Links.folderOf(live));
    }

    /**
     * Nothing is looked for in a folder that was mistyped, or whose disk is not mounted.
     *
     * @throws Failure with {@link Exit#FAILED} if it is not there
     */
    public void requireFolder() {
      if (folder != null && !Files.isDirectory(folder)) {
        throw Failure.of(RewriteErrors.NO_BACKUP_FOLDER, folder);
      }
    }

    Set<Path> folders(Path live) throws IOException {
      Set<Path> folders = new LinkedHashSet<>();
      folders.add(Links.folderOf(live));
      if (folder != null && Files.isDirectory(folder) && !isBeside(live)) {
        folders.add(folder);
      }
      return folders;
    }
  }

  /**
   * The backups that are there, with what their names say; nothing is compared.
   *
   * @throws IOException if a folder cannot be read
   */
  public static Map<Path, BackupName> backups(Place place) throws IOException {
    Path live = Links.resolve(place.log());
    Map<Path, BackupName> backups = new LinkedHashMap<>();
    for (Path folder : place.folders(live)) {
      for (Path backup : Siblings.named(live, folder, LogNames.backups(live))) {
        BackupName.of(live, backup).ifPresent(name -> backups.put(backup, name));
      }
    }
    if (place.named() != null) {
      backups.put(place.named(), place.namedAs());
    }
    return backups;
  }
}
