package support.rows;

import java.util.Arrays;

/**
 * Values that many lines have in common, such as agents, rules and reasons: held once, rows of a
 * chunk take a third of the memory, and the collector of garbage has as much less to copy.
 */
final class Repeated {
  private static final int LONGEST = 128;

  /** A power of two. */
  private static final int PLACES = 1 << 10;

  private final byte[][] values = new byte[PLACES][];

  /** The same bytes, as an earlier line had them; never to be changed. */
  byte[] of(byte[] bytes) {
    return bytes.length > LONGEST ? bytes : of(bytes, 0, bytes.length);
  }

  /** The same of a part of bytes, which may be changed. */
  byte[] of(byte[] bytes, int start, int end) {
    if (end - start > LONGEST) {
      return Arrays.copyOfRange(bytes, start, end);
    }
    int place = hash(bytes, start, end) & PLACES - 1;
    byte[] known = values[place];
    if (known == null || !Arrays.equals(known, 0, known.length, bytes, start, end)) {
      values[place] = Arrays.copyOfRange(bytes, start, end);
    }
    return values[place];
  }

  private static int hash(byte[] bytes, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash;
  }
}
