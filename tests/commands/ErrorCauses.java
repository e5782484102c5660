import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How each error of docs/errors.md comes about that a user can cause with files, rights and
 * processes. Where a golden case is about an error, its recorded run stands for it.
 *
 * @param work a folder that other users can reach once they may
 * @param memory the same, on another file system
 */
record ErrorCauses(Path work, Path memory) {
  private static final String LOG = "audit.jsonl";
  private static final String LOCK = LOG + ".migrate.lock";
  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"}}\n";
  private static final String LATE = ENTRY.replace("2025", "2026");
  private static final String HEADER =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2025-01-01T00:00:00Z\"}}\n";
  private static final int ANOTHER_USER = 65534;
  private static final int NOT_ITS_GROUP = 1234;
  private static final String NOT_A_LOG =
      "read meta: audit file <log> is not an audit log that this tool understands: ";

  /** Brings an error about. */
  interface Cause {
    /**
     * @param folder an empty one
     */
    Run run(Path folder) throws Exception;
  }

  /** Collects causes by what they make the tool say. */
  static final class Causes {
    private final Map<ErrorTable.Row, Cause> all = new LinkedHashMap<>();

    void add(int exit, String text, Cause cause) {
      if (all.put(new ErrorTable.Row(exit, text), cause) != null) {
        throw new IllegalArgumentException("two causes of: " + text);
      }
    }

    /** On a log without a header. */
    void onLog(int exit, String text, Cause cause) {
      add(
          exit,
          text,
          folder -> {
            Files.writeString(folder.resolve(LOG), ENTRY);
            return cause.run(folder);
          });
    }

    void arguments(int exit, String text, String... arguments) {
      onLog(exit, text, folder -> Run.tool(folder, arguments));
    }

    void golden(int exit, String text, String name) {
      Path folder = Checkout.fixtures().resolve("v040_to_v041").resolve(name);
      add(exit, text, unused -> new GoldenCase(folder).expected());
    }

    Map<ErrorTable.Row, Cause> all() {
      return all;
    }
  }

  Map<ErrorTable.Row, Cause> all() {
    Causes causes = new Causes();
    addUsage(causes);
    addPaths(causes);
    addThingsInTheWay(causes);
    addRights(causes);
    addLimits(causes);
    addProcesses(causes);
    addFormats(causes);
    addFaults(causes);
    return causes.all();
  }

  // ------------------------------------------------------------ the command line

  private static void addUsage(Causes c) {
    c.arguments(2, "Unknown option: …", "--nonsense");
    c.arguments(2, "Unknown options: …", "--nonsense", "--more");
    c.arguments(2, "Unmatched argument at index …", "nonsense");
    c.arguments(2, "Unmatched arguments from index …", "nonsense", "more");
    c.arguments(2, "Missing required parameter for option …", "--id");
    c.arguments(2, "Expected parameter for option … but found …", "--audit-log", "--dry-run");
    c.golden(
        2, "Missing required argument(s): --from-backup", "rollback-discard-without-from-backup");
    c.arguments(
        2, "Invalid value for option …: '…' is no whole number up to …", "--lock-timeout", "0.5");
    c.onLog(
        2,
        "Invalid value for option …: '…' is no path in this locale: set LC_ALL=C.UTF-8; a name that"
            + " is no UTF-8 must be changed",
        ErrorCauses::withAPathWithoutALocale);
    c.arguments(2, "option … should be specified only once", "--id", "a", "--id", "b");
    c.arguments(
        2, "expected only one match but got …", "rollback", "--from-backup", "--from-backup");
    c.arguments(2, "… needs a path, and was given nothing", "--audit-log", "");
    c.arguments(2, "--audit-log needs the path of a file, not …", "--audit-log", "/");
    c.arguments(2, "--backup needs the path of a file, not '…'", "verify", "--backup", "");
    c.arguments(2, "--lock-timeout is a number of seconds, 0 or more", "--lock-timeout", "-1");
    c.arguments(
        2,
        "--metrics-file … has a name of the log, its backups or its checkpoint",
        "--metrics-file",
        LOG);
    c.arguments(2, "--quiet and --verbose exclude each other", "--quiet", "--verbose");
    c.golden(
        2,
        "--list only lists: it cannot be combined with --id, --dry-run or --reset-checkpoint",
        "reset-checkpoint-with-list");
    c.arguments(2, "give the options after '<command>', not before it", "--dry-run", "startup");
    c.add(
        2, "migrate.java run by itself knows no migrations", folder -> Run.main("migrate", folder));
    c.golden(1, "migration not found in registry: <id>", "unknown-id");
    c.add(
        1,
        "jbang-catalog.json names the migration <id>, which is not compiled in",
        ErrorCauses::withAMigrationTooMany);
  }

