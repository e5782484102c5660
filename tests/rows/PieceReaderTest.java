package support.pieces;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** However a log is cut into pieces, they are its bytes, and lines stay whole. */
class PieceReaderTest {
  private static List<String> pieces(String log, int usual, int longest) throws IOException {
    List<String> pieces = new ArrayList<>();
    byte[] bytes = log.getBytes(UTF_8);
    StringBuilder all = new StringBuilder();
    long lines = 1;
    try (PieceReader reader =
        new PieceReader(new ByteArrayInputStream(bytes), Spot.START, usual, longest)) {
      for (Piece piece = reader.next(); piece != null; piece = reader.next()) {
        assertEquals(all.length(), piece.offset());
        assertEquals(lines, piece.line());
        lines += piece.lines();
        String text = new String(piece.bytes(), 0, piece.length(), UTF_8);
        assertEquals(text.endsWith("\n"), piece.ended());
        all.append(text);
        pieces.add(piece.kind().name().charAt(0) + ":" + text.replace("\n", "$"));
      }
    }
    assertEquals(log, all.toString());
    return pieces;
  }

  @Test
  void linesStayWhole() throws IOException {
    assertEquals(List.of(), pieces("", 8, 16));
    assertEquals(List.of("L:ab$cd$"), pieces("ab\ncd\n", 8, 16));
    assertEquals(List.of("L:abcdef$", "L:ghi$"), pieces("abcdef\nghi\n", 8, 16));
    assertEquals(List.of("L:abcdefghijkl$", "L:m"), pieces("abcdefghijkl\nm", 8, 16));
  }

  @Test
  void aLineThatIsTooLongComesInParts() throws IOException {
    assertEquals(
        List.of("L:a$", "P:bbbbbbbbb", "E:bb$", "L:c$"), pieces("a\nbbbbbbbbbbb\nc\n", 4, 8));
    assertEquals(List.of("L:bbbbbbbb$", "L:c$"), pieces("bbbbbbbb\nc\n", 4, 8));
    assertEquals(List.of("P:bbbbbbbbb", "E:"), pieces("bbbbbbbbb", 4, 8));
  }

  @Test
  void generatedLogsAreTheirPieces() throws IOException {
    Random random = new Random(20261124);
    for (int i = 0; i < 2000; i++) {
      StringBuilder log = new StringBuilder();
      for (int lines = random.nextInt(12); lines > 0; lines--) {
        log.append("x".repeat(random.nextInt(24))).append(random.nextInt(9) == 0 ? "" : "\n");
      }
      pieces(log.toString(), 1 + random.nextInt(10), 4 + random.nextInt(12));
    }
  }
}
