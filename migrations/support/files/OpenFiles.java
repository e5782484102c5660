package support.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who has a file open, as Linux tells it under {@code /proc}. */
public interface OpenFiles {
  /** What this machine tells. */
  static OpenFiles ofThisMachine() {
    return new ProcFiles(Path.of("/proc"));
  }

  /**
   * Looks for processes that have a file open, this one left out.
   *
   * @param file a regular file; other names of the same file count
   * @throws IOException if the file itself cannot be looked at
   */
  Answer holdersOf(Path file) throws IOException;

  /**
   * A process that has the file open.
   *
   * @param writes whether it has it open for writing
   */
  record Holder(long pid, String command, boolean writes) {
    @Override
    public String toString() {
      return "process %d (%s)".formatted(pid, command);
    }
  }

  /**
   * @param complete false where some processes could not be looked at: other users', or all of them
   *     where there is no {@code /proc}
   */
  record Answer(List<Holder> holders, boolean complete) {
    /** Those that have the file open for writing. */
    public List<Holder> writers() {
      return holders.stream().filter(Holder::writes).toList();
    }

    /** The writers, for a message. */
    public String names() {
      return writers().stream().map(Holder::toString).collect(Collectors.joining(", "));
    }
  }

  /** Reads {@code <proc>/<pid>/fd} and {@code fdinfo}. */
  record ProcFiles(Path proc) implements OpenFiles {
    private static final int ACCESS_MODE_BITS = 3;

    @Override
    public Answer holdersOf(Path file) throws IOException {
      Object wanted = Files.readAttributes(file, "unix:dev,ino");
      List<Holder> holders = new ArrayList<>();
      // Where other users' processes are hidden (hidepid), the first one is too.
      boolean complete = Files.exists(proc.resolve("1"));
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
        for (Path process : processes) {
          try {
            if (!isThisProcess(process)) {
              use(process, wanted).ifPresent(w -> holders.add(holder(process, w)));
            }
          } catch (IOException | DirectoryIteratorException e) {
            // Either it has ended, and has nothing open any more, or it may not be looked at.
            complete = complete && !Files.exists(process);
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        complete = false;
      }
      return new Answer(List.copyOf(holders), complete);
    }

    private static boolean isThisProcess(Path process) {
      return process.getFileName().toString().equals(Long.toString(ProcessHandle.current().pid()));
    }

    /**
     * Whether a process has the file open for writing; nothing where it has not opened it.
     *
     * @throws IOException if that cannot be told: without CAP_SYS_PTRACE, as in a container, even
     *     root may list what another user's process has open, and not look at it
     */
    private static Optional<Boolean> use(Path process, Object wanted) throws IOException {
      Optional<Boolean> writes = Optional.empty();
      IOException unseen = null;
      try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
        for (Path descriptor : descriptors) {
          try {
            if (isFile(descriptor, wanted)) {
              writes = Optional.of(writes.orElse(false) || isForWriting(process, descriptor));
            }
          } catch (NoSuchFileException e) {
            // Closed in between.
          } catch (IOException e) {
            unseen = e;
          }
        }
      }
      if (unseen != null && !writes.orElse(false)) {
        throw unseen;
      }
      return writes;
    }

    /** Sockets and pipes are told apart by name, since looking at them costs more. */
    private static boolean isFile(Path descriptor, Object wanted) throws IOException {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/")
          && Files.readAttributes(descriptor, "unix:dev,ino").equals(wanted);
    }

    private static boolean isForWriting(Path process, Path descriptor) throws IOException {
      Path info = process.resolve("fdinfo").resolve(descriptor.getFileName());
      for (String line : Files.readAllLines(info)) {
        if (line.startsWith("flags:")) {
          long flags = Long.parseLong(line.substring("flags:".length()).strip(), 8);
          return (flags & ACCESS_MODE_BITS) != 0;
        }
      }
      return false;
    }

    private static Holder holder(Path process, boolean writes) {
      String command;
      try {
        command = Files.readString(process.resolve("comm")).strip().replaceAll("\\p{Cntrl}", "?");
      } catch (IOException e) {
        command = "unknown";
      }
      return new Holder(Long.parseLong(process.getFileName().toString()), command, writes);
    }
  }
}
