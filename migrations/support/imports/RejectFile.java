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
  private Path path;
  private FileChannel channel;
  private OutputStream out;

  /**
   * @param wanted null for nowhere; made with the first line
   */
  RejectFile(Path wanted) {
    this.wanted = wanted;
  }

  /** Where the lines are; null where there are none. */
  Path path() {
    return path;
  }

  /**
   * Adds the lines of a log that make no rows, in one pass over it.
   *
   * @throws IOException if the log cannot be read
   * @throws Failure if the lines cannot be written
   */
  void add(OpenLog log, List<Reject> rejects) throws IOException {
    if (wanted == null || rejects.isEmpty()) {
      return;
    }
    if (channel == null) {
      writing(this::create);
    }
    Set<Long> offsets = rejects.stream().map(Reject::offset).collect(Collectors.toSet());
    Spot first = new Spot(Collections.min(offsets), 1, 0);
    boolean isWanted = false;
    try (PieceReader pieces = log.from(first)) {
      for (Piece piece = pieces.next(); piece != null; piece = pieces.next()) {
        isWanted |= offsets.contains(piece.offset());
        if (piece.kind() == Piece.Kind.LINES) {
          copyLines(piece, offsets);
          isWanted = false;
        } else if (isWanted) {
          write(piece.bytes(), 0, piece.length());
          isWanted = piece.kind() == Piece.Kind.PART_OF_LONG_LINE;
        }
      }
    }
    writing(out::flush);
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
      } catch (FileAlreadyExistsException e) {
        // The next number.
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      writing(() -> channel.force(true));
      channel.close();
    }
  }
}
