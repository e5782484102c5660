package support.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Pattern;

/** {@code jbang-catalog.json} as the list of migrations. */
public final class Catalog {
  /**
   * An alias {@code X} whose script is {@code migrations/X.java}. It is read with a pattern, since
   * a JSON parser takes a fifth of the time of {@code --list} to load; CatalogTest reads the
   * catalog with one, and compares.
   */
  private static final Pattern MIGRATION =
      Pattern.compile(
          "\"(\\w+)\"\\s*:\\s*\\{[^{}]*\"script-ref\"\\s*:\\s*\"migrations/\\1\\.java\"");

  private Catalog() {}

  /**
   * The aliases that are migrations, in the order of the catalog.
   *
   * @param catalog JSON as JBang reads it; closed here
   * @throws IOException if it cannot be read
   */
  public static List<String> migrations(InputStream catalog) throws IOException {
    try (catalog) {
      String text = new String(catalog.readAllBytes(), UTF_8);
      return MIGRATION.matcher(text).results().map(result -> result.group(1)).toList();
    }
  }
}
