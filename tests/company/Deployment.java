import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A server with its audit log, of either format, and those who rotate that log: the server itself,
 * and the real logrotate. Every line is another one, and counts as acknowledged once it is written.
 */
final class Deployment implements AutoCloseable {
  private static final String LOG = "audit.jsonl";

  private static final String HEADER =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"%s\"%s}}\n";

  /** Of either release; the second one's entries have a schema version. */
  private static final Map<Integer, String> ENTRY =
      Map.of(
          1,
          "{\"timestamp\":\"%s\",\"session_id\":\"s\",\"agent_id\":\"a\",\"request\":{\"scope\":\"shell\"},\"result\":{\"decision\":\"ALLOW\",\"reason\":\"line"
              + " %d\"},\"duration_ms\":1}\n",
          2,
          "{\"timestamp\":\"%s\",\"session_id\":\"s\",\"agent_id\":\"a\","
              + "\"request\":{\"schema_version\":\"v1\",\"scope\":\"shell\"},\"result\":{\"schema_version\":\"v1\",\"decision\":\"DENY\",\"reason\":\"line"
              + " %d\"},\"duration_ms\":1}\n");

  /** The names that the two kinds of rotation give. */
  private static final Pattern ARCHIVE =
      Pattern.compile("audit\\.jsonl(\\.\\d{8}T\\d{6}Z|\\.\\d+|-\\d{8})(\\.gz)?");

  private static final Pattern OWN_ARCHIVE =
      Pattern.compile("audit\\.jsonl\\.\\d{8}T\\d{6}Z(\\.gz)?");

  private static final Pattern DATED_ARCHIVE = Pattern.compile("audit\\.jsonl-\\d{8}(\\.gz)?");

  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyyMMdd");

  private static final Pattern BACKUP = Pattern.compile("audit\\.jsonl\\..*backup(\\.\\d+)?");

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Path folder;
  private final Path state;
  private final List<String> acknowledged = new ArrayList<>();

  /** The version that the server writes. */
  private int version = 1;

  /** The log as the server holds it open; null while it is stopped. */
  private FileChannel held;

  /** Archives of one second would have one name. */
  private Instant lastStamp = Instant.now();

  /** Long ago, so that logrotate, which knows the real day only, takes no name for its own. */
  private LocalDate today = LocalDate.of(2020, 1, 1);

  private int linesSoFar;

