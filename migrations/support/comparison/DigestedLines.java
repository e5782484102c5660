package support.comparison;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import support.lines.LogLines;
import support.run.Monitor;

/**
 * Goes through the lines of a stream, in constant memory, each told by a digest of what was made of
 * it.
 */
public final class DigestedLines implements Closeable {
  private static final int BUFFER_BYTES = 64 * 1024;

  /** What is kept of a line: more than any reader of AgentGuard takes. */
  private static final int MOST_KEPT = 16 << 20;

  private final InputStream content;
  private final Making making;
  private final Monitor monitor;
  private final MessageDigest sha;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private int position;
  private int limit;
  private long start;
  private long end;
  private boolean isEnded;
  private boolean isBlank;
  private long unfinished;
  private boolean isDropped;
  private byte[] edited;
  private Digest raw;
  private Digest made;

  /** Denotes the bytes of a line: the first half of their SHA-256. */
  record Digest(long high, long low) {}

  /**
   * @param from where the content begins, for {@link #start}
   * @param making what was made of each line
   */
  public DigestedLines(InputStream content, long from, Making making, Monitor monitor) {
    this.content = content;
    this.making = making;
    this.monitor = monitor;
    this.end = from;
    try {
      this.sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Moves to the next line; false where there are no more. */
  public boolean next() throws IOException {
    start = end;
    isEnded = false;
    isBlank = true;
    kept.reset();
    while (!isEnded && fill()) {
      int newline = position;
      while (newline < limit && buffer[newline] != '\n') {
        isBlank &= LogLines.isBlank(buffer[newline]);
        newline++;
      }
      take(newline - position);
      isEnded = newline < limit;
      end += newline - position + (isEnded ? 1 : 0);
      position = isEnded ? newline + 1 : newline;
    }
    if (start == end) {
      return false;
    }
    raw = digest(sha.digest());
    make();
    return true;
  }

  /** A line of which not all is kept is no entry, and not edited. */
  private void make() {
    made = raw;
    edited = null;
    isDropped = false;
    if (!making.isSame() && !isBlank && !isLong()) {
      edited = making.edit().apply(line());
      isDropped = edited == null;
      made = isDropped ? null : digest(sha.digest(edited));
    }
  }

  private static Digest digest(byte[] bytes) {
    ByteBuffer sum = ByteBuffer.wrap(bytes);
    return new Digest(sum.getLong(), sum.getLong());
  }

  /** Moves to the next line that has its newline, and that is neither blank nor dropped. */
  public boolean nextWhole() throws IOException {
    while (unfinished == 0 && next()) {
      if (!isEnded) {
        unfinished = isBlank ? 0 : end - start;
        return false;
      }
      if (!isBlank && !isDropped) {
        return true;
      }
    }
    return false;
  }

  /** How long the last line is, where {@link #nextWhole} found it without a newline. */
  long unfinishedBytes() {
    return unfinished;
  }

  private void take(int length) {
    sha.update(buffer, position, length);
    kept.write(buffer, position, Math.min(length, MOST_KEPT - kept.size()));
  }

  private boolean fill() throws IOException {
    if (position == limit) {
      monitor.check("while comparing lines");
      position = 0;
      limit = Math.max(0, content.read(buffer));
    }
    return position < limit;
  }

  /** Where the line begins. */
  public long start() {
    return start;
  }

  /** Where the next one begins. */
  public long end() {
    return end;
  }

  /** Whether the line has a newline. */
  public boolean isEnded() {
    return isEnded;
  }

  boolean isBlank() {
    return isBlank;
  }

  /** Whether what was made of the line is nothing. */
  boolean isDropped() {
    return isDropped;
  }

  /** Of what was made of the line. */
  Digest digest() {
    return made;
  }

  /** Of the line as it stands there. */
  Digest rawDigest() {
    return raw;
  }

  /** The first 16 MiB of the line, without its newline. */
  public byte[] line() {
    return kept.toByteArray();
  }

  /** What was made of the line, if that is not nothing; of a long one its first 16 MiB. */
  public byte[] made() {
    return edited == null ? line() : edited;
  }

  /** Whether {@link #line} is not all of it. */
  public boolean isLong() {
    return end - start > MOST_KEPT;
  }

  @Override
  public void close() throws IOException {
    content.close();
  }
}
