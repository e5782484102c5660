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
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who has a file open, as Linux tells it under {@code /proc}. */
public interface OpenFiles {
  /** What this machine tells. */
  static ProcFiles ofThisMachine() {
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
   * Is told of which files will be asked: who has them open may be looked for now, in one search.
   * Then that is the answer to the first question after each of them, if nobody has it open.
   */
  default void foresee(Collection<Path> files) {}

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
      return holdersOf(List.of(file)).get(file);
    }

    /**
     * The same of several files, in one search.
     *
     * @return an answer for each
     * @throws IOException if one of the files cannot be looked at
     */
    Map<Path, Answer> holdersOf(Collection<Path> files) throws IOException {
      Map<Path, Object> keys = new LinkedHashMap<>();
      for (Path file : files) {
        keys.put(file, keyOf(file));
      }
      Search search = search(Set.copyOf(keys.values()));
      Map<Path, Answer> answers = new HashMap<>();
      for (Map.Entry<Path, Object> file : keys.entrySet()) {
        answers.put(file.getKey(), search.answer(file.getValue(), Writable.of(file.getKey())));
      }
      return answers;
    }

    private Search search(Set<Object> wanted) {
      String self = Long.toString(ProcessHandle.current().pid());
      List<Use> uses = new ArrayList<>();
      boolean isWhole = true;
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
        for (Path process : processes) {
          if (!process.endsWith(self)) {
            uses.add(Use.of(process, wanted));
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        isWhole = false;
      }
      uses.removeIf(use -> use.isWhole() && use.writes().isEmpty());
      return new Search(proc, uses, isWhole, new HashMap<>());
    }

    /**
     * What one search has found.
     *
     * @param uses of processes that have a wanted file open, or could not be looked at
     * @param isWhole whether all processes could be listed
     * @param mayBeBy what was found out of a process and those who may write to a file
     */
    private record Search(
        Path proc, List<Use> uses, boolean isWhole, Map<List<Object>, Boolean> mayBeBy) {
      Answer answer(Object key, Writable access) throws IOException {
        List<Holder> holders = new ArrayList<>();
        // Where other users' processes are hidden (hidepid), the first one is too.
        boolean complete =
            isWhole
                && (Files.exists(proc.resolve("1"))
                    || access.isOnlyByOwnerOf(proc.resolve("self")));
        for (Use use : uses) {
          Boolean writes = use.writes().get(key);
          if (use.isWhole() || Boolean.TRUE.equals(writes)) {
            Optional.ofNullable(writes).ifPresent(w -> holders.add(holder(use.process(), w)));
          } else {
            complete =
                complete
                    && !mayBeBy.computeIfAbsent(
                        List.of(use.process(), access), unknown -> access.mayBeBy(use.process()));
          }
        }
        return new Answer(List.copyOf(holders), complete);
      }
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

    /**
     * What tells a file from every other, whatever its names are. (To read first where a descriptor
     * leads, and to leave sockets and pipes out, takes half as long again.)
     */
    private static Object keyOf(Path file) throws IOException {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /**
     * What a process has open of the files that are wanted.
     *
     * @param writes for each of them by its key whether it is open for writing
     * @param isWhole false where not all of the process could be looked at: without CAP_SYS_PTRACE,
     *     as in a container, even root may list what another user's process has open, and not look
     *     at it
     */
    private record Use(Path process, Map<Object, Boolean> writes, boolean isWhole) {
      static Use of(Path process, Set<Object> wanted) {
        Map<Object, Boolean> writes = new HashMap<>();
        boolean isWhole = true;
        Path open = process.resolve("fd");
        String[] descriptors = open.toFile().list(); // in half the calls of a DirectoryStream
        if (descriptors == null) {
          return new Use(process, writes, false);
        }
        for (String descriptor : descriptors) {
          try {
            Object key = keyOf(open.resolve(descriptor));
            if (wanted.contains(key)) {
              writes.merge(key, isForWriting(process, descriptor), Boolean::logicalOr);
            }
          } catch (NoSuchFileException e) {
            // Closed in between.
          } catch (AccessDeniedException e) {
            isWhole = false;
            break; // it is the process that may not be looked at, and so none of its descriptors
          } catch (IOException e) {
            isWhole = false;
          }
        }
        return new Use(process, writes, isWhole);
      }
    }

    private static boolean isForWriting(Path process, String descriptor) throws IOException {
      Path info = process.resolve("fdinfo").resolve(descriptor);
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
