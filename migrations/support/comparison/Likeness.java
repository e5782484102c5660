package support.comparison;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import support.run.Monitor;

/**
 * Signs that a file was made of a backup although it does not begin with it: the backup's first or
 * last whole line stands near its place, or most of its sampled bytes do.
 *
 * @param reach how far from its place a line is looked for, in bytes
 */
record Likeness(Body backup, Making making, Body file, long reach, Monitor monitor) {
  private static final int SAMPLES = 64;
  private static final int MOST_SAMPLE_BYTES = 4096;

  /** Shorter ones are the same in lines of one kind. */
  private static final int LEAST_SAMPLE_BYTES = 64;

  /** No line of an entry is longer, mostly. */
  private static final int LAST_LINES_BYTES = 1 << 20;

  boolean isAny() throws IOException {
    return isFirstLineThere() || isLastLineThere() || making.isSame() && areMostSamplesThere();
  }

  private boolean isFirstLineThere() throws IOException {
    try (DigestedLines lines = reader(backup.open(0), making)) {
      return lines.nextWhole() && isNear(lines.digest(), 0);
    }
  }

  private boolean isLastLineThere() throws IOException {
    long size = backup.size();
    DigestedLines.Digest last = null;
    long place = 0;
    long from = Math.max(0, size - LAST_LINES_BYTES);
    try (DigestedLines lines = reader(backup.open(from), making)) {
      // The first one is a part of a line only.
      boolean isPart = from > 0;
      while (lines.nextWhole()) {
        last = isPart ? last : lines.digest();
        place = from + lines.start();
        isPart = false;
      }
    }
    return last != null && isNear(last, place);
  }

  private boolean isNear(DigestedLines.Digest line, long place) throws IOException {
    long from = Math.max(0, place - reach);
    try (InputStream content = file.open(0)) {
      skip(content, from);
      DigestedLines lines = reader(content, Making.SAME);
      while (lines.next() && from + lines.start() <= place + reach) {
        if (lines.digest().equals(line)) {
          return true;
        }
      }
      return false;
    }
  }

  private DigestedLines reader(InputStream content, Making made) {
    return new DigestedLines(content, 0, made, monitor);
  }

  /** As far as there is something; never beyond an error, which is thrown. */
  private static long skip(InputStream content, long count) throws IOException {
    long left = count;
    while (left > 0) {
      long skipped = content.skip(left);
      if (skipped <= 0) {
        if (content.read() < 0) {
          return count - left;
        }
        skipped = 1;
      }
      left -= skipped;
    }
    return count;
  }

  private boolean areMostSamplesThere() throws IOException {
    long size = backup.size();
    int length = (int) Math.min(MOST_SAMPLE_BYTES, size / SAMPLES);
    if (length < LEAST_SAMPLE_BYTES) {
      return false;
    }
    int same = 0;
    try (InputStream then = backup.open(0);
        InputStream now = file.open(0)) {
      long at = 0;
      for (int i = 0; i < SAMPLES; i++) {
        long place = size / SAMPLES * i;
        then.skipNBytes(place - at);
        if (skip(now, place - at) < place - at) {
          break;
        }
        same += Arrays.equals(then.readNBytes(length), now.readNBytes(length)) ? 1 : 0;
        at = place + length;
      }
    }
    return same > SAMPLES / 2;
  }
}
