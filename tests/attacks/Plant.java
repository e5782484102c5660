import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What is planted at a name, and whose file it leads to. */
enum Plant {
  SYMBOLIC_LINK {
    @Override
    void at(Path name, Path outside) throws IOException {
      Files.createSymbolicLink(name, outside.resolve(Victims.OF_ROOT));
    }
  },
  DANGLING_LINK {
    @Override
    void at(Path name, Path outside) throws IOException {
      Files.createSymbolicLink(name, outside.resolve("absent"));
    }
  },
  HARD_LINK_TO_A_FILE_OF_ROOT {
    @Override
    void at(Path name, Path outside) throws IOException {
      Files.createLink(name, outside.resolve(Victims.OF_ROOT));
    }
  },
  HARD_LINK_TO_A_FILE_OF_THE_SERVICE {
    @Override
    void at(Path name, Path outside) throws IOException {
      Files.createLink(name, outside.resolve(Victims.OF_SERVICE));
    }
  },
  PIPE {
    @Override
    void at(Path name, Path outside) {
      assertEquals(0, Run.of(outside, Map.of(), "mkfifo", name.toString()).exit());
    }
  },
  FOLDER {
    @Override
    void at(Path name, Path outside) throws IOException {
      Files.createDirectory(name);
    }
  };

  /**
   * Plants it.
   *
   * @param outside where the victims are
   */
  abstract void at(Path name, Path outside) throws IOException;
}
