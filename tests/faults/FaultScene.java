import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import support.log.Header;

/**
 * A log that is to be migrated, with all the files that a run may touch.
 *
 * @param folder of the log, and nothing else's
 * @param backups the folder that backups go to; the log's own, or nothing else's
 */
record FaultScene(Kind kind, Path folder, Path backups) {
  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"},\"n\":%d}";

  private static final String HEADER = new String(Header.line(2, Instant.EPOCH), UTF_8);

  /** Without a last newline, so that one has to be written. */
  private static final String ENTRIES = ENTRY.formatted(1) + "\n" + ENTRY.formatted(2);

  private static final String HEADER_3 =
      HEADER.replace(":2,", ":3,").replace("}}", ",\"era\":{\"n\": 1}}}");

  private static final Pattern NEW_HEADER =
      Pattern.compile("\\{\"_meta\":\\{\"schema_version\":2,\"created_at\":\"[^\"]+\"}}");

  /**
   * Not that of a staged file, so that it has to be set; and for the owner only, so that no program
   * is started to look for an access-control list: a tracer would count its system calls too.
   */
  static final int PERMISSIONS = 0700;

  private static final int SOMEBODY = 1234;

  /** What a run finds, and where its backup goes. */
  enum Kind {
    BESIDE_THE_LOG,
    /** And without a checkpoint. */
    IN_ANOTHER_FOLDER,
    /** So that it can only be a copy. */
    ON_ANOTHER_FILE_SYSTEM,
    /** Staged, backed up, and not renamed yet. */
    INTERRUPTED_BEFORE_THE_RENAME,
    /** Renamed, and the lock file is still there. */
    INTERRUPTED_AFTER_THE_RENAME,
    /** From a log with a header to one without. */
    WAY_BACK,
    /** Another version, and a member more. */
    EDITED_HEADER("second_header", ".second_header-backup"),
    EDITED_HEADER_BACK("second_header", ".second_header-rollback-backup"),
    /** Other lines, and the version as it was. */
    EDITED_LINES("mask_lines", ".mask_lines-backup");

    private final String id;
    private final String suffix;

    Kind() {
      this(null, ".v040-backup");
    }

    Kind(String id, String suffix) {
      this.id = id;
      this.suffix = suffix;
    }

    /** Whether a migration is struck that is in the catalog. */
    boolean isReleased() {
      return id == null;
    }

    private boolean isBackward() {
      return this == WAY_BACK || this == EDITED_HEADER_BACK;
    }
  }

  /**
   * Sets a scene.
   *
   * @param work a folder to make new folders in
   * @param memory the same, on another file system
   */
  static FaultScene set(Kind kind, Path work, Path memory) throws IOException {
    Path folder = newFolder(work, "logs");
    Path backups =
        switch (kind) {
          case IN_ANOTHER_FOLDER -> newFolder(work, "backups");
          case ON_ANOTHER_FILE_SYSTEM -> newFolder(memory, "backups");
          default -> folder;
        };
    assumeTrue(
        kind != Kind.ON_ANOTHER_FILE_SYSTEM || !device(folder).equals(device(backups)),
        "there is no second file system");
    FaultScene scene = new FaultScene(kind, folder, backups);
    scene.writeFiles();
    return scene;
  }

  /** Its own name is always the same, so that traces can be compared. */
  private static Path newFolder(Path work, String name) throws IOException {
    return Files.createDirectory(
        Files.createTempDirectory(work.toRealPath(), "scene").resolve(name));
  }

  private static Object device(Path folder) throws IOException {
    return Files.getAttribute(folder, "unix:dev");
  }

  private void writeFiles() throws IOException {
    writeLog(log(), old());
    if (kind != Kind.IN_ANOTHER_FOLDER) {
      Files.writeString(checkpoint(), "{\"offset\":1}");
    }
    if (kind == Kind.INTERRUPTED_BEFORE_THE_RENAME) {
      writeWhatARunLeavesBeforeTheRename();
    }
    if (kind == Kind.INTERRUPTED_AFTER_THE_RENAME) {
      writeWhatARunLeavesAfterTheRename();
    }
  }

  private void writeWhatARunLeavesBeforeTheRename() throws IOException {
    Files.createFile(lock());
    Files.writeString(leftover(), "half a li");
    Files.createLink(backup(), log());
  }

