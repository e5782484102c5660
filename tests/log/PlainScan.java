package support.scan;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import support.lines.LineCounts;
import support.lines.LineParser;
import support.lines.LogLine;
import support.lines.LogLines;
import support.run.Monitor;

/** The plain twin of the fast reader of lines: one thread, no buffer of lines, one parser. */
public final class PlainScan {
  private PlainScan() {}

  /** Reads a whole log line by line. */
  public static LineCounts read(Path log) throws IOException {
    LineCounts.Builder counts = new LineCounts.Builder();
    long size = Files.size(log);
    try (LogLines lines = LogLines.open(log)) {
      while (lines.offset() < size) {
        add(lines, counts);
      }
    }
    return counts.build();
  }

  private static void add(LogLines lines, LineCounts.Builder counts) throws IOException {
    long start = lines.offset();
    boolean blank = !lines.skipBlankOfLine();
    long text = blank ? start : lines.offset();
    LogLine line = blank ? null : LogLine.read(lines);
    boolean ended = lines.nextLine();
    counts.add(line, text, lines.offset() - start - (ended ? 1 : 0), ended);
  }

  /** Reads a whole log with the fast reader. */
  public static LineCounts readFast(Path log, long pieceBytes, int bufferBytes) throws IOException {
    LogScan.Sizes sizes = new LogScan.Sizes(pieceBytes, bufferBytes);
    return LogScan.read(log, 0, Files.size(log), sizes, Monitor.silent());
  }

  /**
   * Asks the fast parser and the plain one for each line, in a buffer of them all.
   *
   * @param wrong the first line that the fast one takes for another entry than it is, or null
   * @param fast how many lines the fast one recognised
   */
  public record Comparison(byte[] wrong, int fast) {
    public static Comparison of(List<byte[]> lines) {
      ByteArrayOutputStream buffer = new ByteArrayOutputStream();
      for (byte[] line : lines) {
        buffer.writeBytes(line);
        buffer.write('\n');
      }
      int limit = buffer.size();
      byte[] bytes = Arrays.copyOf(buffer.toByteArray(), limit + LineParser.PADDING);
      LineParser parser = new LineParser(bytes);
      int start = 0;
      int fast = 0;
      for (byte[] line : lines) {
        if (parser.read(start, limit)) {
          LineCounts.Builder counts = new LineCounts.Builder();
          parser.addTo(counts, 0);
          if (!counts.build().equals(plainly(bytes, start, line.length))) {
            return new Comparison(line, fast);
          }
          fast++;
        }
        start += line.length + 1;
      }
      return new Comparison(null, fast);
    }

    private static LineCounts plainly(byte[] buffer, int start, int length) {
      LineCounts.Builder counts = new LineCounts.Builder();
      counts.add(LogLine.read(buffer, start, start + length), start, length, true);
      return counts.build();
    }
  }

  /** Whether the plain parser says the same of a line in memory and in a file. */
  public static boolean isSameInMemory(byte[] line) throws IOException {
    return LogLine.read(line, 0, line.length).equals(LogLine.read(new ByteArrayInputStream(line)));
  }
}
