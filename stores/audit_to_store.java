///usr/bin/env true; exec "$(dirname "$(readlink -f "$0")")/../jbang" "$0" "$@"
//SOURCES ../migrate.java
//SOURCES ../migrations/support/rows/package-info.java
//SOURCES ../migrations/support/pieces/package-info.java
//SOURCES ../migrations/support/store/package-info.java
//SOURCES ../migrations/support/imports/package-info.java
//SOURCES commands/StoreCommand.java
// A long run pays for the compiler to the end: SHA-256 goes through 1.5 GB/s with it, and 0.14
// without. In a heap of 128 MiB, G1 finds no room for lines of 16 MiB. SQLite's library is native,
// of which a newer Java wants to be told.
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:-UsePerfData

import support.console.Host;

/**
 * Brings the history of audit logs into AgentGuard's store (SQLite or PostgreSQL), for a server
 * that runs with {@code --audit-backend=store} from now on. The logs are read, never written.
 */
public final class audit_to_store {
  private audit_to_store() {}

  public static void main(String... args) {
    Host.runProcess(host -> StoreCommand.run(host, args));
  }
}
