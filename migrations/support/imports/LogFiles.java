package support.imports;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import support.files.Links;
import support.files.Siblings;
import support.log.Archives;
import support.log.Encoding;
import support.log.FirstLine;
import support.log.Header;
import support.log.LogNames;
import support.pieces.LogFile;
import support.pieces.OpenLog;
import support.pieces.Piece;
import support.pieces.PieceReader;
import support.pieces.Spot;
import support.run.Failure;
import support.store.StoreErrors;

/**
 * The files of logs.
 *
 * @param logs as the operator named them
 * @param archives whether those beside them belong to it, too
 */
public record LogFiles(List<Path> logs, boolean archives) {
  private static final long NEWEST_VERSION = 2;

  /** The logs as records name them. */
  Set<String> names() {
    return logs.stream().map(LogFiles::nameOf).collect(Collectors.toSet());
  }

  /** As records name it. */
  static String nameOf(Path log) {
    return log.toAbsolutePath().normalize().toString();
  }

  /**
   * Those that are there: of each log the oldest archive first, and the live log last.
   *
   * @param known the logs that may be gone, as records name them
   * @throws Failure if there is none of another one
   */
  List<LogFile> list(Set<String> known) throws IOException {
    // Two names of one file are one file.
    Map<Path, LogFile> files = new LinkedHashMap<>();
    for (Path log : logs) {
      List<LogFile> there = of(log);
      if (there.isEmpty() && !known.contains(nameOf(log))) {
        throw Failure.of(StoreErrors.NO_LOG_TO_IMPORT, log);
      }
      for (LogFile file : there) {
        files.putIfAbsent(file.path().toRealPath(), file);
      }
    }
    return List.copyOf(files.values());
  }

  private List<LogFile> of(Path log) throws IOException {
    List<LogFile> files = new ArrayList<>();
    Path real = Links.resolve(log);
    if (archives) {
      for (Path archive : Archives.beside(real)) {
        files.add(new LogFile(log, archive, false));
      }
    }
    if (Files.exists(real)) {
      files.add(new LogFile(log, log, true));
    }
    return files;
  }

  /**
   * Looks whether the version of a file is one that an import reads.
   *
   * @throws Failure if it is newer
   * @throws IOException if it cannot be read
   */
  static void requireKnownVersion(LogFile file) throws IOException {
    if (!Files.isRegularFile(file.path())) {
      throw Failure.of(StoreErrors.NO_FILE_TO_IMPORT, file.path());
    }
    Header.Fields header = FirstLine.of(file.path()).header();
    if (header != null && header.schemaVersion() > NEWEST_VERSION) {
      throw Failure.of(StoreErrors.NEWER_LOG, file.path(), header.schemaVersion());
    }
  }

  /** What is said of a compressed file beside its plain one. */
  static String noteOfUnfinished(IOException why) {
    return "%s; the file of the same name without .gz counts: the compression was not finished"
        .formatted(Failure.reason(why));
  }

  /** What is said of entries that are in none of the files. */
  List<String> notes() throws IOException {
    List<String> notes = new ArrayList<>();
    for (Path log : logs) {
      Path real = Links.resolve(log);
      for (Path overflow : beside(real, LogNames.overflow(real))) {
        notes.add(
            "%s has %d line(s), and is not imported: a server with the store and the same"
                    .formatted(overflow, lines(overflow))
                + " --audit-log drains it into the store itself");
      }
      for (Path draining : beside(real, LogNames.draining(real))) {
        notes.add(
            "WARN: %s has %d line(s) that no server takes up any more, and is not imported"
                .formatted(draining, lines(draining)));
      }
    }
    return notes;
  }

  private static Iterable<Path> beside(Path log, Pattern names) throws IOException {
    return Siblings.named(log, Links.folderOf(log), names);
  }

  private static long lines(Path file) throws IOException {
    long lines = 0;
    try (PieceReader pieces = new PieceReader(Encoding.content(file), Spot.START, OpenLog.PIECE)) {
      for (Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
        lines += piece.lines();
      }
    }
    return lines;
  }
}
