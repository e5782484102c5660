///usr/bin/env true; exec "$(dirname "$(readlink -f "$0")")/../jbang" "$0" "$@"
//SOURCES ../migrate.java
//SOURCES v040_to_v041.java

/**
 * The whole tool: the one place that knows every migration. The alias {@code migrate} runs this;
 * what is registered, and in which order, says {@code jbang-catalog.json}.
 */
public final class all {
  private all() {}

  public static void main(String... args) {
    migrate.start(migrate.Registry::ofCatalog, args);
  }
}
