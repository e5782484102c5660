import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import support.files.Disk;
import support.files.Machine;
import support.files.OpenFiles;
import support.files.RamDisk;
import support.log.LogNames;
import support.run.Cancellation;

/**
 * Whatever a log holds: a migration keeps every byte of it or refuses it untouched, the dry run
 * says beforehand what happens, a second run does nothing, and the way back leads to the original.
 */
class GeneratedLogsTest {
  private static final int LOGS = 300;
  private static final int LOGS_EXHAUSTIVE = 10_000;
  private static final long FIXED_SEED = 20260418;
  private static final byte[] HEADER =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-04-18T00:00:00.123456789Z\"}}\n"
          .getBytes(UTF_8);
  private static final String MEMBER = ",\"era\":{\"n\": 1}}}";
  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  /** What becomes of a log, and of how many in a hundred at least: far fewer than by chance. */
  private enum Fate {
    MIGRATED(40),
    REFUSED(3),
    NOTHING_TO_DO(1);

    private final int leastPercent;

    Fate(int leastPercent) {
      this.leastPercent = leastPercent;
    }
  }

  /** A property that does not hold, with what was found instead. */
  private static final class Violation extends Exception {
    private static final long serialVersionUID = 1;

    Violation(String what) {
      super(what);
    }
  }

  @Test
  void theSameLogsAsEver() throws IOException {
    holdsFor(new Random(FIXED_SEED));
  }

  @Test
  void newLogsInEachRun() throws IOException {
    holdsFor(Proof.random("generated logs"));
  }

  private static void holdsFor(Random random) throws IOException {
    LogGenerator generator = new LogGenerator(random);
    List<Step> steps = Step.all();
    int count = Proof.isExhaustive() ? LOGS_EXHAUSTIVE : LOGS / steps.size();
    Map<Fate, Integer> all = new EnumMap<>(Fate.class);
    for (Step step : steps) {
      Map<Fate, Integer> fates = fates(step, generator, count);
      System.out.println("generated logs: %s, %d held, %s".formatted(step.id(), count, fates));
      assertEnough(Fate.MIGRATED, fates, count);
      fates.forEach((fate, logs) -> all.merge(fate, logs, Integer::sum));
    }
    for (Fate fate : Fate.values()) { // the rare ones of all steps, lest chance leave one without
      assertEnough(fate, all, count * steps.size());
    }
  }

  private static void assertEnough(Fate fate, Map<Fate, Integer> fates, int count) {
    int share = 100 * fates.getOrDefault(fate, 0) / count;
    assertTrue(share >= fate.leastPercent, () -> "too few logs are " + fate + ": " + fates);
  }

  private static Map<Fate, Integer> fates(Step step, LogGenerator generator, int count)
      throws IOException {
    Map<Fate, Integer> fates = new EnumMap<>(Fate.class);
    for (int i = 0; i < count; i++) {
      LogGenerator.Log log = generator.next();
      try {
        fates.merge(fateOf(step, log), 1, Integer::sum);
      } catch (Violation violation) {
        LogGenerator.Log smallest = shrunk(step, log);
        String held = violationOf(step, smallest).orElse("?");
        fail("%s, log %d, shrunk to %s: %s".formatted(step.id(), i, smallest, held));
      }
    }
    return fates;
  }

  /** Takes pieces away as long as the property still does not hold. */
  private static LogGenerator.Log shrunk(Step step, LogGenerator.Log log) throws IOException {
    for (int i = 0; i < log.pieces().size(); i++) {
      LogGenerator.Log smaller = log.without(i);
      if (violationOf(step, smaller).isPresent()) {
        return shrunk(step, smaller);
      }
    }
    return log;
  }

  private static Optional<String> violationOf(Step step, LogGenerator.Log log) throws IOException {
    try {
      fateOf(step, log);
      return Optional.empty();
    } catch (Violation violation) {
      return Optional.of(violation.getMessage());
    }
  }

