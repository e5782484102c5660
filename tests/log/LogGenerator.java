import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes logs of all that a disk, a crash, an editor or an old tool may leave in one. */
final class LogGenerator {
  private static final int MOST_PIECES = 12;
  private static final int LONG_LINE = 20 << 20;

  private final Random random;

  LogGenerator(Random random) {
    this.random = random;
  }

  /** A log as the pieces that it is made of, so that a failing one can be made smaller. */
  record Log(List<Piece> pieces) {
    byte[] bytes() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      pieces.forEach(piece -> bytes.writeBytes(piece.bytes()));
      return bytes.toByteArray();
    }

    /** The same log without one piece. */
    Log without(int index) {
      List<Piece> fewer = new ArrayList<>(pieces);
      fewer.remove(index);
      return new Log(fewer);
    }

    @Override
    public String toString() {
      return pieces.stream().map(Piece::name).toList().toString();
    }
  }

  /** A part of a log, with a name for a person. */
  record Piece(String name, byte[] bytes) {}

  Log next() {
    List<Piece> pieces = new ArrayList<>();
    if (random.nextInt(10) == 0) {
      pieces.add(new Piece("byte-order mark", new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}));
    }
    int count = random.nextInt(MOST_PIECES);
    for (int i = 0; i < count; i++) {
      pieces.add(random.nextInt(3) > 0 ? entry() : oddity());
    }
    if (random.nextInt(4) == 0) {
      pieces.add(text("no final newline", entryText()));
    }
    return new Log(pieces);
  }

  private Piece entry() {
    return random.nextInt(5) == 0
        ? text("entry with CR LF", entryText() + "\r\n")
        : text("entry", entryText() + "\n");
  }

  private String entryText() {
    return "{\"timestamp\":\"2025-01-01T00:00:%02dZ\",\"session_id\":\"s\",\"agent_id\":\"%s\",\"request\":{\"scope\":\"shell\",\"command\":\"%s\"},\"result\":{\"decision\":\"ALLOW\",\"reason\":\"%s\"},\"duration_ms\":%d}"
        .formatted(
            random.nextInt(60),
            random.nextBoolean() ? "a" : "legacy-a",
            command(),
            random.nextInt(4) == 0 ? "drop me" : "ok",
            random.nextInt(1000));
  }

  private String command() {
    List<String> commands =
        List.of("ls", "caf\u00e9", "\\u003c\\u0026", "\ud83d\ude42", "\u2028", "1.10", "_meta", "");
    return commands.get(random.nextInt(commands.size()));
  }

  private Piece oddity() {
    return switch (random.nextInt(16)) {
      case 0 -> text("blank line", "\n");
      case 1 -> text("white space", " \t\r\n");
      case 2 -> text("torn line", entryText().substring(0, 30) + "\n");
      case 3 -> new Piece("NUL bytes", new byte[random.nextInt(5000)]);
      case 4 -> new Piece("bad UTF-8", new byte[] {'{', '"', (byte) 0xC3, '(', '"', '\n'});
      case 5 -> text("deep nesting", "[".repeat(3000) + "\n");
      case 6 -> text("repeated keys", entryText().replace("{\"t", "{\"agent_id\":1,\"t") + "\n");
      case 7 ->
          text(
              "header",
              "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2026-01-01T00:00:00Z\"}}\n");
      case 8 -> text("newer header", "{\"_meta\":{\"schema_version\":3}}\n");
      case 9 -> text("look-alike header", "{\"_meta\":{}}\n");
      case 10 -> text("torn header", "{\"_meta\":{\"schema_ver\n");
      case 11 -> text("header behind a space", " { \"_meta\" :{\"schema_version\":2}}\n");
      case 12 -> text("foreign JSON", "{\"foo\":1}\n");
      case 13 -> text("two entries in one line", entryText() + entryText() + "\n");
      case 14 -> text("number", "1e5\n");
      default -> longLine();
    };
  }

  /** Mostly of some kilobytes; now and then longer than any reader takes. */
  private Piece longLine() {
    int length = random.nextInt(400) == 0 ? LONG_LINE : random.nextInt(100_000);
    return text(
        "line of " + length,
        entryText().replace("\"ok\"", "\"" + "x".repeat(length) + "\"") + "\n");
  }

  private static Piece text(String name, String text) {
    return new Piece(name, text.getBytes(UTF_8));
  }
}
