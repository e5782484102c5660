package support.rewrite;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import support.files.Disk;
import support.files.FileBytes;
import support.files.Links;
import support.files.Snapshot;
import support.log.AuditLog;
import support.log.CompressedHeader;
import support.log.Encoding;
import support.log.LogNames.BackupName;
import support.run.Monitor;
import support.staging.EditedLines;

/**
 * Finishes what an interrupted run left after it had replaced the log: stable storage, a torn last
 * line, the backup's permissions, staged files. Doing it again changes nothing.
 *
 * @param live the log, symbolic links resolved
 * @param backups the backup that the run noted in its lock file, or where it noted none those that
 *     it may have made
 * @param keptBackup false where it did without, and so took the old log over as it was
 * @param tornEnd the size of the log that it made, where that ends in the middle of a line
 * @param target what it was to make of the log
 */
record Recovery(
    Path live,
    List<Path> backups,
    boolean keptBackup,
    OptionalLong tornEnd,
    Target target,
    Disk disk,
    Monitor monitor) {
  /**
   * @param leftovers staged files of interrupted runs
   * @return how many bytes at the end of the backup are not in the log
   */
  long finish(List<Path> leftovers) throws IOException {
    for (Path leftover : leftovers) {
      disk.remove(leftover);
    }
    boolean isCompressed = Encoding.of(live).isCompressed();
    boolean asItWas = !keptBackup || isCompressed || Job.isWayBackOfArchive(live, target);
    if (!asItWas && !isUntouched()) {
      endLastLine();
    }
    disk.flush(live);
    // Before a backup is touched: a power cut could still bring it back as the log.
    disk.flushFolder(Links.folderOf(live));
    Snapshot log = Snapshot.of(disk.at(live));
    long bytesOnlyInBackup = backups.isEmpty() ? 0 : Long.MAX_VALUE;
    for (Path backup : backups) {
      bytesOnlyInBackup = Math.min(bytesOnlyInBackup, finish(backup, log));
    }
    return bytesOnlyInBackup;
  }

  /**
   * All that is left to do where the log is about to be rewritten once more.
   *
   * @param discardsNewer whether that gives up what was logged since: a name of the log that says
   *     otherwise goes, since the operator has decided anew
   */
  void closeBackups(boolean discardsNewer) throws IOException {
    Snapshot log = Snapshot.of(disk.at(live));
    for (Path backup : backups) {
      Optional<Snapshot> found = Snapshot.find(disk.at(backup)).filter(Snapshot::isRegularFile);
      if (found.isPresent() && !found.get().isSameFileAs(log)) {
        close(backup, found.get(), log);
      } else if (found.isPresent() && isDiscarded(backup) != discardsNewer) {
        remove(backup);
      }
    }
  }

  private boolean isDiscarded(Path backup) {
    return BackupName.of(live, backup).filter(BackupName::isDiscarded).isPresent();
  }

  private void remove(Path backup) throws IOException {
    disk.remove(backup);
    disk.flushFolder(Links.folderOf(backup));
  }

  /** Whether the run died before it replaced the log, which then is its own backup still. */
  private boolean isUntouched() throws IOException {
    Snapshot log = Snapshot.of(disk.at(live));
    for (Path backup : backups) {
      if (Snapshot.find(disk.at(backup)).filter(found -> found.isSameFileAs(log)).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /**
   * A run that died while it carried lines over may have left the last one torn; but what it
   * restored stays as it was.
   */
  private void endLastLine() throws IOException {
    try (FileChannel log = FileChannel.open(live, READ)) {
      long size = log.size();
      if (size == tornEnd.orElse(-1) || FileBytes.endsInNewline(log, size)) {
        return;
      }
    }
    try (Disk.Output out = disk.append(live)) {
      out.write(ByteBuffer.wrap(new byte[] {'\n'}));
    }
  }

  /**
   * A backup that is the log itself was made by a run that went no further; one that still has the
   * log's permissions, by a run that did.
   *
   * @return how many bytes at its end are not in the log
   */
  private long finish(Path backup, Snapshot log) throws IOException {
    if (!Files.isRegularFile(disk.at(backup), LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    Snapshot found = Snapshot.of(disk.at(backup));
    if (found.isSameFileAs(log)) {
      remove(backup);
      return 0;
    }
    close(backup, found, log);
    if (isDiscarded(backup)) {
      return 0; // what it has and the log has not is no oversight
    }
    return Encoding.of(backup).isCompressed() ? membersOnlyIn(backup) : bytesOnlyIn(backup);
  }

  /**
   * On the way there, what was appended to the old file meanwhile is brought over as the run would
   * have; on the way back it may be what was given up.
   */
  private long membersOnlyIn(Path backup) throws IOException {
    int owner = Snapshot.of(disk.at(live)).uid();
    try (FileChannel log = FileChannel.open(live, READ);
        FileChannel old = disk.read(backup, owner)) {
      long logBody = CompressedHeader.of(live).end();
      long oldBody = CompressedHeader.of(backup).end();
      long length = log.size() - logBody;
      long common = FileBytes.commonPrefix(log, logBody, old, oldBody, length, monitor);
      return common == length && target instanceof Target.WithHeader
          ? new LateMembers(old, oldBody + length, monitor).carryOver(live, disk).left()
          : old.size() - oldBody - common;
    }
  }

  private void close(Path backup, Snapshot found, Snapshot log) throws IOException {
    if (found.links() == 1
        && found.uid() == log.uid()
        && found.permissions() != Backup.PERMISSIONS) {
      disk.setPermissions(backup, Backup.PERMISSIONS);
    }
    disk.flush(backup);
    disk.flushFolder(Links.folderOf(backup));
  }

  /** What a writer appended to the old file after the run that was interrupted had copied it. */
  private long bytesOnlyIn(Path backup) throws IOException {
    if (target instanceof Target.BackupAndNewer) {
      return 0; // it holds edited lines, and the log those that they were made of
    }
    try (FileChannel log = FileChannel.open(live, READ);
        FileChannel old = FileChannel.open(backup, READ)) {
      long logBody = AuditLog.bodyOffset(live);
      long oldBody = AuditLog.bodyOffset(backup);
      long length = old.size() - oldBody;
      long common = FileBytes.commonPrefix(old, oldBody, log, logBody, length, monitor);
      if (target.edit() != null && common < length) {
        EditedLines lines =
            EditedLines.of(backup, old, oldBody, old.size(), target.edit(), monitor);
        return length - lines.matchIn(log, logBody, monitor).source();
      }
      return common == length ? 0 : old.size() - FileBytes.startOfLine(old, oldBody + common);
    }
  }
}
