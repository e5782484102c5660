import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.io.TempDir;

/** Runs every case of {@code fixtures/} with the whole tool, each in four ways. */
@ExtendWith(GoldenTest.SelectionResolver.class)
class GoldenTest {
  private static final boolean UPDATE = System.getenv("UPDATE_GOLDEN") != null;

  @TempDir static Path work;
  private static ToolPool pool;

  @BeforeAll
  static void open() {
    pool = new ToolPool(work);
  }

  @AfterAll
  static void close() throws IOException {
    pool.close();
  }

  static List<GoldenCase> cases() {
    List<GoldenCase> cases = new ArrayList<>();
    for (String migration : GoldenCase.migrations()) {
      Path folder = Checkout.fixtures().resolve(migration);
      GoldenCase.names(folder).forEach(name -> cases.add(new GoldenCase(folder.resolve(name))));
    }
    return cases;
  }

  @TestFactory
  Stream<DynamicNode> goldenCase(Selection selection) {
    return cases().stream()
        .filter(c -> selection.takes("GoldenTest.goldenCase " + c.name()))
        .map(c -> dynamicContainer(c.name(), waysToRun(c)));
  }

  private static Stream<DynamicNode> waysToRun(GoldenCase golden) {
    Recorded recorded = new Recorded(golden);
    List<DynamicNode> ways = new ArrayList<>();
    ways.add(dynamicTest("as recorded", () -> asRecorded(golden, recorded)));
    boolean isRecorded = golden.flaws().isEmpty();
    // A metrics file says which command wrote it.
    if (UPDATE || !isRecorded || golden.has("--metrics-file")) {
      return ways.stream();
    }
    if (takesDryRun(golden)) {
      ways.add(dynamicTest("as a dry run", () -> dryRun(golden, recorded)));
    }
    if (golden.migrates()) {
      ways.add(dynamicTest("a second time", () -> secondRun(golden, recorded)));
    }
    if (hasOnlyPaths(golden)) {
      ways.add(dynamicTest("at startup", () -> startup(golden)));
    }
    return ways.stream();
  }

  /** The run of a case as its command says, once for all that is to be seen of it. */
  private static final class Recorded {
    private final GoldenCase golden;
    private Run run;
    private Tree after;

    Recorded(GoldenCase golden) {
      this.golden = golden;
    }

    synchronized Recorded once() throws IOException {
      if (run == null) {
        pool.in(
            golden.before(),
            place -> {
              run = GoldenTest.run(golden, place, golden.arguments());
              after = Tree.of(place.folder());
            });
      }
      return this;
    }
  }

  private static boolean hasNoSubcommand(GoldenCase golden) {
    return golden.arguments().get(0).startsWith("--");
  }

  private static boolean takesDryRun(GoldenCase golden) {
    return hasNoSubcommand(golden) && !golden.has("--list") || golden.has("rollback");
  }

  private static boolean hasOnlyPaths(GoldenCase golden) {
    return hasNoSubcommand(golden)
        && Stream.of("--list", "--id", "--dry-run", "--reset-checkpoint").noneMatch(golden::has);
  }

  /**
   * With the migrations up to the case's own: what comes later must not change its golden files.
   */
  private static Run run(GoldenCase golden, ToolPool.Place place, List<String> arguments)
      throws IOException {
    return place.run(golden.migration(), arguments);
  }

  private static void asRecorded(GoldenCase golden, Recorded recorded) throws IOException {
    recorded.once();
    if (UPDATE) {
      update(golden, recorded.run, recorded.after);
    }
    assertNone(golden.flaws());
    assertNone(golden.differences(recorded.run, recorded.after));
  }

  /** Says what changed, and fails, so that no pipeline takes an update for a check. */
  private static void update(GoldenCase golden, Run run, Tree after) throws IOException {
    if ("true".equals(System.getenv("CI"))) {
      fail("UPDATE_GOLDEN is refused where CI=true: golden files are updated by people");
    }
    List<String> differences =
        golden.flaws().isEmpty() ? golden.differences(run, after) : golden.flaws();
    if (!differences.isEmpty()) {
      golden.update(run, after);
      fail("updated; look at the change and commit it:\n" + String.join("\n", differences));
    }
  }

