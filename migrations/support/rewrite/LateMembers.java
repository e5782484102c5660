package support.rewrite;

import static java.nio.file.StandardOpenOption.READ;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.ZipException;
import support.files.Disk;
import support.files.FileRange;
import support.log.AuditLog;
import support.log.Encoding;
import support.run.FileFault;
import support.run.Monitor;
import support.staging.Segment;
import support.staging.StagingErrors;

/**
 * What a writer which held a compressed log open appended to it after it had been copied.
 *
 * @param old the old file, still open, whatever its name is by now
 * @param copied how many of its bytes are in the new log
 */
record LateMembers(FileChannel old, long copied, Monitor monitor) {
  /**
   * Appends them to the new log as they are, and proves all of that again. What is no whole member
   * yet stays where it is: the new log must stay one that can be read to its end.
   */
  LateLines.Found carryOver(Path live, Disk disk) throws IOException {
    long size = old.size();
    if (size <= copied) {
      return new LateLines.Found(0, 0);
    }
    if (!areWhole(live, size)) {
      return new LateLines.Found(0, size - copied);
    }
    Segment.Range late = new Segment.Range(old, copied, size);
    try (Disk.Output out = disk.append(live)) {
      late.copyTo(out, monitor);
      out.flush();
    }
    try (FileChannel made = FileChannel.open(live, READ)) {
      if (!late.isAt(made, made.size() - late.size(), monitor)) {
        throw new FileFault(StagingErrors.STAGED_READS_BACK_DIFFERENTLY, live);
      }
    }
    AuditLog.requireSound(live, monitor);
    return new LateLines.Found(late.size(), 0);
  }

  private boolean areWhole(Path live, long size) throws IOException {
    InputStream stored = new FileRange(live, old, copied, size);
    try (InputStream content = Encoding.GZIP.decode(live, stored)) {
      content.transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (ZipException | EOFException e) {
      return false;
    }
  }
}
