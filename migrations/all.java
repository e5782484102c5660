///usr/bin/env true; exec "$(dirname "$(readlink -f "$0")")/../jbang" "$0" "$@"
//SOURCES ../migrate.java
//SOURCES v040_to_v041.java
// JBang puts an included file's options last, where Java heeds them: they stand in scripts only.
// Runs are short: with C2 a status of 1 GiB takes 1.04 s instead of 0.76 s. What becomes garbage does
// so at once: in 16 MB, which stay near the processor, a status of 10,000 archives takes 2.0 s, not
// 2.3. An archive of classes (//CDS) would be of the first command that runs; ./jbang makes a better
// one.
//RUNTIME_OPTIONS -XX:+UseSerialGC -Xmn16m -XX:TieredStopAtLevel=1 -XX:-UsePerfData

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