  /** Changes nothing, not even times. */
  private static void secondRun(GoldenCase golden, Recorded recorded) throws IOException {
    pool.in(
        recorded.once().after,
        place -> {
          Tree before = Tree.of(place.folder());
          Run second = run(golden, place, golden.arguments());
          assertEquals(0, second.exit(), second::toString);
          assertUntouched(before, place.folder());
        });
  }

  /** Changes nothing, ends as the run does, and plans what the run does. */
  private static void dryRun(GoldenCase golden, Recorded recorded) throws IOException {
    pool.in(
        golden.before(),
        place -> {
          Tree before = Tree.of(place.folder());
          Run dry = run(golden, place, withDryRun(golden));
          assertEquals(golden.expected().exit(), dry.exit(), dry::toString);
          assertUntouched(before, place.folder());
          if (golden.migrates() && !golden.has("--quiet")) {
            Tree after = recorded.once().after;
            assertNone(new Plan(dry.stderr()).differencesTo(before, after, recorded.run.stderr()));
          }
        });
  }

  private static List<String> withDryRun(GoldenCase golden) {
    List<String> arguments = new ArrayList<>(golden.arguments());
    if (!golden.has("--dry-run")) {
      arguments.add("--dry-run");
    }
    return arguments;
  }

  private static void startup(GoldenCase golden) throws IOException {
    List<String> arguments = new ArrayList<>(golden.arguments());
    arguments.add(0, "startup");
    pool.in(
        golden.before(),
        place -> {
          Run startup = run(golden, place, arguments);
          assertEquals(golden.expected().exit(), startup.exit(), startup::toString);
          assertNone(golden.after().differencesTo(Tree.of(place.folder())));
        });
  }

  private static void assertUntouched(Tree before, Path folder) {
    Tree after = Tree.of(folder);
    assertNone(before.differencesTo(after));
    assertEquals(before.times(), after.times());
  }

  private static void assertNone(List<String> differences) {
    if (!differences.isEmpty()) {
      fail(String.join("\n", differences));
    }
  }

  @Test
  void thereAreCasesAndNothingElse() {
    assertTrue(!cases().isEmpty(), "no golden case was found");
    assertNone(cases().stream().flatMap(c -> c.flaws().stream()).toList());
  }

  @Test
  void everyMigrationHasCasesOfEveryKind() {
    List<String> missing = new ArrayList<>();
    for (migrate.Migration migration : migrate.Registry.ofCatalog().registered()) {
      List<GoldenCase> own =
          cases().stream().filter(c -> c.name().startsWith(migration.id() + "/")).toList();
      require(own, "one that migrates", GoldenCase::migrates, migration, missing);
      require(own, "already-*", c -> isKind(c, "already-", 0), migration, missing);
      require(own, "malformed-*", c -> isKind(c, "malformed-", 5), migration, missing);
      require(own, "newer-*", c -> isKind(c, "newer-", 5), migration, missing);
    }
    assertNone(missing);
  }

  private static void require(
      List<GoldenCase> cases,
      String kind,
      Predicate<GoldenCase> isOne,
      migrate.Migration migration,
      List<String> missing) {
    if (cases.stream().noneMatch(isOne)) {
      missing.add("%s has no case of the kind: %s".formatted(migration.id(), kind));
    }
  }

  private static boolean isKind(GoldenCase golden, String prefix, int exit) {
    return golden.folder().getFileName().toString().startsWith(prefix)
        && golden.expected().exit() == exit;
  }

  /** Gives the factory the selection that the tests were started with. */
  static final class SelectionResolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Selection.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return new Selection(context.getConfigurationParameter(Selection.REGEX).orElse(""));
    }
  }
}
