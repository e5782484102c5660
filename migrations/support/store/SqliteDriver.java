package support.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;
import support.run.Failure;

/** SQLite's native library, which the driver unpacks: into a folder of our own, removed at once. */
public final class SqliteDriver {
  /** Where it is, and its name there: the driver unpacks none then. (It would compare it, too.) */
  private static final String FOLDER = "org.sqlite.lib.path";

  private static final String NAME = "org.sqlite.lib.name";

  /** Kept here, since the log manager forgets the settings of a logger that nobody holds. */
  private static final Logger DRIVERS_LOG = Logger.getLogger("org.sqlite");

  private SqliteDriver() {}

  /**
   * Loads it, once in a process.
   *
   * @throws Failure if there is no place for it
   */
  public static void load() {
    DRIVERS_LOG.setLevel(Level.OFF); // it would print the traces of what is told here
    Path folder;
    try {
      folder = Files.createTempDirectory("agentguard-migrate");
    } catch (IOException e) {
      throw Failure.of(StoreErrors.NO_SQLITE_LIBRARY, Failure.reason(e));
    }
    try {
      unpackInto(folder);
      System.setProperty(FOLDER, folder.toString());
      System.setProperty(NAME, LibraryLoaderUtil.getNativeLibName());
      SQLiteJDBCLoader.initialize();
    } catch (Exception | LinkageError e) { // as the driver declares
      throw Failure.of(StoreErrors.NO_SQLITE_LIBRARY, "it does not load from " + folder);
    } finally {
      System.clearProperty(FOLDER);
      System.clearProperty(NAME);
      remove(folder);
    }
  }

  private static void unpackInto(Path folder) throws IOException {
    String packed = LibraryLoaderUtil.getNativeLibResourcePath() + "/";
    String name = LibraryLoaderUtil.getNativeLibName();
    try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(packed + name)) {
      if (library != null) { // else the driver looks elsewhere, and says that it found none
        Files.copy(library, folder.resolve(name));
      }
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
