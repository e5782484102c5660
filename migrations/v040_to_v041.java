///usr/bin/env true; exec "$(dirname "$(readlink -f "$0")")/../jbang" "$0" "$@"
//SOURCES ../migrate.java
//RUNTIME_OPTIONS -XX:+UseSerialGC -Xmn16m -XX:TieredStopAtLevel=1 -XX:-UsePerfData

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import support.lines.LineCounts;
import support.scan.LogScan;

/**
 * Puts the {@code _meta} header of schema version 2 in front of an audit log that has none: one of
 * AgentGuard up to v0.4.0, or a later one that logrotate has truncated. The log as it was is kept
 * as {@code <log>.v040-backup}; what it was before it went back, as {@code <log>.v041-backup}.
 */
public final class v040_to_v041 extends HeaderMigration {
  public v040_to_v041() {
    super(
        new Spec(
            "v040_to_v041",
            1,
            2,
            "Add schema-v2 _meta header to an existing audit log (preserves a .v040-backup rollback"
                + " copy)"));
  }

  public static void main(String... args) {
    migrate.start(() -> migrate.Registry.of(new v040_to_v041()), args);
  }

  /** v0.4.0 stops at the first long line, and returns what came before it. */
  @Override
  List<String> warningsOf(Path entries, migrate.Env env) throws IOException {
    LineCounts.Places longLines = LogScan.readEntries(entries, env.monitor()).stopV040();
    return longLines.count() == 0
        ? List.of()
        : List.of(
            "WARN: %d line(s) of 64 KiB or more; v0.4.0 reads no further than the first, line %d"
                .formatted(longLines.count(), longLines.first().get(0).line()));
  }
}
