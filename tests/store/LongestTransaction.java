package support.imports;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Asks a server of PostgreSQL, again and again, how long transactions of others take that write.
 */
final class LongestTransaction implements AutoCloseable {
  private static final String LONGEST =
      "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0) FROM"
          + " pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND"
          + " backend_xid IS NOT NULL";

  private final Connection server;
  private final CompletableFuture<Void> asking;
  private final long begun = System.nanoTime();
  private volatile boolean isOver;
  private double longest;

  LongestTransaction(StoreScene scene) throws SQLException {
    server = scene.connect();
    asking = CompletableFuture.runAsync(this::ask);
  }

  private void ask() {
    try (Statement statement = server.createStatement()) {
      while (!isOver) {
        try (ResultSet answer = statement.executeQuery(LONGEST)) {
          answer.next();
          longest = Math.max(longest, answer.getDouble(1));
        }
        Thread.sleep(10);
      }
    } catch (SQLException | InterruptedException e) {
      throw new CompletionException(e);
    }
  }

  /** Ends the asking; returns the longest in seconds, and since when it was asked. */
  double[] end() {
    isOver = true;
    asking.join();
    return new double[] {longest, (System.nanoTime() - begun) / 1e9};
  }

  @Override
  public void close() throws SQLException {
    isOver = true;
    server.close();
  }
}
