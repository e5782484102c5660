package support.evidence;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import support.files.Links;
import support.files.Siblings;
import support.lines.LogLine;
import support.log.AuditLog;
import support.log.Encoding;
import support.log.FirstLine;
import support.log.Header;
import support.log.LogNames;

/**
 * The archives that a log succeeds, as {@code _meta.rotated_from} names them, from the live log
 * back.
 *
 * @param links the archives that were found, the youngest first
 * @param end why there are no more
 * @param next the name of the archive at which the chain ends otherwise than complete, or null
 * @param others archives beside the log that no header names: of logrotate, or behind a gap
 */
public record RotationChain(List<Link> links, End end, String next, List<String> others) {
  /**
   * An archive.
   *
   * @param schemaVersion of its header; 1 where it has none
   * @param createdAt as its header says, or null
   */
  public record Link(String path, long schemaVersion, String createdAt) {}

  /** How a chain ends. */
  public enum End {
    /** The last file succeeds none. */
    COMPLETE,
    /** The next archive is not there; the oldest was normally pruned. */
    MISSING,
    /** A file succeeds one that came before it (AgentGuard up to v1.0.0, pkg/audit). */
    CYCLE,
    /** The archive's name is none, or its first line is no line of a log. */
    UNREADABLE
  }

  /**
   * Follows the chain.
   *
   * @param live the log, symbolic links resolved
   * @param rotatedFrom what its header says, or null
   * @throws IOException if the folder or an archive cannot be read
   */
  public static RotationChain of(Path live, String rotatedFrom) throws IOException {
    List<Link> links = new ArrayList<>();
    Set<Path> seen = new HashSet<>(Set.of(live));
    String next = rotatedFrom;
    End end = End.COMPLETE;
    while (next != null && end == End.COMPLETE) {
      Path archive = archive(live, next);
      if (archive == null) {
        next = Header.NO_NAME;
        end = End.UNREADABLE;
      } else if (!seen.add(archive)) {
        end = End.CYCLE;
      } else if (!Files.isRegularFile(archive)) {
        end = End.MISSING;
      } else {
        Optional<Header.Fields> header = header(archive);
        if (header.isEmpty()) {
          end = End.UNREADABLE;
        } else {
          Header.Fields fields = header.get();
          links.add(new Link(archive.toString(), fields.schemaVersion(), fields.createdAt()));
          next = fields.rotatedFrom();
        }
      }
    }
    return new RotationChain(links, end, end == End.COMPLETE ? null : next, others(live, seen));
  }

  /**
   * The file that a header names; null where it names none, or the locale has no letters for it.
   */
  private static Path archive(Path live, String name) {
    try {
      return name.equals(Header.NO_NAME) ? null : find(live.resolveSibling(name));
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** An archive is compressed some time after its name was noted. */
  private static Path find(Path named) {
    String name = named.getFileName().toString();
    Path twin =
        named.resolveSibling(
            name.endsWith(Encoding.GZIP_SUFFIX)
                ? name.substring(0, name.length() - Encoding.GZIP_SUFFIX.length())
                : name + Encoding.GZIP_SUFFIX);
    return !Files.exists(named) && Files.exists(twin) ? twin : named;
  }

  /** What the first line of an archive says; nothing where it is no line of a log. */
  private static Optional<Header.Fields> header(Path archive) throws IOException {
    try {
      FirstLine first = FirstLine.of(archive);
      return first.kind() == LogLine.Kind.ENTRY
          ? Optional.of(new Header.Fields(AuditLog.HEADERLESS_VERSION, true, null, null))
          : Optional.ofNullable(first.header());
    } catch (ZipException | EOFException | NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static List<String> others(Path live, Set<Path> seen) throws IOException {
    Pattern name = LogNames.archives(live);
    List<String> others = new ArrayList<>();
    for (Path archive : Siblings.named(live, Links.folderOf(live), name)) {
      if (!seen.contains(archive)) {
        others.add(archive.toString());
      }
    }
    return others;
  }
}
