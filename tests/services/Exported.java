import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/**
 * The tool as docs/services.md says that servers have it.
 *
 * @param folder what is {@code /opt/agentguard-migrate} there
 */
record Exported(Path folder) {
  /** A Java that is sure to exist; servers have theirs where the document says. */
  static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /**
   * Exports it with the document's own command.
   *
   * @param work a folder; every user may read it from now on
   */
  static Exported in(Path work) throws IOException {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path dist = work.resolve("dist");
    String command = Markdown.SERVICES.command("./jbang export ").replace("dist/", dist + "/");
    Map<String, String> environment = Map.of("JBANG_DIR", work.resolve("jbang-dir").toString());
    Run run = Run.of(Checkout.root(), environment, "bash", "-c", "umask 022; " + command);
    assertEquals(0, run.exit(), run::toString);
    return new Exported(dist);
  }

  /**
   * The one place where the document's paths become those of a test.
   *
   * @param text from the document
   * @param logFolder what is the log's folder there
   */
  String here(String text, Path logFolder) {
    return text.replace("/opt/agentguard-migrate", folder.toString())
        .replace("/usr/bin/java", JAVA)
        .replaceAll("(?<!\\S)java(?!\\S)", JAVA)
        .replace("/var/log/agentguard", logFolder.toString())
        .replace("/data", logFolder.toString());
  }
}
