import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** What is measured of several logs and of archives. */
final class BenchArchives {
  /** So many archives a folder may have. */
  private static final int ARCHIVES = 10_000;

  private static final String FIRST_LINES = "the first lines of %d archives".formatted(ARCHIVES);

  /** What part of the size the compressed archive has. */
  private static final int COMPRESSED = 4;

  /** What a member of it holds is that part of the size. */
  private static final int MEMBER = 16;

  private static final String COMPRESSED_FLOOR = "the floor of a compressed archive";
  private static final String INFLATED = "one inflation of it in Java";
  private static final String COMPRESSED_ANEW = "zcat, a header, and gzip anew";
  private static final String INFLATED_LINES = "gzip -dc into wc -l";
  private static final String LOG = "--audit-log";

  private final BenchTable table;
  private final BenchFolder folder;
  private final long size;
  private final int logs;

  /**
   * @param table what is measured goes there
   * @param size of all logs together, and four times that of a compressed archive, in bytes
   * @param logs how many these are
   */
  BenchArchives(BenchTable table, BenchFolder folder, long size, int logs) {
    this.table = table;
    this.folder = folder;
    this.size = size;
    this.logs = logs;
  }

  /** Measures everything. */
  void hold() throws IOException {
    manyLogs();
    manyArchives();
    compressed();
  }

  private double java(String... words) throws IOException {
    return folder.run(Map.of(), BenchJvm.command(List.of(words)));
  }

  // ------------------------------------------------------------ many logs

  private void manyLogs() throws IOException {
    Path many = Files.createDirectory(folder.resolve("many"));
    for (int i = 0; i < logs; i++) {
      folder.makeLog("many/%d.jsonl".formatted(i), size / logs);
    }
    String floors = "the floor of %d logs, one by one".formatted(logs);
    String runs = "%d runs of ours, a log each".formatted(logs);
    table
        .contest()
        .with(floors, () -> floors(many))
        .with(runs, () -> runs(many))
        .with("%d logs in one run of ours".formatted(logs), () -> oneRun(many), floors, runs)
        .hold("s");
    for (int i = 0; i < logs; i++) {
      Files.delete(many.resolve(i + ".jsonl"));
    }
  }

  private double floors(Path many) throws IOException {
    makeAllReady(many);
    double seconds = java("BenchChild", "floors", many.toString(), Integer.toString(logs));
    for (int i = 0; i < logs; i++) {
      Files.delete(many.resolve(i + ".copy"));
    }
    return seconds;
  }

  private double runs(Path many) throws IOException {
    makeAllReady(many);
    double seconds = 0;
    for (int i = 0; i < logs; i++) {
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
    for (int i = 0; i < logs; i++) {
      folder.makeReady(many.resolve(i + ".jsonl"));
    }
  }

  /** The old files are logs again. */
  private void undo(Path many) throws IOException {
    for (int i = 0; i < logs; i++) {
      Path log = many.resolve(i + ".jsonl");
      Files.move(log.resolveSibling(log.getFileName() + ".v040-backup"), log, ATOMIC_MOVE);
    }
  }

  // ------------------------------------------------------------ many archives

  private void manyArchives() throws IOException {
    Path archives = Files.createDirectory(folder.resolve("archives"));
    Path log = folder.makeLog("archives/audit.jsonl", 1);
    for (int i = 1; i <= ARCHIVES; i++) {
      Path archive = archives.resolve("audit.jsonl." + i);
      Files.copy(log, archive);
    }
    table
        .contest()
        .with(FIRST_LINES, () -> java("BenchChild", "firsts", archives.toString()))
        .with(
            "status --quick of them",
            () -> java("all", "status", "--quick", "--archives", LOG, log.toString()),
            FIRST_LINES)
        .hold("s");
    for (int i = 1; i <= ARCHIVES; i++) {
      Files.delete(archives.resolve("audit.jsonl." + i));
    }
  }

  // ------------------------------------------------------------ a compressed archive

  private void compressed() throws IOException {
    Path archive = makeCompressed();
    boolean hasGzip = folder.runs("bash", "-c", "printf x | gzip | zcat");
    if (!hasGzip) {
      table.leaveOut(COMPRESSED_ANEW + ": gzip is not installed");
      table.leaveOut(INFLATED_LINES + ": gzip is not installed");
    }
    rewriting(archive, hasGzip);
    java("all", LOG, archive.toString());
    reading(archive, hasGzip);
  }

  /** Of many members, since a single one would take minutes to make. */
  private Path makeCompressed() throws IOException {
    Path piece = folder.makeLog("piece", size / MEMBER);
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(member)) {
      Files.copy(piece, out);
    }
    Files.delete(piece);
    Path place = Files.createDirectory(folder.resolve("compressed"));
    Path archive = BenchFolder.createLog(place.resolve("audit.jsonl.2.gz"));
    try (OutputStream out = Files.newOutputStream(archive)) {
      for (long bytes = 0; bytes < size / COMPRESSED; bytes += member.size()) {
        member.writeTo(out);
      }
    }
    return archive;
  }

  private void rewriting(Path archive, boolean hasGzip) throws IOException {
    BenchTable.Contest contest = table.contest();
    List<String> others = new ArrayList<>(List.of(COMPRESSED_FLOOR, INFLATED));
    contest.with(COMPRESSED_FLOOR, () -> floor(archive));
    contest.with(INFLATED, () -> ready(archive).java("BenchChild", "inflate", archive.toString()));
    if (hasGzip) {
      contest.with(COMPRESSED_ANEW, () -> compressAnew(archive));
      others.add(COMPRESSED_ANEW);
    }
    contest.with(
        "ours on a compressed archive", () -> rewrite(archive), others.toArray(String[]::new));
    contest.hold("s");
  }

  private BenchArchives ready(Path archive) throws IOException {
    folder.makeReady(archive);
    return this;
  }

  private double floor(Path archive) throws IOException {
    Path copy = folder.resolve("copy");
    double seconds =
        ready(archive).java("BenchChild", "floor", archive.toString(), copy.toString());
    Files.delete(copy);
    return seconds;
  }

  private double compressAnew(Path archive) throws IOException {
    String header = "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-01-01T00:00:00Z\"}}";
    Files.writeString(folder.resolve("header"), header + "\n");
    return ready(archive).shell("zcat <'%s' | cat header - | gzip >anew".formatted(archive));
  }

  private double shell(String script) throws IOException {
    return folder.run(Map.of(), List.of("bash", "-c", script));
  }

  private double rewrite(Path archive) throws IOException {
    double seconds = ready(archive).java("all", LOG, archive.toString());
    Files.move(backup(archive), archive, ATOMIC_MOVE);
    return seconds;
  }

  private static Path backup(Path archive) {
    return archive.resolveSibling(archive.getFileName() + ".archive.v040-backup");
  }

  private void reading(Path archive, boolean hasGzip) throws IOException {
    BenchTable.Contest contest = table.contest();
    List<String> others = new ArrayList<>();
    if (hasGzip) {
      String script = "gzip -dc <'%s' | wc -l".formatted(archive);
      contest.with(INFLATED_LINES, () -> ready(archive).shell(script));
      others.add(INFLATED_LINES);
    }
    for (String command : List.of("status", "verify")) {
      contest.with(
          "%s in a compressed archive".formatted(command),
          () -> ready(archive).java("all", command, LOG, archive.toString()),
          others.toArray(String[]::new));
    }
    contest.hold("s");
  }
}
