import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
import support.log.GzipMember;
import support.log.Header;

/**
 * A log that is to be migrated, with all the files that a run may touch. It may be an archive; then
 * the log that it was is beside it, with nothing to be done. All bytes are one character each.
 *
 * @param folder of the log, and nothing else's
 * @param backups the folder that backups go to; the log's own, or nothing else's
 */
record FaultScene(Kind kind, Path folder, Path backups) implements TracedScene {
  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"},\"n\":%d}";

  private static final String HEADER = new String(Header.line(2, Instant.EPOCH), UTF_8);

  /** Without a last newline, so that one has to be written. */
  private static final String ENTRIES = ENTRY.formatted(1) + "\n" + ENTRY.formatted(2);

  private static final String LISTING =
      ENTRIES.replace("\"scope\":\"\"", "\"scope\":\"\",\"command\":\"ls\"");

  private static final String COMPRESSED_ENTRIES = text(Gzip.of(ENTRIES));

  private static final String HEADER_3 =
      HEADER.replace(":2,", ":3,").replace("}}", ",\"era\":{\"n\": 1}}}");

  private static final String HEADER_4 = HEADER_3.replace(":3,", ":4,");

  private static final String NAMED = ENTRIES.replace("\"scope\":\"\"", "\"scope\":\"legacy-a\"");
  private static final String RENAMED = NAMED.replace("legacy-a", "legacy-alpha");

  private static final Pattern NEW_HEADER =
      Pattern.compile("\\{\"_meta\":\\{\"schema_version\":2,\"created_at\":\"[^\"]+\"}}");

  /**
   * Not that of a staged file, so that it has to be set; and for the owner only, so that no program
   * is started to look for an access-control list: a tracer would count its system calls too.
   */
  static final int PERMISSIONS = 0700;

  private static final int SOMEBODY = 1234;
  private static final String WITHOUT_BACKUP = "--no-archive-backup";
  private static final String FROM_BACKUP = "--from-backup";
  private static final String DISCARD_NEWER = "--discard-newer";

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
    EDITED_LINES("mask_lines", ".mask_lines-backup"),
    /** The lines as they were, and an entry that was appended since. */
    EDITED_LINES_BACK("mask_lines", ".mask_lines-rollback-backup", ".mask_lines-backup"),
    /** Other lines and another version, and the lines of the backup again. */
    RAISED_LINES("raising_lines", ".raising_lines-backup"),
    RAISED_LINES_BACK("raising_lines", ".raising_lines-rollback-backup", ".raising_lines-backup"),
    /** The backup itself takes the log's place, its last line without an end included. */
    RESTORED_BACK(null, ".v041-backup", ".v040-backup"),
    /** The same, and an entry that was appended since is given up. */
    DISCARDED_BACK(null, ".v041-discarded", ".v040-backup"),
    ARCHIVE(".1"),
    ARCHIVE_BACK(".1"),
    COMPRESSED(".2.gz"),
    COMPRESSED_BACK(".2.gz"),
    /** What is kept of the old one is the end of the new one. */
    COMPRESSED_WITHOUT_BACKUP(".2.gz");

    private final String id;
    private final String suffix;
    private final String suffixOfTheWayThere;
    private final String generation;

    Kind() {
      this("");
    }

    Kind(String generation) {
      this.id = null;
      this.suffix = name().endsWith("_BACK") ? ".v041-backup" : ".v040-backup";
      this.suffixOfTheWayThere = null;
      this.generation = generation;
    }

    Kind(String id, String suffix) {
      this(id, suffix, null);
    }

    Kind(String id, String suffix, String suffixOfTheWayThere) {
      this.id = id;
      this.suffix = suffix;
      this.suffixOfTheWayThere = suffixOfTheWayThere;
      this.generation = "";
    }

    boolean isArchive() {
      return !generation.isEmpty();
    }

    boolean keepsBackup() {
      return this != COMPRESSED_WITHOUT_BACKUP;
    }

    private boolean isCompressed() {
      return generation.endsWith(".gz");
    }

    private boolean isBackward() {
      return name().endsWith("_BACK");
    }

    private boolean isRestored() {
      return this == RESTORED_BACK || this == DISCARDED_BACK;
    }

    private boolean needsBackupOfTheWayThere() {
      return suffixOfTheWayThere != null;
    }

