package support.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import support.files.Disk;
import support.files.Links;
import support.files.Snapshot;
import support.run.Failure;

/**
 * The replay checkpoints of a log: where a server stopped counting, as a byte offset into the log.
 * A rewrite makes them wrong, and a server believes any offset that is not larger than the file. A
 * missing one only costs a full replay.
 */
public final class Checkpoints {
  private static final String NAME = ".replay-checkpoint";
  private static final int LONGEST_CONTENT = 64 * 1024;

  /** {@code {"offset":N,…}}, as every release begins it (AgentGuard v0.5.0, pkg/audit). */
  private static final Pattern CONTENT =
      Pattern.compile("\\A\\s*\\{\\s*\"offset\"\\s*:\\s*\\d+.*", Pattern.DOTALL);

  private Checkpoints() {}

  /**
   * Where checkpoints of a log may be.
   *
   * @param log the log as it was named, symbolic links not resolved: a server derives the name from
   *     the path in its configuration
   * @param named where the operator says that the checkpoint is, or null for the places that
   *     servers and AgentGuard's documents use: {@code <log>.replay-checkpoint}, and {@code
   *     .replay-checkpoint} in the log's folder
   * @throws IOException if the log is a symbolic link that cannot be followed
   */
  public static List<Path> places(Path log, Path named) throws IOException {
    return places(log, Links.resolve(log), named);
  }

  private static List<Path> places(Path log, Path real, Path named) {
    if (named != null) {
      return List.of(named);
    }
    Set<Path> places = new LinkedHashSet<>();
    for (Path name : List.of(log, real)) {
      places.add(name.resolveSibling(name.getFileName() + NAME));
      places.add(name.resolveSibling(NAME));
    }
    return List.copyOf(places);
  }

  /**
   * Where checkpoints may be that a rewrite makes wrong: those of the log, and of an archive also
   * those of the log that it is of, which may point into it (v1.1.0 on).
   *
   * @param real the log, symbolic links resolved
   * @param named as {@link #places}
   */
  public static List<Path> concernedBy(Path log, Path real, Path named) {
    Set<Path> places = new LinkedHashSet<>();
    for (Path name : List.of(log, real)) {
      LogNames.liveLog(name).ifPresent(live -> places.addAll(places(live, live, named)));
    }
    places.addAll(places(log, real, named));
    return List.copyOf(places);
  }

  /** Whether no server reads a checkpoint of this name: only AgentGuard's documents know it. */
  public static boolean isUnused(Path place) {
    return place.getFileName().toString().equals(NAME);
  }

  /**
   * The checkpoints that are there.
   *
   * @throws Failure if something else is at one of the places: it is not ours to remove
   * @throws IOException if a place cannot be looked at
   */
  public static List<Path> existing(List<Path> places) throws IOException {
    List<Path> existing = new ArrayList<>();
    for (Path place : places) {
      Optional<Snapshot> found = Snapshot.find(place);
      if (found.isPresent()) {
        requireCheckpoint(place, found.get());
        existing.add(place);
      }
    }
    return existing;
  }

  /**
   * Removes a checkpoint, and makes that last: it must not come back behind a rewritten log. Where
   * logs share a folder, another of them may have removed it just now.
   *
   * @throws IOException if it cannot be removed, or its folder not be flushed
   */
  public static void remove(Path checkpoint, Disk disk) throws IOException {
    try {
      disk.remove(checkpoint);
    } catch (NoSuchFileException e) {
      // Whoever removed it may not have flushed the folder yet.
    }
    disk.flushFolder(Links.folderOf(checkpoint));
  }

  /**
   * Removes the checkpoints, so that the server replays the whole log. The lines that tell of it
   * are AgentGuard's (v1.0.0, pkg/migrate).
   *
   * @param places as {@link #places} gives them
   * @return whether anything was removed
   * @throws Failure if something else is at one of the places
   * @throws IOException as {@link #remove}
   */
  public static boolean reset(List<Path> places, Disk disk, boolean dryRun, Consumer<String> out)
      throws IOException {
    List<Path> existing = existing(places);
    String done = dryRun ? "would remove checkpoint" : "checkpoint removed";
    for (Path checkpoint : existing) {
      if (!dryRun) {
        disk.holding(List.of(Links.folderOf(checkpoint)), () -> removed(checkpoint, disk));
      }
      out.accept("migrate: %s (%s)".formatted(done, checkpoint));
    }
    if (existing.isEmpty()) {
      out.accept("migrate: no checkpoint found (%s)".formatted(places.get(0)));
    }
    return !dryRun && !existing.isEmpty();
  }

  private static Path removed(Path checkpoint, Disk disk) throws IOException {
    Optional<Snapshot> found = Snapshot.find(disk.at(checkpoint));
    if (found.isPresent()) {
      requireCheckpoint(disk.at(checkpoint), found.get());
    }
    remove(checkpoint, disk);
    return checkpoint;
  }

  private static void requireCheckpoint(Path place, Snapshot found) throws IOException {
    if (!found.isRegularFile() || found.size() > LONGEST_CONTENT || !looksLikeOne(place)) {
      throw Failure.of(LogErrors.NOT_A_CHECKPOINT, place);
    }
  }

  /** By its content, or by its name where a crash has left the content empty or torn. */
  private static boolean looksLikeOne(Path place) throws IOException {
    String content;
    try (InputStream in = Files.newInputStream(place)) {
      content = new String(in.readNBytes(LONGEST_CONTENT), ISO_8859_1);
    }
    boolean isLog = content.contains("\"_meta\"") || content.contains("\"timestamp\"");
    boolean named = place.getFileName().toString().endsWith(NAME);
    return CONTENT.matcher(content).matches() || named && !isLog;
  }
}
