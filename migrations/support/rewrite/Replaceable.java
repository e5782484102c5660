package support.rewrite;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import support.access.AccessControl;
import support.files.Links;
import support.files.Snapshot;
import support.run.Failure;

/**
 * What Linux keeps from being replaced, or by whom, besides owner and mode. All of it would fail
 * late, at the rename or before; so it is looked for before the first write.
 *
 * @param process what the kernel reports of this process, as {@code /proc/self}
 */
record Replaceable(Path process) {
  /** The fifth field is where something is mounted (proc(5)). */
  private static final Pattern MOUNT = Pattern.compile("(?:\\S+ ){4}(\\S+) .*");

  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  /** File systems on which a new file gets its folder's group whatever the folder's mode says. */
  private static final Pattern GROUP_OF_THE_FOLDER = Pattern.compile("\\b(grpid|bsdgroups)\\b");

  private static final int SET_GROUP_ID = 02000;
  private static final long MAY_GIVE_AWAY = 1; // CAP_CHOWN

  /**
   * @throws Failure if a log or its folder is marked immutable or append-only. The mark for
   *     immutable shows in what the user may do; the other one only a program reports.
   */
  void requireUnmarked(Path log, AccessControl access) throws IOException {
    List<Path> files = List.of(Links.folderOf(log), log);
    for (Path file : files) {
      if (isImmutable(file)) {
        throw Failure.of(RewriteErrors.MARKED_IMMUTABLE, file);
      }
    }
    List<String> marks = access.marksOf(files);
    for (int i = 0; i < marks.size(); i++) {
      if (marks.get(i).indexOf('i') >= 0) {
        throw Failure.of(RewriteErrors.MARKED_IMMUTABLE, files.get(i));
      }
      if (marks.get(i).indexOf('a') >= 0) {
        throw Failure.of(RewriteErrors.MARKED_APPEND_ONLY, files.get(i));
      }
    }
  }

  /** Owner and mode deny with another word (EACCES) than the mark does (EPERM). */
  private static boolean isImmutable(Path file) throws IOException {
    try {
      file.getFileSystem().provider().checkAccess(file, AccessMode.WRITE);
      return false;
    } catch (AccessDeniedException e) {
      return false;
    } catch (FileSystemException e) {
      return "Operation not permitted".equals(e.getReason());
    }
  }

  /**
   * @throws Failure if something is mounted just at the log's name: that cannot be renamed over
   */
  void requireNoMount(Path log) throws IOException {
    String real = log.toRealPath().toString();
    if (mounts().map(MOUNT::matcher).filter(Matcher::matches).anyMatch(m -> path(m).equals(real))) {
      throw Failure.of(RewriteErrors.MOUNT_OF_ITS_OWN, log);
    }
  }

  private static String path(Matcher mount) {
    return OCTAL
        .matcher(mount.group(1))
        .replaceAll(
            octal ->
                Matcher.quoteReplacement(Character.toString(Integer.parseInt(octal.group(1), 8))));
  }

  private Stream<String> mounts() throws IOException {
    Path mounts = process.resolve("mountinfo");
    return Files.isReadable(mounts) ? Files.readAllLines(mounts).stream() : Stream.of();
  }

  /**
   * @param original of the log
   * @throws Failure if this user may not give a new log to its group
   */
  void requireMemberOfItsGroup(Path log, Snapshot original) throws IOException {
    Path status = process.resolve("status");
    if (!Files.isReadable(status)) {
      return;
    }
    List<String> lines = Files.readAllLines(status);
    Snapshot folder = Snapshot.of(Links.folderOf(log).toRealPath());
    if (!mayGiveAway(lines)
        && !groups(lines).contains(original.gid())
        && !(folder.gid() == original.gid() && handsItsGroupDown(folder))) {
      throw Failure.of(RewriteErrors.LOG_OF_ANOTHER_GROUP, log, original.gid());
    }
  }

  private static boolean mayGiveAway(List<String> status) {
    return fields(status, "CapEff:")
        .anyMatch(c -> (Long.parseUnsignedLong(c, 16) & MAY_GIVE_AWAY) != 0);
  }

  private static Set<Integer> groups(List<String> status) {
    return Stream.concat(fields(status, "Gid:"), fields(status, "Groups:"))
        .map(Integer::parseUnsignedInt)
        .collect(Collectors.toSet());
  }

  private static Stream<String> fields(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .flatMap(line -> Stream.of(line.substring(name.length()).strip().split("\\s+")))
        .filter(field -> !field.isEmpty());
  }

  private boolean handsItsGroupDown(Snapshot folder) throws IOException {
    return (folder.permissions() & SET_GROUP_ID) != 0
        || mounts().anyMatch(line -> GROUP_OF_THE_FOLDER.matcher(line).find());
  }
}
