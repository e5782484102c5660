package support;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Who has a file open for writing, as Linux tells it under {@code /proc}. */
public interface OpenFiles {
  /** What this machine tells. */
  static OpenFiles ofThisMachine() {
    return new ProcFiles(Path.of("/proc"));
  }

  /**
   * Looks for processes that have a file open for writing, this one left out.
   *
   * @param file a regular file; other names of the same file count
   * @throws IOException if the file itself cannot be looked at
   */
  Answer writersOf(Path file) throws IOException;

  /** A process that has the file open for writing. */
  record Writer(long pid, String command) {
    @Override
    public String toString() {
      return "process %d (%s)".formatted(pid, command);
    }
  }

  /**
   * @param complete false where some processes could not be looked at: other users', or all of them
   *     where there is no {@code /proc}
   */
  record Answer(List<Writer> writers, boolean complete) {
    /** The writers, for a message. */
    public String names() {
      return writers.stream().map(Writer::toString).collect(Collectors.joining(", "));
    }
  }

  /** Reads {@code <proc>/<pid>/fd} and {@code fdinfo}. */
  record ProcFiles(Path proc) implements OpenFiles {
    private static final int ACCESS_MODE_BITS = 3;

    @Override
    public Answer writersOf(Path file) throws IOException {
      Object wanted = Files.readAttributes(file, "unix:dev,ino");
      List<Writer> writers = new ArrayList<>();
      // Where other users' processes are hidden (hidepid), the first one is too.
      boolean complete = Files.exists(proc.resolve("1"));
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
        for (Path process : processes) {
          try {
            if (!isThisProcess(process) && hasOpenForWriting(process, wanted)) {
              writers.add(writer(process));
            }
          } catch (IOException | DirectoryIteratorException e) {
            // Either it has ended, and has nothing open any more, or it may not be looked at.
            complete = complete && !Files.exists(process);
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        complete = false;
      }
      return new Answer(List.copyOf(writers), complete);
    }

    private static boolean isThisProcess(Path process) {
      return process.getFileName().toString().equals(Long.toString(ProcessHandle.current().pid()));
    }

    private static boolean hasOpenForWriting(Path process, Object wanted) throws IOException {
      try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
        for (Path descriptor : descriptors) {
          if (isFile(descriptor, wanted) && isForWriting(process, descriptor)) {
            return true;
          }
        }
        return false;
      }
    }

    /** Sockets and pipes are told apart by name, since looking at them costs more. */
    private static boolean isFile(Path descriptor, Object wanted) {
      try {
        String target = Files.readSymbolicLink(descriptor).toString();
        return target.startsWith("/")
            && Files.readAttributes(descriptor, "unix:dev,ino").equals(wanted);
      } catch (IOException e) {
        return false; // closed in between
      }
    }

    private static boolean isForWriting(Path process, Path descriptor) {
      Path info = process.resolve("fdinfo").resolve(descriptor.getFileName());
      try {
        for (String line : Files.readAllLines(info)) {
          if (line.startsWith("flags:")) {
            long flags = Long.parseLong(line.substring("flags:".length()).strip(), 8);
            return (flags & ACCESS_MODE_BITS) != 0;
          }
        }
        return false;
      } catch (IOException e) {
        return false; // closed in between
      }
    }

    private static Writer writer(Path process) {
      String command;
      try {
        command = Files.readString(process.resolve("comm")).strip().replaceAll("\\p{Cntrl}", "?");
      } catch (IOException e) {
        command = "unknown";
      }
      return new Writer(Long.parseLong(process.getFileName().toString()), command);
    }
  }
}
