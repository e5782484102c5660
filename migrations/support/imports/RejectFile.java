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
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import support.files.Disk;
import support.files.Links;
import support.pieces.OpenLog;
import support.pieces.Piece;
import support.pieces.PieceReader;
import support.pieces.Spot;
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
    private PieceReader rest;

    private Piece piece;
    private long before;

    private Lines(OpenLog log) {
      this.log = log;
    }

    /**
     * Adds lines that make no rows, which are on stable storage then.
     *
     * @param rejects which stand behind all that were added before
     * @throws IOException if the log cannot be read
     * @throws Failure if the lines cannot be written
     */
    void add(List<Reject> rejects) throws IOException {
      writing(() -> before = channel == null ? 0 : channel.position());
      if (wanted == null || rejects.isEmpty()) {
        return;
      }
      if (channel == null) {
        writing(RejectFile.this::create);
      }
      Set<Long> offsets = rejects.stream().map(Reject::offset).collect(Collectors.toSet());
      if (rest == null) {
        rest = log.from(new Spot(Collections.min(offsets), 1, 0));
        piece = rest.next();
      }
      copy(offsets, Collections.max(offsets));
      if (log.isPlain()) {
        close(); // it may have a long line in memory
      }
      writing(
          () -> {
            out.flush();
            channel.force(true);
          });
    }

    /** Takes out again what was added last, of a chunk that was not committed. */
    void takeBack() {
      if (channel != null) {
        writing(
            () -> {
              out.flush();
              channel.truncate(before);
            });
      }
    }

    private void copy(Set<Long> offsets, long last) throws IOException {
      boolean isWanted = false;
      while (piece != null && (isWanted || piece.offset() <= last)) {
        isWanted |= offsets.contains(piece.offset());
        if (piece.kind() == Piece.Kind.LINES) {
          copyLines(piece, offsets);
          isWanted = false;
        } else if (isWanted) {
          write(piece.bytes(), 0, piece.length());
          isWanted = piece.kind() == Piece.Kind.PART_OF_LONG_LINE;
        }
        if (!isWanted && piece.offset() + piece.length() > last) {
          return; // what follows in it may be wanted next
        }
        piece = rest.next();
      }
    }

    @Override
    public void close() throws IOException {
      if (rest != null) {
        rest.close();
        rest = null;
        piece = null;
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

  private void copyLines(Piece piece, Set<Long> offsets) {
    int start = 0;
    while (start < piece.length()) {
      int end = piece.endOfLine(start);
      if (offsets.contains(piece.offset() + start)) {
        write(piece.bytes(), start, end - start);
        write(NEWLINE, 0, NEWLINE.length);
      }
      start = end + 1;
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
