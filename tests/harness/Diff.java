import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;

/** How two texts differ, for a person: where, and the lines there with white space made visible. */
final class Diff {
  private static final int WIDTH = 160;

  private Diff() {}

  /** Nothing where the bytes are the same. */
  static Optional<String> of(byte[] expected, byte[] actual) {
    int at = Arrays.mismatch(expected, actual);
    if (at < 0) {
      return Optional.empty();
    }
    int line = 1;
    for (int i = 0; i < at; i++) {
      line += expected[i] == '\n' ? 1 : 0;
    }
    return Optional.of(
        "first differs at byte %d, line %d%n  expected: %s%n  found:    %s"
            .formatted(at, line, lineAround(expected, at), lineAround(actual, at)));
  }

  static Optional<String> of(String expected, String actual) {
    return of(expected.getBytes(UTF_8), actual.getBytes(UTF_8));
  }

  /** The line that a byte is in, shortened around it. */
  private static String lineAround(byte[] text, int at) {
    if (at >= text.length) {
      return "(ends after %d bytes) %s"
          .formatted(text.length, visible(text, Math.max(0, text.length - WIDTH), text.length));
    }
    int start = at;
    while (start > 0 && text[start - 1] != '\n' && at - start < WIDTH / 2) {
      start--;
    }
    int end = at;
    while (end < text.length && text[end] != '\n' && end - at < WIDTH / 2) {
      end++;
    }
    return visible(text, start, Math.min(text.length, end + 1));
  }

  private static String visible(byte[] text, int from, int to) {
    StringBuilder visible = new StringBuilder();
    for (char c : new String(text, from, to - from, UTF_8).toCharArray()) {
      switch (c) {
        case ' ' -> visible.append('·');
        case '\t' -> visible.append("\\t");
        case '\r' -> visible.append("\\r");
        case '\n' -> visible.append("\\n");
        default -> visible.append(c < ' ' ? "\\x%02x".formatted((int) c) : String.valueOf(c));
      }
    }
    return visible.toString();
  }
}
