package support.rewrite;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import support.files.Snapshot;
import support.log.Encoding;
import support.run.Failure;

/**
 * A log that is to be replaced, open from before it is looked at until after it is: so that what is
 * appended to it to the very end can be seen, whatever its name is by then.
 *
 * @param path where it is, symbolic links resolved
 * @param snapshot what it was like when it was opened
 * @param encoding how its lines are stored
 */
record OldLog(Path path, FileChannel bytes, Snapshot snapshot, Encoding encoding)
    implements Closeable {
  /** The log is not what it was when it was opened, or is being replaced just now. */
  static final class Changed extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> state;

    Changed() {
      this(List.of(Failure.UNCHANGED));
    }

    /**
     * @param state how things stand, file by file
     */
    Changed(List<String> state) {
      this.state = List.copyOf(state);
    }

    List<String> state() {
      return state;
    }
  }

  /**
   * Opens a log for reading. What is at the name before and after must be the same regular file, so
   * that nobody can have another file read by putting a link in its place.
   */
  static OldLog open(Path path) throws IOException, Changed {
    Optional<Snapshot> before = Snapshot.find(path);
    if (before.isEmpty() || !before.get().isRegularFile()) {
      throw new Changed();
    }
    FileChannel bytes = FileChannel.open(path, Set.of(READ, NOFOLLOW_LINKS));
    OldLog log;
    try {
      log = new OldLog(path, bytes, before.get(), Encoding.of(path));
      log.requireUnchanged(true);
      return log;
    } catch (IOException | Changed e) {
      bytes.close();
      throw e;
    }
  }

  /** How much of it is to be taken over; what is appended later comes on top. */
  long size() {
    return snapshot.size();
  }

  /**
   * @param mayGrow whether somebody may be appending to it
   * @throws Changed if it is not the same file any more, or not with the same content
   */
  void requireUnchanged(boolean mayGrow) throws IOException, Changed {
    Optional<Snapshot> now = Snapshot.find(path);
    boolean unchanged = now.isPresent() && now.get().isUnchangedSince(snapshot);
    boolean onlyGrew =
        now.isPresent() && now.get().isSameFileAs(snapshot) && now.get().size() >= size();
    if (!unchanged && !(mayGrow && onlyGrew)) {
      throw new Changed();
    }
  }

  /** Whether a name denotes this very file. */
  boolean isNamed(Path name) throws IOException {
    return Snapshot.find(name).filter(found -> found.isSameFileAs(snapshot)).isPresent();
  }

  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      // It was only read.
    }
  }
}
