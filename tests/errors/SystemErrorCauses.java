import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import support.lock.LockErrors;
import support.rewrite.RewriteErrors;
import support.run.RunErrors;
import support.staging.StagingErrors;

/**
 * How errors come about that take another user, a small disk or another process.
 *
 * @param work a folder that other users can reach once they may
 * @param memory the same, on another file system
 */
record SystemErrorCauses(Path work, Path memory) {
  private static final String LOCK = ErrorCauses.LOCK;
  private static final int ANOTHER_USER = 65534;
  private static final int NOT_ITS_GROUP = 1234;

  void addTo(ErrorCauses causes) {
    addRights(causes);
    addLimits(causes);
    addProcesses(causes);
  }

  // ------------------------------------------------------------ rights

  private void addRights(ErrorCauses c) {
    c.onLog(RunErrors.PERMISSION_DENIED, folder -> asAnotherUser(folder, 0, 0, 0755));
    c.onLog(
        RewriteErrors.FOLDER_NOT_WRITABLE,
        folder -> asAnotherUser(folder, ANOTHER_USER, ANOTHER_USER, 0555));
    c.onLog(
        RewriteErrors.FOLDER_OF_ANOTHER_USER,
        folder -> asAnotherUser(folder, 0, ANOTHER_USER, 0755));
    c.onLog(RewriteErrors.FOLDER_CLOSED_TO_ROOT, SystemErrorCauses::asRootWhoMayNotWriteThere);
    c.onLog(
        RewriteErrors.LOG_OF_ANOTHER_USER, folder -> asAnotherUser(folder, 0, ANOTHER_USER, 0777));
    c.onLog(
        RewriteErrors.LOG_OF_ANOTHER_GROUP,
        folder -> asAnotherUser(folder, ANOTHER_USER, NOT_ITS_GROUP, 0777));
    c.onLog(StagingErrors.OWNER_NOT_KEPT, this::asRootWhoMayGiveNothingAway);
    c.onLog(RewriteErrors.MARKED_IMMUTABLE, folder -> marked(folder, "i"));
    c.onLog(RewriteErrors.MARKED_APPEND_ONLY, folder -> marked(folder, "a"));
    c.onLog(RewriteErrors.MOUNT_OF_ITS_OWN, SystemErrorCauses::mounted);
    c.onLog(RewriteErrors.REMOVE_CHECKPOINT_FAILED, this::withACheckpointThatStays);
    c.onLog(RewriteErrors.RECOVERY_FAILED, this::withALeftoverThatStays);
  }

  /** As in a container without that capability. */
  private static Run asRootWhoMayNotWriteThere(Path folder) throws IOException {
    assumeTrue(Scene.isRoot(), "only root can give files away");
    Files.setAttribute(folder, "unix:uid", ANOTHER_USER);
    Files.setAttribute(folder, "unix:mode", 0755);
    String script = "exec setpriv --bounding-set=-dac_override \"$@\"";
    try {
      return Run.toolInShell(script, folder);
    } finally {
      Files.setAttribute(folder, "unix:uid", 0);
    }
  }

  /** As in a container without the capability, where the log is another user's of root's group. */
  private Run asRootWhoMayGiveNothingAway(Path folder) throws IOException {
    assumeTrue(Scene.isRoot(), "only root can give files away");
    own(folder.resolve(ErrorCauses.LOG), ANOTHER_USER, 0, 0644);
    Files.setAttribute(folder, "unix:mode", 0777);
    List<String> without = List.of("setpriv", "--bounding-set", "-chown", "--inh-caps", "-chown");
    return Run.tracedTool(without, List.of(), folder, "--audit-log", ErrorCauses.LOG);
  }

  private static Run marked(Path folder, String mark) throws IOException {
    Path log = folder.resolve(ErrorCauses.LOG);
    Run chattr = Run.of(folder, Map.of(), "bash", "-c", "chattr +%s %s".formatted(mark, log));
    assumeTrue(chattr.exit() == 0, () -> "no file can be marked here: " + chattr.stderr());
    try {
      return Run.tool(folder);
    } finally {
      Run.of(folder, Map.of(), "chattr", "-" + mark, log.toString());
    }
  }

  /** As a container that is given one file sees it. */
  private static Run mounted(Path folder) throws IOException {
    String log = folder.resolve(ErrorCauses.LOG).toString();
    Run mount = Run.of(folder, Map.of(), "bash", "-c", "mount --bind %1$s %1$s".formatted(log));
    assumeTrue(mount.exit() == 0, () -> "nothing can be mounted here: " + mount.stderr());
    try {
      return Run.tool(folder);
    } finally {
      Run.of(folder, Map.of(), "umount", log);
    }
  }

