package support.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What this process's standard streams lead to. */
public final class StandardStreams {
  private static final Path OUTPUT = Path.of("/dev/fd/1");
  private static final Path ERROR = Path.of("/proc/self/fd/2");
  private static final Pattern TERMINAL = Pattern.compile("/dev/(pts/\\d+|tty\\w*|console)");

  /** Of a file's mode: what it is. */
  private static final int TYPE = 0170000;

  private static final int PIPE = 0010000;
  private static final int SOCKET = 0140000;

  private StandardStreams() {}

  /**
   * Whether results go to a pipe or a socket. If one cannot be written, nobody reads it any more; a
   * disk may be full.
   */
  public static boolean isOutputPiped() {
    try {
      int type = (Integer) Files.getAttribute(OUTPUT, "unix:mode") & TYPE;
      return type == PIPE || type == SOCKET;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the terminal, if there is one, knows no control sequences, and so no colours. */
  public static boolean isTerminalDumb() {
    return "dumb".equals(System.getenv("TERM"));
  }

  /** Whether standard error is a terminal on which a line can be drawn again and again. */
  static boolean isErrorDrawable() {
    return isErrorTerminal() && !isTerminalDumb();
  }

  private static boolean isErrorTerminal() {
    try {
      return Files.exists(ERROR)
          ? TERMINAL.matcher(Files.readSymbolicLink(ERROR).toString()).matches()
          : System.console() != null;
    } catch (IOException e) {
      return false;
    }
  }
}
