package support.comparison;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Iterator;
import support.run.Monitor;

/** The lines of a backup that a file lacks, as they are appended to it. */
public final class MissingLines extends InputStream {
  private final Body backup;
  private final Making making;
  private final Monitor monitor;
  private final Iterator<LateTail.Stretch> stretches;
  private LateTail.Stretch stretch;
  private DigestedLines lines;
  private ByteArrayInputStream line = new ByteArrayInputStream(new byte[] {'\n'});

  /**
   * Begins with an empty line: the last one of the file may have no end.
   *
   * @param making what is made of them on their way
   */
  public MissingLines(Body backup, Making making, LateTail tail, Monitor monitor) {
    this.backup = backup;
    this.making = making;
    this.monitor = monitor;
    this.stretches = tail.missing().iterator();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    while (line.available() == 0) {
      if (!next()) {
        return -1;
      }
    }
    return line.read(bytes, offset, length);
  }

  private boolean next() throws IOException {
    while (lines == null || lines.end() >= stretch.to() || !lines.nextWhole()) {
      close();
      if (!stretches.hasNext()) {
        return false;
      }
      stretch = stretches.next();
      lines = new DigestedLines(backup.open(stretch.from()), stretch.from(), making, monitor);
    }
    byte[] made = lines.made();
    byte[] ended = Arrays.copyOf(made, made.length + 1);
    ended[made.length] = '\n';
    line = new ByteArrayInputStream(ended);
    return true;
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
      lines = null;
    }
  }
}
