package support.lines;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/**
 * What one line of an audit log is, told by a JSON parser that streams: memory stays constant
 * however long the line is, and no content of the line is kept.
 *
 * @param version the {@code schema_version} of a {@link Kind#HEADER}, else 0
 * @param hasOtherKeys whether a header has more than its {@code _meta}, such as a seal of a later
 *     release
 * @param problem what is wrong with a {@link Kind#BAD_HEADER}, in the words of AgentGuard where it
 *     has some (Go's encoding/json), else null
 * @param era who wrote an {@link Kind#ENTRY}, or a {@link Kind#MIXED} that is a whole one, else
 *     null
 * @param timestamp that of an entry, as it stands there, if it is no longer than {@link
 *     Timestamps#LONGEST}, else null
 */
public record LogLine(
    Kind kind, long version, boolean hasOtherKeys, String problem, Era era, String timestamp) {
  /** The kinds of lines. */
  public enum Kind {
    /** An object whose first key is {@code _meta}, which has an integer version; no entry. */
    HEADER,
    /** A line that begins as a header, and is torn or does not tell its version. */
    BAD_HEADER,
    /**
     * An object with a timestamp, a request with a scope, and a result with a decision, which every
     * release writes; all three are strings. Keys count as every release spells them.
     */
    ENTRY,
    /** A {@code _meta} beside a key that only entries have: as a first line it is neither. */
    MIXED,
    /** JSON, but neither header nor entry. */
    FOREIGN,
    /** Not JSON. */
    DAMAGED
  }

  /** The longest line that AgentGuard's readers take: no name or number in it can be longer. */
  private static final int LONGEST_LINE = 4 << 20;

  /**
   * The end of a line is not the end of the log. Names are not remembered from line to line: they
   * may be of any length, and what a line is must not depend on others.
   */
  public static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(LONGEST_LINE)
                  .maxNumberLength(LONGEST_LINE)
                  .build())
          .build();

  private static final Pattern HEADER_START = Pattern.compile("\\s*\\{\\s*\"_meta\"");
  private static final int LONGEST_HEADER_START = 256;

  private static final LogLine FOREIGN = new LogLine(Kind.FOREIGN, 0, false, null, null, null);
  private static final LogLine DAMAGED = new LogLine(Kind.DAMAGED, 0, false, null, null, null);
  private static final LogLine TORN_HEADER = badHeader("unexpected end of JSON input");
  private static final LogLine INVALID_HEADER = badHeader("invalid JSON");

  private static LogLine badHeader(String problem) {
    return new LogLine(Kind.BAD_HEADER, 0, false, problem, null, null);
  }

  static LogLine entry(Era era, String timestamp) {
    return new LogLine(Kind.ENTRY, 0, false, null, era, timestamp);
  }

  /**
   * Reads one line to its end. It is decoded as Go does, bad bytes replaced: given the bytes, the
   * parser would guess at UTF-16 and take a log that no AgentGuard can read.
   *
   * @param line ends where the line ends
   * @throws IOException if the file cannot be read; content that is not understood is a kind
   */
  public static LogLine read(InputStream line) throws IOException {
    LineText text = new LineText(new BufferedReader(new InputStreamReader(line, UTF_8)));
    String start = text.at(0, LONGEST_HEADER_START);
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      return read(json, text, start);
    } catch (JacksonIOException e) {
      throw e.getCause();
    }
  }

  /** Reads one line of a buffer, which is the same, and takes less time than a stream. */
  public static LogLine read(byte[] buffer, int start, int end) {
    String line = new String(buffer, start, end - start, UTF_8);
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
      return read(json, parser -> shortString(line, tokenStart(parser)), line);
    }
  }

  private static LogLine read(JsonParser json, LineReading.Text text, String start) {
    LineReading reading = new LineReading(text);
    try {
      reading.document(json);
      return of(reading);
    } catch (JacksonIOException e) {
      throw e;
    } catch (UnexpectedEndOfInputException e) {
      return beginsAsHeader(start) ? TORN_HEADER : DAMAGED;
    } catch (JacksonException e) {
      return beginsAsHeader(start) ? INVALID_HEADER : DAMAGED;
    }
  }

  private static LogLine of(LineReading reading) {
    if (reading.isMixed()) {
      return new LogLine(Kind.MIXED, 0, false, null, reading.era(), reading.timestamp());
    }
    if (reading.isMetaFirst()) {
      return reading.problem() == null
          ? new LogLine(Kind.HEADER, reading.version(), reading.hasOtherKeys(), null, null, null)
          : badHeader(reading.problem());
    }
    return reading.isEntry() ? entry(reading.era(), reading.timestamp()) : FOREIGN;
  }

  private static boolean beginsAsHeader(String line) {
    int end = Math.min(line.length(), LONGEST_HEADER_START);
    return HEADER_START.matcher(line).region(0, end).lookingAt();
  }

  private static long tokenStart(JsonParser json) {
    return json.currentTokenLocation().getCharOffset();
  }

  /** What stands between a quote and the next one, if that is not too far away; else null. */
  private static String shortString(String text, long quote) {
    int start = (int) quote + 1;
    int end = text.indexOf('"', start);
    return end < 0 || end - start > Timestamps.LONGEST ? null : text.substring(start, end);
  }

  /**
   * The text of a line on its way to the parser. What the parser has in its own buffer can be
   * looked at again.
   */
  private static final class LineText extends FilterReader implements LineReading.Text {
    private char[] block = {};
    private int blockEnd;
    private long delivered;

    LineText(Reader text) {
      super(text);
    }

    @Override
    public int read(char[] target, int start, int length) throws IOException {
      int count = super.read(target, start, length);
      block = target;
      blockEnd = start + Math.max(0, count);
      delivered += Math.max(0, count);
      return count;
    }

    /** What stands from an offset on that the parser has just reached. */
    String at(long offset, int length) throws IOException {
      int behind = (int) (delivered - offset);
      String text = new String(block, blockEnd - behind, Math.min(behind, length));
      return text + ahead(length - text.length());
    }

    /** Looks at what the parser has not read yet. */
    private String ahead(int length) throws IOException {
      char[] text = new char[length];
      in.mark(length);
      int end = 0;
      for (int count = 0; count >= 0 && end < length; end += Math.max(0, count)) {
        count = in.read(text, end, length - end);
      }
      in.reset();
      return new String(text, 0, end);
    }

    @Override
    public String shortString(JsonParser json) {
      try {
        return LogLine.shortString(at(tokenStart(json), Timestamps.LONGEST + 2), 0);
      } catch (IOException e) {
        throw JacksonIOException.construct(e, json);
      }
    }
  }
}
