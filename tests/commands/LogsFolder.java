import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import support.files.Disk;
import support.files.HookedDisk;
import support.files.Machine;
import support.files.OpenFiles;
import support.run.Cancellation;

/** A folder of logs and archives, and the commands on them, run in this process. */
final class LogsFolder {
  /** What no release takes for a log. */
  static final String NO_LOG = "[server]\nport = 1\n";

  final Path folder;
  private final Cancellation cancellation = new Cancellation();
  private Disk disk = Disk.real();
  private OpenFiles openFiles = file -> new OpenFiles.Answer(List.of(), true);

  LogsFolder(Path folder) {
    this.folder = folder;
  }

  /** A log of so many entries, which nobody else has. */
  Path log(String name, int entries) throws IOException {
    return write(name, LiveLog.entries(name, 0, entries));
  }

  Path write(String name, String text) throws IOException {
    Path file = path(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  /** Whether a log is its header and so many entries of its own. */
  boolean isMigrated(String name, int entries) throws IOException {
    String text = Files.readString(path(name));
    return text.startsWith("{\"_meta\"")
        && text.endsWith("}}\n" + LiveLog.entries(name, 0, entries));
  }

  void requireMigrated(String name, int entries) throws IOException {
    assertTrue(isMigrated(name, entries), () -> name + " is not its header and its entries");
  }

  void requireOld(String name, int entries) throws IOException {
    assertEquals(LiveLog.entries(name, 0, entries), Files.readString(path(name)), name);
  }

  /** Presses Ctrl-C just before an effect on a file. */
  void interruptBefore(String effect, String nameBegins) {
    disk =
        new HookedDisk(
            (what, path) -> {
              if (what.equals(effect) && path.getFileName().toString().startsWith(nameBegins)) {
                cancellation.request();
              }
            });
  }

  /** Does something before each effect on a file. */
  void before(HookedDisk.Hook hook) {
    disk = new HookedDisk(hook);
  }

  /** Does something whenever it is looked who has a file open, which nobody has. */
  void beforeLookingForWriters(Runnable what) {
    openFiles =
        file -> {
          what.run();
          return new OpenFiles.Answer(List.of(), true);
        };
  }

  /** Whether the folder of a log is held open just now. */
  boolean isFolderHeld(String name) {
    return !disk.at(path(name)).equals(path(name));
  }

  /** Presses Ctrl-C. */
  void interrupt() {
    cancellation.request();
  }

  /** Runs a command; a path behind {@code --audit-log} is one in the folder. */
  Run run(String... arguments) {
    List<String> all = new ArrayList<>();
    for (String argument : arguments) {
      boolean isPath =
          !all.isEmpty() && all.get(all.size() - 1).matches("--audit-log|--metrics-file");
      all.add(isPath ? folder + "/" + argument : argument);
    }
    Run run =
        Run.here(
            Clock.systemUTC(),
            new Machine(disk, openFiles, new Random()),
            cancellation,
            host -> MigrateCommand.run(FirstMigration::registry, host, all.toArray(String[]::new)));
    return new Run(run.exit(), relative(run.stdout()), relative(run.stderr()));
  }

  private String relative(String told) {
    return told.replace(folder + "/", "");
  }

  Run run(int exit, String... arguments) {
    Run run = run(arguments);
    assertEquals(exit, run.exit(), run::toString);
    return run;
  }

  /** The names of all files that stand in the folder. */
  List<String> names() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