  /** The catalog of the jar gives way to one that is found before it. */
  private static Run withAMigrationTooMany(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("jbang-catalog.json"),
        "{\"aliases\":{\"v1_to_v2\":{\"script-ref\":\"migrations/v1_to_v2.java\"}}}");
    return Run.tool(List.of("-Xbootclasspath/a:" + folder), folder, "--list");
  }

  private static Run withAPathWithoutALocale(Path folder) {
    String script = "export LC_ALL=C; exec \"$@\" --audit-log caf$'\\xc3\\xa9'";
    Run run = Run.toolInShell(script, folder);
    assumeTrue(run.exit() != 0, "this JDK can express any name");
    return run;
  }

  // ------------------------------------------------------------ paths

  private static void addPaths(Causes c) {
    c.golden(1, "stat audit log: <log>: no such file or directory", "missing-by-id");
    c.arguments(
        1, "stat audit log: <log>: its folder does not exist", "--audit-log", "not/here.jsonl");
    c.golden(
        1,
        "audit file <log> is a symbolic link to a file that does not exist",
        "missing-dangling-link");
    c.add(
        1,
        "audit file <log> is a symbolic link that leads in a circle",
        folder -> {
          Files.createSymbolicLink(folder.resolve(LOG), Path.of(LOG));
          return Run.tool(folder);
        });
    c.golden(1, "<file>: no such file or directory", "rollback-from-missing-backup");
    c.arguments(1, "<file>: <reason>", "--audit-log", "a".repeat(300));
    c.add(
        1,
        "the name of the working folder cannot be expressed in this locale",
        ErrorCauses::inAFolderWithoutALocale);
    c.golden(1, "backup folder <folder> does not exist, or is no folder", "backup-dir-missing");
    c.arguments(
        1,
        "metrics file <file>: its folder does not exist or cannot be written",
        "--metrics-file",
        "nowhere/metrics.prom");
    c.onLog(
        1,
        "<file> is no metrics file of this tool, and is not replaced",
        folder -> {
          Files.writeString(folder.resolve("somebody's"), "data");
          return Run.tool(folder, "--metrics-file", "somebody's");
        });
    // Its staged file has a longer name.
    c.arguments(1, "write metrics file: …", "--metrics-file", "m".repeat(250));
  }

  private static Run inAFolderWithoutALocale(Path folder) throws IOException {
    Files.createDirectory(folder.resolve("caf\u00e9"));
    Run run = Run.toolInShell("cd caf*; export LC_ALL=C; exec \"$@\"", folder);
    assumeTrue(run.exit() != 0, "this JDK can express any name");
    return run;
  }

  // ------------------------------------------------------------ what stands in the way

  private static void addThingsInTheWay(Causes c) {
    c.onLog(
        1,
        "<backup> is in the way of the backup: it is not a regular file",
        folder -> {
          Files.createDirectory(folder.resolve(LOG + ".v040-backup"));
          return Run.tool(folder);
        });
    c.onLog(1, "there are 1000 backups of <log> already", ErrorCauses::withManyBackups);
    c.onLog(
        1,
        "<file> is in the way: it is not a lock file of this tool",
        folder -> {
          Files.writeString(folder.resolve(LOCK), ENTRY);
          return Run.tool(folder);
        });
    c.golden(
        1,
        "<file> is not a replay checkpoint, and is not removed",
        "legacy-checkpoint-that-is-an-archive");
    c.golden(
        1,
        "<log> has <n> bytes of entries that are not in <backup>",
        "rollback-from-backup-that-would-discard");
  }

  private static Run withManyBackups(Path folder) throws IOException {
    for (int i = 0; i < 1000; i++) {
      Files.writeString(folder.resolve(LOG + ".v040-backup" + (i == 0 ? "" : "." + i)), "{");
    }
    return Run.tool(folder);
  }

  // ------------------------------------------------------------ rights

  private void addRights(Causes c) {
    c.onLog(1, "<file>: permission denied", folder -> asAnotherUser(folder, 0, 0, 0755));
    c.onLog(
        1,
        "folder <folder> cannot be written by this user",
        folder -> asAnotherUser(folder, ANOTHER_USER, ANOTHER_USER, 0555));
    c.onLog(
        1,
        "audit file <log> belongs to another user, whom this user cannot give the new log to",
        folder -> asAnotherUser(folder, 0, ANOTHER_USER, 0777));
    c.onLog(
        1,
        "this user may not give the new file to user <id> and group <id>, as the log is (<reason>)",
        folder -> asAnotherUser(folder, ANOTHER_USER, NOT_ITS_GROUP, 0777));
    c.onLog(1, "remove replay checkpoint: …", this::withACheckpointThatStays);
    c.onLog(1, "finish what an interrupted run left: …", this::withALeftoverThatStays);
  }

  /** The group may read the log, nobody else. */
  private Run asAnotherUser(Path folder, int owner, int group, int mode, String... arguments)
      throws IOException {
    assumeTrue(Scene.isRoot(), "only root can run as another user");
    own(folder.resolve(LOG), owner, group, 0640);
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
    Files.writeString(folder.resolve(LOG), HEADER + ENTRY);
    Path lock = Files.createFile(folder.resolve(LOCK));
    Path leftover = Files.createFile(folder.resolve(LOG + ".migrate.0123456789abcdef.tmp"));
    for (Path file : List.of(lock, leftover)) {
      own(file, ANOTHER_USER, ANOTHER_USER, 0600);
    }
    return asAnotherUser(folder, ANOTHER_USER, ANOTHER_USER, 0555);
  }

  // ------------------------------------------------------------ limits

  private void addLimits(Causes c) {
    c.add(
        1,
        "folder <folder> is on a file system that is mounted read-only",
        folder -> {
          try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 1 << 20)) {
            Scene scene = new Scene(disk.folder(), 1);
            disk.remount("ro");
            return scene.run();
          }
        });
    c.add(
        1,
        "folder <folder> has too little space: <n> bytes are needed, <n> are free",
        folder -> {
          try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 3 << 19)) {
            return new Scene(disk.folder(), 1 << 20).run();
          }
        });
    c.add(
        1,
        "stage rewritten file: …",
        folder -> {
          new Scene(folder, 1 << 20);
          return Run.toolInShell("ulimit -f 512; exec \"$@\"", folder);
        });
    c.add(1, "write backup <backup>: …", this::withANameTooLongForACopy);
    c.onLog(
        1,
        "standard output could not be written",
        folder -> Run.toolInShell("exec \"$@\" > /dev/full", folder));
  }

  /** There is room for all names but that of a staged copy of the backup. */
  private Run withANameTooLongForACopy(Path folder) throws IOException {
    Path log = Files.writeString(folder.resolve("l".repeat(225)), ENTRY);
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

  private void addProcesses(Causes c) {
    String busy =
        "audit file <log> is being migrated by another run (process %s, lock file <file>)";
    String lock = "agentguard migrate lock pid=%d word=%016x\n";
    long pid = ProcessHandle.current().pid();
    c.onLog(4, busy.formatted("<id>"), folder -> besideAnotherRun(folder, lock.formatted(pid, 1)));
    // One that has just come has not written its number yet.
    c.onLog(4, busy.formatted("unknown"), folder -> besideAnotherRun(folder, ""));
    c.onLog(
        4, "audit file <log> is open for writing by <processes>", folder -> besideAWriter(folder));
    c.onLog(
        4,
        "audit file <log> is open for writing, and <backup> could only be a copy of it",
        folder -> {
          assumeTrue(isElsewhere(folder), "there is no second file system");
          return besideAWriter(folder, "--force", "--backup-dir", newBackupFolder());
        });
    c.add(
        4,
        "audit file <log> keeps changing: something writes to it or replaces it",
        ErrorCauses::besideSomebodyWhoTouchesIt);
    c.onLog(
        1,
        "the name of a file cannot be expressed in this locale",
        ErrorCauses::behindALinkWithLetters);
    c.onLog(130, "interrupted …", folder -> signalled("INT", folder));
    c.onLog(143, "interrupted …", folder -> signalled("TERM", folder));
  }

  /** As a service without a locale runs it. */
  private static Run behindALinkWithLetters(Path folder) throws IOException {
    Files.move(folder.resolve(LOG), folder.resolve("pr\u00fcf.jsonl"));
    Files.createSymbolicLink(folder.resolve(LOG), Path.of("pr\u00fcf.jsonl"));
    return Run.toolInShell("export LC_ALL=C; exec \"$@\"", folder);
  }

  private static FileChannel held(Path folder, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(LOCK), content);
    FileChannel lock = FileChannel.open(file, StandardOpenOption.WRITE);
    lock.lock();
    return lock;
  }

  private static Run besideAnotherRun(Path folder, String content) throws Exception {
    return beside(held(folder, content), () -> Run.tool(folder));
  }

  private static Run besideAWriter(Path folder, String... arguments) throws Exception {
    return beside(
        Files.newOutputStream(folder.resolve(LOG), StandardOpenOption.APPEND),
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
    arguments.add(folder.resolve(LOG).toString());
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

  // ------------------------------------------------------------ formats

  private static void addFormats(Causes c) {
    String file = "read meta: audit file <log> ";
    c.golden(5, file + "is a folder, not a regular file", "malformed-folder");
    c.add(
        5,
        file + "is a device or a pipe, not a regular file",
        folder -> {
          Run.of(folder, Map.of(), "mkfifo", LOG);
          return Run.tool(folder);
        });
    c.onLog(
        5,
        file + "leads to what a process has open, and is no name of a file",
        folder -> Run.toolInShell("exec \"$@\" --audit-log /dev/stdin < " + LOG, folder));
    c.golden(5, file + "is compressed (gzip), not a log", "malformed-gzip");
    c.golden(
        5,
        file
            + "has schema_version=<n>; this binary understands up to <n> — upgrade the binary or"
            + " downgrade the file",
        "newer-schema");
    c.golden(
        5,
        file + "has a header with schema_version=<n>, which no release of AgentGuard writes",
        "malformed-version-1");
    c.golden(5, "read meta: parse meta header: …", "torn-header");
    String neither = "is JSON, but neither a header nor an entry";
    c.golden(5, NOT_A_LOG + "its first line " + neither, "malformed-foreign-json");
    c.golden(
        5,
        NOT_A_LOG + "its first line is not JSON, and no entry follows in the first 8 MiB",
        "malformed-text");
    c.golden(
        5,
        NOT_A_LOG + "a header stands in line <n>, behind damaged lines",
        "malformed-header-behind-damage");
    c.add(
        5,
        NOT_A_LOG + "its first line has the keys of a header and of an entry",
        folder -> {
          Files.writeString(folder.resolve(LOG), HEADER.strip().replace("}}", "},\"result\":1}\n"));
          return Run.tool(folder);
        });
    c.add(
        5,
        NOT_A_LOG + "line <n>, behind damaged lines, " + neither,
        folder -> {
          Files.writeString(folder.resolve(LOG), "damaged\n{}\n" + ENTRY);
          return Run.tool(folder);
        });
  }

  // ------------------------------------------------------------ faults that verify finds

  private static void addFaults(Causes c) {
    String log = "<log>, line <n>, byte <n>: ";
    c.add(6, "<log> does not exist", folder -> Run.tool(folder, "verify"));
    c.golden(
        6,
        "<log> does not exist, but its backup <backup> does, and there is no archive of it",
        "verify-log-deleted");
    c.add(
        6,
        "<log> is empty: there is nothing to prove",
        folder -> {
          Files.createFile(folder.resolve(LOG));
          return Run.tool(folder, "verify");
        });
    c.golden(
        6,
        "<log> is empty, and no archive here holds what was made of backup <backup>",
        "verify-log-emptied");
    c.onLog(
        6,
        "no file here was made of backup <backup>: not <log>, and no archive of it",
        folder -> {
          Files.writeString(folder.resolve(LOG), HEADER + ENTRY);
          Files.writeString(
              folder.resolve(LOG + ".v040-backup"), ENTRY.replace("2025", "2024").repeat(2));
          return Run.tool(folder, "verify");
        });
    c.arguments(5, "backup <backup> is no log: …", "verify", "--backup", ".");
    c.onLog(
        4,
        "backup <backup> is open for writing by <processes>",
        folder -> recoverWhileWriting(folder, LOG + ".v040-backup", LATE));
    c.onLog(
        4,
        "audit file <log> is being written: its last line has no end yet",
        folder -> recoverWhileWriting(folder, LOG, "{"));
    c.golden(6, "<log>, line 1, byte 0: there is no header", "verify-header-deleted");
    c.onLog(
        6,
        log + "no header of schema version <n> begins here",
        folder -> {
          Files.writeString(folder.resolve(LOG), HEADER.replace(":2,", ":3,") + ENTRY);
          return Run.tool(folder, "verify");
        });
    c.golden(6, log + "no header can be read here: …", "verify-header-halved");
    c.golden(6, log + "the header does not say when the log was created", "verify-header-damaged");
    c.arguments(6, "backup <backup> is missing", "verify", "--backup", "gone");
    c.golden(6, "backup <backup> is empty", "verify-backup-emptied");
    c.golden(6, log + "differs from its backup <backup>", "verify-bit-flipped");
    c.golden(6, log + "ends before its backup <backup>", "verify-log-halved");
    c.golden(
        6,
        "<backup>, line <n>, byte <n>: the backup ends within a line of <log>",
        "verify-backup-halved");
    c.golden(6, log + "a header stands among the entries", "verify-second-header");
    c.add(
        6,
        log + "the line is JSON, but no entry",
        folder -> {
          Files.writeString(folder.resolve(LOG), HEADER + ENTRY + "{}\n");
          Files.writeString(folder.resolve(LOG + ".v040-backup"), ENTRY);
          return Run.tool(folder, "verify");
        });
    c.golden(6, log + "the line is not JSON", "verify-damaged-since");
    c.golden(6, log + "the last line has no newline", "verify-torn-last-line");
  }

  /** Late lines in the backup, and this process at work on a file. */
  private static Run recoverWhileWriting(Path folder, String file, String text) throws IOException {
    Run.tool(folder);
    Path backup = folder.resolve(LOG + ".v040-backup");
    Files.writeString(backup, LATE, StandardOpenOption.APPEND);
    try (FileChannel open = FileChannel.open(folder.resolve(file), StandardOpenOption.APPEND)) {
      open.write(java.nio.ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      return Run.tool(folder, "recover");
    }
  }
}
