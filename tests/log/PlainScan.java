package support.log;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import support.run.Monitor;

/** The plain twin of the fast reader of lines: one thread, no buffer of lines, one parser. */
public final class PlainScan {
  private PlainScan() {}

  /** Reads a whole log line by line. */
  public static Tally read(Path log) throws IOException {
    Tally.Builder tally = new Tally.Builder();
    long size = Files.size(log);
    try (LogLines lines = LogLines.open(log)) {
      while (lines.offset() < size) {
        add(lines, tally);
      }
    }
    return tally.build();
  }

  private static void add(LogLines lines, Tally.Builder tally) throws IOException {
    long start = lines.offset();
    boolean blank = !lines.skipBlankOfLine();
    long text = blank ? start : lines.offset();
    LogLine line = blank ? null : LogLine.read(lines);
    boolean ended = lines.nextLine();
    tally.add(line, text, lines.offset() - start - (ended ? 1 : 0), ended);
  }

  /** Reads a whole log with the fast reader. */
  public static Tally readFast(Path log, long pieceBytes, int bufferBytes) throws IOException {
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
          Tally.Builder tally = new Tally.Builder();
          parser.addTo(tally, 0);
          if (!tally.build().equals(plainly(bytes, start, line.length))) {
            return new Comparison(line, fast);
          }
          fast++;
        }
        start += line.length + 1;
      }
      return new Comparison(null, fast);
    }

    private static Tally plainly(byte[] buffer, int start, int length) {
      Tally.Builder tally = new Tally.Builder();
      tally.add(LogLine.read(buffer, start, start + length), start, length, true);
      return tally.build();
    }
  }

  /** Whether the plain parser says the same of a line in memory and in a file. */
  public static boolean isSameInMemory(byte[] line) throws IOException {
    return LogLine.read(line, 0, line.length).equals(LogLine.read(new ByteArrayInputStream(line)));
  }
}
