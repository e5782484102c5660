import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds together what makes a migration: its script, its alias, its line in all.java, its cases.
 */
class CatalogTest {
  private static final Path ROOT = Checkout.root();

  private static JsonNode aliases() throws IOException {
    return JsonMapper.shared()
        .readTree(Files.readAllBytes(ROOT.resolve("jbang-catalog.json")))
        .required("aliases");
  }

  /** The ids that the catalog names, in its order. */
  private static List<String> migrations() throws IOException {
    List<String> ids = new ArrayList<>();
    for (Map.Entry<String, JsonNode> alias : aliases().properties()) {
      String script = alias.getValue().required("script-ref").asString();
      if (script.equals("migrations/" + alias.getKey() + ".java")) {
        ids.add(alias.getKey());
      }
    }
    return ids;
  }

  private static Set<String> javaFiles(String folder) throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void everyScriptOfTheMigrationsIsInTheCatalogAndInAll() throws IOException {
    Set<String> scripts = javaFiles("migrations");
    scripts.remove("all.java");
    Set<String> catalog =
        migrations().stream()
            .map(id -> id + ".java")
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> all = new TreeSet<>(Checkout.directives("migrations/all.java", "SOURCES"));
    assertTrue(all.remove("../migrate.java"));
    assertEquals(scripts, catalog);
    assertEquals(scripts, all);
  }

  @Test
  void everyMigrationHasFixturesAndNothingElseHas() throws IOException {
    assertEquals(new TreeSet<>(migrations()), GoldenCase.migrations());
  }

  @Test
  void theRegistryIsTheCatalogInItsOrder() throws IOException {
    List<migrate.Migration> registered = migrate.Registry.ofCatalog().registered();
    assertEquals(migrations(), registered.stream().map(migrate.Migration::id).toList());
    for (migrate.Migration migration : registered) {
      assertEquals(migration.id(), migration.getClass().getName());
      assertEquals(
          aliases().required(migration.id()).required("description").asString(),
          migration.description());
    }
  }

  @Test
  void everyAliasNamesAScriptAndSaysWhatItIs() throws IOException {
    for (Map.Entry<String, JsonNode> alias : aliases().properties()) {
      String script = alias.getValue().required("script-ref").asString();
      assertTrue(Files.isRegularFile(ROOT.resolve(script)), script);
      assertTrue(!alias.getValue().required("description").asString().isBlank(), alias.getKey());
    }
  }

  @Test
  void onlyScriptsSayHowTheirJavaRuns() throws IOException {
    assertEquals(List.of(), Checkout.directives("migrate.java", "RUNTIME_OPTIONS"));
    List<String> ofShortRuns = Checkout.directives("migrations/all.java", "RUNTIME_OPTIONS");
    assertEquals(1, ofShortRuns.size());
    for (String migration : migrations()) {
      assertEquals(
          ofShortRuns, Checkout.directives("migrations/" + migration + ".java", "RUNTIME_OPTIONS"));
    }
    assertEquals(
        ofShortRuns,
        Checkout.directives("migrations/template/migration.java.qute", "RUNTIME_OPTIONS"));
  }

  @Test
  void theChangelogKnowsTheVersion() throws IOException {
    String changelog = Files.readString(ROOT.resolve("CHANGELOG.md"));
    assertTrue(changelog.contains("## " + migrate.VERSION), migrate.VERSION);
  }
}
