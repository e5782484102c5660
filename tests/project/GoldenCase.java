import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A golden case: {@code fixtures/<migration>/<case>/} holds {@code command} (its arguments on one
 * line), {@code before/} (the folder that it runs in), {@code after/} (the same folder afterwards),
 * {@code stdout}, {@code stderr} and {@code exit}. A file {@code modes} names modes that are not
 * 600 for files and 700 for folders: {@code before 640 audit.jsonl}. A {@code .keep} keeps an
 * otherwise empty folder.
 */
record GoldenCase(Path folder) {
  private static final Set<String> REQUIRED =
      Set.of("command", "before", "after", "stdout", "stderr", "exit");

  /** The id of the migration that the case is of. */
  String migration() {
    return folder.getParent().getFileName().toString();
  }

  String name() {
    return folder.getParent().getFileName() + "/" + folder.getFileName();
  }

  /** What does not belong to a case, or is missing from it; empty for a sound one. */
  List<String> flaws() {
    Set<String> names = names(folder);
    List<String> flaws = new ArrayList<>();
    REQUIRED.stream()
        .filter(name -> !names.contains(name))
        .forEach(name -> flaws.add("%s: %s is missing".formatted(name(), name)));
    names.stream()
        .filter(name -> !REQUIRED.contains(name) && !name.equals("modes"))
        .forEach(name -> flaws.add("%s: %s belongs to nothing".formatted(name(), name)));
    return flaws;
  }

  /** Those that have a folder of cases; a document explains it. */
  static Set<String> migrations() {
    Set<String> migrations = names(Checkout.fixtures());
    migrations.remove("README.md");
    return migrations;
  }

  static Set<String> names(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      Set<String> names = new TreeSet<>();
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The arguments behind {@code migrate}. */
  List<String> arguments() {
    String[] words = read("command").strip().split(" +");
    return List.of(words).subList(1, words.length);
  }

  Tree before() {
    return Tree.of(folder.resolve("before")).withModes(modes("before"));
  }

  Tree after() {
    return Tree.of(folder.resolve("after")).withModes(modes("after"));
  }

  private Map<String, String> modes(String when) {
    Map<String, String> modes = new TreeMap<>();
    if (Files.exists(folder.resolve("modes"))) {
      for (String line : read("modes").lines().toList()) {
        String[] words = line.split(" ", 3);
        if (words[0].equals(when)) {
          modes.put(words[2], words[1]);
        }
      }
    }
    return modes;
  }

  Run expected() {
    return new Run(Integer.parseInt(read("exit").strip()), read("stdout"), read("stderr"));
  }

  private String read(String name) {
    try {
      return Files.readString(folder.resolve(name), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean has(String argument) {
    return arguments().contains(argument);
  }

  /** Whether the run is to change the log (and not only a checkpoint, say). */
  boolean migrates() {
    return expected().exit() == 0
        && !has("--reset-checkpoint")
        && !before().differencesTo(after()).isEmpty();
  }

  /** How a run differs from what is expected, in lines for a person. */
  List<String> differences(Run actual, Tree actualAfter) {
    Run expected = expected();
    List<String> differences = new ArrayList<>();
    if (expected.exit() != actual.exit()) {
      differences.add("exit: expected %d, found %d".formatted(expected.exit(), actual.exit()));
    }
    Diff.of(expected.stdout(), actual.stdout()).ifPresent(d -> differences.add("stdout: " + d));
    Diff.of(expected.stderr(), actual.stderr()).ifPresent(d -> differences.add("stderr: " + d));
    differences.addAll(after().differencesTo(actualAfter));
    return differences;
  }

  /** Makes what was found what is expected. */
  void update(Run actual, Tree actualAfter) throws IOException {
    Files.writeString(folder.resolve("exit"), actual.exit() + "\n");
    Files.writeString(folder.resolve("stdout"), actual.stdout());
    Files.writeString(folder.resolve("stderr"), actual.stderr());
    Tree.empty(folder.resolve("after"));
    actualAfter.withModes(Map.of()).writeTo(folder.resolve("after"));
    updateModes(actualAfter);
  }

  private void updateModes(Tree actualAfter) throws IOException {
    List<String> lines = new ArrayList<>();
    modes("before").forEach((name, mode) -> lines.add("before %s %s".formatted(mode, name)));
    Tree usual = actualAfter.withModes(Map.of());
    actualAfter
        .entries()
        .forEach(
            (name, entry) -> {
              if (!entry.mode().equals(usual.entries().get(name).mode())) {
                lines.add("after %s %s".formatted(entry.mode(), name));
              }
            });
    Path modes = folder.resolve("modes");
    if (lines.isEmpty()) {
      Files.deleteIfExists(modes);
    } else {
      Files.write(modes, lines);
    }
  }
}
