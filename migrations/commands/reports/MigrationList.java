import java.io.PrintStream;
import java.util.List;

/** The migrations of a registry, in the words of AgentGuard's {@code migrate --list}. */
final class MigrationList {
  private MigrationList() {}

  /** Prints a line for each, in the order in which they run. */
  static void print(migrate.Registry registry, PrintStream out) {
    List<migrate.Migration> migrations = registry.registered();
    out.println(migrations.isEmpty() ? "No migrations registered." : "Registered migrations:");
    for (migrate.Migration m : migrations) {
      out.println(
          "  %s  %s -> %s  %s".formatted(m.id(), m.fromVersion(), m.toVersion(), m.description()));
    }
  }
}
