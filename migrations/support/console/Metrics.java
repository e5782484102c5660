package support.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import support.files.Disk;
import support.files.Links;
import support.files.Machine;
import support.files.Snapshot;
import support.run.Failure;

/**
 * What a run reports to Prometheus, in the text format of node_exporter's textfile collector. The
 * status has the name and the labels under which AgentGuard's own server exposes it (v0.5.0 on,
 * pkg/metrics); the other names follow its style.
 */
public final class Metrics {
  private static final String PREFIX = "agentguard_audit_migration_";
  private static final String FIRST_LINE = "# HELP " + PREFIX;

  /** node_exporter runs as a user of its own. */
  private static final int PERMISSIONS = 0644;

  private final Path file;
  private final Machine machine;
  private final StringBuilder text = new StringBuilder();

  /**
   * @param file where Prometheus' textfile collector looks; replaced as a whole, by {@link #write}
   */
  public Metrics(Path file, Machine machine) {
    this.file = file;
    this.machine = machine;
  }

  /**
   * Looks whether the file can be written, before anything else is done.
   *
   * @throws Failure if not, or if what stands there is no metrics file of this tool: a mistyped
   *     path must not cost a log
   */
  public void requireWritable() throws IOException {
    Path folder = Links.folderOf(file);
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw Failure.of(ConsoleErrors.METRICS_FOLDER_NOT_WRITABLE, file);
    }
    requireReplaceable();
  }

  private void requireReplaceable() throws IOException {
    Optional<Snapshot> found = Snapshot.find(file);
    if (found.isPresent() && !isOurs(found.get())) {
      throw Failure.of(ConsoleErrors.NOT_A_METRICS_FILE, file);
    }
  }

  private boolean isOurs(Snapshot found) throws IOException {
    if (!found.isRegularFile()) {
      return false;
    }
    try (var in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(FIRST_LINE.length());
      return FIRST_LINE.equals(new String(start, StandardCharsets.ISO_8859_1));
    }
  }

  /**
   * Labels of a sample, values escaped as the text format wants it.
   *
   * @param namesAndValues a name, its value, and so on
   */
  public static String labels(String... namesAndValues) {
    StringJoiner labels = new StringJoiner(",");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      String value =
          namesAndValues[i + 1].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      labels.add("%s=\"%s\"".formatted(namesAndValues[i], value));
    }
    return labels.toString();
  }

  /**
   * Adds a gauge.
   *
   * @param name what follows {@code agentguard_audit_migration_}
   * @param samples values by their labels, such as {@code from="1",to="2"}; without labels by the
   *     empty string
   */
  public void gauge(String name, String help, Map<String, Double> samples) {
    text.append("# HELP %s%s %s\n".formatted(PREFIX, name, help));
    text.append("# TYPE %s%s gauge\n".formatted(PREFIX, name));
    samples.forEach(
        (labels, value) -> {
          String braces = labels.isEmpty() ? "" : "{" + labels + "}";
          text.append("%s%s%s %s\n".formatted(PREFIX, name, braces, number(value)));
        });
  }

  /** Whole numbers without a fraction, as Go's formatter prints them. */
  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.3f", value);
  }

  /**
   * Puts the file in place atomically: the collector sees the old one or this one, whole.
   *
   * @throws Failure if another file has got the name since it was looked at
   * @throws IOException if it cannot be written; the old one stays then
   */
  public void write() throws IOException {
    requireReplaceable();
    Disk disk = machine.disk();
    String word = "%016x".formatted(machine.random().nextLong());
    Path staged = file.resolveSibling("." + file.getFileName() + "." + word + ".tmp");
    try {
      try (Disk.Output out = disk.create(staged)) {
        out.write(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
        out.flush();
      }
      disk.setPermissions(staged, PERMISSIONS);
      disk.rename(staged, file);
    } catch (IOException e) {
      Files.deleteIfExists(staged);
      throw e;
    }
  }
}
