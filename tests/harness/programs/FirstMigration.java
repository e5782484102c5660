/**
 * The tool as it is while {@code v040_to_v041} is its newest migration: what the tests say of that
 * one holds for ever, whatever comes behind it.
 */
public final class FirstMigration {
  static final String ID = "v040_to_v041";

  private FirstMigration() {}

  public static void main(String... args) {
    migrate.start(FirstMigration::registry, args);
  }

  static migrate.Registry registry() {
    return upTo(ID);
  }

  /**
   * The registry as it was when a migration was the newest.
   *
   * @param newest its id; null for all that there are
   */
  static migrate.Registry upTo(String newest) {
    migrate.Registry registry = new migrate.Registry();
    for (migrate.Migration migration : migrate.Registry.ofCatalog().registered()) {
      registry.register(migration);
      if (migration.id().equals(newest)) {
        break;
      }
    }
    return registry;
  }
}
