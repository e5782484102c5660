package support.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sqlite.SQLiteJDBCLoader;
import support.run.Failure;

/** SQLite's native library, which the driver unpacks: into a folder of our own, removed at once. */
public final class SqliteDriver {
  private static final String FOLDER = "org.sqlite.tmpdir";

  private SqliteDriver() {}

  /**
   * Loads it, once in a process.
   *
   * @throws Failure if there is no place for it
   */
  public static void load() {
    Path folder;
    try {
      folder = Files.createTempDirectory("agentguard-migrate");
    } catch (IOException e) {
      throw Failure.of(StoreErrors.NO_SQLITE_LIBRARY, Failure.reason(e));
    }
    try {
      System.setProperty(FOLDER, folder.toString());
      SQLiteJDBCLoader.initialize();
    } catch (Exception | LinkageError e) { // as the driver declares
      throw Failure.of(StoreErrors.NO_SQLITE_LIBRARY, e.getClass().getSimpleName());
    } finally {
      System.clearProperty(FOLDER);
      remove(folder);
    }
  }

  /** A library that is loaded needs no name any more. */
  private static void remove(Path folder) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // Nothing is lost: it is in a temporary folder.
    }
  }
}
