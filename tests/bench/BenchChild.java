import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import support.log.Header;

/** The processes that the tool is measured against, and one that measures the tool's memory. */
final class BenchChild {
  static final Path STATUS = Path.of("/proc/self/status");

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final String HIGH_WATER_MARK = "VmHWM:";

  private BenchChild() {}

  /** What every program takes. */
  static final class Empty {
    public static void main(String... args) {}
  }

  public static void main(String... args) throws IOException {
    List<String> rest = Arrays.asList(args).subList(1, args.length);
    switch (args[0]) {
      case "floor" -> floor(Path.of(args[1]), Path.of(args[2]));
      case "floors" -> floors(Path.of(args[1]), Integer.parseInt(args[2]));
      case "inflate" -> inflate(Path.of(args[1]));
      case "firsts" -> firsts(Path.of(args[1]));
      case "agentguard" -> agentGuard(Path.of(args[1]));
      case "memory" -> memory(Path.of(args[1]), rest.subList(1, rest.size()));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** The least that a rewrite can do: one kernel copy with a header in front, flushed. */
  private static void floor(Path log, Path copy) throws IOException {
    try (FileChannel out = FileChannel.open(copy, CREATE_NEW, WRITE)) {
      out.write(ByteBuffer.wrap(Header.line(2, Instant.now())));
      copy(log, out);
      out.force(true);
    }
  }

  /** The same of many logs, whose names are numbers. */
  private static void floors(Path folder, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      floor(folder.resolve(i + ".jsonl"), folder.resolve(i + ".copy"));
    }
  }

  /** What a proof that a compressed log can be read to its end cannot do without. */
  private static void inflate(Path file) throws IOException {
    try (InputStream stored = Files.newInputStream(file);
        InputStream content = new GZIPInputStream(stored, BUFFER_BYTES)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      while (content.read(buffer) >= 0) {
        // It is only read.
      }
    }
  }

  /** The least that a look at many files can do. */
  private static void firsts(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
          lines.readLine();
        }
      }
    }
  }

  /** AgentGuard's own migration: a staged copy, a copy as backup, a rename; no flush, no proof. */
  private static void agentGuard(Path log) throws IOException {
    Path staged = log.resolveSibling(log.getFileName() + ".v041-migrate.tmp");
    try (FileChannel out = FileChannel.open(staged, CREATE_NEW, WRITE)) {
      out.write(ByteBuffer.wrap(Header.line(2, Instant.now())));
      copy(log, out);
    }
    Path backup = log.resolveSibling(log.getFileName() + ".v040-backup");
    try (FileChannel out = FileChannel.open(backup, CREATE_NEW, WRITE)) {
      copy(log, out);
    }
    Files.move(staged, log, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void copy(Path from, FileChannel to) throws IOException {
    try (FileChannel in = FileChannel.open(from, READ)) {
      long size = in.size();
      for (long at = 0; at < size; ) {
        at += in.transferTo(at, size - at, to);
      }
    }
  }

  /** Runs the tool, and at the end of the process writes its high-water mark, in KiB. */
  private static void memory(Path result, List<String> args) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> writeHighWaterMark(result)));
    all.main(args.toArray(String[]::new));
  }

  private static void writeHighWaterMark(Path result) {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(HIGH_WATER_MARK)) {
          Files.writeString(result, line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
