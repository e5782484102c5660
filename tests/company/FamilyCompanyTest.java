import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs and their archives, while others are at work: logrotate, a second run, and a kill. */
class FamilyCompanyTest {
  private static final String LOG = "audit.jsonl";
  private static final String[] ALL = {"--archives", "--audit-log", LOG};

  /** What rotation calls an archive; numbers that are backups' are not among them. */
  private static final String FAMILY = "audit\\.jsonl([.-]\\d+(\\.gz)?)?";

  @TempDir Path work;
  private Path folder;
  private LogsFolder logs;
  private int written;

  @BeforeEach
  void begin() throws IOException {
    folder = Files.createDirectory(work.resolve("logs"));
    logs = new LogsFolder(folder);
  }

  private void append(int count) throws IOException {
    Files.writeString(
        folder.resolve(LOG),
        LiveLog.entries("server", written, count),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    written += count;
  }

  // ------------------------------------------------------------ logrotate

  private Path logrotate(String directives) throws IOException {
    assumeTrue(Tools.has("logrotate"), "logrotate is missing");
    assumeTrue(Scene.isRoot(), "logrotate wants its configuration to be root's");
    Path configuration = work.resolve("logrotate.conf");
    Files.writeString(
        configuration,
        "%s/%s {\n rotate 999\n %s\n}\n"
            .formatted(folder, LOG, directives.replaceAll(" (?!\\d)", "\n ")));
    Files.setAttribute(configuration, "unix:mode", 0644);
    Files.setAttribute(folder, "unix:mode", 0700);
    return configuration;
  }

  private void rotate(Path configuration) throws IOException {
    Run run =
        Run.of(
            folder,
            Map.of(),
            "logrotate",
            "-f",
            "-s",
            work.resolve("state").toString(),
            configuration.toString());
    assertEquals(0, run.exit(), run::toString);
  }

  /** One rotation a day is all that a date has room for. */
  private void letADayPass(int day) throws IOException {
    for (String name : logs.names()) {
      if (name.matches("audit\\.jsonl-\\d{8}(\\.gz)?") && !name.contains("-2001")) {
        String older = name.replaceFirst("-\\d{8}", "-200101%02d".formatted(day));
        Files.move(folder.resolve(name), folder.resolve(older));
      }
    }
  }

  /** Every entry that was written is in the log and its archives together, once. */
  private void requireEveryEntryOnce(String when) throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    List<String> headers = new ArrayList<>();
    for (String name : logs.names()) {
      if (name.matches(FAMILY)) {
        for (String line : lines(folder.resolve(name))) {
          if (line.startsWith("{\"_meta\"")) {
            headers.add(line);
          } else {
            counts.merge(line, 1, Integer::sum);
          }
        }
      }
    }
    assertEquals(headers.size(), headers.stream().distinct().count(), () -> when + headers);
    for (String line : LiveLog.entries("server", 0, written).split("\n")) {
      assertEquals(1, counts.remove(line), () -> when + ": " + line);
    }
    assertEquals(Map.of(), counts, when);
  }

