package support.imports;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import support.files.Links;
import support.run.Failure;
import support.store.Records;
import support.store.StoreErrors;

/**
 * The room that an import takes, as the first entries of each file tell: that of its rows, half as
 * much for the log that the database writes first, and a quarter for sorting them into indexes.
 *
 * @param rows in bytes
 */
record SpaceNeeded(long rows) {
  private static final long MEGABYTE = 1_000_000;

  /** Where SQLite sorts, in the order in which it looks (www.sqlite.org/tempfiles.html). */
  private static final List<String> TEMPORARY_VARIABLES = List.of("SQLITE_TMPDIR", "TMPDIR");

  private static final List<String> TEMPORARY_FOLDERS =
      List.of("/var/tmp", "/usr/tmp", "/tmp", ".");

  /** Of what was imported before, whatever became of its file, nothing is needed again. */
  static SpaceNeeded of(List<ImportPlan.Planned> plan, Records records) {
    Set<String> logs =
        plan.stream().map(p -> LogFiles.nameOf(p.file().log())).collect(Collectors.toSet());
    double bytes = plan.stream().mapToLong(ImportPlan.Planned::bytes).sum();
    double known =
        records.all().stream()
            .filter(record -> logs.contains(record.log()))
            .mapToLong(record -> record.entryTo() - record.entryFrom())
            .sum();
    long rows = plan.stream().mapToLong(ImportPlan.Planned::rowBytes).sum();
    return new SpaceNeeded(bytes == 0 ? 0 : (long) (rows * Math.max(0, 1 - known / bytes)));
  }

  long log() {
    return rows / 2;
  }

  long temporary() {
    return rows / 4;
  }

  /** For people. */
  @Override
  public String toString() {
    return "some %d MB for rows and indexes, %d MB for the database's own log, %d MB for temporary files"
        .formatted(megabytes(rows), megabytes(log()), megabytes(temporary()));
  }

  /** Rounded up. */
  private static long megabytes(long bytes) {
    return (bytes + MEGABYTE - 1) / MEGABYTE;
  }

  /**
   * Requires that there is as much room for a database in a file.
   *
   * @param environment variables by their names
   */
  void requireFor(Path database, UnaryOperator<String> environment) {
    Path folder = Links.folderOf(database);
    Path temporary = temporaryFolder(environment);
    // Not asked of a FileStore, which Java cannot find in some containers.
    long free = folder.toFile().getUsableSpace();
    long freeTemporary = temporary.toFile().getUsableSpace();
    // Two folders with the same room are, as good as certainly, on the same disk.
    long both = free == freeTemporary ? temporary() : 0;
    if (Files.isDirectory(folder) && free < rows + log() + both) {
      throw tooLittle(database, folder, free);
    }
    if (freeTemporary < temporary()) {
      throw tooLittle(database, temporary, freeTemporary);
    }
  }

  private Failure tooLittle(Path database, Path folder, long free) {
    return Failure.of(
        StoreErrors.NO_SPACE_FOR_STORE, database, this, folder, free / MEGABYTE + " MB");
  }

  private static Path temporaryFolder(UnaryOperator<String> environment) {
    return Stream.concat(
            TEMPORARY_VARIABLES.stream().map(environment).filter(Objects::nonNull),
            TEMPORARY_FOLDERS.stream())
        .map(Path::of)
        .filter(folder -> Files.isDirectory(folder) && Files.isWritable(folder))
        .findFirst()
        .orElse(Path.of("."));
  }
}
