import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import support.run.IoSupplier;

/** What is measured against what, on a log of real entries. */
final class BenchContests {
  /** So many logs of the asked size are there at the same time, at the most. */
  static final int COPIES = 4;

  private static final int SMALLER = 16;
  private static final double KIB_IN_MIB = 1024;
  private static final String FLOOR = "the floor: one kernel copy, a header in front, flushed";
  private static final String AGENTGUARD = "AgentGuard's way: two copies, a rename, no flush";
  private static final String OURS = "ours: the whole command, flushed and proven";
  private static final String OURS_SMALL =
      "%1$d times ours on 1/%1$d of the log".formatted(SMALLER);

  /** So many logs together are as large as the one. */
  private static final int MANY = 64;

  private static final String FLOORS = "the floor of %d logs, one by one".formatted(MANY);
  private static final String MANY_RUNS = "%d runs of ours, a log each".formatted(MANY);
  private static final String LOG = "--audit-log";
  private static final String WC = "wc -l";
  private static final String JQ = "jq empty";

  private final BenchFolder folder;
  private final long size;
  private final int runs;
  private final Consumer<String> progress;
  private final List<String> leftOut = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private final Path log;

  /**
   * @param unit {@code s} or {@code MiB}
   * @param ratios to others, by their names
   */
  record Row(
      String name,
      String unit,
      BenchRounds.Spread figure,
      Map<String, BenchRounds.Spread> ratios) {}

  /**
   * @param leftOut what could not be measured here, and why
   */
  record Results(List<Row> rows, List<String> leftOut) {}

  /** Those who are measured in the same rounds. */
  private final class Contest {
    private final Map<String, IoSupplier<Double>> contenders = new LinkedHashMap<>();
    private final Map<String, List<String>> comparisons = new LinkedHashMap<>();

    /**
     * @param against names of others, which its figures are divided by
     */
    Contest with(String name, IoSupplier<Double> contender, String... against) {
      contenders.put(name, contender);
      comparisons.put(name, List.of(against));
      return this;
    }

    void hold(String unit) throws IOException {
      folder.run(Map.of(), List.of("sync")); // what was written before is not this contest's
      progress.accept("bench: " + String.join(" | ", contenders.keySet()));
      BenchRounds rounds = BenchRounds.hold(runs, contenders);
      for (String name : contenders.keySet()) {
        Map<String, BenchRounds.Spread> ratios = new LinkedHashMap<>();
        for (String other : comparisons.get(name)) {
          ratios.put(other, rounds.ratio(name, other));
        }
        rows.add(new Row(name, unit, rounds.spread(name), ratios));
      }
    }
  }

  /**
   * @param size of the log, in bytes
   * @param runs how many rounds
   * @param progress told what is being measured
   */
  BenchContests(BenchFolder folder, long size, int runs, Consumer<String> progress)
      throws IOException {
    this.folder = folder;
    this.size = size;
    this.runs = runs;
    this.progress = progress;
    this.log = Files.createDirectory(folder.resolve("log")).resolve("audit.jsonl");
  }

  /** Measures everything. */
  Results hold() throws IOException {
    Path large = makeLog("large.jsonl", size);
    Path small = makeLog("small.jsonl", size / SMALLER);
    rewrites(large, small);
    manyLogs();
    memory(large, small);
    readers(large);
    startUp();
    return new Results(rows, leftOut);
  }

