import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A system call on files, as a line of {@code strace -y} shows it.
 *
 * @param paths the files that it names or has open, in the order of its arguments
 * @param result what it returned; {@code ?} where it never returned
 */
record SystemCall(String name, String arguments, List<Path> paths, String result) {
  private static final Set<String> OPENING = words("open openat openat2 creat");
  private static final Set<String> HARMLESS = words("read pread64 readv preadv close");
  private static final Set<String> FLUSHING = words("fsync fdatasync sync_file_range");
  private static final Set<String> WRITING =
      words("write pwrite64 writev pwritev sendfile copy_file_range");
  private static final Set<String> NAMING =
      words(
          "rename renameat renameat2 link linkat symlink symlinkat unlink unlinkat",
          "mkdir mkdirat rmdir mknod mknodat");
  private static final Set<String> CHANGING =
      words(
          "fallocate truncate ftruncate chmod fchmod fchmodat chown fchown lchown fchownat",
          "utime utimes futimesat utimensat setxattr lsetxattr fsetxattr");

  /** Where what is open has a name, behind its number. */
  static final String OPEN = "/proc/self/fd/";

  private static final Pattern HANDLE = Pattern.compile(OPEN + "(\\d+)");
  private static final Pattern OPENED = Pattern.compile("(\\d+)<(/.*)>");
  private static final Pattern LINE = Pattern.compile("(\\w+)\\((.*)\\) += (.*)");

  /** Says nothing where the path beside it is absolute, as all of ours are. */
  private static final Pattern WORKING_FOLDER = Pattern.compile("AT_FDCWD<[^>]*>");

  private static final Pattern PATH = Pattern.compile("\"(/[^\"]*)\"|<(/[^>]*)>");

  private static Set<String> words(String... lines) {
    return Set.of(String.join(" ", lines).split(" "));
  }

  /** Every call that this class knows. */
  static Set<String> names() {
    return Stream.of(OPENING, HARMLESS, FLUSHING, WRITING, NAMING, CHANGING)
        .flatMap(Set::stream)
        .collect(Collectors.toSet());
  }

  /**
   * Reads the lines of a trace; those on signals and the like are no calls. A path that leads
   * through something that is open ({@link #OPEN}) is told as where it leads.
   */
  static List<SystemCall> parse(List<String> lines) {
    List<SystemCall> calls = new ArrayList<>();
    Map<String, String> open = new HashMap<>();
    for (String line : lines) {
      Matcher call = LINE.matcher(line);
      if (call.matches()) {
        String arguments =
            HANDLE
                .matcher(call.group(2))
                .replaceAll(
                    handle ->
                        Matcher.quoteReplacement(
                            open.getOrDefault(handle.group(1), handle.group())));
        calls.add(new SystemCall(call.group(1), arguments, pathsIn(arguments), call.group(3)));
        Matcher opened = OPENED.matcher(call.group(3));
        if (opened.matches()) {
          open.put(opened.group(1), opened.group(2));
        }
      }
    }
    return calls;
  }

  private static List<Path> pathsIn(String arguments) {
    List<Path> paths = new ArrayList<>();
    Matcher path = PATH.matcher(WORKING_FOLDER.matcher(arguments).replaceAll(""));
    while (path.find()) {
      paths.add(Path.of(path.group(1) != null ? path.group(1) : path.group(2)));
    }
    return paths;
  }

  /** Whether it is on a folder or anything below it. */
  boolean concerns(Path folder) {
    return paths.stream().anyMatch(path -> path.startsWith(folder));
  }

  /**
   * Whether it did this to just these files.
   *
   * @param effect the call's name, without the {@code at} of a variant that takes a folder too
   */
  boolean did(String effect, Path... files) {
    return name.replaceFirst("at2?$", "").equals(effect)
        && paths.equals(List.of(files))
        && !result.startsWith("-1");
  }

  boolean opensForWriting() {
    return OPENING.contains(name)
        && (name.equals("creat") || arguments.matches(".*O_(WRONLY|RDWR|CREAT|TRUNC).*"));
  }

  /** Whether it changes what this file holds or who may open it; its names are another matter. */
  boolean changes(Path file) {
    return CHANGING.contains(name) && paths.contains(file)
        || WRITING.contains(name) && file.equals(target());
  }

  /** Only the two calls that copy name another file too: where from. */
  private Path target() {
    return paths.get(name.equals("copy_file_range") ? paths.size() - 1 : 0);
  }

  boolean flushes() {
    return FLUSHING.contains(name);
  }

  boolean changesNames() {
    return NAMING.contains(name);
  }

  /** Whether a durable rewrite rests on it: what changes the disk, and what makes that last. */
  boolean matters() {
    return opensForWriting()
        || WRITING.contains(name)
        || CHANGING.contains(name)
        || changesNames()
        || flushes();
  }

  /** The same for the same call in another folder, which a staged backup's name has a mark of. */
  @Override
  public String toString() {
    String files = paths.stream().map(Path::getFileName).toList().toString();
    return name + files.replaceAll("\\.[0-9a-f]{8}\\.(?=[0-9a-f]{16}\\.tmp)", ".*.");
  }
}
