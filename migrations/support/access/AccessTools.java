package support.access;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code getfacl} and {@code setfacl} (acl 2.3) and the coreutils tell and do. Where those two
 * lack, the {@code +} of {@code ls -ld} tells at least that there is a list.
 *
 * @param path where programs are, as in the variable PATH
 * @param selinux a folder that is there where SELinux is at work
 */
public record AccessTools(String path, Path selinux) implements AccessControl {
  private static final Path LINUX = Path.of("/proc/self");
  private static final int GROUP_AND_OTHERS = 077;

  /** The mark that stands behind the ten letters of type and mode. */
  private static final Pattern LS = Pattern.compile("(?m)^[-d][-rwxsStT]{9}(\\S?) ");

  /** Those whose {@code ls} has that mark; that of BusyBox does not. */
  private static final Set<String> MARKING = Set.of("ls", "coreutils", "gnuls", "gls");

  /** Those on the path of this process. */
  public static AccessTools ofThisMachine() {
    return new AccessTools(
        Optional.ofNullable(System.getenv("PATH")).orElse(""), Path.of("/sys/fs/selinux"));
  }

  private Optional<Program> program(String name) {
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst()
        .map(Program::new);
  }

  private Program required(String name) throws IOException {
    return program(name).orElseThrow(() -> new IOException(name + " is not installed"));
  }

  /**
   * On Linux the mask of a list is the group bits of the mode: where those and the bits of others
   * are off, no list lets anybody in or shuts anybody out, and no program is started. That is so
   * for logs as AgentGuard creates them.
   */
  @Override
  public Access look(Path file, int permissions) throws IOException {
    if ((permissions & GROUP_AND_OTHERS) == 0 && Files.exists(LINUX)) {
      return Access.NO_LIST;
    }
    Path folder = file.toAbsolutePath().getParent();
    try {
      return program("getfacl").isPresent() && program("setfacl").isPresent()
          ? read(file, folder)
          : see(file, folder);
    } catch (Program.NotStarted e) {
      return Access.UNKNOWN; // as in a sandbox
    }
  }

  private Access read(Path file, Path folder) throws IOException {
    List<AccessList> lists = lists(file, folder);
    AccessList own = lists.get(0);
    boolean isHandedDown =
        lists.get(1).entries().stream().anyMatch(entry -> entry.startsWith("default:"));
    return new Access(Known.ALL, own.isOfMode() ? null : own, isHandedDown);
  }

  private List<AccessList> lists(Path... files) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("--omit-header", "--absolute-names", "--no-effective"));
    arguments.addAll(List.of("--numeric", "--"));
    for (Path file : files) {
      arguments.add(Program.pathFor(file).toString());
    }
    String[] blocks = required("getfacl").run("", arguments).strip().split("\n\n");
    if (blocks.length != files.length) {
      throw new IOException("getfacl: an answer that is not understood");
    }
    return Arrays.stream(blocks).map(block -> new AccessList(block.lines().toList())).toList();
  }

  private Access see(Path file, Path folder) throws IOException {
    Optional<Program> ls = program("ls");
    if (ls.isEmpty() || !MARKING.contains(ls.get().realName())) {
      return Access.UNKNOWN;
    }
    String lines = ls.get().run("", List.of("-ld", "--", file.toString(), folder.toString()));
    Matcher line = LS.matcher(lines);
    boolean isSeen = false;
    int found = 0;
    while (line.find()) {
      isSeen |= line.group(1).equals("+");
      found++;
    }
    return isSeen ? Access.SEEN : found < 2 ? Access.UNKNOWN : Access.NO_LIST;
  }

  @Override
  public AccessList listOf(Path file) throws IOException {
    return lists(file).get(0);
  }

  /** Replaces the list of a file, and with it the mode. */
  public void setList(Path file, AccessList list) throws IOException {
    String entries = String.join("\n", list.entries()) + "\n";
    required("setfacl")
        .run(entries, List.of("--set-file=-", "--", Program.pathFor(file).toString()));
  }

  @Override
  public List<String> labelsOf(Path... files) throws IOException {
    if (!Files.exists(selinux)) {
      return List.of();
    }
    List<String> arguments = new ArrayList<>(List.of("-c", "%C", "--"));
    for (Path file : files) {
      arguments.add(Program.pathFor(file).toString());
    }
    List<String> labels = required("stat").run("", arguments).lines().toList();
    if (labels.size() != files.length) {
      throw new IOException("stat: an answer that is not understood");
    }
    return labels;
  }

  @Override
  public List<String> marksOf(List<Path> files) throws IOException {
    Optional<Program> lsattr = program("lsattr");
    if (lsattr.isEmpty()) {
      return List.of();
    }
    List<String> arguments = new ArrayList<>(List.of("-d", "--"));
    for (Path file : files) {
      arguments.add(Program.pathFor(file).toString());
    }
    try {
      List<String> lines = lsattr.get().run("", arguments).lines().toList();
      return lines.size() == files.size()
          ? lines.stream().map(line -> line.strip().split(" ")[0]).toList()
          : List.of(); // a name of several lines
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      return List.of(); // a file system without marks, or a sandbox
    }
  }

  /** Sets the label that SELinux goes by. */
  public void setLabel(Path file, String label) throws IOException {
    required("chcon").run("", List.of("--", label, Program.pathFor(file).toString()));
  }
}
