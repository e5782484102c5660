import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import support.files.Disk;
import support.files.Machine;
import support.files.OpenFiles;
import support.run.Cancellation;

/** A log that lives on, in a folder of its own, and the commands on it, run in this process. */
final class LiveLog {
  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:%02dZ\",\"agent_id\":\"%s\",\"request\":{\"scope\":\"shell\",\"command\":\"ls\"},\"result\":{\"decision\":\"ALLOW\",\"reason\":\"ok\"},\"duration_ms\":%d}\n";

  final Path folder;
  final Path log;

  /** Told of each file who has it open. */
  OpenFiles openFiles = file -> new OpenFiles.Answer(List.of(), true);

  Disk disk = Disk.real();

  /** What a header says of its time. */
  Clock clock = Clock.systemUTC();

  LiveLog(Path folder) {
    this(folder, "audit.jsonl");
  }

  /** The same of an archive. */
  LiveLog(Path folder, String name) {
    this.folder = folder;
    this.log = folder.resolve(name);
  }

  /** A log that was migrated although somebody may still write to what is its backup since. */
  static LiveLog migratedUnderAWriter(Path folder, String entries) throws IOException {
    LiveLog live = new LiveLog(folder);
    live.write(entries);
    live.migrate("--force");
    return live;
  }

  /** An entry of an agent. */
  static String entry(String agent, int number) {
    return ENTRY.formatted(number % 60, agent, number);
  }

  /** Entries of an agent, from a number on. */
  static String entries(String agent, int from, int count) {
    StringBuilder entries = new StringBuilder();
    for (int i = from; i < from + count; i++) {
      entries.append(entry(agent, i));
    }
    return entries.toString();
  }

  Path file(String suffix) {
    return folder.resolve("audit.jsonl" + suffix);
  }

  String read() throws IOException {
    return Files.readString(log);
  }

  void write(String text) throws IOException {
    Files.writeString(log, text);
  }

  void append(String text) throws IOException {
    append(log, text);
  }

  static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  /** As AgentGuard's rotator does: a new log that names the archive. */
  Path rotate(String stamp) throws IOException {
    Path archive = Files.move(log, file("." + stamp));
    write(
        "{\"_meta\":{\"schema_version\":2,\"created_at\":\"%s\",\"rotated_from\":\"%s\"}}\n"
            .formatted("2030-01-01T00:00:00Z", archive.getFileName()));
    return archive;
  }

  /** As gzip(1) does. */
  static Path compress(Path file) throws IOException {
    Path packed = file.resolveSibling(file.getFileName() + ".gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(file, out);
    }
    Files.delete(file);
    return packed;
  }

  /** Lets a process have a file open for writing. */
  void openForWriting(Path open) {
    openFiles =
        file -> {
          boolean isOpen = Files.exists(open) && Files.isSameFile(file, open);
          return new OpenFiles.Answer(
              isOpen ? List.of(new OpenFiles.Holder(42, "agentguard", true)) : List.of(), true);
        };
  }

  Run run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--audit-log", log.toString()));
    return Run.here(
        clock,
        new Machine(disk, openFiles, new Random()),
        new Cancellation(),
        host -> MigrateCommand.run(TestMigrations::registry, host, all.toArray(String[]::new)));
  }

  /** A run that must end well. */
  Run done(String... arguments) {
    Run run = run(arguments);
    assertEquals(0, run.exit(), run::toString);
    return run;
  }

  /** Migrates to version 2, and no further. */
  Run migrate(String... options) {
    List<String> all = new ArrayList<>(List.of("--id", "v040_to_v041"));
    all.addAll(List.of(options));
    return done(all.toArray(String[]::new));
  }
}
