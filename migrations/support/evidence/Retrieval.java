package support.evidence;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import support.evidence.Finding.Belongs;
import support.files.Disk;
import support.files.FileBytes;
import support.files.Links;
import support.files.Machine;
import support.rewrite.Journal;
import support.rewrite.Locked;
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

  private static final byte[] NEWLINE = {'\n'};

  /** What a backup has that the log lacks. */
  public record Share(Path backup, long lines, long bytes) {}

  private record Source(Body backup, Making making, LateTail tail) {
    Share share() {
      return new Share(backup.file(), tail.missingLines(), tail.missingBytes());
    }
  }

  /**
   * What would be brought over; only looks.
   *
   * @throws Failure with {@link Exit#BUSY} while a process has such a backup open for writing
   * @throws IOException if the log or a backup cannot be read
   */
  public List<Share> plan() throws IOException {
    return sources(Links.resolve(place.log())).stream().map(Source::share).toList();
  }

  /**
   * Brings it over, to stable storage.
   *
   * @return what was; nothing where the log lacks nothing
   * @throws Failure as {@link #plan}; with {@link Exit#BUSY} also while another run is at work, or
   *     the last line of the log is not ended by the process that writes it
   * @throws IOException if something cannot be read, or not be written: then a part of the lines
   *     may be in the log, and the next run brings the others over
   */
  public List<Share> run() throws IOException {
    Path live = Links.resolve(place.log());
    boolean wasInterrupted = Journal.find(live).isPresent();
    if (!wasInterrupted && plan().isEmpty()) {
      return List.of();
    }
    return Locked.on(live, lockTimeout, machine, monitor, () -> append(live, wasInterrupted));
  }

  private List<Source> sources(Path live) throws IOException {
    List<Source> sources = new ArrayList<>();
    if (!Files.isRegularFile(live) || Files.size(live) == 0) {
      return sources;
    }
    Body log = Body.of(live);
    for (Finding finding : Evidence.of(place, monitor).findings()) {
      if (finding.belongsTo(live) && ((Belongs) finding.verdict()).late().missingLines() > 0) {
        requireNoWriter(finding);
        Body backup = Body.of(finding.path());
        Making making = Making.of(finding.name(), place.edits());
        Fit.of(backup, making, log, monitor)
            .late(false)
            .ifPresent(tail -> sources.add(new Source(backup, making.ofLateLines(), tail)));
      }
    }
    return sources;
  }

  private static void requireNoWriter(Finding finding) {
    Finding.Late late = ((Belongs) finding.verdict()).late();
    if (!late.writers().writers().isEmpty()) {
      throw Failure.of(
          EvidenceErrors.BACKUP_OPEN_FOR_WRITING, finding.path(), late.writers().names());
    }
  }

  /** A run that died has mostly left its last line torn, which then hides what it is of. */
  private List<Share> append(Path live, boolean wasInterrupted) throws IOException {
    if (wasInterrupted) {
      endLastLine(live);
    }
    List<Share> brought = new ArrayList<>();
    for (Source source : sources(live)) {
      try {
        append(live, source);
      } catch (IOException e) {
        throw Failure.of(
                EvidenceErrors.BRING_OVER_FAILED, source.backup().file(), Failure.reason(e))
            .withState(
                "a part of them may be in %s, the last one torn; the backup has all of them"
                    .formatted(live));
      }
      brought.add(source.share());
    }
    return brought;
  }

  private void append(Path live, Source source) throws IOException {
    endLastLine(live);
    try (Disk.Output out = machine.disk().append(live)) {
      for (LateTail.Stretch stretch : source.tail().missing()) {
        append(source, stretch, out);
      }
      out.flush();
    }
  }

  private void append(Source source, LateTail.Stretch stretch, Disk.Output out) throws IOException {
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    try (LineReader lines =
        new LineReader(
            source.backup().open(stretch.from()), stretch.from(), source.making(), monitor)) {
      while (lines.end() < stretch.to() && lines.nextWhole()) {
        requireBearable(lines, source.backup());
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

  private static void requireBearable(LineReader line, Body backup) {
    if (line.isLong()) {
      throw Failure.of(
          EvidenceErrors.LATE_LINE_TOO_LONG, backup.file(), backup.start() + line.start());
    }
  }

  /** No line is ever joined to one that a crash or a writer has left without its end. */
  private void endLastLine(Path live) throws IOException {
    long deadline = System.nanoTime() + LONGEST_LINE_TIME.toNanos();
    while (!isEnded(live)) {
      monitor.check("while waiting for the end of the last line");
      if (System.nanoTime() >= deadline) {
        requireNobodyWriting(live);
        try (Disk.Output out = machine.disk().append(live)) {
          out.write(ByteBuffer.wrap(NEWLINE));
        }
        return;
      }
      Thread.onSpinWait();
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
