import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Files, and the command on them whose system calls are traced. */
interface TracedScene {
  /** Everything that the command names or opens. */
  List<Path> paths();

  /** Whether a call is on files of the scene. */
  boolean isConcernedBy(SystemCall call);

  /** The arguments of the command. */
  String[] arguments();

  /** All that is in its folders now. */
  Set<Path> files() throws IOException;
}
