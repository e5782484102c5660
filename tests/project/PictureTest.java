import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** The README's picture is what the demo prints today. */
class PictureTest {
  private static final String FILE = "docs/migrate.svg";

  @TempDir static Path work;

  private static String picture() throws IOException {
    return Files.readString(Checkout.root().resolve(FILE));
  }

  @Test
  void itShowsWhatTheDemoPrintsToday() throws IOException {
    String difference = Diff.of(Picture.draw(work), picture()).orElse("");
    assertEquals("", difference, FILE + " is out of date: run .ci/picture, and look at it");
  }

  @Test
  void theReadmeShowsIt() throws IOException {
    assertTrue(Markdown.README.links().contains(FILE));
  }

  @Test
  void itNeedsNothingFromElsewhere() throws IOException {
    String elsewhere = picture().replaceFirst("http://www.w3.org/2000/svg", "");
    assertTrue(!elsewhere.matches("(?s).*(://|href|url\\(|<script|<style|<!).*"), elsewhere);
  }

  @Test
  void anyTextIsDrawnAsItIs() throws Exception {
    String text = "a <b> & \"c\" " + "…".repeat(100);
    byte[] svg = Picture.of(text + "\n").getBytes(StandardCharsets.UTF_8);
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg));
    assertEquals(2, document.getElementsByTagName("text").getLength());
    assertEquals(
        text, document.getElementsByTagName("g").item(0).getTextContent().replace("\n", ""));
  }
}
