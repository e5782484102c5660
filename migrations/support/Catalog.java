package support;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** {@code jbang-catalog.json} as the list of migrations. */
public final class Catalog {
  private Catalog() {}

  /**
   * The aliases that are migrations, in the order of the catalog: every {@code X} whose script is
   * {@code migrations/X.java}. Read as a stream, since binding costs a start more than reading.
   *
   * @param catalog JSON as JBang reads it; closed here
   * @throws IOException if it cannot be read
   * @throws JacksonException if it is not JSON
   */
  public static List<String> migrations(InputStream catalog) throws IOException {
    List<String> ids = new ArrayList<>();
    try (catalog;
        JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), catalog)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean isAliases = json.currentName().equals("aliases");
        json.nextToken();
        if (isAliases) {
          addMigrations(json, ids);
        }
        json.skipChildren();
      }
    }
    return ids;
  }

  private static void addMigrations(JsonParser json, List<String> ids) {
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String alias = json.currentName();
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean isScript = json.currentName().equals("script-ref");
        json.nextToken();
        if (isScript && json.getString().equals("migrations/" + alias + ".java")) {
          ids.add(alias);
        }
        json.skipChildren();
      }
    }
  }
}
