package support.pieces;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is being read stays that file, whatever its name leads to meanwhile. */
class OpenLogTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"audit.jsonl.1", "audit.jsonl.1.gz"})
  void aFileIsReadToItsEndAlsoWhereAnotherGetsItsName(String name) throws IOException {
    Path path = write(name, "first\nsecond\nthird\n");
    try (OpenLog log = OpenLog.open(new LogFile(folder.resolve("audit.jsonl"), path, false))) {
      Files.move(write("other-" + name, "a\nb\nc\n"), path, StandardCopyOption.REPLACE_EXISTING);
      try (PieceReader pieces = log.between(new Spot(6, 2, 6), new Spot(13, 3, 13))) {
        Piece piece = pieces.next();
        assertEquals("second\n", new String(piece.bytes(), 0, piece.length(), UTF_8));
        assertNull(pieces.next());
      }
    }
  }

  private Path write(String name, String text) throws IOException {
    Path path = folder.resolve(name);
    try (OutputStream file = Files.newOutputStream(path);
        OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(file) : file) {
      out.write(text.getBytes(UTF_8));
    }
    return path;
  }
}
