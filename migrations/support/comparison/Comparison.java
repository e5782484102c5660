package support.comparison;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Arrays;
import support.files.FileBytes;
import support.run.Monitor;
import support.scan.LogScan;

/**
 * How far a file begins with what was made of a backup, headers left out. Offsets are those of
 * bodies.
 *
 * <p>Of what is compressed and the same as it is stored, the offsets are {@link #ALL}.
 *
 * @param inBackup behind the last whole line of the backup that stands in the file
 * @param inFile where the file goes on behind it
 * @param differsAt the first byte of the file that differs, or its end
 * @param isWhole whether all of the backup stands there
 */
public record Comparison(long inBackup, long inFile, long differsAt, boolean isWhole) {
  /** As many bytes as there are: to count what is compressed takes as long as to read it. */
  public static final long ALL = LogScan.END;

  private static final int CHUNK_BYTES = 64 * 1024;

  static Comparison of(Body backup, Making making, Body file, Monitor monitor) throws IOException {
    if (!making.isSame()) {
      return ofLines(backup, making, file, monitor);
    }
    if (file.isPlain() && backup.isPlain()) {
      return ofPlain(backup, file, monitor);
    }
    return isStoredIn(backup, file, monitor)
        ? ofStored(backup, file)
        : ofStreams(backup, file, monitor);
  }

  /** Whether a compressed file has all that a compressed backup has, as it stands there. */
  private static boolean isStoredIn(Body backup, Body file, Monitor monitor) throws IOException {
    if (file.isPlain() || backup.isPlain()) {
      return false;
    }
    try (FileChannel then = FileChannel.open(backup.file(), READ);
        FileChannel now = FileChannel.open(file.file(), READ)) {
      long from = backup.stored();
      long size = then.size() - from;
      return monitor.search(
          "compare with " + backup.file(),
          size,
          () -> FileBytes.commonPrefix(then, from, now, file.stored(), size, monitor) == size);
    }
  }

  /** Where the file ends in it, nobody has to know where in its content the backup ends. */
  private static Comparison ofStored(Body backup, Body file) throws IOException {
    long size = Files.size(backup.file()) - backup.stored();
    boolean isAll = file.stored() + size == Files.size(file.file());
    long bytes = isAll ? ALL : backup.size();
    return new Comparison(bytes, bytes, bytes, true);
  }

  private static Comparison ofPlain(Body backup, Body file, Monitor monitor) throws IOException {
    try (FileChannel then = FileChannel.open(backup.file(), READ);
        FileChannel now = FileChannel.open(file.file(), READ)) {
      long size = then.size() - backup.start();
      long common =
          monitor.search(
              "compare with " + backup.file(),
              size,
              () -> FileBytes.commonPrefix(now, file.start(), then, backup.start(), size, monitor));
      if (common < size) {
        long line = lineStart(then, backup.start(), common);
        return new Comparison(line, line, common, false);
      }
      if (FileBytes.endsInNewline(then, then.size()) || file.start() + size == now.size()) {
        return new Comparison(size, size, size, true);
      }
      boolean isEnded = FileBytes.holds(now, file.start() + size, new byte[] {'\n'});
      long line = lineStart(then, backup.start(), size);
      return isEnded
          ? new Comparison(size, size + 1, size + 1, true)
          : new Comparison(line, line, size, false);
    }
  }

  /** Where the line begins that a position is in. */
  private static long lineStart(FileChannel file, long start, long position) throws IOException {
    return Math.max(0, FileBytes.startOfLine(file, start + position) - start);
  }

  /** The same of a file that can only be read from its beginning. */
  private static Comparison ofStreams(Body backup, Body file, Monitor monitor) throws IOException {
    try (InputStream then = backup.open(0);
        InputStream now = file.open(0)) {
      long at = 0;
      long line = 0;
      while (true) {
        monitor.check("while comparing");
        byte[] wanted = then.readNBytes(CHUNK_BYTES);
        if (wanted.length == 0) {
          break;
        }
        byte[] found = now.readNBytes(wanted.length);
        int mismatch = Arrays.mismatch(wanted, found);
        int common = mismatch < 0 ? wanted.length : mismatch;
        line = lastLineStart(wanted, common, at, line);
        if (mismatch >= 0) {
          return new Comparison(line, line, at + common, false);
        }
        at += common;
      }
      int next = now.read();
      if (line == at || next < 0) {
        return new Comparison(at, at, at, true);
      }
      return next == '\n'
          ? new Comparison(at, at + 1, at + 1, true)
          : new Comparison(line, line, at, false);
    }
  }

  private static long lastLineStart(byte[] bytes, int end, long offset, long before) {
    for (int i = end - 1; i >= 0; i--) {
      if (bytes[i] == '\n') {
        return offset + i + 1;
      }
    }
    return before;
  }

  private static Comparison ofLines(Body backup, Making making, Body file, Monitor monitor)
      throws IOException {
    Making ofBackup = making.isUndone() ? Making.SAME : making;
    Making ofFile = making.isUndone() ? making : Making.SAME;
    try (DigestedLines then = new DigestedLines(backup.open(0), 0, ofBackup, monitor);
        DigestedLines now = new DigestedLines(file.open(0), 0, ofFile, monitor)) {
      return making.isUndone() ? ofUndone(then, now) : ofEdited(then, now);
    }
  }

  private static Comparison ofEdited(DigestedLines then, DigestedLines now) throws IOException {
    boolean isThere = now.next();
    while (then.next()) {
      if (!then.isDropped()) {
        if (!isThere || !then.digest().equals(now.digest())) {
          return new Comparison(then.start(), now.start(), now.start(), false);
        }
        if (then.isEnded() && !now.isEnded()) {
          return new Comparison(then.start(), now.start(), now.end(), false);
        }
        isThere = now.next();
      }
    }
    return new Comparison(then.end(), now.start(), now.start(), true);
  }

  /** Edited lines, and what was appended behind them, beside those that they were made of. */
  private static Comparison ofUndone(DigestedLines then, DigestedLines now) throws IOException {
    boolean isThere = now.next();
    while (then.next()) {
      while (isThere && now.isDropped() && !isMadeOf(then, now)) {
        isThere = now.next();
      }
      if (!isThere || !isMadeOf(then, now)) {
        return new Comparison(then.start(), now.start(), now.start(), false);
      }
      isThere = now.next();
    }
    return new Comparison(then.end(), now.start(), now.start(), true);
  }

  private static boolean isMadeOf(DigestedLines then, DigestedLines now) {
    return then.digest().equals(now.rawDigest()) || then.digest().equals(now.digest());
  }
}