  private static Fate fateOf(Step step, LogGenerator.Log log) throws IOException, Violation {
    Path folder = RamDisk.create();
    try {
      Path file = Files.write(folder.resolve("audit.jsonl"), log.bytes());
      // As AgentGuard creates it; of others it takes a process to tell who may use them.
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      return new Life(step, folder).live();
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /**
   * A migration, and those before it, which bring a log to the version that it takes.
   *
   * @param made what it must make of a log, told in another way than its own
   */
  private record Step(String id, List<migrate.Migration> before, UnaryOperator<byte[]> made) {
    static List<Step> all() {
      Map<String, UnaryOperator<byte[]>> made =
          Map.of(
              "v040_to_v041", original -> joined(HEADER, original),
              "second_header", GeneratedLogsTest::withSecondHeader,
              "raising_lines", GeneratedLogsTest::withRaisedVersion,
              "mask_lines", GeneratedLogsTest::withMaskedCommands);
      List<migrate.Migration> all = TestMigrations.registry().registered();
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        String id = all.get(i).id();
        // One that takes any version gets the logs as they come.
        List<migrate.Migration> before = all.get(i).keepsVersion() ? List.of() : all.subList(0, i);
        steps.add(new Step(id, before, made.get(id)));
      }
      return steps;
    }
  }

  private static byte[] withSecondHeader(byte[] log) {
    return edited(
        log, h -> h.replace("_version\":2", "_version\":3").replace("}}", MEMBER), l -> l);
  }

  private static byte[] withRaisedVersion(byte[] log) {
    return edited(
        log,
        header -> header.replace("_version\":3", "_version\":4"),
        line -> line.replace("legacy-a", "legacy-alpha"));
  }

  private static byte[] withMaskedCommands(byte[] log) {
    return edited(
        log,
        header -> header,
        line -> line.contains("drop me") ? "" : line.replace(":\"ls\"", ":\"**\""));
  }

  /** Line by line, as a person would: the first that is not blank may be a header. */
  private static byte[] edited(
      byte[] log, UnaryOperator<String> header, UnaryOperator<String> line) {
    StringBuilder made = new StringBuilder();
    boolean mayBeHeader = true;
    for (String text : new String(log, ISO_8859_1).split("(?<=\n)")) {
      boolean isHeader = mayBeHeader && text.contains("{\"schema_version\":");
      mayBeHeader &= !isHeader && text.replace(BYTE_ORDER_MARK, "").isBlank();
      made.append((isHeader ? header : line).apply(text));
    }
    return made.toString().getBytes(ISO_8859_1);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** One log, and all that is done with it. */
  private record Life(Step step, Path folder) {
    private Path log() {
      return folder.resolve("audit.jsonl");
    }

    private Path backup() {
      return LogNames.backup(log(), LogNames.backupSuffix(step.id()), null, 0);
    }

    Fate live() throws IOException, Violation {
      if (!step.before().isEmpty()) {
        Run before = run(step.before());
        if (before.exit() != 0) {
          return Fate.REFUSED;
        }
      }
      byte[] original = Files.readAllBytes(log());
      Tree before = Tree.of(folder);
      Run dry = run("--id", step.id(), "--dry-run");
      requireSame("a dry run changed the log", original, Files.readAllBytes(log()));
      Run run = run("--id", step.id());
      require(dry.exit() == run.exit(), "dry run and run end differently: " + dry, run);
      if (run.exit() != 0 || !Files.exists(backup())) {
        require(run.exit() == 0 || run.exit() == 5, "neither migrated nor refused", run);
        requireSame("a log that was not migrated changed", original, Files.readAllBytes(log()));
        return run.exit() == 0 ? Fate.NOTHING_TO_DO : Fate.REFUSED;
      }
      List<String> differences =
          new Plan(dry.stderr()).differencesTo(before, Tree.of(folder), run.stderr());
      require(differences.isEmpty(), "plan and run differ: " + differences, run);
      requireMigrated(original);
      requireWayBack(original);
      return Fate.MIGRATED;
    }

    private void requireMigrated(byte[] original) throws IOException, Violation {
      byte[] migrated = Files.readAllBytes(log());
      requireSame("the migrated log", step.made().apply(withNewline(original)), migrated);
      requireSame("the backup", original, Files.readAllBytes(backup()));
      Run second = run("--id", step.id());
      require(second.exit() == 0, "a second run failed", second);
      requireSame("a second run changed the log", migrated, Files.readAllBytes(log()));
    }

    private static byte[] withNewline(byte[] original) {
      boolean ended = original.length == 0 || original[original.length - 1] == '\n';
      return ended ? original : joined(original, new byte[] {'\n'});
    }

    private void requireWayBack(byte[] original) throws IOException, Violation {
      Run back = run("rollback", "--id", step.id());
      require(back.exit() == 0, "the way back failed", back);
      requireSame("the way back", withNewline(original), Files.readAllBytes(log()));
      Run again = run("--id", step.id());
      require(again.exit() == 0, "migrating again failed", again);
      Run restored =
          run("rollback", "--id", step.id(), "--from-backup", "--backup", backup().toString());
      require(restored.exit() == 0, "restoring the backup failed", restored);
      requireSame("the restored log", original, Files.readAllBytes(log()));
    }

    private Run run(String... arguments) {
      return run(TestMigrations.registry().registered(), arguments);
    }

    private Run run(List<migrate.Migration> migrations, String... arguments) {
      String[] all = Arrays.copyOf(arguments, arguments.length + 2);
      all[arguments.length] = "--audit-log";
      all[arguments.length + 1] = log().toString();
      OpenFiles nobody = file -> new OpenFiles.Answer(List.of(), true);
      migrate.Registry registry = migrate.Registry.of(migrations.toArray(migrate.Migration[]::new));
      Run run =
          Run.here(
              FixedClock.CLOCK,
              new Machine(Disk.real(), nobody, new Random()),
              new Cancellation(),
              host -> MigrateCommand.run(() -> registry, host, all));
      return new Run(run.exit(), run.stdout(), run.stderr().replace(folder + "/", ""));
    }

    private static void require(boolean holds, String what, Run run) throws Violation {
      if (!holds) {
        throw new Violation(what + "\n" + run);
      }
    }

    private static void requireSame(String what, byte[] expected, byte[] actual) throws Violation {
      Optional<String> difference = Diff.of(expected, actual);
      if (difference.isPresent()) {
        throw new Violation(what + ": " + difference.get());
      }
    }
  }
}