    /** The migration that goes this way. */
    String migration() {
      return id == null ? FirstMigration.ID : id;
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
    if (kind.needsBackupOfTheWayThere()) {
      writeLog(backupOfTheWayThere(), beforeTheWayThere());
      Files.setAttribute(backupOfTheWayThere(), "unix:mode", 0600);
    }
    if (kind.isArchive()) {
      writeLog(live(), liveContent());
    }
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

  /** What stands in the log beside an archive, before a run and after it. */
  String liveContent() {
    return (kind.isBackward() ? "" : HEADER) + ENTRIES + "\n";
  }

  /** What the log was once. */
  private String beforeTheWayThere() {
    return switch (kind) {
      case EDITED_LINES_BACK -> HEADER + LISTING;
      case RAISED_LINES_BACK -> HEADER_3 + NAMED;
      default -> ENTRIES;
    };
  }

  /** What the log is before a run. */
  String old() {
    return switch (kind) {
      case WAY_BACK, EDITED_HEADER, ARCHIVE_BACK -> HEADER + ENTRIES;
      case RESTORED_BACK -> HEADER + ENTRIES + "\n";
      case DISCARDED_BACK -> HEADER + ENTRIES + "\n" + ENTRY.formatted(3);
      case COMPRESSED, COMPRESSED_WITHOUT_BACKUP -> COMPRESSED_ENTRIES;
      case COMPRESSED_BACK -> text(GzipMember.of(HEADER.getBytes(UTF_8))) + COMPRESSED_ENTRIES;
      case EDITED_HEADER_BACK -> HEADER_3 + ENTRIES;
      case EDITED_LINES -> HEADER + LISTING;
      case EDITED_LINES_BACK -> HEADER + LISTING.replace("ls", "**") + "\n" + ENTRY.formatted(3);
      case RAISED_LINES -> HEADER_3 + NAMED;
      case RAISED_LINES_BACK -> HEADER_4 + RENAMED + "\n" + ENTRY.formatted(3);
      default -> ENTRIES;
    };
  }

  /** Whether this is what the log is to become. */
  boolean isNew(String log) {
    return switch (kind) {
      case WAY_BACK -> log.equals(ENTRIES + "\n");
      case RESTORED_BACK, DISCARDED_BACK, ARCHIVE_BACK -> log.equals(ENTRIES);
      case COMPRESSED, COMPRESSED_WITHOUT_BACKUP -> isBehindNewMember(log);
      case COMPRESSED_BACK -> log.equals(COMPRESSED_ENTRIES);
      case EDITED_HEADER -> log.equals(HEADER_3 + ENTRIES + "\n");
      case EDITED_HEADER_BACK -> log.equals(HEADER + ENTRIES + "\n");
      case EDITED_LINES -> log.equals(old().replace("ls", "**") + "\n");
      case EDITED_LINES_BACK -> log.equals(old().replace("**", "ls") + "\n");
      case RAISED_LINES -> log.equals(HEADER_4 + RENAMED + "\n");
      case RAISED_LINES_BACK -> log.equals(HEADER_3 + NAMED + "\n" + ENTRY.formatted(3) + "\n");
      default -> isBehindNewHeader(log, ENTRIES + "\n");
    };
  }

  private static boolean isBehindNewHeader(String log, String entries) {
    String[] headerAndRest = log.split("\n", 2);
    return NEW_HEADER.matcher(headerAndRest[0]).matches() && headerAndRest[1].equals(entries);
  }

  /** The old bytes are still there, and what a reader reads has a header. */
  private static boolean isBehindNewMember(String log) {
    try {
      return log.endsWith(COMPRESSED_ENTRIES)
          && isBehindNewHeader(Gzip.read(log.getBytes(ISO_8859_1)), ENTRIES);
    } catch (IOException e) {
      return false;
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  /** What a file holds. */
  static String read(Path file) throws IOException {
    return text(Files.readAllBytes(file));
  }

  private void writeLog(Path log, String content) throws IOException {
    Files.write(log, content.getBytes(ISO_8859_1));
    Files.setAttribute(log, "unix:mode", PERMISSIONS);
    Files.setAttribute(log, "unix:uid", owner());
  }

  int owner() throws IOException {
    return ownerOfLogIn(folder);
  }

  /** The owner of a log: not that of new files, where we may give files away. */
  static int ownerOfLogIn(Path folder) throws IOException {
    int self = (Integer) Files.getAttribute(folder, "unix:uid");
    return self == 0 ? SOMEBODY : self;
  }

  /** What is migrated. */
  Path log() {
    return folder.resolve("audit.jsonl" + kind.generation);
  }

  /** The log itself where that is an archive, else the same. */
  Path live() {
    return folder.resolve("audit.jsonl");
  }

  Path staged() {
    return folder.resolve("%s.migrate.%s.tmp".formatted(log().getFileName(), KnownNames.WORD));
  }

  private Path leftover() {
    return folder.resolve("audit.jsonl.migrate.fedcba9876543210.tmp");
  }

  Path lock() {
    return folder.resolve(stem() + ".migrate.lock");
  }

  Path checkpoint() {
    return folder.resolve("audit.jsonl.replay-checkpoint");
  }

  Path backup() {
    return backups.resolve(stem() + kind.suffix);
  }

  /** Only read; null where the way back takes all from the log. */
  private Path backupOfTheWayThere() {
    return kind.needsBackupOfTheWayThere()
        ? backups.resolve(stem() + kind.suffixOfTheWayThere)
        : null;
  }

  /** The mark of the log in it is as support.staging.StagedFile makes it. */
  Path stagedBackup() {
    String mark = "%08x".formatted(log().toAbsolutePath().normalize().toString().hashCode());
    return backups.resolve(
        "%s%s.migrate.%s.%s.tmp".formatted(stem(), kind.suffix, mark, KnownNames.WORD));
  }

  /** What all names begin with that are made beside the log. */
  private String stem() {
    return log().getFileName() + (kind.isArchive() ? ".archive" : "");
  }

  @Override
  public List<Path> paths() {
    return Stream.of(
            Stream.of(folder, log(), staged(), leftover(), lock(), checkpoint()),
            Stream.of(backups, backup(), stagedBackup(), live()),
            Stream.ofNullable(backupOfTheWayThere()))
        .flatMap(paths -> paths)
        .distinct()
        .toList();
  }

  @Override
  public boolean isConcernedBy(SystemCall call) {
    return call.concerns(folder) || call.concerns(backups);
  }

  /** Of the command that migrates the log. */
  @Override
  public String[] arguments() {
    List<String> arguments = new ArrayList<>();
    if (kind.isBackward()) {
      arguments.add("rollback");
    }
    if (kind.isRestored()) {
      arguments.add(FROM_BACKUP);
    }
    if (kind == Kind.DISCARDED_BACK) {
      arguments.add(DISCARD_NEWER);
    }
    if (kind.id != null) {
      arguments.addAll(List.of("--id", kind.id));
    }
    if (kind.isArchive()) {
      arguments.add("--archives");
    }
    if (!kind.keepsBackup()) {
      arguments.add(WITHOUT_BACKUP);
    }
    arguments.addAll(List.of("--audit-log", live().toString()));
    if (!backups.equals(folder)) {
      arguments.addAll(List.of("--backup-dir", backups.toString()));
    }
    return arguments.toArray(String[]::new);
  }

  /** The arguments of the command that looks at it. */
  List<String> statusArguments() {
    List<String> arguments = new ArrayList<>(List.of(arguments()));
    arguments.removeAll(List.of("rollback", FROM_BACKUP, DISCARD_NEWER, WITHOUT_BACKUP));
    arguments.removeAll(List.of("--id", String.valueOf(kind.id)));
    arguments.add(0, "status");
    return arguments;
  }

  /** All that is to be in the folders when everything is done. */
  Set<Path> filesAtTheEnd() {
    Set<Path> files = new TreeSet<>(List.of(log(), live()));
    if (kind.keepsBackup()) {
      files.add(backup());
    }
    if (kind.needsBackupOfTheWayThere()) {
      files.add(backupOfTheWayThere());
    }
    return files;
  }

  @Override
  public Set<Path> files() throws IOException {
    Set<Path> found = new TreeSet<>();
    for (Path each : new TreeSet<>(List.of(folder, backups))) {
      try (Stream<Path> files = Files.list(each)) {
        files.forEach(found::add);
      }
    }
    return found;
  }
}
