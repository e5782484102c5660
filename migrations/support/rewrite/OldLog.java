package support.rewrite;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import support.files.Disk;
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
 * @param disk which leads to it and its backups, where their folders are held in just those
 */
record OldLog(Path path, FileChannel bytes, Snapshot snapshot, Encoding encoding, Disk disk)
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
   * Opens a log for reading. What is at the name before and after, and what is open, must be the
   * same regular file: nobody can have another file read, and get its bytes in a file of his own,
   * by putting it or a link in its place for a moment.
   */
  static OldLog open(Path path, Disk disk) throws IOException, Changed {
    Optional<Snapshot> before = Snapshot.find(disk.at(path));
    if (before.isEmpty() || !before.get().isRegularFile()) {
      throw new Changed();
    }
    FileChannel bytes = disk.read(path, before.get().uid());
    OldLog log;
    try {
      log = new OldLog(path, bytes, before.get(), Encoding.of(path), disk);
      if (!Snapshot.ofOpen(bytes).map(before.get()::isSameFileAs).orElse(true)) {
        throw new Changed();
      }
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
    Optional<Snapshot> now = Snapshot.find(disk.at(path));
    boolean unchanged = now.isPresent() && now.get().isUnchangedSince(snapshot);
    boolean onlyGrew =
        now.isPresent() && now.get().isSameFileAs(snapshot) && now.get().size() >= size();
    if (!unchanged && !(mayGrow && onlyGrew)) {
      throw new Changed();
    }
  }

  /** Whether a name denotes this very file. */
  boolean isNamed(Path name) throws IOException {
    return Snapshot.find(disk.at(name)).filter(found -> found.isSameFileAs(snapshot)).isPresent();
  }

  /** Opens an earlier backup for reading, whose bytes become those of the log. */
  FileChannel readBackup(Path backup) throws IOException {
    return disk.read(backup, snapshot.uid());
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
