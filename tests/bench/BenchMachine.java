import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The machine that something was measured on, as far as it says. */
final class BenchMachine {
  private BenchMachine() {}

  /**
   * @param folder where the files were
   */
  static Map<String, String> describe(Path folder) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processor", field("/proc/cpuinfo", "model name", System.getProperty("os.arch")));
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", field("/proc/meminfo", "MemTotal", "unknown"));
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("file system", fileSystem(folder));
    facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    facts.put("load before", load());
    return facts;
  }

  private static String field(String file, String name, String otherwise) throws IOException {
    Predicate<String> isNamed = line -> line.startsWith(name);
    if (!Files.exists(Path.of(file))) {
      return otherwise;
    }
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(isNamed)
          .map(line -> line.replaceFirst("^[^:]*:\\s*", "").strip())
          .findFirst()
          .orElse(otherwise);
    }
  }

  /** In some containers Java cannot find out. */
  private static String fileSystem(Path folder) {
    try {
      return Files.getFileStore(folder).type();
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load < 0 ? "unknown" : String.format(Locale.ROOT, "%.1f", load);
  }
}
