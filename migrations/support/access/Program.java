package support.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another program, run to its end. */
record Program(Path file) {
  private static final Path SELF = Path.of("/proc/self");

  /** It may not be run here. */
  static final class NotStarted extends IOException {
    private static final long serialVersionUID = 1;

    NotStarted(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** A path as another program has to be given it: what this process calls itself, it is not. */
  static Path pathFor(Path path) throws IOException {
    return path.startsWith(SELF)
        ? SELF.resolveSibling(Files.readSymbolicLink(SELF)).resolve(SELF.relativize(path))
        : path;
  }

  /** What it is called where links to it lead. */
  String realName() throws IOException {
    return file.toRealPath().getFileName().toString();
  }

  /**
   * @param input what it reads; little
   * @return what it prints
   * @throws IOException if it fails, with what it says
   */
  String run(String input, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    Process process = start(builder);
    try {
      write(input, process);
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      String errors = new String(process.getErrorStream().readAllBytes(), UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IOException(errors.isEmpty() ? file.getFileName() + " failed" : errors);
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + file.getFileName() + " ran");
    } finally {
      process.destroy();
    }
  }

  private static void write(String input, Process process) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(UTF_8));
    } catch (IOException e) {
      // It has ended without reading, and its exit code says why.
    }
  }

  private static Process start(ProcessBuilder builder) throws NotStarted {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new NotStarted(e);
    }
  }
}
