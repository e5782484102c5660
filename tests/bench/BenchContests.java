import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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

  private static final String LOG = "--audit-log";
  private static final String WC = "wc -l";
  private static final String JQ = "jq empty";

  private final BenchTable table;
  private final BenchFolder folder;
  private final long size;
  private final Path log;

  /**
   * @param table what is measured goes there
   * @param size of the log, in bytes
   */
  BenchContests(BenchTable table, BenchFolder folder, long size) throws IOException {
    this.table = table;
    this.folder = folder;
    this.size = size;
    this.log = Files.createDirectory(folder.resolve("log")).resolve("audit.jsonl");
  }

  /** Measures everything. */
  void hold() throws IOException {
    Path large = folder.makeLog("large.jsonl", size);
    Path small = folder.makeLog("small.jsonl", size / SMALLER);
    rewrites(large, small);
    memory(large, small);
    readers(large);
    startUp();
  }

  // ------------------------------------------------------------ rewriting

  private void rewrites(Path large, Path small) throws IOException {
    table
        .contest()
        .with(FLOOR, () -> floor(large))
        .with(AGENTGUARD, () -> agentGuard(large), FLOOR)
        .with(OURS, () -> rewrite(large, List.of("all")), FLOOR, AGENTGUARD, OURS_SMALL)
        .with(OURS_SMALL, () -> SMALLER * rewrite(small, List.of("all")))
        .hold("s");
  }

  private double floor(Path original) throws IOException {
    folder.makeReady(original);
    Path copy = log.resolveSibling("copy");
    double seconds = java("BenchChild", "floor", original.toString(), copy.toString());
    Files.delete(copy);
    return seconds;
  }

  private double agentGuard(Path original) throws IOException {
    Files.createLink(log, original);
    folder.makeReady(original);
    double seconds = java("BenchChild", "agentguard", log.toString());
    Files.delete(log);
    Files.delete(backup());
    return seconds;
  }

  /** The old file becomes the backup, and then the original again. */
  private double rewrite(Path original, List<String> command) throws IOException {
    Files.move(original, log);
    folder.makeReady(log);
    double seconds = java(with(command, LOG, log.toString()));
    Files.move(backup(), original, ATOMIC_MOVE);
    Files.delete(log);
    return seconds;
  }

  private Path backup() {
    return log.resolveSibling(log.getFileName() + ".v040-backup");
  }

  // ------------------------------------------------------------ memory

  private void memory(Path large, Path small) throws IOException {
    if (!Files.exists(BenchChild.STATUS)) {
      table.leaveOut("peak memory: there is no " + BenchChild.STATUS);
      return;
    }
    String atSmall = "peak memory of ours on 1/%d of the log".formatted(SMALLER);
    table
        .contest()
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
    BenchTable.Contest contest = table.contest();
    List<String> others = new ArrayList<>();
    for (String command : List.of(WC, JQ)) {
      if (folder.runs((command + " /dev/null").split(" "))) {
        contest.with(command, () -> read(with(List.of(command.split(" ")), file)));
        others.add(command);
      } else {
        table.leaveOut(command + ": it is not installed, or does not run");
      }
    }
    String[] all = others.toArray(String[]::new);
    for (String command : List.of("status", "verify")) {
      if (help().contains("\n  %s ".formatted(command))) {
        contest.with(
            "migrate " + command,
            () -> read(BenchJvm.command(List.of("all", command, LOG, file))),
            all);
      } else {
        table.leaveOut("migrate %s: there is no such command".formatted(command));
      }
    }
    contest.hold("s");
  }

  private String help() throws IOException {
    java("all", "--help");
    return folder.output();
  }

  private double read(List<String> command) throws IOException {
    folder.makeReady(log);
    return folder.run(Map.of(), command);
  }

  // ------------------------------------------------------------ starting

  private void startUp() throws IOException {
    Path jar = BenchFatJar.write(folder.resolve("migrate.jar"), "all");
    String empty = "an empty main";
    table
        .contest()
        .with(empty, () -> java("BenchChild$Empty"))
        .with(
            "the fat jar, --list",
            () -> folder.run(Map.of(), BenchJvm.command(jar, "--list")),
            empty)
        .hold("s");
    startUpWithJBang();
  }

  private void startUpWithJBang() throws IOException {
    Path script = checkout().resolve("migrations/all.java");
    if (!Files.exists(script)) {
      table.leaveOut("start-up with JBang: the working folder is not in the checkout");
      return;
    }
    String jbang = checkout().resolve("jbang").toString();
    Path empty = folder.resolve("empty.java");
    Files.writeString(empty, "class empty { public static void main(String... args) {} }\n");
    String emptyScript = "an empty JBang script";
    table
        .contest()
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

  private double java(String... words) throws IOException {
    return java(List.of(words));
  }

  private double java(List<String> words) throws IOException {
    return folder.run(Map.of(), BenchJvm.command(words));
  }

  private static List<String> with(List<String> words, String... more) {
    return Stream.concat(words.stream(), Stream.of(more)).toList();
  }
}
