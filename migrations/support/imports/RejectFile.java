package support.imports;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import support.files.Disk;
import support.files.Links;
import support.lines.LogLines;
import support.pieces.OpenLog;
import support.rows.Reject;
import support.run.Failure;
import support.run.IoRunnable;
import support.store.StoreErrors;

/**
 * Where the lines go that make no rows, as they stand, for its owner only. An existing file is
 * never written to: the next free number is added to its name then.
 */
final class RejectFile implements Closeable {
  private static final byte[] NEWLINE = {'\n'};

  private final byte[] buffer = new byte[64 << 10];
  private final Path wanted;
  private final Disk disk;
  private Path path;
  private FileChannel channel;
  private OutputStream out;

  /**
   * @param wanted null for nowhere; made with the first line
   */
  RejectFile(Path wanted, Disk disk) {
    this.wanted = wanted;
    this.disk = disk;
  }

  /** Where the lines are; null where there are none. */
  Path path() {
    return path;
  }

  /** Those of one log, in the order of the log. */
  Lines of(OpenLog log) {
    return new Lines(log);
  }

  /** The lines of one log. */
  final class Lines implements Closeable {
    private final OpenLog log;

    /** What is left of a compressed log, which nobody goes through again for each chunk. */
    private LogLines rest;

    private long start;
    private long before;

    private Lines(OpenLog log) {
      this.log = log;
    }

    /**
     * Adds lines that make no rows, and does what needs them on stable storage. Where the log turns
     * out not to have been read rightly, they are taken out again; where the store fails they stay,
     * since nobody knows then whether it has their chunk.
     *
     * @param rejects which stand behind all that were added before
     * @throws IOException if the log cannot be read, or of what is done
     * @throws Failure if the lines cannot be written, or of what is done
     */
    void keep(List<Reject> rejects, IoRunnable<SQLException> then)
        throws IOException, SQLException {
      try {
        add(rejects);
        then.run();
      } catch (IOException e) {
        takeBack();
        throw e;
      }
    }

    private void add(List<Reject> rejects) throws IOException {
      writing(() -> before = channel == null ? 0 : channel.position());
      if (wanted == null || rejects.isEmpty()) {
        return;
      }
      if (channel == null) {
        writing(RejectFile.this::create);
      }
      long[] offsets = rejects.stream().mapToLong(Reject::offset).sorted().toArray();
      if (rest == null) {
        start = log.isPlain() ? offsets[0] : 0;
        rest = log.linesFrom(start);
      }
      for (long offset : offsets) {
        copy(offset);
      }
      if (log.isPlain()) {
        close();
      }
      writing(
          () -> {
            out.flush();
            channel.force(true);
          });
    }

    /** Of a chunk that was not committed. */
    private void takeBack() {
      if (channel != null) {
        writing(
            () -> {
              out.flush();
              channel.truncate(before);
            });
      }
    }

    private void copy(long offset) throws IOException {
      while (start + rest.offset() < offset && rest.nextLine()) {
        // It made a row.
      }
      for (int count = rest.read(buffer); count >= 0; count = rest.read(buffer)) {
        write(buffer, 0, count);
      }
      write(NEWLINE, 0, NEWLINE.length);
      rest.nextLine();
    }

    @Override
    public void close() throws IOException {
      if (rest != null) {
        rest.close();
        rest = null;
      }
    }
  }

  private void write(byte[] bytes, int from, int length) {
    writing(() -> out.write(bytes, from, length));
  }

  /** What cannot be written is no fault of the log that is being read. */
  private void writing(IoRunnable<RuntimeException> step) {
    try {
      step.run();
    } catch (IOException e) {
      throw Failure.of(StoreErrors.REJECT_FILE_NOT_WRITTEN, path, Failure.reason(e));
    }
  }

  private void create() throws IOException {
    for (int number = 0; channel == null; number++) {
      path = number == 0 ? wanted : wanted.resolveSibling(wanted.getFileName() + "." + number);
      try {
        channel =
            FileChannel.open(
                path,
                Set.of(CREATE_NEW, WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        out = new BufferedOutputStream(Channels.newOutputStream(channel));
        disk.flushFolder(Links.folderOf(path));
      } catch (FileAlreadyExistsException e) {
        // The next number.
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
