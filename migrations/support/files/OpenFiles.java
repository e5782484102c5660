package support.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
   * @param complete false where a process could not be looked at that may have opened the file for
   *     writing: one of a user whom its mode lets, or any where there is no {@code /proc}. Root may
   *     open everything; but a server that runs as root has made its log root's.
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
      Object wanted = keyOf(file);
      String self = Long.toString(ProcessHandle.current().pid());
      Writable access = Writable.of(file);
      List<Holder> holders = new ArrayList<>();
      // Where other users' processes are hidden (hidepid), the first one is too.
      boolean complete =
          Files.exists(proc.resolve("1")) || access.isOnlyByOwnerOf(proc.resolve("self"));
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
        for (Path process : processes) {
          try {
            if (!process.endsWith(self)) {
              use(process, wanted).ifPresent(w -> holders.add(holder(process, w)));
            }
          } catch (IOException | DirectoryIteratorException e) {
            complete = complete && !access.mayBeBy(process);
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        complete = false;
      }
      return new Answer(List.copyOf(holders), complete);
    }

    /**
     * Who may open a file for writing.
     *
     * @param owner the id of its user
     * @param others whether its mode lets somebody else; of a list, it shows the most that one lets
     */
    private record Writable(int owner, boolean others) {
      private static final int GROUP_OR_OTHERS_WRITE = 022;

      static Writable of(Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:uid,mode");
        int mode = (Integer) attributes.get("mode");
        return new Writable((Integer) attributes.get("uid"), (mode & GROUP_OR_OTHERS_WRITE) != 0);
      }

      /** Whether none but the user of this process may. */
      boolean isOnlyByOwnerOf(Path process) throws IOException {
        return !others
            && Files.exists(process)
            && Files.getAttribute(process, "unix:uid").equals(owner);
      }

      /**
       * Whether a process may. Its folder is root's where it has changed its user; whose it is, its
       * status says.
       */
      boolean mayBeBy(Path process) {
        try (Stream<String> status = Files.lines(process.resolve("status"))) {
          return others || status.anyMatch(this::names);
        } catch (IOException | UncheckedIOException e) {
          return Files.exists(process); // else it has ended, and has nothing open any more
        }
      }

      private boolean names(String line) {
        return line.startsWith("Uid:")
            && Arrays.asList(line.substring(4).strip().split("\\s+")).contains("" + owner);
      }
    }

    /** What tells a file from every other, whatever its names are. */
    private static Object keyOf(Path file) throws IOException {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
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
          } catch (AccessDeniedException e) {
            unseen = e;
            break; // it is the process that may not be looked at, and so none of its descriptors
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
      return target.startsWith("/") && keyOf(descriptor).equals(wanted);
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
