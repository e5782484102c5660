package support.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import support.comparison.Body;
import support.comparison.DigestedLines;
import support.comparison.Fit;
import support.comparison.LateTail;
import support.comparison.Making;
import support.comparison.MissingLines;
import support.evidence.Finding.Belongs;
import support.files.Disk;
import support.files.FileBytes;
import support.files.Links;
import support.files.Machine;
import support.files.OpenFiles;
import support.files.Snapshot;
import support.lock.Journal;
import support.lock.RunLock;
import support.log.AuditLog;
import support.log.Encoding;
import support.log.LogErrors;
import support.rewrite.Locked;
import support.rewrite.RewriteErrors;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;

/**
 * Brings lines over that a writer appended to a backup of a log, and that the log lacks. They are
 * appended, and nothing is rewritten: a server that writes to the log is no obstacle. What was
 * brought over is not missing any more, so that doing it again does nothing.
 */
public record Retrieval(
    Evidence.Place place, Duration lockTimeout, Machine machine, Monitor monitor) {
  /** What fits in here is one append, so that no other append comes between. */
  private static final int CHUNK_BYTES = 1 << 20;

  /** A server ends the line that it is writing in much less. */
  private static final Duration LONGEST_LINE_TIME = Duration.ofSeconds(1);

  private static final Duration POLL = Duration.ofMillis(1);

  private static final byte[] NEWLINE = {'\n'};

  private static final String FIX_THE_CAUSE = "fix the cause, and run the same command again";

  /** What a backup has that its file lacks. */
  public record Share(Path backup, Path file, long lines, long bytes) {}

  /**
   * What was or would be brought over.
   *
   * @param shares what the log lacked
   * @param staying what archives lack, to which nothing is ever appended, and what is compressed
   * @param unfinished last lines of backups without their ends: they stay there, too
   * @param unproven backups that were found to be of no file here, or are damaged: what of them the
   *     log lacks cannot be told
   */
  public record Outcome(
      List<Share> shares, List<Share> staying, List<Share> unfinished, List<Path> unproven) {
    /** How many bytes the log grows by. */
    long bytes() {
      return shares.stream().mapToLong(Share::bytes).sum();
    }
  }

  private record Source(Finding finding, Body backup, Making making, LateTail tail, Share share) {}

  private record Search(
      List<Source> sources, List<Share> staying, List<Share> unfinished, List<Path> unproven) {
    Search() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    Outcome outcome() {
      List<Share> shares = sources.stream().map(Source::share).toList();
      return new Outcome(shares, staying, unfinished, unproven);
    }
  }

  /**
   * What would be brought over; only looks.
   *
   * @throws Failure with {@link Exit#BUSY} while a process has such a backup open for writing; as
   *     {@link AuditLog#exists} if the log is no file, and with {@link Exit#FAILED} if there is
   *     none
   * @throws IOException if the log or a backup cannot be read
   */
  public Outcome plan() throws IOException {
    Path live = Links.resolve(place.log());
    boolean mayEndTorn = Journal.isOfRecover(place.log());
    Search search = search(live, mayEndTorn);
    List<Source> found = List.copyOf(search.sources());
    search.sources().clear();
    Body log = Body.of(live);
    for (Source one : found) {
      if (search.sources().isEmpty()) {
        search.sources().add(one);
      } else {
        List<Source> before = List.copyOf(search.sources());
        rest(one.finding(), log.followedBy(() -> missing(before)), mayEndTorn)
            .ifPresent(search.sources()::add);
      }
    }
    return search.outcome();
  }

  private InputStream missing(List<Source> sources) {
    List<InputStream> lines = new ArrayList<>();
    for (Source source : sources) {
      lines.add(new MissingLines(source.backup(), source.making(), source.tail(), monitor));
    }
    return new SequenceInputStream(Collections.enumeration(lines));
  }

  /**
   * Brings it over, to stable storage.
   *
   * @return what was; no share where the log lacks nothing
   * @throws Failure as {@link #plan}; with {@link Exit#BUSY} also while another run is at work, or
   *     the last line of the log is not ended by the process that writes it; with {@link
   *     Exit#FAILED}, nothing changed, where the file system has no room for them
   * @throws IOException if something cannot be read, or not be written: then a part of the lines
   *     may be in the log, and the next run brings the others over
   */
  public Outcome run() throws IOException {
    Path live = Links.resolve(place.log());
    boolean wasInterrupted = Journal.find(live).isPresent();
    Outcome plan = plan();
    if (!wasInterrupted && plan.shares().isEmpty()) {
      return plan;
    }
    return Locked.on(
        live, lockTimeout, machine, monitor, lock -> append(lock, live, wasInterrupted));
  }

  /**
   * @param mayEndTorn as in {@link Evidence#of}
   */
  private Search search(Path live, boolean mayEndTorn) throws IOException {
    if (!AuditLog.exists(place.log())) {
      throw Failure.of(LogErrors.NO_LOG, place.log());
    }
    place.requireFolder();
    Search search = new Search();
    for (Finding finding : EvidenceSearch.of(place, mayEndTorn, monitor).findings()) {
      if (finding.verdict() instanceof Finding.TheLog
          || finding.verdict() instanceof Finding.Discarded) {
        continue; // nothing can be in it only, or what is was given up
      }
      if (finding.verdict() instanceof Finding.Unreadable unreadable) {
        throw Failure.of(unreadable.cause());
      }
      if (!(finding.verdict() instanceof Belongs belongs)) {
        search.unproven().add(finding.path());
        continue;
      }
      if (belongs.late().missingLines() > 0) {
        add(search, finding, belongs, live, mayEndTorn);
      }
      long unfinished = belongs.late().unfinishedBytes();
      if (unfinished > 0) {
        search.unfinished().add(new Share(finding.path(), belongs.file(), 0, unfinished));
      }
    }
    return search;
  }

  private void add(Search search, Finding finding, Belongs belongs, Path live, boolean mayEndTorn)
      throws IOException {
    if (belongs.file().equals(live) && !Encoding.of(live).isCompressed()) {
      requireNoWriter(finding, belongs.late());
      source(finding, Body.of(live), mayEndTorn).ifPresent(search.sources()::add);
    } else {
      search.staying().add(share(finding.path(), belongs));
    }
  }

  private static Share share(Path backup, Belongs belongs) {
    Finding.Late late = belongs.late();
    return new Share(backup, belongs.file(), late.missingLines(), late.missingBytes());
  }

  /** Nothing where all of it was brought over from those before it. */
  private Optional<Source> rest(Finding finding, Body log, boolean mayEndTorn) throws IOException {
    return source(finding, log, mayEndTorn).filter(source -> source.share().lines() > 0);
  }

  private Optional<Source> source(Finding finding, Body log, boolean mayEndTorn)
      throws IOException {
    Body backup = Body.of(finding.path());
    Making making = Making.of(finding.name(), place.edits());
    Fit fit = Fit.of(backup, making, log, monitor);
    boolean wereDiscarded = ((Belongs) finding.verdict()).late().wereDiscarded();
    Optional<LateTail> late = wereDiscarded ? fit.discarded() : fit.late(false, mayEndTorn);
    return late.map(
        tail ->
            new Source(
                finding,
                backup,
                making.ofLateLines(),
                tail,
                new Share(backup.file(), log.file(), tail.missingLines(), tail.missingBytes())));
  }

  private static void requireNoWriter(Finding finding, Finding.Late late) {
    if (!late.writers().writers().isEmpty()) {
      throw Failure.of(
          EvidenceErrors.BACKUP_OPEN_FOR_WRITING, finding.path(), late.writers().names());
    }
  }

  /**
   * @param wasInterrupted whether there was a lock file, be it without content after a power cut
   */
  private Outcome append(RunLock lock, Path live, boolean wasInterrupted) throws IOException {
    if (!wasInterrupted) {
      return appendWhatIsMissing(lock, live);
    }
    lock.keepForNextRun();
    try {
      finishInterrupted(live);
      return appendWhatIsMissing(lock, live);
    } catch (IOException e) {
      throw behindInterrupted(live, Failure.of(RewriteErrors.RECOVERY_FAILED, Failure.reason(e)));
    } catch (Failure failure) {
      throw failure.state().equals(Failure.UNCHANGED) ? behindInterrupted(live, failure) : failure;
    }
  }

  private static Failure behindInterrupted(Path live, Failure failure) {
    return failure.withState(
        "%s is as it was, but that its last line may have been ended".formatted(live));
  }

  /**
   * A run that died has mostly left its last line torn, which then hides what it is of; what it
   * wrote is not flushed, and looks as if it had been there before.
   */
  private void finishInterrupted(Path live) throws IOException {
    if (!Encoding.of(live).isCompressed()) { // else nothing was appended
      endLastLine(live);
      machine.disk().flush(live);
    }
  }

  private Outcome appendWhatIsMissing(RunLock lock, Path live) throws IOException {
    boolean mayEndTorn = lock.interrupted().filter(Journal::isOfRecover).isPresent();
    Search search = search(live, mayEndTorn);
    requireSpace(Links.folderOf(live), search.outcome().bytes());
    if (!search.sources().isEmpty()) {
      note(lock, live);
    }
    List<Source> appended = appendAll(search.sources(), live, mayEndTorn);
    remove(lock);
    search.sources().clear();
    search.sources().addAll(appended);
    return search.outcome();
  }

  /** What an earlier one had, too, is there by the turn of a later one. */
  private List<Source> appendAll(List<Source> sources, Path live, boolean mayEndTorn)
      throws IOException {
    List<Source> appended = new ArrayList<>();
    for (Source found : sources) {
      Optional<Source> rest =
          appended.isEmpty()
              ? Optional.of(found)
              : rest(found.finding(), Body.of(live), mayEndTorn);
      if (rest.isPresent()) {
        try {
          append(live, rest.get());
        } catch (IOException e) {
          throw unfinished(
              live,
              Failure.of(
                  EvidenceErrors.BRING_OVER_FAILED, found.backup().file(), Failure.reason(e)));
        }
        appended.add(rest.get());
      }
    }
    return appended;
  }

  /** Durably: whatever ends this run, the lock file is how the next one knows that there was it. */
  private void note(RunLock lock, Path live) throws IOException {
    lock.noteRecover();
    machine.disk().flushFolder(Links.folderOf(live));
    lock.keepForNextRun();
  }

  private static void remove(RunLock lock) {
    try {
      lock.remove();
    } catch (IOException e) {
      throw Failure.of(RewriteErrors.REMOVE_LOCK_FAILED, Failure.reason(e), FIX_THE_CAUSE)
          .withState("nothing but this is left to be done");
    }
  }

  /** A disk that is full has the last line torn. */
  private static void requireSpace(Path folder, long needed) {
    long free = folder.toFile().getUsableSpace();
    if (free < needed) {
      throw Failure.of(EvidenceErrors.NO_SPACE_FOR_LATE_LINES, folder, needed, free);
    }
  }

  private static Failure unfinished(Path live, Failure failure) {
    return failure.withState(
        "a part of them may be in %s, the last one torn; the backup has all of them"
            .formatted(live));
  }

  private void append(Path live, Source source) throws IOException {
    endLastLine(live);
    try (Disk.Output out = machine.disk().append(live)) {
      for (LateTail.Stretch stretch : source.tail().missing()) {
        append(source, stretch, out, live);
      }
      out.flush();
    }
  }

  private void append(Source source, LateTail.Stretch stretch, Disk.Output out, Path live)
      throws IOException {
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    try (DigestedLines lines =
        new DigestedLines(
            opened(source, stretch, live), stretch.from(), source.making(), monitor)) {
      while (lines.end() < stretch.to() && lines.nextWhole()) {
        if (lines.isLong()) {
          long place = source.backup().start() + lines.start();
          throw unfinished(
              live, Failure.of(EvidenceErrors.LATE_LINE_TOO_LONG, source.backup().file(), place));
        }
        chunk.writeBytes(lines.made());
        chunk.writeBytes(NEWLINE);
        if (chunk.size() >= CHUNK_BYTES) {
          out.write(ByteBuffer.wrap(chunk.toByteArray()));
          chunk.reset();
        }
      }
    }
    if (chunk.size() > 0) {
      out.write(ByteBuffer.wrap(chunk.toByteArray()));
    }
  }

  /**
   * Only here do bytes of it reach the log: whoever may write the folder must not lend it others'.
   */
  private InputStream opened(Source source, LateTail.Stretch stretch, Path live)
      throws IOException {
    Disk disk = machine.disk();
    int owner = Snapshot.of(disk.at(live)).uid();
    FileChannel backup = disk.read(source.backup().file(), owner);
    return source.backup().open(Channels.newInputStream(backup), stretch.from());
  }

  /** No line is ever joined to one that a crash or a writer has left without its end. */
  private void endLastLine(Path live) throws IOException {
    if (isEnded(live)) {
      return;
    }
    OpenFiles.Answer holders = machine.openFiles().holdersOf(live);
    boolean mayBeWritten = !holders.complete() || !holders.writers().isEmpty();
    if (mayBeWritten) {
      waitForEnd(live);
    }
    if (!isEnded(live)) {
      try (Disk.Output out = machine.disk().append(live)) {
        out.write(ByteBuffer.wrap(NEWLINE));
      }
    }
  }

  private void waitForEnd(Path live) throws IOException {
    long deadline = System.nanoTime() + LONGEST_LINE_TIME.toNanos();
    while (!isEnded(live)) {
      monitor.check("while waiting for the end of the last line");
      if (System.nanoTime() >= deadline) {
        requireNobodyWriting(live);
        return;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private static boolean isEnded(Path live) throws IOException {
    try (FileChannel log = FileChannel.open(live, StandardOpenOption.READ)) {
      return FileBytes.endsInNewline(log, log.size());
    }
  }

  private void requireNobodyWriting(Path live) throws IOException {
    if (!machine.openFiles().holdersOf(live).writers().isEmpty()) {
      throw Failure.of(EvidenceErrors.LAST_LINE_BEING_WRITTEN, live);
    }
  }
}
