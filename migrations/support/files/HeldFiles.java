package support.files;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import support.run.IoRunnable;
import support.run.IoSupplier;

/** The folders that are held open, and the files that are being written, each by its path. */
final class HeldFiles {
  private static final LinkOption[] THE_NAME_ITSELF = {NOFOLLOW_LINKS};
  private static final LinkOption[] WHAT_IT_LEADS_TO = {};
  private static final Pattern HANDLE = Pattern.compile("/proc/(?:self|\\d+)/fd/(\\d+)(/?)");
  private static final Path HERE = Path.of(".");

  private final Map<Path, Held> held = new ConcurrentHashMap<>();
  private final Map<Path, SharedFolder> folders = new HashMap<>();

  /** An open folder, which is closed when nobody uses it any more. */
  private static final class SharedFolder {
    private final Closeable opened;
    private int users;

    SharedFolder(Closeable opened) {
      this.opened = opened;
    }

    void close() {
      try {
        opened.close();
      } catch (IOException e) {
        // It was only read.
      }
    }
  }

  /** Holds folders while it works; those that other work holds meanwhile, with that. */
  <T> T holding(Collection<Path> folders, IoSupplier<T> work) throws IOException {
    List<Path> taken = new ArrayList<>();
    try {
      for (Path folder : folders) {
        if (take(folder)) {
          taken.add(folder);
        }
      }
      return work.get();
    } finally {
      taken.forEach(this::release);
    }
  }

  private synchronized boolean take(Path folder) throws IOException {
    SharedFolder shared = folders.get(folder);
    if (shared == null) {
      try {
        shared = new SharedFolder(keep(folder, FileChannel.open(folder, READ)));
      } catch (AccessDeniedException e) {
        return false; // this user may use it and not read it; root may read every one
      }
      folders.put(folder, shared);
    }
    shared.users++;
    return true;
  }

  private synchronized void release(Path folder) {
    SharedFolder shared = folders.get(folder);
    shared.users--;
    if (shared.users == 0) {
      folders.remove(folder);
      shared.close();
    }
  }

  /**
   * Keeps what was opened, until that is closed.
   *
   * @param opened which is closed with it
   */
  Closeable keep(Path path, FileChannel opened) {
    Held open = Held.of(opened);
    if (open.handle() == null) {
      return opened;
    }
    held.put(path, open);
    return () -> {
      held.remove(path, open);
      open.close();
    };
  }

  boolean has(Path path) {
    return held.containsKey(path);
  }

  Held get(Path path) {
    return held.get(path);
  }

  /** The name in its folder, where that is held. */
  Path at(Path name) {
    Held folder = held.get(Links.folderOf(name));
    return folder == null ? name : folder.handle().resolve(name.getFileName());
  }

  /** The file itself where it is kept, else its name; with {@link #links}. */
  Path on(Path file) {
    return has(file) ? get(file).handle() : at(file);
  }

  /** A handle is a link itself. */
  LinkOption[] links(Path file) {
    return has(file) ? WHAT_IT_LEADS_TO : THE_NAME_ITSELF;
  }

  // ------------------------------------------------------------ errors

  void effect(IoRunnable<RuntimeException> call) throws IOException {
    named(
        () -> {
          call.run();
          return call;
        });
  }

  /** Errors name files as the caller does, and no handles. */
  <T> T named(IoSupplier<T> call) throws IOException {
    try {
      return call.get();
    } catch (IOException e) {
      boolean isNamed = e.getMessage() == null || !HANDLE.matcher(e.getMessage()).find();
      throw isNamed ? e : named(e);
    }
  }

  private IOException named(IOException e) {
    IOException named =
        e instanceof FileSystemException error
            ? renamed(error)
            : new IOException(named(e.getMessage()));
    named.initCause(e);
    return named;
  }

  private FileSystemException renamed(FileSystemException e) {
    String file = named(e.getFile());
    String other = named(e.getOtherFile());
    String reason = named(e.getReason());
    if (e instanceof NoSuchFileException) {
      return new NoSuchFileException(file, other, reason);
    } else if (e instanceof FileAlreadyExistsException) {
      return new FileAlreadyExistsException(file, other, reason);
    } else if (e instanceof AccessDeniedException) {
      return new AccessDeniedException(file, other, reason);
    } else if (e instanceof AtomicMoveNotSupportedException) {
      return new AtomicMoveNotSupportedException(file, other, reason);
    }
    return new FileSystemException(file, other, reason);
  }

  private String named(String text) {
    return text == null
        ? null
        : HANDLE.matcher(text).replaceAll(handle -> Matcher.quoteReplacement(named(handle)));
  }

  private String named(MatchResult handle) {
    for (Map.Entry<Path, Held> each : held.entrySet()) {
      if (each.getValue().handle().endsWith(handle.group(1))) {
        return each.getKey().equals(HERE) ? "" : each.getKey() + handle.group(2);
      }
    }
    return handle.group();
  }
}
