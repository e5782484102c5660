package support.survey;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import support.evidence.Evidence;
import support.evidence.RotationChain;
import support.files.Links;
import support.files.OpenFiles;
import support.files.Snapshot;
import support.run.Failure;
import support.run.IoSupplier;
import support.run.Monitor;
import support.run.Notes;

/**
 * All that AgentGuard and this tool keep of one log, seen in one look. It only looks: it takes no
 * lock, waits for nobody, and what disappears while it looks is left out. Its field names are those
 * of {@code --json}; paths are as the operator would write them.
 *
 * @param log the live log
 * @param backups what it was before migrations and rollbacks
 * @param checkpoints where servers stopped counting
 * @param chain the archives that the log succeeds
 * @param leftovers what crashes left: of this tool, of AgentGuard's own migration, and entries that
 *     a server's queue spilled and that are in no log
 * @param openBy who has the log open
 * @param lock whether a run is at work
 */
public record Survey(
    LogSurvey log,
    List<BackupSurvey> backups,
    List<CheckpointSurvey> checkpoints,
    RotationChain chain,
    List<SideFile> leftovers,
    OpenBy openBy,
    LockSurvey lock) {
  /** How often to look again where the log is replaced while it is looked at. */
  private static final int ATTEMPTS = 3;

  /**
   * @param complete false where some processes could not be looked at
   */
  public record OpenBy(List<OpenFiles.Holder> processes, boolean complete) {}

  /**
   * Looks at everything.
   *
   * @param place the log as the operator named it, and where its backups are
   * @param checkpoint where the operator says that the checkpoint is, or null for the usual places
   * @param newest the newest schema version that this program knows
   * @param quick read the first lines of files only
   * @throws Failure if the path cannot be that of a log
   * @throws IOException if the log or its folder cannot be read
   */
  public static Survey of(
      Evidence.Place place, Path checkpoint, long newest, boolean quick, Monitor monitor)
      throws IOException {
    Path log = place.log();
    return untilItStays(
        log,
        () -> {
          Path live = Links.resolve(log);
          LogSurvey state = LogSurvey.of(log, newest, quick, monitor);
          return new Survey(
              state,
              BackupSurvey.all(place, quick, monitor),
              CheckpointSurvey.all(log, state, checkpoint),
              RotationChain.of(live, state.header() == null ? null : state.header().rotatedFrom()),
              SideFile.all(live, place.folder(), quick, monitor),
              openBy(live, place.openFiles()),
              LockSurvey.of(live));
        });
  }

  /** What a strict operator wants to fail: of the log and its backups, all that may be damage. */
  public Notes concerns() {
    Notes notes = log.concerns();
    backups.stream().flatMap(BackupSurvey::concerns).forEach(notes::addConcern);
    return notes;
  }

  /** Looks again where the log became another file, or shorter, meanwhile. */
  private static Survey untilItStays(Path log, IoSupplier<Survey> look) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Path live = Links.resolve(log);
      Optional<Snapshot> before = Snapshot.find(live);
      try {
        Survey survey = look.get();
        if (attempt == ATTEMPTS || isSameFile(before, Snapshot.find(live))) {
          return survey;
        }
      } catch (NoSuchFileException | EOFException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static boolean isSameFile(Optional<Snapshot> before, Optional<Snapshot> after) {
    return before.isPresent() == after.isPresent()
        && (before.isEmpty() || before.get().isSameFileAs(after.get()));
  }

  private static OpenBy openBy(Path live, OpenFiles openFiles) throws IOException {
    if (!Files.exists(live)) {
      return new OpenBy(List.of(), true);
    }
    OpenFiles.Answer answer = openFiles.holdersOf(live);
    return new OpenBy(answer.holders(), answer.complete());
  }
}
