package support.survey;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import support.evidence.Evidence;
import support.evidence.EvidenceSearch;
import support.evidence.Finding;
import support.files.OpenFiles;
import support.lock.Journal;
import support.run.Monitor;

/**
 * A backup of a log, and what it belongs to; headers do not count.
 *
 * @param path where it is
 * @param bytes its size
 * @param state what was found; null where files were not compared
 * @param file the file that it belongs to, or the one beside which it is damaged; else null
 * @param problem what is wrong with a damaged one, or what explains that one belongs to no file
 *     here, or why one cannot be read; else null
 * @param lateLines how many lines that were appended to it later are in it only; null where none is
 * @param mayBeCutOff true where the first of them is older than the file's header, so that they may
 *     have been cut off the file; else null
 * @param openBy who has it open for writing; null where nobody has
 */
public record BackupSurvey(
    String path,
    long bytes,
    State state,
    String file,
    String problem,
    Long lateLines,
    Boolean mayBeCutOff,
    List<OpenFiles.Holder> openBy) {
  /** What a backup was found to be. */
  public enum State {
    /** It is another name of the log: a run was interrupted before it replaced the log. */
    THE_LOG,
    /** A file begins with what was made of it: the log, an archive, or a later backup. */
    BELONGS,
    /** It or the file that was made of it was changed. */
    DAMAGED,
    /** No file here was made of it. */
    UNATTRIBUTED,
    /** A rollback discarded what it has and the log has not, as the operator had said. */
    DISCARDED,
    /** This user may not read it. */
    UNREADABLE
  }

  /** Those of a place. */
  static List<BackupSurvey> all(Evidence.Place place, boolean quick, Monitor monitor)
      throws IOException {
    List<BackupSurvey> backups = new ArrayList<>();
    if (quick) {
      for (Path backup : Evidence.backups(place).keySet()) {
        try {
          backups.add(of(backup, Files.size(backup), null, null, null));
        } catch (NoSuchFileException e) {
          // removed meanwhile
        }
      }
      return backups;
    }
    EvidenceSearch.of(place, Journal.isOfRecover(place.log()), monitor)
        .findings()
        .forEach(finding -> backups.add(of(finding)));
    return backups;
  }

  private static BackupSurvey of(Path path, long bytes, State state, Path file, String problem) {
    String name = file == null ? null : file.toString();
    return new BackupSurvey(path.toString(), bytes, state, name, problem, null, null, null);
  }

  private static BackupSurvey of(Finding finding) {
    Path path = finding.path();
    long bytes = finding.bytes();
    if (finding.verdict() instanceof Finding.Damaged damaged) {
      return of(path, bytes, State.DAMAGED, damaged.file(), damaged.fault().getMessage());
    } else if (finding.verdict() instanceof Finding.Emptied) {
      return of(path, bytes, State.DAMAGED, null, "it is empty");
    } else if (finding.verdict() instanceof Finding.Unreadable) {
      return of(path, bytes, State.UNREADABLE, null, "permission denied");
    } else if (finding.verdict() instanceof Finding.Unattributed unknown) {
      return of(path, bytes, State.UNATTRIBUTED, null, unknown.why());
    } else if (finding.verdict() instanceof Finding.Belongs belongs) {
      long missing = belongs.late().missingLines();
      return new BackupSurvey(
          path.toString(),
          bytes,
          State.BELONGS,
          belongs.file().toString(),
          null,
          missing == 0 ? null : missing,
          belongs.late().mayBeCutOff() ? true : null,
          writers(belongs.late().writers()));
    } else if (finding.verdict() instanceof Finding.Discarded discarded) {
      List<OpenFiles.Holder> writers = writers(discarded.writers());
      return new BackupSurvey(
          path.toString(), bytes, State.DISCARDED, null, null, null, null, writers);
    }
    return of(path, bytes, State.THE_LOG, null, null);
  }

  private static List<OpenFiles.Holder> writers(OpenFiles.Answer answer) {
    return answer.writers().isEmpty() ? null : answer.writers();
  }

  /** What a strict operator wants to fail, in words. */
  Stream<String> concerns() {
    if (state == State.BELONGS) {
      return lateLines == null
          ? Stream.empty()
          : Stream.of("%d line(s) of %s are in no other file".formatted(lateLines, path));
    }
    return state == null || state == State.DISCARDED ? Stream.empty() : Stream.of(words());
  }

  private String words() {
    return switch (state) {
      case THE_LOG -> path + " is the log itself: a run was interrupted";
      case DAMAGED -> "%s is damaged: %s".formatted(path, problem);
      case UNREADABLE -> "%s cannot be read: %s".formatted(path, problem);
      default -> path + " belongs to no file here" + (problem == null ? "" : ": " + problem);
    };
  }
}
