package support.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import support.files.Disk;
import support.files.HookedDisk;
import support.files.Machine;
import support.files.OpenFiles;
import support.lock.Journal;
import support.lock.RunLock;
import support.log.Header;
import support.log.LogNames;
import support.options.Options;
import support.options.Options.Flag;
import support.run.Cancellation;
import support.run.Monitor;

/** A log without a header in a temporary folder, and rewrites of it with faults and company. */
abstract class RewriteFixture {
  static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"},\"n\":%d}\n";
  static final String OLD = ENTRY.formatted(1) + ENTRY.formatted(2);
  static final byte[] HEADER = Header.line(2, Instant.EPOCH);
  static final Journal JOURNAL = Journal.begin(LogNames.FIRST_MIGRATION, Journal.Direction.FORWARD);
  static final OpenFiles NOBODY = log -> new OpenFiles.Answer(List.of(), true);
  static final OpenFiles SOMEBODY =
      log -> new OpenFiles.Answer(List.of(new OpenFiles.Holder(42, "agentguard", true)), true);

  @TempDir Path folder;
  Path log;
  Path backup;
  Path checkpoint;
  final Cancellation cancellation = new Cancellation();
  final Monitor monitor = new Monitor(cancellation, Monitor.Listener.NONE);

  @BeforeEach
  void aLogWithoutHeader() throws IOException {
    log = folder.resolve("audit.jsonl");
    backup = folder.resolve("audit.jsonl.v040-backup");
    checkpoint = folder.resolve("audit.jsonl.replay-checkpoint");
    Files.writeString(log, OLD);
    permit(log, 0600);
  }

  static void permit(Path file, int permissions) throws IOException {
    Files.setAttribute(file, "unix:mode", permissions);
  }

  static int permissions(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:mode") & 07777;
  }

  Rewrite rewrite(Disk disk, OpenFiles openFiles, boolean force) throws IOException {
    return rewrite(new Target.WithHeader(HEADER, 2), disk, openFiles, force);
  }

  Rewrite rewrite(Target target, Disk disk, OpenFiles openFiles, boolean force) throws IOException {
    Job job =
        new Job(
            log,
            target,
            LogNames.FIRST_MIGRATION,
            Journal.Direction.FORWARD,
            null,
            null,
            Options.NONE.with(Flag.FORCE, force));
    return new Rewrite(job, new Machine(disk, openFiles, new SecureRandom()), monitor);
  }

  Rewrite rewrite(HookedDisk.Hook hook) throws IOException {
    return rewrite(new HookedDisk(hook), NOBODY, false);
  }

  Rewrite rewrite() throws IOException {
    return rewrite(Disk.real(), NOBODY, false);
  }

  /** Runs a rewrite that has something to do. */
  static Rewrite.Rewritten rewritten(Rewrite rewrite) throws IOException {
    return assertInstanceOf(Rewrite.Rewritten.class, rewrite.run());
  }

  static String migrated(String entries) {
    return new String(HEADER, UTF_8) + entries;
  }

  static String read(Path file) throws IOException {
    return Files.readString(file);
  }

  Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  /** A hook that does something once, before the first effect of a kind on a name. */
  static HookedDisk.Hook once(String effect, String nameEnd, HookedDisk.Hook then) {
    AtomicBoolean done = new AtomicBoolean();
    return (e, path) -> {
      if (e.equals(effect) && path.toString().endsWith(nameEnd) && !done.getAndSet(true)) {
        then.before(e, path);
      }
    };
  }

  static HookedDisk.Hook failing(String effect, String nameEnd) {
    return (e, path) -> {
      if (e.equals(effect) && path.toString().endsWith(nameEnd)) {
        throw new FileSystemException(path.toString(), null, "Input/output error");
      }
    };
  }

  void clear() throws IOException {
    for (String name : names()) {
      Files.delete(folder.resolve(name));
    }
  }

  static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  RunLock acquired() throws IOException {
    return RunLock.acquire(log, JOURNAL, Duration.ZERO, Machine.real(), monitor);
  }
}