  private static List<String> lines(Path file) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create",
        "copytruncate",
        "create compress",
        "create compress delaycompress",
        "copytruncate compress delaycompress",
        "create dateext",
        "copytruncate dateext compress"
      })
  void whatLogrotateLeavesIsMigratedGenerationByGeneration(String directives) throws IOException {
    Path configuration = logrotate(directives);
    for (int round = 1; round <= 5; round++) {
      append(3);
      if (round != 2) { // so that two generations wait at once
        logs.run(0, ALL);
        requireEveryEntryOnce("after the run of round " + round);
        logs.run(0, "verify", "--archives", "--audit-log", LOG);
      }
      append(2);
      rotate(configuration);
      letADayPass(round);
      requireEveryEntryOnce("after the rotation of round " + round);
    }
    append(1);
    logs.run(0, ALL);
    requireEveryEntryOnce("at the end");
    Run status = logs.run(0, "status", "--check", "--archives", "--audit-log", LOG);
    assertTrue(status.stdout().endsWith(": 0 pending\n"), status::toString);
    assertTrue(status.stdout().lines().count() >= 7, status::toString);
    logs.run(0, "verify", "--archives", "--audit-log", LOG);
    logs.run(0, "rollback", "--to", "1", "--archives", "--audit-log", LOG);
    requireEveryEntryOnce("after the way back");
  }

  /** A backup has the number that its archive had then; another one has that now, or none. */
  @ParameterizedTest
  @ValueSource(strings = {"create rotate 3", "create rotate 3 compress delaycompress"})
  void archivesThatLogrotateRemovesLaterAreNoFault(String directives) throws IOException {
    Path configuration = logrotate(directives);
    for (int round = 1; round <= 7; round++) {
      append(3);
      if (round >= 3) {
        logs.run(0, ALL);
        logs.run(0, "verify", "--archives", "--audit-log", LOG);
      }
      rotate(configuration);
    }
    append(2);
    logs.run(0, ALL);
    Run verify = logs.run(0, "verify", "--archives", "--audit-log", LOG);
    assertTrue(verify.stdout().contains("rotation has moved"), verify::toString);
    logs.run(0, "rollback", "--to", "1", "--archives", "--audit-log", LOG);
    logs.run(0, "status", "--archives", "--audit-log", LOG);
  }

  /** Nothing is lost and nothing is there twice, whatever name a file has just then. */
  @Test
  void aRotatorThatCompressesMeanwhileLosesNothing() throws Exception {
    long seed = System.nanoTime();
    System.out.println("rotator: seed " + seed);
    Random random = new Random(seed);
    Path configuration = logrotate("create compress");
    for (int round = 1; round <= 5; round++) {
      append(2000);
      Scene.Worker worker =
          new Scene.Worker(
              Run.startTool(
                  Files.createDirectories(work.resolve("out" + round)),
                  "--archives",
                  "--audit-log",
                  folder.resolve(LOG).toString()),
              work.resolve("out" + round));
      for (int i = 0; i < 3 && worker.process().isAlive(); i++) {
        Thread.sleep(random.nextInt(1000));
        rotate(configuration);
        append(1);
      }
      Run run = worker.end();
      assertTrue(Set.of(0, 1, 4, 5, 6).contains(run.exit()), run::toString);
      requireEveryEntryOnce("beside the rotator of round " + round + "\n" + run);
    }
    logs.run(0, ALL);
    requireEveryEntryOnce("at the end");
  }

  // ------------------------------------------------------------ a second run, and a kill

  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f");

  private Scene.Worker start(String output, List<String> names, String... options)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(options));
    for (String name : names) {
      all.addAll(List.of("--audit-log", folder.resolve(name + ".jsonl").toString()));
    }
    Path out = Files.createDirectories(work.resolve(output));
    return new Scene.Worker(Run.startTool(out, all.toArray(String[]::new)), out);
  }

  private void makeLogs() throws IOException {
    for (String name : NAMES) {
      logs.log(name + ".jsonl", 20_000);
    }
  }

  private void requireAllMigratedOnce(String when) throws IOException {
    List<String> expected = new ArrayList<>();
    for (String name : NAMES) {
      logs.requireMigrated(name + ".jsonl", 20_000);
      expected.addAll(List.of(name + ".jsonl", name + ".jsonl.v040-backup"));
    }
    assertEquals(expected, logs.names(), when);
  }

  @Test
  void twoRunsOverOverlappingLogsDoEachOnce() throws Exception {
    for (int round = 1; round <= 5; round++) {
      for (String name : logs.names()) {
        Files.delete(folder.resolve(name));
      }
      makeLogs();
      Scene.Worker first = start("first" + round, NAMES.subList(0, 5));
      Scene.Worker second = start("second" + round, List.of("f", "e", "d", "c", "b"));
      for (Run run : List.of(first.end(), second.end())) {
        assertTrue(run.exit() == 0 || run.exit() == 4, run::toString);
      }
      requireAllMigratedOnce("round " + round);
    }
  }

  @Test
  void aKillAmongSeveralLogsLeavesTheRestToTheNextRun() throws Exception {
    for (String victim : List.of("a", "c", "f")) {
      for (String name : logs.names()) {
        Files.delete(folder.resolve(name));
      }
      makeLogs();
      Scene.Worker worker = start("killed-" + victim, NAMES);
      Path lock = folder.resolve(victim + ".jsonl.migrate.lock");
      while (worker.process().isAlive() && !Files.exists(lock)) {
        Thread.onSpinWait();
      }
      worker.send("KILL");
      assertEquals(137, worker.end().exit());
      Run next = start("next-" + victim, NAMES).end();
      assertEquals(0, next.exit(), next::toString);
      requireAllMigratedOnce("after a kill at " + victim);
    }
  }
}