  /**
   * @param folder of the log; the server is not started
   * @param state where logrotate keeps its configuration and its state
   */
  Deployment(Path folder, Path state) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.state = Files.createDirectories(state);
  }

  Path folder() {
    return folder;
  }

  Path log() {
    return folder.resolve(LOG);
  }

  int version() {
    return version;
  }

  boolean isRunning() {
    return held != null;
  }

  // ------------------------------------------------------------ the server

  /** Starts a server that writes this version, and gives a log without a byte its header. */
  void start(int newVersion) throws IOException {
    version = newVersion;
    held = FileChannel.open(log(), CREATE, APPEND);
    if (version == 2 && held.size() == 0) {
      write(HEADER.formatted(Instant.now(), ""));
    }
  }

  void stop() throws IOException {
    if (held != null) {
      held.close();
      held = null;
    }
  }

  /** Writes entries to the file that the server holds open, wherever that is by now. */
  void append(int lines) throws IOException {
    for (int i = 0; i < lines; i++) {
      String line = nextLine();
      write(line);
      acknowledged.add(line.strip());
    }
  }

  /** Writes entries as a second server does that opens the log for each. */
  void appendOpening(int lines) throws IOException {
    for (int i = 0; i < lines; i++) {
      String line = nextLine();
      Files.writeString(log(), line, CREATE, APPEND);
      acknowledged.add(line.strip());
    }
  }

  private String nextLine() {
    return ENTRY.get(version).formatted(Instant.now(), ++linesSoFar);
  }

  private void write(String text) throws IOException {
    held.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
  }

  // ------------------------------------------------------------ rotation

  /**
   * As the server does it (AgentGuard v0.5.2, pkg/audit); one of version 1 has no rotator.
   *
   * @param most how many archives of its own it keeps; it removes the oldest
   */
  void rotate(int most) throws IOException {
    Path archive = log().resolveSibling(LOG + "." + nextStamp());
    stop();
    Files.move(log(), archive, ATOMIC_MOVE);
    held = FileChannel.open(log(), CREATE, APPEND);
    String from = ",\"rotated_from\":\"%s\"".formatted(archive.getFileName());
    write(HEADER.formatted(Instant.now(), from));
    pruning(
        () -> {
          List<Path> own = named(OWN_ARCHIVE);
          for (Path oldest : own.subList(0, Math.max(0, own.size() - most))) {
            Files.delete(oldest);
          }
        });
  }

  private interface Pruning {
    void run() throws IOException;
  }

  /** What rotation removes with an archive nobody has to find any more. */
  private void pruning(Pruning rotation) throws IOException {
    Set<String> before = inLogAndArchives().keySet();
    rotation.run();
    Set<String> gone = new HashSet<>(before);
    gone.removeAll(inLogAndArchives().keySet());
    acknowledged.removeAll(gone);
  }

  private String nextStamp() {
    lastStamp = lastStamp.plusSeconds(1);
    return STAMP.format(lastStamp);
  }

  /** Its own archives, as a server does it in the background, some time later. */
  void compressArchives() throws IOException {
    for (Path archive : named(OWN_ARCHIVE)) {
      if (archive.toString().endsWith(".gz")) {
        continue;
      }
      Path compressed = Path.of(archive + ".gz");
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
        Files.copy(archive, out);
      }
      Files.delete(archive);
    }
  }

  /**
   * Runs logrotate as if a day had passed. The server opens the new log where the old one is moved
   * away; it writes nothing meanwhile, since copying and truncating loses lines by itself.
   *
   * @param how its directives, such as {@code copytruncate}
   */
  void logrotate(String... how) throws IOException {
    boolean copies = List.of(how).contains("copytruncate");
    boolean wasRunning = isRunning();
    if (!copies) {
      stop();
    }
    Path config = state.resolve("logrotate.conf");
    Files.writeString(config, "%s {\n  %s\n}\n".formatted(log(), String.join("\n  ", how)));
    letADayPass();
    pruning(() -> runLogrotate(config));
    if (!copies && wasRunning) {
      start(version);
    }
  }

  /** Archives are told by the day, and their age decides when they are removed. */
  private void letADayPass() throws IOException {
    for (Path archive : named(ARCHIVE)) {
      Instant time = Files.getLastModifiedTime(archive).toInstant();
      Files.setLastModifiedTime(archive, FileTime.from(time.minus(Duration.ofDays(1))));
    }
    today = today.plusDays(1);
  }

  private void runLogrotate(Path config) throws IOException {
    Run run =
        Run.of(
            folder,
            Map.of(),
            "logrotate",
            "--force",
            "--state",
            state.resolve("logrotate.state").toString(),
            config.toString());
    assertEquals(0, run.exit(), run::toString);
    for (Path archive : named(DATED_ARCHIVE)) {
      String name = archive.getFileName().toString();
      String dated = name.replace(DAY.format(LocalDate.now()), DAY.format(today));
      Files.move(archive, archive.resolveSibling(dated));
    }
  }

  // ------------------------------------------------------------ what is on disk

  /** The lines that a writer was told are written, in their order. */
  List<String> acknowledged() {
    return acknowledged;
  }

  /** How often each line stands in the log and its archives together. */
  Map<String, Integer> inLogAndArchives() throws IOException {
    List<Path> files = new ArrayList<>(named(ARCHIVE));
    files.add(log());
    return count(files);
  }

  /** How often each line stands in a backup. */
  Map<String, Integer> inBackups() throws IOException {
    return count(named(BACKUP));
  }

  private static Map<String, Integer> count(List<Path> files) throws IOException {
    Map<String, Integer> counts = new HashMap<>();
    for (Path file : files) {
      content(file).lines().forEach(line -> counts.merge(line, 1, Integer::sum));
    }
    return counts;
  }

  private static String content(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      plain.transferTo(bytes);
      return bytes.toString(UTF_8);
    }
  }

  /** Whether the log has anything that a migration has to do. */
  boolean isToBeMigrated() throws IOException {
    String log = Files.readString(log());
    return !log.isEmpty() && !log.startsWith("{\"_meta\"");
  }

  boolean isEmpty() throws IOException {
    return Files.size(log()) == 0;
  }

  boolean hasBackups() throws IOException {
    return !named(BACKUP).isEmpty();
  }

  boolean hasArchives() throws IOException {
    return !named(ARCHIVE).isEmpty();
  }

  boolean hasHeader() throws IOException {
    return Files.readString(log()).startsWith("{\"_meta\"");
  }

  private List<Path> named(Pattern name) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> name.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  @Override
  public void close() throws IOException {
    stop();
  }
}
