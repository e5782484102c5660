import java.nio.file.Path;
import java.util.random.RandomGenerator;
import support.access.AccessControl;
import support.access.AccessTools;
import support.console.Host;
import support.files.Disk;
import support.files.Machine;
import support.files.OpenFiles;

/**
 * The tool with staged files whose names are known beforehand, since a tracer selects system calls
 * by whole paths, and with migrations that no release has. All else is as in the real command.
 */
public final class KnownNames {
  /** What stands between {@code .migrate.} and {@code .tmp}. */
  static final String WORD = "0123456789abcdef";

  /** No program is found, and so none is started: a tracer would count its system calls too. */
  private static final AccessControl WITHOUT_PROGRAMS = new AccessTools("", Path.of("nowhere"));

  private KnownNames() {}

  public static void main(String... args) {
    Host.runProcess(
        host -> MigrateCommand.run(TestMigrations.registryFor(args), withKnownNames(host), args));
  }

  private static Host withKnownNames(Host host) {
    RandomGenerator sameWord = () -> Long.parseUnsignedLong(WORD, 16);
    return new Host(
        host.out(),
        host.err(),
        host.clock(),
        new Machine(Disk.real(), OpenFiles.ofThisMachine(), WITHOUT_PROGRAMS, sameWord),
        host.cancellation());
  }
}
