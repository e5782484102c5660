package support.survey;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import support.files.FileBytes;
import support.log.Checkpoints;
import support.log.Header;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A replay checkpoint: where a server goes on counting after its next start.
 *
 * @param path where it is
 * @param state what a server makes of it
 * @param offset how far into the log the server had counted, or null where it cannot be read
 */
public record CheckpointSurvey(String path, State state, Long offset) {
  private static final int LONGEST = 64 * 1024;

  /** What a server makes of a checkpoint. */
  public enum State {
    /** It goes on at the offset. */
    VALID,
    /** It belongs to another log, or to this one before it was rewritten. */
    STALE,
    /** It is damaged; the server replays the whole log. */
    UNREADABLE,
    /** No release reads a checkpoint of this name; only AgentGuard's documents name it. */
    UNUSED
  }

  /** The checkpoints that are there. */
  static List<CheckpointSurvey> all(Path log, LogSurvey state, Path named) throws IOException {
    List<CheckpointSurvey> found = new ArrayList<>();
    for (Path place : Checkpoints.places(log, named)) {
      if (Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) {
        found.add(of(place, log, state));
      }
    }
    return found;
  }

  private static CheckpointSurvey of(Path place, Path log, LogSurvey state) throws IOException {
    JsonNode content = content(place);
    JsonNode offset = content.path("offset");
    if (!offset.isIntegralNumber() || !offset.canConvertToLong()) {
      return new CheckpointSurvey(place.toString(), State.UNREADABLE, null);
    }
    long at = offset.asLong();
    State judged = State.UNUSED;
    if (!Checkpoints.isUnused(place)) {
      judged = isOf(content, at, log, state) ? State.VALID : State.STALE;
    }
    return new CheckpointSurvey(place.toString(), judged, at);
  }

  private static JsonNode content(Path place) throws IOException {
    try (var in = Files.newInputStream(place)) {
      return JsonMapper.shared().readTree(in.readNBytes(LONGEST));
    } catch (JacksonException e) {
      return JsonMapper.shared().missingNode();
    }
  }

  /**
   * A server believes any offset that is not larger than the log, and from v1.1.0 on asks whether
   * {@code file_id} is the log's {@code created_at}; an offset within a line is stale too.
   */
  private static boolean isOf(JsonNode content, long offset, Path log, LogSurvey state)
      throws IOException {
    boolean fits = offset >= 0 && offset <= state.bytes();
    boolean sizeFits = content.path("audit_size").asLong(0) <= state.bytes();
    return fits && sizeFits && isSameFile(content, state) && startsALine(log, offset);
  }

  private static boolean isSameFile(JsonNode content, LogSurvey state) {
    Optional<Instant> identity = Header.instant(content.path("file_id").asString(""));
    Optional<Instant> created =
        Optional.ofNullable(state.header()).flatMap(header -> Header.instant(header.createdAt()));
    return identity.isEmpty() || identity.equals(created);
  }

  private static boolean startsALine(Path log, long offset) throws IOException {
    if (offset == 0) {
      return true;
    }
    try (FileChannel bytes = FileChannel.open(log, StandardOpenOption.READ)) {
      return FileBytes.endsInNewline(bytes, offset);
    }
  }
}
