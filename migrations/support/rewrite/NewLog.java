package support.rewrite;

import static java.nio.file.StandardOpenOption.READ;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import support.files.FileBytes;
import support.lines.LogLines;
import support.lines.LongLines;
import support.log.AuditLog;
import support.log.CompressedHeader;
import support.log.HeaderEdit;
import support.log.HeaderLine;
import support.run.Failure;
import support.run.IoSupplier;
import support.run.Monitor;
import support.staging.CompressedLog;
import support.staging.EditedLines;
import support.staging.Segment;
import support.staging.StagedFile;

/**
 * What is to stand in the place of a log.
 *
 * @param content its bytes, as yet in the files that they come from
 * @param endsTornLine whether the last newline is one that was missing
 * @param lines what becomes of the lines; nothing where they stay as they are
 * @param backup the backup that it is made of, open, or null where it is made of the log itself
 * @param members those that are taken over of a compressed log; null of another
 */
record NewLog(
    StagedFile.Content content,
    boolean endsTornLine,
    EditedLines.Counts lines,
    FileChannel backup,
    CompressedLog.Members members)
    implements Closeable {
  private static final byte[] NEWLINE = {'\n'};

  /**
   * Finds out what a log is to become; writes nothing.
   *
   * @throws Failure if that would discard entries which the operator did not give up
   */
  static NewLog of(Job job, OldLog old, Monitor monitor) throws IOException {
    Target target = job.target();
    if (old.encoding().isCompressed()) {
      return ofCompressed(target, old, monitor);
    }
    if (target instanceof Target.WithHeader header) {
      List<Segment> segments = List.of(new Segment.Bytes(header.line().get()), rest(old, 0));
      return ofLog(segments, job.takesBytesAsTheyAre(old.path()));
    }
    if (target instanceof Target.EditedHeader edited) {
      return ofLog(withHeader(edited.header(), old));
    }
    if (target instanceof Target.EditedLog edited) {
      return ofEdited(edited, old, monitor);
    }
    if (target instanceof Target.Restored restored) {
      FileChannel backup = old.readBackup(restored.backup());
      return closedOnFailure(backup, () -> restored(restored, old, backup, monitor));
    }
    if (target instanceof Target.BackupAndNewer both) {
      FileChannel backup = old.readBackup(both.backup());
      return closedOnFailure(backup, () -> backupAndNewer(both, old, backup, monitor));
    }
    List<Segment> body = List.of(rest(old, AuditLog.bodyOffset(old.path())));
    return ofLog(body, job.takesBytesAsTheyAre(old.path()));
  }

  private static NewLog ofCompressed(Target target, OldLog old, Monitor monitor)
      throws IOException {
    Path log = old.path();
    if (target instanceof Target.WithHeader header) {
      return ofMembers(old, header.line().get(), 0);
    }
    if (target instanceof Target.Restored restored) {
      FileChannel backup = old.readBackup(restored.backup());
      return closedOnFailure(backup, () -> restored(restored, old, backup, monitor));
    }
    if (target.edit() != null) {
      throw Failure.of(RewriteErrors.LINES_ARE_COMPRESSED, log);
    }
    CompressedHeader header = CompressedHeader.of(log);
    if (header.isShared()) {
      throw Failure.of(RewriteErrors.HEADER_IS_COMPRESSED_WITH_ENTRIES, log);
    }
    return target instanceof Target.EditedHeader edited
        ? ofMembers(old, edited(edited.header(), header, log), header.end())
        : ofMembers(old, null, header.end());
  }

  /**
   * @param header goes in front of the old members; null where there is to be none
   */
  private static NewLog ofMembers(OldLog old, byte[] header, long from) {
    CompressedLog.Members members =
        new CompressedLog.Members(old.path(), old.bytes(), from, old.size());
    return ofMembers(
        header == null
            ? List.of(members)
            : List.of(CompressedLog.HeaderMember.of(old.path(), header), members),
        members,
        null);
  }

  private static NewLog ofMembers(
      List<Segment> segments, CompressedLog.Members members, FileChannel backup) {
    StagedFile.Content content = new StagedFile.Content(segments);
    return new NewLog(content, false, EditedLines.Counts.NONE, backup, members);
  }

  /** What stands before the header stays, and so does what stands between it and the entries. */
  private static byte[] edited(HeaderEdit edit, CompressedHeader header, Path log)
      throws IOException {
    HeaderLine line = HeaderLine.of(log);
    ByteArrayOutputStream edited = new ByteArrayOutputStream();
    edited.write(header.content(), 0, (int) line.start());
    edited.writeBytes(edit.apply(line.bytes()));
    int end = (int) line.end();
    edited.write(header.content(), end, header.content().length - end);
    return edited.toByteArray();
  }

  private static Segment rest(OldLog old, long from) {
    return new Segment.Range(old.bytes(), from, old.size());
  }

  private static NewLog ofLog(List<Segment> segments) throws IOException {
    return of(segments, EditedLines.Counts.NONE, null);
  }

  /**
   * @param asTheyAre whether nothing but the header may tell the new log from the old one
   */
  private static NewLog ofLog(List<Segment> segments, boolean asTheyAre) throws IOException {
    StagedFile.Content content = new StagedFile.Content(segments);
    return asTheyAre
        ? new NewLog(content, false, EditedLines.Counts.NONE, null, null)
        : ofLog(segments);
  }

  private static NewLog of(List<Segment> segments, EditedLines.Counts lines, FileChannel backup)
      throws IOException {
    StagedFile.Content content = new StagedFile.Content(segments);
    StagedFile.Content ended = content.ended();
    return new NewLog(ended, ended != content, lines, backup, null);
  }

  /** What stands before the header stays. */
  private static List<Segment> withHeader(HeaderEdit edit, OldLog old) throws IOException {
    HeaderLine header = HeaderLine.of(old.path());
    return List.of(
        new Segment.Range(old.bytes(), 0, header.start()),
        new Segment.Bytes(edit.apply(header.bytes())),
        rest(old, header.end()));
  }

  private static NewLog ofEdited(Target.EditedLog target, OldLog old, Monitor monitor)
      throws IOException {
    long body = AuditLog.bodyOffset(old.path());
    EditedLines lines =
        EditedLines.of(old.path(), old.bytes(), body, old.size(), target.edit(), monitor);
    List<Segment> segments = new ArrayList<>();
    if (target.header() == null) {
      segments.add(new Segment.Range(old.bytes(), 0, body));
    } else {
      HeaderLine header = HeaderLine.of(old.path());
      segments.add(new Segment.Range(old.bytes(), 0, header.start()));
      segments.add(new Segment.Bytes(target.header().apply(header.bytes())));
      segments.add(new Segment.Range(old.bytes(), header.end(), body));
    }
    segments.add(lines);
    if (body == 0) {
      requireLog(target, old.path(), lines);
    } else {
      requireNoHeader(old.path(), lines);
    }
    boolean endsTornLine = !FileBytes.endsInNewline(old.bytes(), old.size());
    return new NewLog(new StagedFile.Content(segments), endsTornLine, lines.counts(), null, null);
  }

  /** Where no header says what the file is, the lines that remain must. */
  private static void requireLog(Target target, Path log, EditedLines lines) throws IOException {
    if (lines.size() == 0) {
      return;
    }
    AuditLog.Format made;
    try (LogLines remaining = LogLines.of(lines.open())) {
      made = AuditLog.format(log, remaining);
    } catch (Failure failure) {
      throw Failure.of(RewriteErrors.EDIT_LEAVES_NO_LOG, log, failure.getMessage());
    }
    if (!target.isSound(made)) {
      String first = "a header of schema version %d would stand first".formatted(made.version());
      throw Failure.of(RewriteErrors.EDIT_LEAVES_NO_LOG, log, first);
    }
  }

  /** Behind the log's own, one more would count as that; nobody could tell then what was made. */
  private static void requireNoHeader(Path log, EditedLines lines) throws IOException {
    try (LogLines remaining = LogLines.of(lines.open())) {
      if (AuditLog.bodyOffset(remaining) > 0) {
        String second = "a second header would stand behind the first";
        throw Failure.of(RewriteErrors.EDIT_LEAVES_NO_LOG, log, second);
      }
    }
  }

  private static NewLog closedOnFailure(FileChannel backup, IoSupplier<NewLog> newLog)
      throws IOException {
    try {
      return newLog.get();
    } catch (IOException | RuntimeException e) {
      backup.close();
      throw e;
    }
  }

  private static NewLog restored(
      Target.Restored target, OldLog old, FileChannel backup, Monitor monitor) throws IOException {
    Backup.requireNotEmpty(target.backup(), backup.size());
    if (!target.discardNewer()) {
      requireNothingNewer(old, target, backup, monitor);
    }
    if (old.encoding().isCompressed()) {
      CompressedLog.Members members =
          new CompressedLog.Members(target.backup(), backup, 0, backup.size());
      return ofMembers(List.of(members), members, backup);
    }
    StagedFile.Content copy = StagedFile.Content.copyOf(backup, backup.size());
    return new NewLog(copy, false, EditedLines.Counts.NONE, backup, null);
  }

  /** Every entry of the log must be in the backup; an added newline need not. */
  private static void requireNothingNewer(
      OldLog log, Target.Restored target, FileChannel backup, Monitor monitor) throws IOException {
    boolean isCompressed = log.encoding().isCompressed();
    long body = storedBody(log.path(), isCompressed);
    long then = storedBody(target.backup(), isCompressed);
    long newer = log.size() - body;
    if (target.undone() == null) {
      newer -= FileBytes.commonPrefix(log.bytes(), body, backup, then, newer, monitor);
      boolean isAddedNewline =
          newer == 1
              && !isCompressed
              && log.size() - body - 1 == backup.size() - then
              && FileBytes.holds(log.bytes(), log.size() - 1, NEWLINE);
      newer -= isAddedNewline ? 1 : 0;
    } else {
      EditedLines edited =
          EditedLines.of(target.backup(), backup, then, backup.size(), target.undone(), monitor);
      newer -= edited.matchIn(log.bytes(), body, monitor).made();
    }
    if (newer > 0) {
      throw Failure.of(RewriteErrors.WOULD_DISCARD_ENTRIES, log.path(), newer, target.backup());
    }
  }

  /** Where the bytes begin that stand behind the header. */
  private static long storedBody(Path log, boolean isCompressed) throws IOException {
    return isCompressed ? CompressedHeader.of(log).end() : AuditLog.bodyOffset(log);
  }

  private static NewLog backupAndNewer(
      Target.BackupAndNewer target, OldLog old, FileChannel backup, Monitor monitor)
      throws IOException {
    Backup.requireNotEmpty(target.backup(), backup.size());
    long body = AuditLog.bodyOffset(old.path());
    long then = AuditLog.bodyOffset(target.backup());
    EditedLines edited =
        EditedLines.of(target.backup(), backup, then, target.upTo(), target.undone(), monitor);
    if (!edited.isAt(old.bytes(), body, monitor)) {
      throw Failure.of(RewriteErrors.LOG_NOT_AS_MADE, old.path(), target.backup());
    }
    StagedFile.Content first = StagedFile.Content.copyOf(backup, target.upTo()).ended();
    List<Segment> segments = new ArrayList<>(first.segments());
    segments.add(rest(old, body + edited.size()));
    return of(segments, edited.counts(), backup);
  }

  /**
   * How many lines are so long that every release's reader stops at the first.
   *
   * @param made the file that this was written to, and proven in
   */
  long longLines(Path made) throws IOException {
    if (members != null) {
      return members.longLines();
    }
    try (FileChannel file = FileChannel.open(made, READ)) {
      return LongLines.count(file);
    }
  }

  @Override
  public void close() throws IOException {
    if (members != null) {
      members.close();
    }
    if (backup != null) {
      backup.close();
    }
  }
}
