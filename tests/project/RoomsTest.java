import static java.util.function.Predicate.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rooms of the product: what ships, and which of them, and of their files, may use which. */
class RoomsTest {
  private static final Path ROOT = Checkout.root();
  private static final String SUPPORT = "migrations/support/";
  private static final Pattern USE_OF_ROOM = Pattern.compile("\\bsupport\\.(\\w+)\\.");

  /**
   * Those that bring drivers of databases along, in their order; only scripts of stores/ list them.
   */
  private static final List<String> ROOMS_OF_STORES = List.of("rows", "pieces", "store", "imports");

  private static final Set<String> GROUND_OF_STORES =
      Set.of("run", "options", "files", "lines", "log");

  /**
   * What may name those that name it: two interfaces say which implementation is this machine's,
   * and a parser makes chunks of its own pieces.
   */
  private static final Set<String> MAY_NAME_BACK = Set.of("AccessControl", "Disk", "Parsing");

  /** All that is no code: comments, and what stands in quotes. */
  private static final Pattern NO_CODE =
      Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*\"");

  private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|record|enum) (\\w+)");

  /** What stands behind a point belongs to the type before it. */
  private static final Pattern NAME = Pattern.compile("(?<![.\\w])[A-Z]\\w*");

  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

  private static final Pattern PUBLIC_TYPE =
      Pattern.compile("(?m)^public .*?\\b(?:class|interface|record|enum) (\\w+)");

  private static Set<String> javaFiles(String folder) throws IOException {
    return javaFilesAnywhereIn(folder).stream()
        .filter(file -> !file.contains("/"))
        .collect(Collectors.toCollection(TreeSet::new));
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

  /** The rooms below migrations/support, in the order in which migrate.java lists them. */
  private static List<String> rooms() throws IOException {
    return Checkout.directives("migrate.java", "SOURCES").stream()
        .filter(source -> source.startsWith(SUPPORT))
        .map(source -> source.replaceAll(SUPPORT + "(\\w+)/package-info\\.java", "$1"))
        .toList();
  }

  private static List<String> allRooms() throws IOException {
    return Stream.concat(rooms().stream(), ROOMS_OF_STORES.stream()).toList();
  }

  // ------------------------------------------------------------ what ships

  @Test
  void everythingThatIsSharedShips() throws IOException {
    try (Stream<Path> rooms = Files.list(ROOT.resolve(SUPPORT))) {
      assertEquals(
          new TreeSet<>(allRooms()),
          rooms
              .map(room -> room.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    for (String room : allRooms()) {
      requireListed(SUPPORT + room, "package-info.java");
    }
    requireListed("stores/commands", "StoreCommand.java");
    for (String list :
        List.of("migrations/kinds/RewritingMigration", "migrations/commands/MigrateCommand")) {
      Path file = Path.of(list + ".java");
      requireListed(file.getParent().toString(), file.getFileName().toString());
      assertTrue(Checkout.directives("migrate.java", "SOURCES").contains(file.toString()), list);
    }
  }

  /** One file of a folder lists all the others, by name: over http, there are no globs. */
  private static void requireListed(String folder, String list) throws IOException {
    Set<String> there = javaFilesAnywhereIn(folder);
    assertTrue(there.remove(list), folder);
    assertEquals(there, new TreeSet<>(Checkout.directives(folder + "/" + list, "SOURCES")), folder);
  }

  @Test
  void theRoomsOfStoresAreListedByScriptsOfStoresOnly() throws IOException {
    for (String script : javaFiles("stores")) {
      List<String> rooms =
          Checkout.directives("stores/" + script, "SOURCES").stream()
              .filter(source -> source.startsWith("../" + SUPPORT))
              .map(source -> source.replaceAll(".*/(\\w+)/package-info\\.java", "$1"))
              .toList();
      assertEquals(ROOMS_OF_STORES, rooms, script);
    }
  }

  @Test
  void theProductKnowsNothingOfItsTests() throws IOException {
    List<Path> product = new ArrayList<>(List.of(ROOT.resolve("migrate.java")));
    for (String folder : List.of("migrations", "stores")) {
      javaFilesAnywhereIn(folder).forEach(file -> product.add(ROOT.resolve(folder).resolve(file)));
    }
    for (Path file : product) {
      assertTrue(!Files.readString(file).contains("junit"), file.toString());
    }
  }

  // ------------------------------------------------------------ who may use what

  /** Whatever a room imports stands above it in the list of migrate.java. */
  @Test
  void noRoomUsesOneThatStandsBelowIt() throws IOException {
    assertTrue(rooms().size() > 1, "no rooms were found");
    assertEquals(List.of(), usesOfOthers(rooms(), Set.of()));
  }

  @Test
  void theRoomsOfStoresUseEachOtherInTheirOrder() throws IOException {
    assertEquals(List.of(), usesOfOthers(ROOMS_OF_STORES, GROUND_OF_STORES));
  }

  /** What rooms use besides the ground that they stand on, themselves and those before them. */
  private static List<String> usesOfOthers(List<String> rooms, Set<String> ground)
      throws IOException {
    List<String> wrong = new ArrayList<>();
    Set<String> allowed = new TreeSet<>(ground);
    for (String room : rooms) {
      allowed.add(room);
      for (String file : javaFiles(SUPPORT + room)) {
        List<String> lines = Files.readAllLines(ROOT.resolve(SUPPORT + room).resolve(file));
        assertTrue(lines.contains("package support." + room + ";"), room + "/" + file);
        lines.stream()
            .flatMap(line -> USE_OF_ROOM.matcher(line).results())
            .filter(use -> !allowed.contains(use.group(1)))
            .forEach(use -> wrong.add("%s/%s: %s".formatted(room, file, use.group())));
      }
    }
    return wrong;
  }

  /** Two files that need each other are one thing, or there is a third that both need. */
  @Test
  void noTwoFilesOfARoomNeedEachOther() throws IOException {
    List<String> circles = new ArrayList<>();
    for (String room : allRooms()) {
      Map<String, Set<String>> uses = uses(room);
      uses.keySet().stream()
          .filter(type -> reach(uses, type).contains(type))
          .forEach(type -> circles.add("%s: %s".formatted(room, type)));
    }
    assertEquals(List.of(), circles);
  }

  /** Which types of the room each of them names in its code. */
  private static Map<String, Set<String>> uses(String room) throws IOException {
    Set<String> types =
        javaFiles(SUPPORT + room).stream()
            .map(file -> file.replace(".java", ""))
            .filter(not("package-info"::equals))
            .collect(Collectors.toSet());
    Map<String, Set<String>> uses = new TreeMap<>();
    for (String type : types) {
      String code = code(SUPPORT + room + "/" + type + ".java");
      Set<String> used = found(NAME, code);
      used.retainAll(types);
      used.removeAll(found(TYPE, code)); // its own types of such a name, and itself
      uses.put(type, MAY_NAME_BACK.contains(type) ? Set.of() : used);
    }
    return uses;
  }

  private static String code(String file) throws IOException {
    return NO_CODE.matcher(Files.readString(ROOT.resolve(file))).replaceAll(" ");
  }

  private static Set<String> found(Pattern pattern, String code) {
    return pattern
        .matcher(code)
        .results()
        .map(match -> match.group(match.groupCount()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whatever can be come to from a type. */
  private static Set<String> reach(Map<String, Set<String>> uses, String from) {
    Set<String> reached = new TreeSet<>();
    List<String> next = new ArrayList<>(uses.get(from));
    while (!next.isEmpty()) {
      String type = next.remove(next.size() - 1);
      if (reached.add(type)) {
        next.addAll(uses.get(type));
      }
    }
    return reached;
  }

  @Test
  void whatOnlyItsRoomNeedsIsNotPublic() throws IOException {
    Map<String, Set<String>> named = namesByPackage();
    List<String> needless = new ArrayList<>();
    for (String room : allRooms()) {
      for (String file : javaFiles(SUPPORT + room)) {
        found(PUBLIC_TYPE, code(SUPPORT + room + "/" + file)).stream()
            .filter(type -> !isNamedOutside(room, type, named))
            .forEach(type -> needless.add(room + "/" + type));
      }
    }
    assertEquals(List.of(), needless);
  }

  private static boolean isNamedOutside(
      String room, String type, Map<String, Set<String>> namesByPackage) {
    return namesByPackage.entrySet().stream()
        .anyMatch(p -> !p.getKey().equals("support." + room) && p.getValue().contains(type));
  }

  /** Those of types in all code, tests included. */
  private static Map<String, Set<String>> namesByPackage() throws IOException {
    Map<String, Set<String>> names = new TreeMap<>();
    for (String file : Checkout.files()) {
      if (file.endsWith(".java")) {
        String code = code(file);
        String name = String.join("", found(PACKAGE, code));
        names.computeIfAbsent(name, p -> new TreeSet<>()).addAll(found(NAME, code));
      }
    }
    return names;
  }
}
