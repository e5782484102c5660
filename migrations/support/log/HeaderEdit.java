package support.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import support.lines.LogLine;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * Makes the header of another version of a header, byte by byte: the digits of its version are
 * replaced, members are added before the closing brace of {@code _meta} or taken away again, and
 * every other byte stays. A header is never written anew: its {@code created_at} is the log's
 * identity in the replay checkpoint of servers from v1.1.0 on, and keys of later releases may be in
 * it.
 *
 * @param to the version that the header will name
 * @param added members that it gets, unless it has them
 * @param removed members that it loses, where they have these very values
 */
public record HeaderEdit(int to, List<Member> added, List<Member> removed) {
  /**
   * A member of {@code _meta}.
   *
   * @param json its value, as it stands in the file
   */
  public record Member(String name, String json) {}

  /** What stands in the place of a stretch of the header. */
  private record Change(int from, int to, String text) {}

  public HeaderEdit {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }

  /** Only the version, and what is added. */
  public static HeaderEdit forward(int to, List<Member> added) {
    return new HeaderEdit(to, added, List.of());
  }

  /** The way back of {@link #forward}. */
  public static HeaderEdit backward(int to, List<Member> removed) {
    return new HeaderEdit(to, List.of(), removed);
  }

  /**
   * @param header a line that {@link LogLine} takes for a header, with or without its newline
   * @return the line with these changes, and no others
   */
  public byte[] apply(byte[] header) {
    List<Change> changes = new ArrayList<>();
    // A letter a byte: what is looked for is ASCII, and so offsets are those of the file.
    String text = new String(header, ISO_8859_1);
    try (JsonParser json = LogLine.JSON.createParser(ObjectReadContext.empty(), text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean isMeta = json.currentName().equals("_meta");
        json.nextToken();
        if (isMeta) {
          addChanges(json, text, changes);
        }
        json.skipChildren();
      }
    }
    return with(changes, header);
  }

  private void addChanges(JsonParser json, String header, List<Change> changes) {
    List<String> names = new ArrayList<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      int nameStart = start(json);
      json.nextToken();
      int valueStart = start(json);
      json.finishToken();
      json.skipChildren();
      int end = (int) json.currentLocation().getCharOffset();
      names.add(name);
      if (name.equals("schema_version")) {
        changes.add(new Change(valueStart, end, Integer.toString(to)));
      } else if (removed.contains(new Member(name, header.substring(valueStart, end)))) {
        // What was added stands behind the version, and so behind a comma.
        changes.add(new Change(header.lastIndexOf(',', nameStart), end, ""));
      }
    }
    int brace = start(json);
    for (Member member : added) {
      if (!names.contains(member.name())) {
        changes.add(new Change(brace, brace, ",\"%s\":%s".formatted(member.name(), member.json())));
      }
    }
  }

  private static int start(JsonParser json) {
    return (int) json.currentTokenLocation().getCharOffset();
  }

  private static byte[] with(List<Change> changes, byte[] header) {
    ByteArrayOutputStream edited = new ByteArrayOutputStream();
    int at = 0;
    for (Change change : changes) {
      edited.write(header, at, change.from() - at);
      edited.writeBytes(change.text().getBytes(UTF_8));
      at = change.to();
    }
    edited.writeBytes(Arrays.copyOfRange(header, at, header.length));
    return edited.toByteArray();
  }

  /** Whether this makes the header {@code made} of the header {@code original}. */
  public boolean isProvenBy(byte[] original, byte[] made) {
    return Arrays.equals(apply(original), made);
  }
}
