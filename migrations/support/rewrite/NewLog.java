package support.rewrite;

import static java.nio.file.StandardOpenOption.READ;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import support.files.FileBytes;
import support.log.AuditLog;
import support.run.Exit;
import support.run.Failure;
import support.run.Monitor;

/**
 * What is to stand in the place of a log.
 *
 * @param content its bytes, as yet in the files that they come from
 * @param backup the backup that it is made of, open, or null where it is made of the log itself
 */
record NewLog(StagedFile.Content content, FileChannel backup) implements Closeable {
  private static final byte[] NOTHING = {};
  private static final byte[] NEWLINE = {'\n'};

  /**
   * Finds out what a log is to become; writes nothing.
   *
   * @throws Failure if that would discard entries which the operator did not give up
   */
  static NewLog of(Target target, OldLog old, Monitor monitor) throws IOException {
    if (target instanceof Target.WithHeader header) {
      return ofLog(header.line(), old, 0);
    }
    if (target instanceof Target.Restored restored) {
      return ofBackup(restored, old, monitor);
    }
    return ofLog(NOTHING, old, AuditLog.bodyOffset(old.path()));
  }

  private static NewLog ofLog(byte[] prefix, OldLog old, long from) {
    return new NewLog(new StagedFile.Content(prefix, old.bytes(), from, old.size(), true), null);
  }

  private static NewLog ofBackup(Target.Restored restored, OldLog old, Monitor monitor)
      throws IOException {
    FileChannel backup = FileChannel.open(restored.backup(), READ);
    try {
      Backup.requireNotEmpty(restored.backup(), backup.size());
      if (!restored.discardNewer()) {
        requireNothingNewer(old, restored.backup(), backup, monitor);
      }
      return new NewLog(StagedFile.Content.copyOf(backup, backup.size()), backup);
    } catch (IOException | RuntimeException e) {
      backup.close();
      throw e;
    }
  }

  /** Every entry of the log must be in the backup; an added newline need not. */
  private static void requireNothingNewer(
      OldLog log, Path path, FileChannel backup, Monitor monitor) throws IOException {
    long body = AuditLog.bodyOffset(log.path());
    long length = log.size() - body;
    long newer = length - FileBytes.commonPrefix(log.bytes(), body, backup, 0, length, monitor);
    boolean isAddedNewline =
        newer == 1
            && length - 1 == backup.size()
            && FileBytes.holds(log.bytes(), log.size() - 1, NEWLINE);
    if (newer > 0 && !isAddedNewline) {
      throw Failure.unchanged(
          Exit.FAILED,
          "%s has %d bytes of entries that are not in %s".formatted(log.path(), newer, path),
          "roll back without --from-backup to keep them, or give --discard-newer to give them up");
    }
  }

  @Override
  public void close() throws IOException {
    if (backup != null) {
      backup.close();
    }
  }
}
