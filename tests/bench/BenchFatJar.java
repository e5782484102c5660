import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * This program in one jar. JBang 0.132.1 cannot export it: picocli brings a {@code module-info},
 * and the JDK's jar tool then wants no main class in the unnamed package.
 */
final class BenchFatJar {
  private BenchFatJar() {}

  /**
   * Writes the jar.
   *
   * @return its path
   */
  static Path write(Path jar, String mainClass) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
    manifest.getMainAttributes().put(new Attributes.Name("Multi-Release"), "true");
    Set<String> names = new HashSet<>(Set.of(JarFile.MANIFEST_NAME));
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
        try (JarFile in = new JarFile(part)) {
          in.stream().filter(entry -> names.add(entry.getName())).forEach(e -> copy(in, e, out));
        }
      }
    }
    return jar;
  }

  private static void copy(JarFile in, JarEntry entry, JarOutputStream out) {
    try {
      out.putNextEntry(new JarEntry(entry.getName()));
      in.getInputStream(entry).transferTo(out);
      out.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
