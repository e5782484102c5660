import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import support.log.Header;

/**
 * A migrated log that lacks lines which a writer appended to its backup, and the command that
 * brings them over.
 *
 * @param folder of the two, and nothing else's
 */
record LateScene(Kind kind, Path folder) implements TracedScene {
  private static final String HEADER = new String(Header.line(2, Instant.EPOCH), UTF_8);
  private static final String MIGRATED = LiveLog.entries("old", 1, 2);
  private static final String SINCE = LiveLog.entries("newcomer", 10, 2);
  private static final List<String> LATE =
      List.of(LiveLog.entry("late", 20), LiveLog.entry("late", 21));
  private static final String TORN = LATE.get(0).substring(0, 30);

  /** Not that of a backup; and for the owner only, as in {@link FaultScene}. */
  private static final int PERMISSIONS = 0700;

  /** What stands in the log behind what was migrated. */
  enum Kind {
    WHOLE_LINES(SINCE, false),
    /** An entry that a crash of the server has left without its newline. */
    UNENDED_LINE(SINCE.strip(), false),
    /** What a run that was killed has left of the first late line, and its lock file. */
    TORN_COPY(TORN, true),
    /** All that was to be brought over by a run that was killed, and its lock file. */
    EVERY_LINE(SINCE + String.join("", LATE), true);

    private final String since;
    private final boolean wasInterrupted;

    Kind(String since, boolean wasInterrupted) {
      this.since = since;
      this.wasInterrupted = wasInterrupted;
    }
  }

  /**
   * Sets a scene.
   *
   * @param work a folder to make new folders in; that of the scene always has the same name, so
   *     that traces can be compared
   */
  static LateScene set(Kind kind, Path work) throws IOException {
    Path parent = Files.createTempDirectory(work.toRealPath(), "scene");
    LateScene scene = new LateScene(kind, Files.createDirectory(parent.resolve("logs")));
    Files.writeString(scene.log(), scene.old());
    Files.setAttribute(scene.log(), "unix:mode", PERMISSIONS);
    Files.setAttribute(scene.log(), "unix:uid", FaultScene.ownerOfLogIn(scene.folder));
    Files.writeString(scene.backup(), scene.kept());
    if (kind.wasInterrupted) {
      Files.writeString(scene.lock(), "agentguard migrate lock pid=1 word=0\nrecover\n");
    }
    return scene;
  }

  /** What the log holds before the command. */
  String old() {
    return HEADER + MIGRATED + kind.since;
  }

  /** What the backup holds, for ever. */
  String kept() {
    return MIGRATED + String.join("", LATE);
  }

  /** How often each late line stands in the log. */
  List<Long> copies() throws IOException {
    List<String> lines = Files.readAllLines(log());
    return LATE.stream()
        .map(late -> lines.stream().filter(late.strip()::equals).count())
        .collect(Collectors.toList());
  }

  Path log() {
    return folder.resolve("audit.jsonl");
  }

  Path backup() {
    return folder.resolve("audit.jsonl.v040-backup");
  }

  Path lock() {
    return folder.resolve("audit.jsonl.migrate.lock");
  }

  @Override
  public List<Path> paths() {
    return List.of(folder, log(), backup(), lock());
  }

  @Override
  public boolean isConcernedBy(SystemCall call) {
    return call.concerns(folder);
  }

  @Override
  public String[] arguments() {
    return new String[] {"recover", "--audit-log", log().toString()};
  }

  @Override
  public Set<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
