package support.rewrite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.files.Disk;
import support.files.Machine;
import support.files.OpenFiles;
import support.files.RamDisk;
import support.lock.Journal;
import support.log.Header;
import support.log.LogNames;
import support.options.Options;
import support.run.Failure;
import support.run.Monitor;

/**
 * Root migrates and rolls back a log of a user who may write its folder, and who swaps names there,
 * and the folder itself, as fast as he can. Whatever becomes of his own files, none elsewhere is
 * touched. He may make hard links to any file, as where {@code fs.protected_hardlinks} is off.
 */
class AttackerTest {
  private static final int ATTACKER = 65534;
  private static final int ROUNDS = Boolean.getBoolean("tests.exhaustive") ? 10_000 : 300;
  private static final String LOG = "audit.jsonl";
  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"}}\n";
  private static final String HEADER = new String(Header.line(2, Instant.EPOCH), UTF_8);
  private static final String STAGED = LOG + ".migrate.0123456789abcdef.tmp";
  private static final OpenFiles NOBODY = log -> new OpenFiles.Answer(List.of(), true);

  @TempDir(factory = RamDisk.class)
  Path root;

  private Path folder;
  private Path log;
  private Path outside;

  @BeforeEach
  void aFolderOfTheAttackerAndFilesElsewhere() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "only root can give files away");
    Path attackers = Files.createDirectory(root.resolve("attackers"));
    Files.setAttribute(attackers, "unix:uid", ATTACKER);
    folder = attackers.resolve("logs");
    log = folder.resolve(LOG);
    outside = Files.createDirectory(root.resolve("outside"));
    victim("roots", "precious", 0);
    victim("empty", "", 0);
    victim("services", "precious", ATTACKER);
    for (String name : List.of(".v040-backup", ".v041-backup", ".v040-backup.1", ".migrate.lock")) {
      victim(LOG + name, "precious", 0);
    }
    victim(STAGED, "precious", 0);
    victim(LOG + ".replay-checkpoint", "{\"offset\":1}", 0);
    victim(".replay-checkpoint", "{\"offset\":1}", 0);
  }

  private void victim(String name, String content, int owner) throws IOException {
    Path victim = Files.writeString(outside.resolve(name), content);
    Files.setAttribute(victim, "unix:mode", 0644);
    Files.setAttribute(victim, "unix:uid", owner);
  }

  /** All that can be seen of the files outside but how many names they have. */
  private Map<String, String> victims() throws IOException {
    Map<String, String> victims = new TreeMap<>();
    try (Stream<Path> files = Files.list(outside)) {
      for (Path file : files.toList()) {
        Object attributes = Files.readAttributes(file, "unix:mode,uid,gid,ino,lastModifiedTime");
        victims.put(file.getFileName().toString(), attributes + Files.readString(file));
      }
    }
    return victims;
  }

  @Test
  void nothingIsTouchedOutsideTheFolderOfAnAttacker() throws Exception {
    long seed = System.nanoTime();
    Map<String, String> before = victims();
    int done = 0;
    try (Attacker attacker = new Attacker(new Random(seed))) {
      for (int round = 0; round < ROUNDS; round++) {
        setScene(round % 3 == 2, round % 10 == 9 ? 0640 : 0700);
        attacker.begin();
        done += run(true) ? 1 : 0;
        done += run(false) ? 1 : 0;
        attacker.pause();
        assertEquals(before, victims(), "round %d, seed %d".formatted(round, seed));
      }
    }
    System.out.printf("attacker: %d rounds, %d runs done (seed %d)%n", ROUNDS, done, seed);
    assertTrue(done > 0, "no run ever got through");
  }

  /**
   * A log with all that a run removes, and what an interrupted one leaves.
   *
   * @param mode one for the owner only keeps programs for access-control lists out, which take time
   */
  private void setScene(boolean isInterrupted, int mode) throws IOException {
    deleteTree(folder.getParent().resolve("away"));
    deleteTree(folder);
    Files.createDirectory(folder);
    Files.setAttribute(folder, "unix:uid", ATTACKER);
    Files.writeString(log, ENTRY);
    Files.setAttribute(log, "unix:uid", ATTACKER);
    Files.setAttribute(log, "unix:mode", mode);
    Files.writeString(folder.resolve(LOG + ".replay-checkpoint"), "{\"offset\":1}");
    if (isInterrupted) {
      Files.writeString(folder.resolve(LOG + ".migrate.lock"), "agentguard migrate lock pid=1\n");
      Files.writeString(folder.resolve(STAGED), "half");
      Files.createLink(folder.resolve(LOG + ".v040-backup"), log);
    }
  }

  private static void deleteTree(Path top) throws IOException {
    if (Files.isSymbolicLink(top)) {
      Files.delete(top);
    }
    if (!Files.exists(top)) {
      return;
    }
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** What comes of it inside is the attacker's own affair. */
  private boolean run(boolean isForward) {
    try {
      Job job =
          new Job(
              log,
              isForward
                  ? new Target.WithHeader(HEADER.getBytes(UTF_8), 2)
                  : new Target.WithoutHeader(2),
              LogNames.FIRST_MIGRATION,
              isForward ? Journal.Direction.FORWARD : Journal.Direction.BACKWARD,
              null,
              null,
              Options.NONE);
      Machine machine = new Machine(Disk.real(), NOBODY, new SecureRandom());
      return new Rewrite(job, machine, Monitor.silent()).run() instanceof Rewrite.Rewritten;
    } catch (Failure | IOException e) {
      return false;
    }
  }

  /** Works only while a run does. */
  private final class Attacker implements Closeable {
    private static final int A_MOMENT = 20_000;

    private final Semaphore go = new Semaphore(0);
    private final Semaphore paused = new Semaphore(0);
    private final Random random;
    private final Thread thread = new Thread(this::work, "attacker");
    private final Path away = folder.resolveSibling("away");
    private final Path spare = folder.resolveSibling("spare");
    private volatile int pause;
    private volatile boolean isAtWork;
    private volatile boolean isOver;
    private volatile RuntimeException bug;

    Attacker(Random random) throws IOException {
      this.random = random;
      Files.createSymbolicLink(spare, outside);
      thread.start();
    }

    void begin() {
      pause = A_MOMENT << random.nextInt(10);
      isAtWork = true;
      go.release();
    }

    void pause() throws InterruptedException {
      isAtWork = false;
      paused.acquire();
      if (bug != null) {
        throw bug;
      }
    }

    private void work() {
      while (true) {
        go.acquireUninterruptibly();
        if (isOver) {
          return;
        }
        try {
          while (isAtWork) {
            if (random.nextInt(3) == 0) {
              swapAName();
            } else {
              swapTheFolder();
            }
          }
        } catch (RuntimeException e) {
          bug = e;
        }
        paused.release();
      }
    }

    /** Each time the folder's name leads outside for a moment. */
    private void swapTheFolder() {
      if (move(folder, away)) {
        move(spare, folder);
        linger(A_MOMENT);
        move(folder, spare);
        move(away, folder);
      }
      linger(pause);
    }

    /** Puts a link to a file outside at a name that root is about to use, for a moment. */
    private void swapAName() {
      List<Path> names = list(folder);
      if (names.isEmpty()) {
        return;
      }
      Path name = names.get(random.nextInt(names.size()));
      List<Path> victims = list(outside);
      Path kept = folder.resolveSibling("kept");
      Path link = folder.resolveSibling("link");
      try {
        Path victim = victims.get(random.nextInt(victims.size()));
        if (random.nextBoolean()) {
          Files.createLink(link, victim);
        } else {
          Files.createSymbolicLink(link, victim);
        }
        boolean isKept = move(name, kept);
        move(link, name);
        linger(A_MOMENT);
        if (isKept && random.nextInt(8) > 0) {
          move(kept, name);
        }
        Files.deleteIfExists(link);
        Files.deleteIfExists(kept);
        linger(pause);
      } catch (IOException e) {
        // too late
      }
    }

    /** Outside for a moment only, and for longer or shorter at home, so that some runs get far. */
    private void linger(int longest) {
      long until = System.nanoTime() + random.nextInt(longest);
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
    }

    private boolean move(Path from, Path to) {
      try {
        Files.move(from, to, ATOMIC_MOVE);
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    private List<Path> list(Path folder) {
      try (Stream<Path> files = Files.list(folder)) {
        return files.toList();
      } catch (IOException e) {
        return List.of();
      }
    }

    @Override
    public void close() {
      isOver = true;
      go.release();
    }
  }
}