  /** The group may read the log, nobody else. */
  private Run asAnotherUser(Path folder, int owner, int group, int mode, String... arguments)
      throws IOException {
    assumeTrue(Scene.isRoot(), "only root can run as another user");
    own(folder.resolve(ErrorCauses.LOG), owner, group, 0640);
    Files.setAttribute(folder, "unix:mode", mode);
    for (Path parent : List.of(work, memory)) {
      Files.setAttribute(parent, "unix:mode", 0755);
    }
    Path jars = Files.createDirectory(memory.resolve("jars of " + folder.getFileName()));
    return Run.toolAs(ANOTHER_USER, jars, folder, arguments);
  }

  private static void own(Path file, int owner, int group, int mode) throws IOException {
    Files.setAttribute(file, "unix:uid", owner);
    Files.setAttribute(file, "unix:gid", group);
    Files.setAttribute(file, "unix:mode", mode);
  }

  private Run withACheckpointThatStays(Path folder) throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Path checkpoint = Files.writeString(elsewhere.resolve("checkpoint"), "{\"offset\":1}");
    return asAnotherUser(
        folder, ANOTHER_USER, ANOTHER_USER, 0777, "--checkpoint", checkpoint.toString());
  }

  /** A run was interrupted behind the rename, and the folder was closed since. */
  private Run withALeftoverThatStays(Path folder) throws IOException {
    Files.writeString(folder.resolve(ErrorCauses.LOG), ErrorCauses.HEADER + ErrorCauses.ENTRY);
    Path lock = Files.createFile(folder.resolve(LOCK));
    Path leftover =
        Files.createFile(folder.resolve(ErrorCauses.LOG + ".migrate.0123456789abcdef.tmp"));
    for (Path file : List.of(lock, leftover)) {
      own(file, ANOTHER_USER, ANOTHER_USER, 0600);
    }
    return asAnotherUser(folder, ANOTHER_USER, ANOTHER_USER, 0555);
  }

  // ------------------------------------------------------------ limits

  private void addLimits(ErrorCauses c) {
    addSmallDisks(c);
    c.add(
        RewriteErrors.STAGE_FAILED,
        folder -> {
          new Scene(folder, 1 << 20);
          return Run.toolInShell("ulimit -f 512; exec \"$@\"", folder);
        });
    c.add(RewriteErrors.WRITE_BACKUP_FAILED, this::withANameTooLongForACopy);
    c.onLog(
        CommandErrors.OUTPUT_NOT_WRITTEN,
        folder -> Run.toolInShell("exec \"$@\" > /dev/full", folder));
  }

  private static void addSmallDisks(ErrorCauses c) {
    c.add(
        RewriteErrors.FOLDER_READ_ONLY,
        folder -> {
          try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 1 << 20)) {
            Scene scene = new Scene(disk.folder(), 1);
            disk.remount("ro");
            return scene.run();
          }
        });
    c.add(
        RewriteErrors.NO_SPACE_FOR_BACKUP,
        folder -> {
          try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 1 << 20)) {
            Scene scene = new Scene(Files.createDirectory(folder.resolve("logs")), 2 << 20);
            return scene.run("--backup-dir", disk.folder().toString());
          }
        });
    c.add(
        RewriteErrors.NO_SPACE_FOR_LOG,
        folder -> {
          try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 3 << 19)) {
            return new Scene(disk.folder(), 1 << 20).run();
          }
        });
    c.add(
        CommandErrors.NO_SPACE_FOR_ALL,
        folder -> {
          try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 3 << 20)) {
            Path log = new Scene(disk.folder(), 1 << 20).log();
            Files.copy(log, disk.folder().resolve(Scene.LOG + ".1"));
            return Run.tool(disk.folder(), "--archives");
          }
        });
  }

  /** There is room for all names but that of a staged copy of the backup. */
  private Run withANameTooLongForACopy(Path folder) throws IOException {
    Path log = Files.writeString(folder.resolve("l".repeat(225)), ErrorCauses.ENTRY);
    assumeTrue(isElsewhere(log), "there is no second file system");
    return Run.tool(folder, "--audit-log", log.toString(), "--backup-dir", newBackupFolder());
  }

  private boolean isElsewhere(Path log) throws IOException {
    return !Files.getAttribute(log, "unix:dev").equals(Files.getAttribute(memory, "unix:dev"));
  }

  private String newBackupFolder() throws IOException {
    return Files.createTempDirectory(memory, "backups").toString();
  }

  // ------------------------------------------------------------ other processes

  private void addProcesses(ErrorCauses c) {
    String lock = "agentguard migrate lock pid=%d word=%016x\n";
    long pid = ProcessHandle.current().pid();
    c.onLog(LockErrors.ANOTHER_RUN, folder -> besideAnotherRun(folder, lock.formatted(pid, 1)));
    // One that has just come has not written its number yet.
    c.onLog(LockErrors.ANOTHER_RUN, folder -> besideAnotherRun(folder, ""));
    c.onLog(LockErrors.ANOTHER_RUN_STOPPED, folder -> besideAStoppedRun(folder, lock));
    c.onLog(
        CommandErrors.ANOTHER_RUN_AT_WORK,
        folder -> besideAnotherRun(folder, lock.formatted(pid, 1), "--dry-run"));
    c.onLog(RewriteErrors.OPEN_FOR_WRITING, folder -> besideAWriter(folder));
    c.onLog(
        RewriteErrors.OPEN_FOR_WRITING_AND_COPIED,
        folder -> {
          assumeTrue(isElsewhere(folder), "there is no second file system");
          return besideAWriter(folder, "--force", "--backup-dir", newBackupFolder());
        });
    c.add(RewriteErrors.KEEPS_CHANGING, SystemErrorCauses::besideSomebodyWhoTouchesIt);
    c.onLog(CommandErrors.NAME_NOT_IN_LOCALE, SystemErrorCauses::behindALinkWithLetters);
    c.onLog(RunErrors.INTERRUPTED, folder -> signalled("INT", folder));
    c.onLog(RunErrors.INTERRUPTED, folder -> signalled("TERM", folder));
  }

  /** As a service without a locale runs it. */
  private static Run behindALinkWithLetters(Path folder) throws IOException {
    Files.move(folder.resolve(ErrorCauses.LOG), folder.resolve("pr\u00fcf.jsonl"));
    Files.createSymbolicLink(folder.resolve(ErrorCauses.LOG), Path.of("pr\u00fcf.jsonl"));
    return Run.toolInShell("export LC_ALL=C; exec \"$@\"", folder);
  }

  private static FileChannel held(Path folder, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(LOCK), content);
    FileChannel lock = FileChannel.open(file, StandardOpenOption.WRITE);
    lock.lock();
    return lock;
  }

  private static Run besideAnotherRun(Path folder, String content, String... arguments)
      throws Exception {
    return beside(held(folder, content), () -> Run.tool(folder, arguments));
  }

  private static Run besideAStoppedRun(Path folder, String lock) throws Exception {
    Process stopped = new ProcessBuilder("sleep", "60").start();
    try {
      Run.of(folder, Map.of(), "kill", "-STOP", Long.toString(stopped.pid()));
      return besideAnotherRun(folder, lock.formatted(stopped.pid(), 1));
    } finally {
      stopped.destroyForcibly();
    }
  }

  private static Run besideAWriter(Path folder, String... arguments) throws Exception {
    return beside(
        Files.newOutputStream(folder.resolve(ErrorCauses.LOG), StandardOpenOption.APPEND),
        () -> Run.tool(folder, arguments));
  }

  private static Run beside(Closeable opened, Callable<Run> run) throws Exception {
    try (opened) {
      return run.call();
    }
  }

  /** As a rotator with {@code copytruncate} does, only that no entry is lost here. */
  private static Run besideSomebodyWhoTouchesIt(Path folder) throws Exception {
    Scene scene = new Scene(folder, 8 << 20);
    AtomicLong time = new AtomicLong();
    return Neighbour.beside(
        () -> Files.setLastModifiedTime(scene.log(), FileTime.fromMillis(time.addAndGet(1000))),
        () -> scene.run());
  }

  /** While it waits for another run, at which it has arrived once it says so. */
  private Run signalled(String signal, Path folder) throws Exception {
    Run.assumeIsHeard(signal);
    Path output = Files.createTempDirectory(work, "output");
    List<String> arguments = new ArrayList<>(List.of("--lock-timeout", "60", "--audit-log"));
    arguments.add(folder.resolve(ErrorCauses.LOG).toString());
    return beside(
        held(folder, ""),
        () -> {
          Process process = Run.startTool(output, arguments.toArray(String[]::new));
          Path stderr = output.resolve("stderr");
          while (process.isAlive() && !Files.readString(stderr).contains("running")) {
            Thread.sleep(5);
          }
          Scene.Worker run = new Scene.Worker(process, output);
          run.send(signal);
          return run.end();
        });
  }
}