  private void writeWhatARunLeavesAfterTheRename() throws IOException {
    Files.createFile(lock());
    Files.move(log(), backup());
    writeLog(log(), HEADER + ENTRIES + "\n");
    Files.delete(checkpoint());
  }

  /** What the log is before a run. */
  String old() {
    return switch (kind) {
      case WAY_BACK, EDITED_HEADER -> HEADER + ENTRIES;
      case EDITED_HEADER_BACK -> HEADER_3 + ENTRIES;
      case EDITED_LINES ->
          HEADER + ENTRIES.replace("\"scope\":\"\"", "\"scope\":\"\",\"command\":\"ls\"");
      default -> ENTRIES;
    };
  }

  /** Whether this is what the log is to become. */
  boolean isNew(String log) {
    return switch (kind) {
      case WAY_BACK -> log.equals(ENTRIES + "\n");
      case EDITED_HEADER -> log.equals(HEADER_3 + ENTRIES + "\n");
      case EDITED_HEADER_BACK -> log.equals(HEADER + ENTRIES + "\n");
      case EDITED_LINES -> log.equals(old().replace("ls", "**") + "\n");
      default -> isBehindNewHeader(log);
    };
  }

  private static boolean isBehindNewHeader(String log) {
    String[] headerAndRest = log.split("\n", 2);
    return NEW_HEADER.matcher(headerAndRest[0]).matches()
        && headerAndRest[1].equals(ENTRIES + "\n");
  }

  private void writeLog(Path log, String content) throws IOException {
    Files.writeString(log, content);
    Files.setAttribute(log, "unix:mode", PERMISSIONS);
    Files.setAttribute(log, "unix:uid", owner());
  }

  /** The owner of the log: not that of new files, where we may give files away. */
  int owner() throws IOException {
    int self = (Integer) Files.getAttribute(folder, "unix:uid");
    return self == 0 ? SOMEBODY : self;
  }

  Path log() {
    return folder.resolve("audit.jsonl");
  }

  Path staged() {
    return folder.resolve("audit.jsonl.migrate.%s.tmp".formatted(KnownNames.WORD));
  }

  private Path leftover() {
    return folder.resolve("audit.jsonl.migrate.fedcba9876543210.tmp");
  }

  Path lock() {
    return folder.resolve("audit.jsonl.migrate.lock");
  }

  Path checkpoint() {
    return folder.resolve("audit.jsonl.replay-checkpoint");
  }

  Path backup() {
    String suffix = kind == Kind.WAY_BACK ? ".v041-backup" : kind.suffix;
    return backups.resolve("audit.jsonl" + suffix);
  }

  /** The mark of the log in it is as support.StagedFile makes it. */
  Path stagedBackup() {
    String mark = "%08x".formatted(log().toAbsolutePath().normalize().toString().hashCode());
    return backups.resolve(
        "audit.jsonl.v040-backup.migrate.%s.%s.tmp".formatted(mark, KnownNames.WORD));
  }

  /** Everything that a run names or opens. */
  List<Path> paths() {
    return Stream.of(
            List.of(folder, log(), staged(), leftover(), lock(), checkpoint()),
            List.of(backups, backup(), stagedBackup()))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  boolean isConcernedBy(SystemCall call) {
    return call.concerns(folder) || call.concerns(backups);
  }

  /** The arguments of the command that migrates the log. */
  String[] arguments() {
    List<String> arguments = new ArrayList<>();
    if (kind.isBackward()) {
      arguments.add("rollback");
    }
    if (kind.id != null) {
      arguments.addAll(List.of("--id", kind.id));
    }
    arguments.addAll(List.of("--audit-log", log().toString()));
    if (!backups.equals(folder)) {
      arguments.addAll(List.of("--backup-dir", backups.toString()));
    }
    return arguments.toArray(String[]::new);
  }

  /** The arguments of the command that looks at it. */
  List<String> statusArguments() {
    List<String> arguments = new ArrayList<>(List.of(arguments()));
    arguments.remove("rollback");
    arguments.removeAll(List.of("--id", String.valueOf(kind.id)));
    arguments.add(0, "status");
    return arguments;
  }

  /** All that is in the folders now. */
  Set<Path> files() throws IOException {
    Set<Path> found = new TreeSet<>();
    for (Path each : new TreeSet<>(List.of(folder, backups))) {
      try (Stream<Path> files = Files.list(each)) {
        files.forEach(found::add);
      }
    }
    return found;
  }
}
