package support.comparison;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.ZipException;
import support.log.Header;
import support.run.Failure;
import support.run.Monitor;
import support.scan.LogScan;

/**
 * How a backup stands to a file that may have been made of it. What is asked first takes least
 * time.
 *
 * @param common how far they agree; null where the file cannot be read so far
 * @param problem why it cannot, else null
 */
public record Fit(
    Body backup,
    Making making,
    Body file,
    Comparison common,
    IOException problem,
    Monitor monitor) {
  /** The times of files are those of the kernel's last tick. */
  private static final Duration TICK = Duration.ofMillis(100);

  /** How far lines may have moved that were taken out or put in. */
  private static final long REACH_BYTES = 1 << 20;

  /**
   * Compares a backup with a file.
   *
   * @throws IOException if one of them cannot be read; of what is compressed, that is a problem
   */
  public static Fit of(Body backup, Making making, Body file, Monitor monitor) throws IOException {
    try {
      Comparison common = Comparison.of(backup, making, file, monitor);
      return new Fit(backup, making, file, common, null, monitor);
    } catch (ZipException | EOFException e) {
      if (file.isPlain() && backup.isPlain()) {
        throw e;
      }
      return new Fit(backup, making, file, null, e, monitor);
    }
  }

  /** Whether the file begins with all that was made of the backup. */
  public boolean isWhole() {
    return common != null && common.isWhole();
  }

  /**
   * Whether the file begins with what was made of the backup as it was then, and lines were
   * appended to the backup later: nothing if not. Whether it {@link #mayHaveGrown} is not asked.
   *
   * @param isStillWritten whether a process has the backup open for writing
   * @param mayEndTorn whether the file may end with the beginning of a late line, since a run died
   *     while it brought such lines over
   */
  public Optional<LateTail> late(boolean isStillWritten, boolean mayEndTorn) throws IOException {
    if (common == null || common.inBackup() == 0) {
      return Optional.empty();
    }
    LateTail tail = LateTail.of(backup, making, file, common, false, monitor);
    boolean isLate = !tail.isDisordered() && (isStillWritten || !isCutOrChanged(tail, mayEndTorn));
    return isLate ? Optional.of(tail) : Optional.empty();
  }

  /**
   * What a file lacks of a backup that goes on otherwise behind what they have in common, since a
   * rollback restored that much: what was carried over on that way stands in both, and behind what
   * was discarded. Nothing where the file goes on with a changed line of the backup.
   *
   * @throws IOException if one of them cannot be read
   */
  public Optional<LateTail> discarded() throws IOException {
    LateTail tail = LateTail.of(backup, making, file, common, true, monitor);
    return isAtOnce(tail) && isFirstChanged(tail) ? Optional.empty() : Optional.of(tail);
  }

  /** Whether the first of the lines that the file lacks follows on what they have in common. */
  private boolean isAtOnce(LateTail tail) {
    return tail.missingLines() > 0 && tail.missing().get(0).from() == common.inBackup();
  }

  /**
   * What was carried over on the way back stands right behind what was restored. Where another line
   * does, and lines of the backup behind that, it is the one of the backup that is missing.
   */
  private boolean isFirstChanged(LateTail tail) throws IOException {
    try (DigestedLines then = lateLines();
        DigestedLines now = newerLines()) {
      if (!now.next()) {
        return false;
      }
      if (tail.present() == 0) {
        return then.next() && isAllButAByte(then.made(), now.line());
      }
      while (then.nextWhole()) {
        if (then.digest().equals(now.digest())) {
          return false;
        }
      }
      return true;
    }
  }

  private DigestedLines lateLines() throws IOException {
    return new DigestedLines(backup.open(common.inBackup()), 0, making.ofLateLines(), monitor);
  }

  private DigestedLines newerLines() throws IOException {
    return new DigestedLines(file.open(common.inFile()), 0, Making.SAME, monitor);
  }

  /**
   * Whether late lines may as well have been cut off the file: the first of them follows on what
   * stands there, and is older than the file's header. (An entry that a full queue has held back is
   * older than when it is written.)
   */
  public boolean mayBeCutOff(LateTail tail) throws IOException {
    if (!isAtOnce(tail) || !backup.isPlain() || isMadeAt().isEmpty()) {
      return false;
    }
    long from = common.inBackup();
    try (DigestedLines lines = new DigestedLines(backup.open(from), from, Making.SAME, monitor)) {
      lines.nextWhole();
      long at = backup.start();
      String time = LogScan.read(backup.file(), at + from, at + lines.end(), monitor).earliest();
      return Header.instant(time).filter(isMadeAt().get()::isAfter).isPresent();
    }
  }

  /**
   * Whether the file was made of the backup, and one of the two was changed since.
   *
   * @param isLatest whether nothing but the file of the backup is to be expected there
   */
  public boolean isDamaged(boolean isLatest) throws IOException {
    long reach = isLatest ? REACH_BYTES : 0;
    return problem != null || new Likeness(backup, making, file, reach, monitor).isAny();
  }

  /** What is wrong with one that is damaged. */
  public Failure fault() throws IOException {
    return problem == null
        ? new Fault(backup, making, file, common).failure()
        : Failure.of(ComparisonErrors.EVIDENCE_UNREADABLE, Failure.reason(problem));
  }

  /** Whether another file agrees with as much of the backup. */
  public boolean isAsFarAs(Fit other) {
    return common != null && other.common != null && common.inBackup() == other.common.inBackup();
  }

  /**
   * Whether lines may have been appended to the backup since. None were to one that was last
   * written to before the file was made of it, which the file's header says: where the backup has
   * none, it is the one that the rewrite made.
   */
  public boolean mayHaveGrown() throws IOException {
    Instant written = Files.getLastModifiedTime(backup.file()).toInstant();
    return isMadeAt().map(made -> !written.isBefore(made.minus(TICK))).orElse(true);
  }

  private Optional<Instant> isMadeAt() {
    return backup.header() == null && file.header() != null
        ? Header.instant(file.header().createdAt())
        : Optional.empty();
  }

  /**
   * Where a file was cut off within a line, the one has the beginning of the other's; where that
   * has an end, a run that died while it brought the line over has left it. Where a single line was
   * changed, most of it stays; of files whose times can tell, all but a byte.
   */
  private boolean isCutOrChanged(LateTail tail, boolean mayEndTorn) throws IOException {
    if (tail.present() > 0) {
      return false;
    }
    try (DigestedLines then = lateLines();
        DigestedLines now = newerLines()) {
      if (!then.next() || !now.next()) {
        return false;
      }
      byte[] wanted = then.made();
      byte[] found = now.line();
      if ((mayEndTorn || now.isEnded()) && isStart(found, wanted)) {
        return false;
      }
      boolean isCut =
          !now.isEnded() && isStart(found, wanted) || !then.isEnded() && isStart(wanted, found);
      return isCut || tail.missingLines() == 1 && isNearlySame(wanted, found);
    }
  }

  private boolean isNearlySame(byte[] a, byte[] b) {
    int longer = Math.max(a.length, b.length);
    return isMadeAt().isPresent() ? isAllButAByte(a, b) : longer - commonEnds(a, b) < longer / 4;
  }

  private static boolean isAllButAByte(byte[] a, byte[] b) {
    return a.length == b.length && a.length - commonEnds(a, b) == 1;
  }

  /** How many bytes two lines have in common at their beginnings and at their ends. */
  private static int commonEnds(byte[] a, byte[] b) {
    int shorter = Math.min(a.length, b.length);
    int start = 0;
    while (start < shorter && a[start] == b[start]) {
      start++;
    }
    int end = 0;
    while (end < shorter - start && a[a.length - 1 - end] == b[b.length - 1 - end]) {
      end++;
    }
    return start + end;
  }

  private static boolean isStart(byte[] start, byte[] line) {
    return start.length <= line.length
        && Arrays.equals(start, 0, start.length, line, 0, start.length);
  }
}
