import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import support.console.Host;
import support.files.Disk;
import support.files.Machine;
import support.files.OpenFiles;
import support.files.RamDisk;
import support.run.Cancellation;

/**
 * Whatever a log holds: a migration keeps every byte of it or refuses it untouched, the dry run
 * says beforehand what happens, a second run does nothing, and the way back leads to the original.
 */
class GeneratedLogsTest {
  private static final int LOGS = 1_000;
  private static final int LOGS_EXHAUSTIVE = 10_000;
  private static final long FIXED_SEED = 20260418;
  private static final byte[] HEADER =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-04-18T00:00:00.123456789Z\"}}\n"
          .getBytes(UTF_8);

  /** What becomes of a log, and of how many in a hundred at least: far fewer than by chance. */
  private enum Fate {
    MIGRATED(50),
    REFUSED(5),
    NOTHING_TO_DO(3);

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
    Map<Fate, Integer> fates = new EnumMap<>(Fate.class);
    int count = Proof.isExhaustive() ? LOGS_EXHAUSTIVE : LOGS;
    for (int i = 0; i < count; i++) {
      LogGenerator.Log log = generator.next();
      try {
        fates.merge(fateOf(log), 1, Integer::sum);
      } catch (Violation violation) {
        LogGenerator.Log smallest = shrunk(log);
        fail("log %d, shrunk to %s: %s".formatted(i, smallest, violationOf(smallest).orElse("?")));
      }
    }
    System.out.println("generated logs: %d held, %s".formatted(count, fates));
    for (Fate fate : Fate.values()) {
      int share = 100 * fates.getOrDefault(fate, 0) / count;
      assertTrue(share >= fate.leastPercent, () -> "too few logs are " + fate + ": " + fates);
    }
  }

  /** Takes pieces away as long as the property still does not hold. */
  private static LogGenerator.Log shrunk(LogGenerator.Log log) throws IOException {
    for (int i = 0; i < log.pieces().size(); i++) {
      LogGenerator.Log smaller = log.without(i);
      if (violationOf(smaller).isPresent()) {
        return shrunk(smaller);
      }
    }
    return log;
  }

  private static Optional<String> violationOf(LogGenerator.Log log) throws IOException {
    try {
      fateOf(log);
      return Optional.empty();
    } catch (Violation violation) {
      return Optional.of(violation.getMessage());
    }
  }

  private static Fate fateOf(LogGenerator.Log log) throws IOException, Violation {
    Path folder = RamDisk.create();
    try {
      return new Life(folder, log.bytes()).live();
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

  /** One log, and all that is done with it. */
  private record Life(Path folder, byte[] original) {
    private Path log() {
      return folder.resolve("audit.jsonl");
    }

    private Path backup() {
      return folder.resolve("audit.jsonl.v040-backup");
    }

    Fate live() throws IOException, Violation {
      Files.write(log(), original);
      Tree before = Tree.of(folder);
      Run dry = run("--dry-run");
      requireSame("a dry run changed the log", original, Files.readAllBytes(log()));
      Run run = run();
      require(dry.exit() == run.exit(), "dry run and run end differently", run);
      if (run.exit() != 0 || !Files.exists(backup())) {
        require(run.exit() == 0 || run.exit() == 5, "neither migrated nor refused", run);
        requireSame("a log that was not migrated changed", original, Files.readAllBytes(log()));
        return run.exit() == 0 ? Fate.NOTHING_TO_DO : Fate.REFUSED;
      }
      List<String> differences =
          new Plan(dry.stderr()).differencesTo(before, Tree.of(folder), run.stderr());
      require(differences.isEmpty(), "plan and run differ: " + differences, run);
      requireMigrated();
      requireWayBack();
      return Fate.MIGRATED;
    }

    private void requireMigrated() throws IOException, Violation {
      byte[] migrated = Files.readAllBytes(log());
      requireSame("the migrated log", migrated(), migrated);
      requireSame("the backup", original, Files.readAllBytes(backup()));
      Run second = run();
      require(second.exit() == 0, "a second run failed", second);
      requireSame("a second run changed the log", migrated, Files.readAllBytes(log()));
    }

    private byte[] migrated() {
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      expected.writeBytes(HEADER);
      expected.writeBytes(withNewline());
      return expected.toByteArray();
    }

    private byte[] withNewline() {
      boolean ended = original.length == 0 || original[original.length - 1] == '\n';
      byte[] text = Arrays.copyOf(original, original.length + (ended ? 0 : 1));
      if (!ended) {
        text[original.length] = '\n';
      }
      return text;
    }

    private void requireWayBack() throws IOException, Violation {
      Run back = run("rollback");
      require(back.exit() == 0, "the way back failed", back);
      requireSame("the way back", withNewline(), Files.readAllBytes(log()));
      Run again = run();
      require(again.exit() == 0, "migrating again failed", again);
      Run restored = run("rollback", "--from-backup", "--backup", backup().toString());
      require(restored.exit() == 0, "restoring the backup failed", restored);
      requireSame("the restored log", original, Files.readAllBytes(log()));
    }

    private Run run(String... arguments) {
      String[] all = Arrays.copyOf(arguments, arguments.length + 2);
      all[arguments.length] = "--audit-log";
      all[arguments.length + 1] = log().toString();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      OpenFiles nobody = file -> new OpenFiles.Answer(List.of(), true);
      Host host =
          new Host(
              new PrintStream(out, true, UTF_8),
              new PrintStream(err, true, UTF_8),
              Clock.fixed(FixedClock.NOW, ZoneOffset.UTC),
              new Machine(Disk.real(), nobody, new Random()),
              new Cancellation());
      int exit = MigrateCommand.run(migrate.Registry::ofCatalog, host, all);
      String told = err.toString(UTF_8).replace(folder + "/", "");
      return new Run(exit, out.toString(UTF_8), told);
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
