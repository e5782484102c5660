import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import support.run.Catalog;
import support.run.Failure;

/** Makes the migrations of {@code jbang-catalog.json}: an alias is the name of a class. */
final class CatalogLoader {
  private CatalogLoader() {}

  /**
   * One of each, in the order of the catalog in this program's jar.
   *
   * @throws Failure if a class is missing, and where to name it
   */
  static List<migrate.Migration> load() {
    try {
      return Catalog.migrations(CatalogLoader.class.getResourceAsStream("/jbang-catalog.json"))
          .stream()
          .map(CatalogLoader::newMigration)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static migrate.Migration newMigration(String id) {
    try {
      return (migrate.Migration) Class.forName(id).getDeclaredConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw Failure.of(CommandErrors.MIGRATION_NOT_COMPILED_IN, id);
    } catch (NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      throw new IllegalStateException(id + " needs a constructor without arguments", e);
    }
  }
}