  /** Whole lines, over and over; the tool carries them for its demo. */
  private Path makeLog(String name, long bytes) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = BenchContests.class.getResourceAsStream("/demo-audit.jsonl");
        OutputStream out = Files.newOutputStream(file)) {
      byte[] entries = in.readAllBytes();
      for (long written = 0; written < bytes; written += entries.length) {
        out.write(entries);
      }
    }
    return file;
  }

  // ------------------------------------------------------------ rewriting

  private void rewrites(Path large, Path small) throws IOException {
    new Contest()
        .with(FLOOR, () -> floor(large))
        .with(AGENTGUARD, () -> agentGuard(large), FLOOR)
        .with(OURS, () -> rewrite(large, List.of("all")), FLOOR, AGENTGUARD, OURS_SMALL)
        .with(OURS_SMALL, () -> SMALLER * rewrite(small, List.of("all")))
        .hold("s");
  }

  private double floor(Path original) throws IOException {
    makeReady(original);
    Path copy = log.resolveSibling("copy");
    double seconds = java("BenchChild", "floor", original.toString(), copy.toString());
    Files.delete(copy);
    return seconds;
  }

  private double agentGuard(Path original) throws IOException {
    Files.createLink(log, original);
    makeReady(original);
    double seconds = java("BenchChild", "agentguard", log.toString());
    Files.delete(log);
    Files.delete(backup());
    return seconds;
  }

  /** The old file becomes the backup, and then the original again. */
  private double rewrite(Path original, List<String> command) throws IOException {
    Files.move(original, log);
    makeReady(log);
    double seconds = java(with(command, LOG, log.toString()));
    Files.move(backup(), original, ATOMIC_MOVE);
    Files.delete(log);
    return seconds;
  }

  private Path backup() {
    return log.resolveSibling(log.getFileName() + ".v040-backup");
  }

  /** In the page cache, while the disk has nothing else to write. */
  private void makeReady(Path file) throws IOException {
    folder.run(Map.of(), List.of("sync"));
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  // ------------------------------------------------------------ many logs

  private void manyLogs() throws IOException {
    Path many = Files.createDirectory(folder.resolve("many"));
    for (int i = 0; i < MANY; i++) {
      makeLog("many/%d.jsonl".formatted(i), size / MANY);
    }
    new Contest()
        .with(FLOORS, () -> floors(many))
        .with(MANY_RUNS, () -> runs(many))
        .with("%d logs in one run of ours".formatted(MANY), () -> oneRun(many), FLOORS, MANY_RUNS)
        .hold("s");
    for (int i = 0; i < MANY; i++) {
      Files.delete(many.resolve(i + ".jsonl"));
    }
  }

  private double floors(Path many) throws IOException {
    makeAllReady(many);
    double seconds = java("BenchChild", "floors", many.toString(), Integer.toString(MANY));
    for (int i = 0; i < MANY; i++) {
      Files.delete(many.resolve(i + ".copy"));
    }
    return seconds;
  }

  private double runs(Path many) throws IOException {
    makeAllReady(many);
    double seconds = 0;
    for (int i = 0; i < MANY; i++) {
      seconds += java("all", LOG, many.resolve(i + ".jsonl").toString());
    }
    undo(many);
    return seconds;
  }

  private double oneRun(Path many) throws IOException {
    makeAllReady(many);
    double seconds = java("all", LOG, many + "/*.jsonl");
    undo(many);
    return seconds;
  }

  private void makeAllReady(Path many) throws IOException {
    for (int i = 0; i < MANY; i++) {
      makeReady(many.resolve(i + ".jsonl"));
    }
  }

  /** The old files are logs again. */
  private static void undo(Path many) throws IOException {
    for (int i = 0; i < MANY; i++) {
      Path log = many.resolve(i + ".jsonl");
      Files.move(log.resolveSibling(log.getFileName() + ".v040-backup"), log, ATOMIC_MOVE);
    }
  }

  // ------------------------------------------------------------ memory

  private void memory(Path large, Path small) throws IOException {
    if (!Files.exists(BenchChild.STATUS)) {
      leftOut.add("peak memory: there is no " + BenchChild.STATUS);
      return;
    }
    String atSmall = "peak memory of ours on 1/%d of the log".formatted(SMALLER);
    new Contest()
        .with("peak memory of ours", () -> peakMemory(large), atSmall)
        .with(atSmall, () -> peakMemory(small))
        .hold("MiB");
  }

  private double peakMemory(Path original) throws IOException {
    Path result = folder.resolve("memory");
    rewrite(original, List.of("BenchChild", "memory", result.toString()));
    return Long.parseLong(Files.readString(result)) / KIB_IN_MIB;
  }

  // ------------------------------------------------------------ reading

  private void readers(Path original) throws IOException {
    Files.move(original, log);
    java("all", LOG, log.toString());
    String file = log.toString();
    Contest contest = new Contest();
    List<String> others = new ArrayList<>();
    for (String command : List.of(WC, JQ)) {
      List<String> words = List.of(command.split(" "));
      if (folder.runs(with(words, "/dev/null").toArray(String[]::new))) {
        contest.with(command, () -> read(with(words, file)));
        others.add(command);
      } else {
        leftOut.add(command + ": it is not installed, or does not run");
      }
    }
    String[] all = others.toArray(String[]::new);
    for (String command : List.of("status", "verify")) {
      if (help().contains("\n  %s ".formatted(command))) {
        contest.with("migrate " + command, () -> read(command("all", command, LOG, file)), all);
      } else {
        leftOut.add("migrate %s: there is no such command".formatted(command));
      }
    }
    contest.hold("s");
  }

  private String help() throws IOException {
    java("all", "--help");
    return folder.output();
  }

  private double read(List<String> command) throws IOException {
    makeReady(log);
    return folder.run(Map.of(), command);
  }

  // ------------------------------------------------------------ starting

  private void startUp() throws IOException {
    Path jar = BenchFatJar.write(folder.resolve("migrate.jar"), "all");
    String empty = "an empty main";
    new Contest()
        .with(empty, () -> java("BenchChild$Empty"))
        .with(
            "the fat jar, --list",
            () -> folder.run(Map.of(), javaVm("-jar", jar.toString(), "--list")),
            empty)
        .hold("s");
    startUpWithJBang();
  }

  private void startUpWithJBang() throws IOException {
    Path script = checkout().resolve("migrations/all.java");
    if (!Files.exists(script)) {
      leftOut.add("start-up with JBang: the working folder is not in the checkout");
      return;
    }
    String jbang = checkout().resolve("jbang").toString();
    Path empty = folder.resolve("empty.java");
    Files.writeString(empty, "class empty { public static void main(String... args) {} }\n");
    String emptyScript = "an empty JBang script";
    new Contest()
        .with(emptyScript, () -> inJBang(jbang, empty.toString()))
        .with(
            "jbang migrate --list", () -> inJBang(jbang, script.toString(), "--list"), emptyScript)
        .with(
            "the same, JBang asked anew",
            () -> inJBang(jbang, "run", script.toString(), "--list"),
            emptyScript)
        .hold("s");
  }

  /** A script cannot know its own path: the folder around the working folder that has it. */
  private static Path checkout() {
    Path here = Path.of("").toAbsolutePath();
    return Stream.iterate(here, folder -> folder != null, Path::getParent)
        .filter(folder -> Files.exists(folder.resolve("tests/bench.java")))
        .findFirst()
        .orElse(here);
  }

  /** With a cache of its own, so that nothing of it stays. */
  private double inJBang(String... command) throws IOException {
    return folder.run(
        Map.of("JBANG_DIR", folder.resolve("jbang-dir").toString()), List.of(command));
  }

  // ------------------------------------------------------------ processes

  private double java(String... words) throws IOException {
    return java(List.of(words));
  }

  private double java(List<String> words) throws IOException {
    return folder.run(Map.of(), command(words.toArray(String[]::new)));
  }

  /** A main class of this program with its arguments, in a JVM as this one. */
  private static List<String> command(String... words) {
    List<String> classPath = List.of("-cp", System.getProperty("java.class.path"));
    return javaVm(with(classPath, words).toArray(String[]::new));
  }

  private static List<String> javaVm(String... words) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments();
    return with(with(List.of(java), options.toArray(String[]::new)), words);
  }

  private static List<String> with(List<String> words, String... more) {
    return Stream.concat(words.stream(), Stream.of(more)).toList();
  }
}
