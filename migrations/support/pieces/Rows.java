package support.pieces;

import java.security.MessageDigest;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.RandomAccess;
import java.util.Set;
import support.rows.Digests;
import support.rows.EntryRow;
import support.rows.GoTime;
import support.rows.Line;

/**
 * The entries of a piece that become rows, in a few arrays that are used again and again. With an
 * object for each value, the collector of garbage has ten a row to copy, and nothing runs
 * meanwhile.
 */
public final class Rows extends AbstractList<Rows.Row> implements RandomAccess {
  private static final int DIGEST = 32;
  private static final int USUAL_ROWS = 2048;
  private static final int USUAL_BYTES = 512 << 10;

  private final MessageDigest sha256 = Digests.sha256();
  private int size;

  /** The row of an entry ends where that of the next one begins. */
  private byte[] texts = new byte[USUAL_BYTES];

  private int[] ends = new int[USUAL_ROWS];
  private byte[] digests = new byte[USUAL_ROWS * DIGEST];
  private long[] lines = new long[USUAL_ROWS];
  private long[] offsets = new long[USUAL_ROWS];
  private long[] seconds = new long[USUAL_ROWS];
  private int[] nanos = new int[USUAL_ROWS];
  private final BitSet namesTenant = new BitSet(USUAL_ROWS);
  private final List<Set<String>> lost = new ArrayList<>(USUAL_ROWS);

  /** A line that makes a row. To be used only as long as its chunk. */
  public final class Row {
    private final int index;

    private Row(int index) {
      this.index = index;
    }

    public EntryRow entry() {
      return new EntryRow(texts, start(index), ends[index]);
    }

    /** That of the entry. */
    public GoTime time() {
      return new GoTime(seconds[index], nanos[index]);
    }

    /** Whether the line says whose it is. */
    public boolean namesTenant() {
      return namesTenant.get(index);
    }

    /** The names of what it holds and no column does. */
    Set<String> lost() {
      return lost.get(index);
    }

    /** The SHA-256 of its row. */
    public byte[] digest() {
      return Arrays.copyOfRange(digests, index * DIGEST, (index + 1) * DIGEST);
    }

    /** Its number in the log, from 1. */
    public long line() {
      return lines[index];
    }

    /** Of its first byte in the log. */
    public long offset() {
      return offsets[index];
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Row get(int index) {
    return new Row(index);
  }

  /**
   * Adds the row of a line.
   *
   * @param line its number in the log, from 1
   * @param offset of its first byte in the log
   */
  void add(Line.Entry entry, long line, long offset) {
    if (size == ends.length) {
      makeRoom(2 * size);
    }
    int start = start(size);
    ends[size] = start + entry.row().size();
    if (ends[size] > texts.length) {
      texts = Arrays.copyOf(texts, Math.max(ends[size], texts.length + texts.length / 2));
    }
    entry.row().copyTo(texts, start);
    System.arraycopy(entry.row().digest(sha256), 0, digests, size * DIGEST, DIGEST);
    lines[size] = line;
    offsets[size] = offset;
    seconds[size] = entry.time().second();
    nanos[size] = entry.time().nano();
    namesTenant.set(size, entry.namesTenant());
    lost.add(entry.lost());
    size++;
  }

  private int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  private void makeRoom(int rows) {
    ends = Arrays.copyOf(ends, rows);
    digests = Arrays.copyOf(digests, rows * DIGEST);
    lines = Arrays.copyOf(lines, rows);
    offsets = Arrays.copyOf(offsets, rows);
    seconds = Arrays.copyOf(seconds, rows);
    nanos = Arrays.copyOf(nanos, rows);
  }

  /** Those of all lines but some. */
  Rows without(Set<Long> unwanted) {
    Rows others = new Rows();
    for (Row row : this) {
      if (!unwanted.contains(row.line())) {
        Line.Entry entry = new Line.Entry(row.entry(), row.time(), row.namesTenant(), row.lost());
        others.add(entry, row.line(), row.offset());
      }
    }
    return others;
  }

  /** Whether it is small enough to be kept for another piece. */
  boolean isOfUsualSize() {
    return texts.length <= 2 * USUAL_BYTES && ends.length <= 2 * USUAL_ROWS;
  }

  /** Empties it. */
  @Override
  public void clear() {
    size = 0;
    namesTenant.clear();
    lost.clear();
  }
}
