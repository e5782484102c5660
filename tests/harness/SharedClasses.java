import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The classes of the tool and of the import as the JVM keeps them in memory, saved once for all
 * children of a test run: most of the time of the thousands of processes that the tests start goes
 * into loading classes.
 */
final class SharedClasses {
  private static final int MOST_SECONDS = 60;

  /** What loads the classes of nearly all that the tests run. */
  private static final List<List<String>> USUAL =
      List.of(
          List.of("FirstMigration", "demo", "--json"),
          List.of("FirstMigration", "status", "--json"),
          List.of("audit_to_store"));

  private SharedClasses() {}

  /**
   * The option that makes a child use them; none where they could not be saved.
   *
   * @param java how a child is run, up to its main class
   */
  static List<String> save(List<String> java) {
    try {
      Path folder = Files.createTempDirectory("shared-classes");
      folder.toFile().deleteOnExit();
      Path archive = temporary(folder, "classes.jsa");
      Path list = temporary(folder, "list");
      Files.write(list, loaded(java, folder));
      run(java, folder, "-Xshare:dump", "-XX:SharedClassListFile=" + list, file(archive));
      return Files.exists(archive) ? List.of(file(archive)) : List.of();
    } catch (IOException | InterruptedException e) {
      return List.of();
    }
  }

  private static String file(Path archive) {
    return "-XX:SharedArchiveFile=" + archive;
  }

  private static Set<String> loaded(List<String> java, Path folder)
      throws IOException, InterruptedException {
    Path work = Files.createDirectory(folder.resolve("work"));
    Files.writeString(work.resolve(Scene.LOG), LiveLog.entries("", 0, 1));
    Path list = folder.resolve("list");
    Set<String> classes = new LinkedHashSet<>();
    for (List<String> usual : USUAL) {
      List<String> command = new ArrayList<>(java);
      command.addAll(usual);
      run(command, work, "-XX:DumpLoadedClassList=" + list, "-Djava.io.tmpdir=" + work);
      classes.addAll(Files.readAllLines(list));
    }
    Tree.empty(work);
    Files.delete(work);
    return classes;
  }

  /** A file that goes when this process does. */
  private static Path temporary(Path folder, String name) {
    File file = folder.resolve(name).toFile();
    file.deleteOnExit();
    return file.toPath();
  }

  private static void run(List<String> java, Path folder, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(java);
    command.addAll(1, List.of(options));
    new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor(MOST_SECONDS, TimeUnit.SECONDS);
  }
}
