import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import support.console.Host;
import support.console.Metrics;
import support.run.Exit;
import support.run.Failure;

/** What {@code --metrics-file} reports of one run. Does nothing where that was not asked for. */
final class StoreMetrics {
  private final String labels;
  private final Host host;
  private final Metrics metrics;
  private final Instant begun;
  private boolean writable;

  /**
   * @param file null where nothing is to be written
   */
  StoreMetrics(String command, Path file, Host host) {
    this.labels = Metrics.labels("command", command);
    this.host = host;
    this.metrics = file == null ? null : new Metrics(file, host.machine());
    this.begun = host.clock().instant();
  }

  /**
   * Looks whether the file can be written, before anything is done.
   *
   * @throws Failure as {@link Metrics#requireWritable}
   */
  void requireWritable() throws IOException {
    if (metrics != null) {
      metrics.requireWritable();
      writable = true;
    }
  }

  /**
   * Writes the file.
   *
   * @return how the process ends: as the command did, or as the failure to write says
   */
  int write(int exit) {
    if (!writable) {
      return exit;
    }
    Instant now = host.clock().instant();
    gauge("exit_code", "Exit code of the last run.", exit);
    gauge(
        "duration_seconds",
        "Wall-clock duration of the last run.",
        Duration.between(begun, now).toNanos() / 1e9);
    gauge(
        "last_run_timestamp_seconds",
        "When the last run ended, in seconds since 1970.",
        now.toEpochMilli() / 1e3);
    try {
      metrics.write();
      return exit;
    } catch (IOException e) {
      int failed =
          host.report(
              Failure.of(CommandErrors.METRICS_NOT_WRITTEN, Failure.reason(e))
                  .withState("how the command itself ended, the lines before this one say"));
      return exit == Exit.DONE.code() ? failed : exit;
    }
  }

  private void gauge(String name, String help, double value) {
    metrics.gauge(name, help, Map.of(labels, value));
  }
}
