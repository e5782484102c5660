import java.nio.file.Path;
import java.util.Map;

/** Programs that a proof needs and a machine may lack; {@code .ci/run} installs them. */
final class Tools {
  private Tools() {}

  static boolean has(String program) {
    return Run.of(Path.of("."), Map.of(), "bash", "-c", "command -v " + program).exit() == 0;
  }
}
