package support.staging;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import support.files.Disk;
import support.files.Links;
import support.files.Machine;
import support.files.Snapshot;
import support.log.LogNames;
import support.run.FileFault;
import support.run.Monitor;

/**
 * A file that is being made and is not yet what it will be: {@code <target>.migrate.<16 hex
 * digits>.tmp}, in the folder of the file that it will become. The name of a backup's also has a
 * mark of the log, since several logs may share a folder for their backups.
 */
public final class StagedFile {
  private static final byte[] NEWLINE = {'\n'};

  private final Path path;
  private final Machine machine;
  private final Monitor monitor;
  private Snapshot created;

  private StagedFile(Path target, String mark, Machine machine, Monitor monitor) {
    String word = "%016x".formatted(machine.random().nextLong());
    this.path = target.resolveSibling(target.getFileName() + mark + word + ".tmp");
    this.machine = machine;
    this.monitor = monitor;
  }

  /** Chooses a name that nobody can guess for a new log; {@link #write} makes the file. */
  public static StagedFile ofLog(Path log, Machine machine, Monitor monitor) {
    return new StagedFile(log, LogNames.stagedSuffix(), machine, monitor);
  }

  /** The same for a log's backup. */
  public static StagedFile ofBackup(Path backup, Path log, Machine machine, Monitor monitor) {
    return new StagedFile(backup, LogNames.stagedBackupSuffix(log), machine, monitor);
  }

  /** What a staged file holds: parts, the one behind the other. */
  public record Content(List<Segment> segments) {
    public Content {
      segments = List.copyOf(segments);
    }

    /** A copy, to the byte. */
    public static Content copyOf(FileChannel source, long size) {
      return new Content(List.of(new Segment.Range(source, 0, size)));
    }

    /** The same, behind which the next line does not join a torn one. */
    public Content ended() throws IOException {
      if (segments.get(segments.size() - 1).endsLine()) {
        return this;
      }
      List<Segment> ended = new ArrayList<>(segments);
      ended.add(new Segment.Bytes(NEWLINE));
      return new Content(ended);
    }

    public long size() {
      return segments.stream().mapToLong(Segment::size).sum();
    }

    private void copyTo(Disk.Output out, Monitor monitor) throws IOException {
      for (Segment segment : segments) {
        segment.copyTo(out, monitor);
      }
    }

    private boolean isAllOf(FileChannel file, Monitor monitor) throws IOException {
      long position = 0;
      for (Segment segment : segments) {
        if (!segment.isAt(file, position, monitor)) {
          return false;
        }
        position += segment.size();
      }
      return file.size() == position;
    }
  }

  /** Its name, which nobody can guess before it is there. */
  public Path path() {
    return path;
  }

  /**
   * Makes the file with the owner and the permissions that it will need, brings it to stable
   * storage, and proves that it is what it should be: it is read back and every byte compared with
   * what it is made of (so the lines agree in number and order too), and there is nothing else.
   *
   * @param metadata what the file gets besides bytes
   * @throws IOException if anything fails, or does not read back; flushing is not tried twice
   */
  public void write(Content content, Metadata metadata) throws IOException {
    try (Disk.Output out = machine.disk().create(path)) {
      created = Snapshot.of(machine.disk().at(path));
      monitor.during("copy", content.size(), () -> content.copyTo(out, monitor));
      metadata.giveTo(path, machine);
      monitor.during(
          "flush, read back and compare", content.size(), () -> flushAndProve(content, out));
    }
  }

  /**
   * A large file is read back while it is flushed. That proves what reading it afterwards would:
   * both read the pages that the kernel holds of the file, which a flush writes out and never
   * changes, and nothing is written to the file any more. What the disk made of them only the flush
   * can tell; nothing goes on before both are done.
   *
   * <p>Measured to be the fastest way that proves as much (docs/performance.md).
   *
   * <p>Lines need not be counted: where every byte agrees, they do.
   */
  private void flushAndProve(Content content, Disk.Output out) throws IOException {
    if (content.size() <= Segment.CHUNK_BYTES) {
      out.flush();
      requireReadsBack(content);
      return;
    }
    Future<?> flush = Machine.begin("flush", out::flush);
    try {
      requireReadsBack(content);
    } finally {
      Machine.await(flush);
    }
  }

  private void requireReadsBack(Content content) throws IOException {
    try (FileChannel staged = FileChannel.open(path, READ)) {
      if (staged.size() != content.size() || !content.isAllOf(staged, monitor)) {
        throw new FileFault(StagingErrors.STAGED_READS_BACK_DIFFERENTLY, path);
      }
    }
  }

  /** Whether the name still stands for the file that was written here. */
  public boolean isStillOurs() throws IOException {
    return Snapshot.find(machine.disk().at(path))
        .filter(found -> found.isSameFileAs(created))
        .isPresent();
  }

  /** Removes what {@link #write} made, if it is still there. */
  public void discard() throws IOException {
    if (created != null && isStillOurs()) {
      machine.disk().remove(path);
    }
  }

  /**
   * Finds what interrupted runs left of new logs: recognised by the whole name, and by being a
   * regular file of one of the given owners.
   */
  public static List<Path> leftoversOfLog(Path log, Set<Integer> owners) throws IOException {
    return leftovers(log, LogNames.stagedLogs(log), owners);
  }

  /**
   * The same of a log's backups.
   *
   * @param backup a name in the folder where they are kept
   */
  public static List<Path> leftoversOfBackups(Path backup, Path log, Set<Integer> owners)
      throws IOException {
    return leftovers(backup, LogNames.ownStagedBackups(log), owners);
  }

  private static List<Path> leftovers(Path sibling, Pattern name, Set<Integer> owners)
      throws IOException {
    List<Path> leftovers = new ArrayList<>();
    try (DirectoryStream<Path> folder = Files.newDirectoryStream(Links.folderOf(sibling))) {
      for (Path entry : folder) {
        Path file = sibling.resolveSibling(entry.getFileName());
        if (name.matcher(entry.getFileName().toString()).matches() && isFileOf(file, owners)) {
          leftovers.add(file);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return leftovers;
  }

  private static boolean isFileOf(Path name, Set<Integer> owners) throws IOException {
    return Snapshot.find(name)
        .filter(found -> found.isRegularFile() && owners.contains(found.uid()))
        .isPresent();
  }
}
