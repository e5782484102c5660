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
import java.util.regex.Pattern;
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
  private static final String SUPPORT = "migrations/support/";
  private static final Pattern USE_OF_ROOM = Pattern.compile("\\bsupport\\.(\\w+)\\.");

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

  private static List<String> directives(String script, String name) throws IOException {
    return Files.readAllLines(ROOT.resolve(script)).stream()
        .filter(line -> line.startsWith("//" + name + " "))
        .map(line -> line.substring(name.length() + 3))
        .toList();
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
    Set<String> all = new TreeSet<>(directives("migrations/all.java", "SOURCES"));
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

  /** The rooms below migrations/support, in the order in which migrate.java lists them. */
  private static List<String> rooms() throws IOException {
    return directives("migrate.java", "SOURCES").stream()
        .filter(source -> source.startsWith(SUPPORT))
        .map(source -> source.replaceAll(SUPPORT + "(\\w+)/package-info\\.java", "$1"))
        .toList();
  }

  /**
   * Those that bring drivers of databases along, in their order; only scripts of stores/ list them.
   */
  private static final List<String> ROOMS_OF_STORES = List.of("rows", "pieces", "store", "imports");

  private static final Set<String> GROUND_OF_STORES =
      Set.of("run", "options", "files", "lines", "log");

  @Test
  void theRoomsOfStoresAreListedByScriptsOfStoresOnlyAndUseEachOtherInTheirOrder()
      throws IOException {
    requireListed("stores/commands", "StoreCommand.java");
    for (String script : javaFiles("stores")) {
      List<String> rooms =
          directives("stores/" + script, "SOURCES").stream()
              .filter(source -> source.startsWith("../" + SUPPORT))
              .map(source -> source.replaceAll(".*/(\\w+)/package-info\\.java", "$1"))
              .toList();
      assertEquals(ROOMS_OF_STORES, rooms, script);
    }
    List<String> wrong = new ArrayList<>();
    Set<String> above = new TreeSet<>(GROUND_OF_STORES);
    for (String room : ROOMS_OF_STORES) {
      requireListed(SUPPORT + room, "package-info.java");
      above.add(room);
      for (String file : javaFiles(SUPPORT + room)) {
        Files.readAllLines(ROOT.resolve(SUPPORT + room).resolve(file)).stream()
            .flatMap(line -> USE_OF_ROOM.matcher(line).results())
            .filter(use -> !above.contains(use.group(1)))
            .forEach(use -> wrong.add("%s/%s: %s".formatted(room, file, use.group())));
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void onlyScriptsSayHowTheirJavaRuns() throws IOException {
    assertEquals(List.of(), directives("migrate.java", "RUNTIME_OPTIONS"));
    List<String> ofShortRuns = directives("migrations/all.java", "RUNTIME_OPTIONS");
    assertEquals(1, ofShortRuns.size());
    for (String migration : migrations()) {
      assertEquals(ofShortRuns, directives("migrations/" + migration + ".java", "RUNTIME_OPTIONS"));
    }
    assertEquals(
        ofShortRuns, directives("migrations/template/migration.java.qute", "RUNTIME_OPTIONS"));
  }

  @Test
  void everythingThatIsSharedShips() throws IOException {
    Set<String> listed = new TreeSet<>(rooms());
    listed.addAll(ROOMS_OF_STORES);
    try (Stream<Path> rooms = Files.list(ROOT.resolve(SUPPORT))) {
      assertEquals(
          listed,
          rooms
              .map(room -> room.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    for (String room : rooms()) {
      requireListed(SUPPORT + room, "package-info.java");
    }
    requireListed("migrations/commands", "MigrateCommand.java");
    assertTrue(
        directives("migrate.java", "SOURCES").contains("migrations/commands/MigrateCommand.java"));
  }

  /** One file of a folder lists all the others, by name: over http, there are no globs. */
  private static void requireListed(String folder, String list) throws IOException {
    Set<String> there = javaFilesAnywhereIn(folder);
    assertTrue(there.remove(list), folder);
    assertEquals(there, new TreeSet<>(directives(folder + "/" + list, "SOURCES")), folder);
  }

  /** At any depth, by their paths from the folder on. */
  private static Set<String> javaFilesAnywhereIn(String folder) throws IOException {
    Path root = ROOT.resolve(folder);
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(file -> file.endsWith(".java"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Whatever a room imports stands above it in the list of migrate.java. */
  @Test
  void noRoomUsesOneThatStandsBelowIt() throws IOException {
    assertTrue(rooms().size() > 1, "no rooms were found");
    List<String> wrong = new ArrayList<>();
    for (String room : rooms()) {
      Set<String> below = new TreeSet<>(rooms().subList(rooms().indexOf(room) + 1, rooms().size()));
      for (String file : javaFiles(SUPPORT + room)) {
        List<String> lines = Files.readAllLines(ROOT.resolve(SUPPORT + room).resolve(file));
        assertTrue(lines.contains("package support." + room + ";"), room + "/" + file);
        lines.stream()
            .flatMap(line -> USE_OF_ROOM.matcher(line).results())
            .filter(use -> below.contains(use.group(1)))
            .forEach(use -> wrong.add("%s/%s: %s".formatted(room, file, use.group())));
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void theProductKnowsNothingOfItsTests() throws IOException {
    List<Path> product = new ArrayList<>(List.of(ROOT.resolve("migrate.java")));
    for (String folder : List.of("migrations", "stores")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(product::add);
      }
    }
    for (Path file : product) {
      assertTrue(!Files.readString(file).contains("junit"), file.toString());
    }
  }

  @Test
  void theChangelogKnowsTheVersion() throws IOException {
    String changelog = Files.readString(ROOT.resolve("CHANGELOG.md"));
    assertTrue(changelog.contains("## " + migrate.VERSION), migrate.VERSION);
  }
}
