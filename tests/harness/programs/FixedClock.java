import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import support.console.Host;
import support.files.Disk;
import support.files.Machine;
import support.files.OpenFiles;

/**
 * The tool with the clock of the golden files, on a machine on which nobody has the log open. (What
 * can be seen of other processes depends on who runs the tests.)
 */
public final class FixedClock {
  static final Instant NOW = Instant.parse("2026-04-18T00:00:00.123456789Z");

  static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  /** The system property that names the last migration to be registered; without it, all are. */
  static final String NEWEST = "tests.newest";

  private FixedClock() {}

  public static void main(String... args) {
    Host.runProcess(host -> run(System.getProperty(NEWEST), host, args));
  }

  /**
   * Runs the tool.
   *
   * @param newest the last migration to be registered; null for all that there are
   * @param host of which neither the clock nor what it sees of processes counts
   * @return the exit code
   */
  static int run(String newest, Host host, String... args) {
    return MigrateCommand.run(() -> FirstMigration.upTo(newest), fixed(host), args);
  }

  private static Host fixed(Host host) {
    OpenFiles nobody = log -> new OpenFiles.Answer(List.of(), true);
    return new Host(
        host.out(),
        host.err(),
        CLOCK,
        new Machine(Disk.real(), nobody, host.machine().random()),
        host.cancellation());
  }
}
