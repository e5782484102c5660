import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files outside the log's folder that no run may touch, whatever leads to them. */
final class Victims {
  static final int SERVICE = 1234;
  static final String OF_ROOT = "roots";
  static final String OF_SERVICE = "services";

  private final Path folder;

  /** Makes the folder, and a file of root and one of the service in it. */
  Victims(Path folder, String content) throws IOException {
    this.folder = Files.createDirectory(folder);
    add(OF_ROOT, content, 0);
    add(OF_SERVICE, content, SERVICE);
  }

  private void add(String name, String content, int owner) throws IOException {
    Path victim = Files.writeString(folder.resolve(name), content);
    Files.setAttribute(victim, "unix:mode", 0644);
    Files.setAttribute(victim, "unix:uid", owner);
  }

  Path folder() {
    return folder;
  }

  /** All that can be seen of the files there but how many names they have. */
  Map<String, String> look() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Object attributes = Files.readAttributes(file, "unix:mode,uid,gid,ino,lastModifiedTime");
        found.put(file.getFileName().toString(), attributes + Files.readString(file));
      }
    }
    return found;
  }
}
