import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The checkout whose tests are running. */
final class Checkout {
  private Checkout() {}

  /**
   * Its root: where {@code tests/test.java} is, seen from the folder that the tests were started
   * in. A script cannot know its own path.
   */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("tests/test.java"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new AssertionError("run the tests from within the checkout");
    }
    return folder;
  }

  /** What JBang is told by lines of a file that begin with {@code //<name>}. */
  static List<String> directives(String file, String name) throws IOException {
    return Files.readAllLines(root().resolve(file)).stream()
        .filter(line -> line.startsWith("//" + name + " "))
        .map(line -> line.substring(name.length() + 3))
        .toList();
  }

  static Path fixtures() {
    return root().resolve("fixtures");
  }

  /**
   * Makes a copy as {@code git clone} would, with what is not committed yet, and with the pinned
   * JBang, if there is one, so that it is not fetched again.
   *
   * @return the root of the copy
   */
  static Path copyTo(Path folder) throws IOException {
    Path copy = Files.createDirectories(folder);
    List<String> names = new ArrayList<>(files());
    try (Stream<Path> jars = listIfThere(root().resolve(".jbang"))) {
      jars.filter(jar -> jar.toString().endsWith(".jar"))
          .forEach(jar -> names.add(root().relativize(jar).toString()));
    }
    for (String name : names) {
      Files.createDirectories(copy.resolve(name).getParent());
      Files.copy(root().resolve(name), copy.resolve(name), NOFOLLOW_LINKS, COPY_ATTRIBUTES);
    }
    return copy;
  }

  /** What git knows of it, or would: the paths of its files, from the root. */
  static List<String> files() {
    Run files =
        Run.of(
            root(),
            Map.of(),
            "git",
            "ls-files",
            "-co",
            "--exclude-standard",
            "-z",
            "--deduplicate");
    return Stream.of(files.stdout().split("\0"))
        .filter(name -> Files.exists(root().resolve(name), NOFOLLOW_LINKS))
        .toList();
  }

  private static Stream<Path> listIfThere(Path folder) throws IOException {
    return Files.isDirectory(folder) ? Files.list(folder) : Stream.empty();
  }
}
