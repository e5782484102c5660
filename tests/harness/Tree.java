import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** A whole folder as it is at one moment: every name, type, mode and byte below it. */
record Tree(Map<String, Entry> entries) {
  /**
   * @param kind {@code file}, {@code folder} or {@code link to <target>}
   * @param mode permission bits in octal; empty for a link
   * @param modified when the content was last changed
   */
  record Entry(String kind, String mode, byte[] bytes, FileTime modified) {}

  /** Reads a folder; symbolic links are not followed. */
  static Tree of(Path folder) {
    Map<String, Entry> entries = new TreeMap<>();
    walk(folder, (name, path) -> entries.put(name, entry(path)));
    return new Tree(entries);
  }

  private static void walk(Path folder, BiConsumer<String, Path> visit) {
    try (Stream<Path> paths = Files.walk(folder)) {
      paths.filter(p -> !p.equals(folder)).forEach(p -> visit.accept(folder.relativize(p) + "", p));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Entry entry(Path path) {
    try {
      FileTime modified = Files.getLastModifiedTime(path, NOFOLLOW_LINKS);
      if (Files.isSymbolicLink(path)) {
        return new Entry("link to " + Files.readSymbolicLink(path), "", new byte[0], modified);
      }
      String mode = Integer.toOctalString((Integer) Files.getAttribute(path, "unix:mode") & 07777);
      return Files.isDirectory(path)
          ? new Entry("folder", mode, new byte[0], modified)
          : new Entry("file", mode, Files.readAllBytes(path), modified);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same tree with modes as given, since git keeps none: else 600 for files, 700 for folders.
   */
  Tree withModes(Map<String, String> modes) {
    Map<String, Entry> changed = new TreeMap<>();
    entries.forEach(
        (name, entry) -> {
          String usual = entry.kind().equals("file") ? "600" : "700";
          String mode = entry.mode().isEmpty() ? "" : modes.getOrDefault(name, usual);
          changed.put(name, new Entry(entry.kind(), mode, entry.bytes(), entry.modified()));
        });
    return new Tree(changed);
  }

  /** Makes a folder that is this tree. */
  void writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, Entry> named : entries.entrySet()) {
      Path path = folder.resolve(named.getKey());
      Entry entry = named.getValue();
      if (entry.kind().startsWith("link to ")) {
        Files.createSymbolicLink(path, Path.of(entry.kind().substring("link to ".length())));
        continue;
      }
      if (entry.kind().equals("folder")) {
        Files.createDirectories(path);
      } else {
        Files.write(path, entry.bytes());
      }
      Files.setAttribute(path, "unix:mode", Integer.parseInt(entry.mode(), 8), NOFOLLOW_LINKS);
    }
  }

  /** Removes all that is in a folder, if it is there. */
  static void empty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> found = new ArrayList<>();
    walk(folder, (name, path) -> found.add(path));
    Collections.reverse(found);
    for (Path path : found) {
      Files.delete(path);
    }
  }

  /** What differs from another tree, in lines for a person; none where they are the same. */
  List<String> differencesTo(Tree actual) {
    List<String> differences = new ArrayList<>();
    entries.forEach((name, entry) -> compare(name, entry, actual.entries.get(name), differences));
    actual.entries.forEach(
        (name, entry) -> {
          if (!entries.containsKey(name)) {
            differences.add("%s: not expected (%s)".formatted(name, entry.kind()));
          }
        });
    return differences;
  }

  private static void compare(String name, Entry expected, Entry actual, List<String> differences) {
    if (actual == null) {
      differences.add(name + ": missing");
    } else if (!expected.kind().equals(actual.kind())) {
      differences.add(
          "%s: expected a %s, found a %s".formatted(name, expected.kind(), actual.kind()));
    } else {
      if (!expected.mode().equals(actual.mode())) {
        differences.add(
            "%s: expected mode %s, found %s".formatted(name, expected.mode(), actual.mode()));
      }
      Diff.of(expected.bytes(), actual.bytes()).ifPresent(d -> differences.add(name + ": " + d));
    }
  }

  /** The times of all entries, for a run that must not touch anything. */
  Map<String, FileTime> times() {
    Map<String, FileTime> times = new TreeMap<>();
    entries.forEach((name, entry) -> times.put(name, entry.modified()));
    return times;
  }
}
