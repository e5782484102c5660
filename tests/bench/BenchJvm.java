import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Commands that run a JVM as this one. */
final class BenchJvm {
  /** Of short runs; a long one pays for the compiler to the end. */
  private static final String NO_LAST_COMPILER = "-XX:TieredStopAtLevel=1";

  /** The main class of the tool. */
  private static final String TOOL = "all";

  private static List<String> archived = List.of();

  private BenchJvm() {}

  /** Lets the tool's classes be loaded from an archive from now on, as {@code ./jbang} does. */
  static void archiveClasses(BenchFolder folder) throws IOException {
    Path archive = folder.resolve("classes.jsa");
    Path list = folder.resolve("classes.list");
    // Behind the options of this JVM, of which one may say where temporary folders go.
    List<String> demo = new ArrayList<>(options());
    demo.addAll(List.of("-XX:DumpLoadedClassList=" + list, "-Djava.io.tmpdir=" + folder.path()));
    folder.run(Map.of(), command(demo, List.of(TOOL, "demo")));
    List<String> dump = new ArrayList<>(options());
    dump.addAll(List.of("-Xshare:dump", "-XX:SharedClassListFile=" + list));
    dump.add("-XX:SharedArchiveFile=" + archive);
    folder.run(Map.of(), command(dump, List.of(TOOL)));
    if (Files.exists(archive)) {
      archived = List.of("-XX:SharedArchiveFile=" + archive);
    }
  }

  /**
   * A main class of this program.
   *
   * @param words its name and its arguments
   */
  static List<String> command(List<String> words) {
    return command(options(), words);
  }

  /** The same, with the options of a script that runs long, and of the JVM. */
  static List<String> longCommand(String option, List<String> words) {
    List<String> options = new ArrayList<>(options());
    options.removeIf(NO_LAST_COMPILER::equals); // each script may have named it once more
    options.add(option);
    return command(options, words);
  }

  private static List<String> command(List<String> options, List<String> words) {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(options);
    command.addAll(words.get(0).equals(TOOL) ? archived : List.of());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(words);
    return command;
  }

  /** A main class of a jar. */
  static List<String> command(Path jar, String... arguments) {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(options());
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static List<String> options() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments();
  }
}
