import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import support.comparison.ComparisonErrors;
import support.evidence.EvidenceErrors;
import support.log.LogErrors;
import support.rewrite.RewriteErrors;
import support.run.RunErrors;

/** How errors come about that take a log, or a backup, that is not as it should be. */
final class FormatErrorCauses {
  private static final String BACKUP = ErrorCauses.LOG + ".v040-backup";
  private static final String LATE = ErrorCauses.ENTRY.replace("2025", "2026");

  private FormatErrorCauses() {}

  static void addTo(ErrorCauses causes) {
    addFormats(causes);
    addFaults(causes);
  }

  // ------------------------------------------------------------ formats

  private static void addFormats(ErrorCauses c) {
    c.golden(LogErrors.LOG_IS_A_FOLDER, "malformed-folder");
    c.add(
        LogErrors.LOG_IS_A_DEVICE,
        folder -> {
          Run.of(folder, Map.of(), "mkfifo", ErrorCauses.LOG);
          return Run.tool(folder);
        });
    c.onLog(
        LogErrors.LOG_IS_AN_OPEN_FILE,
        folder ->
            Run.toolInShell("exec \"$@\" --audit-log /dev/stdin < " + ErrorCauses.LOG, folder));
    addNames(c);
    c.golden(LogErrors.LOG_IS_COMPRESSED, "malformed-gzip");
    c.golden(LogErrors.NEWER_SCHEMA, "newer-schema");
    c.golden(LogErrors.UNKNOWN_SCHEMA, "malformed-version-1");
    c.golden(LogErrors.HEADER_UNREADABLE, "torn-header");
    c.golden(LogErrors.FIRST_LINE_FOREIGN, "malformed-foreign-json");
    c.golden(LogErrors.NO_ENTRIES, "malformed-text");
    c.add(
        LogErrors.NUL_FILLED,
        folder -> {
          Files.write(folder.resolve(ErrorCauses.LOG), new byte[9 << 20]);
          return Run.tool(folder);
        });
    c.golden(LogErrors.HEADER_BEHIND_DAMAGE, "malformed-header-behind-damage");
    c.add(
        LogErrors.FIRST_LINE_MIXED,
        folder -> {
          Files.writeString(
              folder.resolve(ErrorCauses.LOG),
              ErrorCauses.HEADER.strip().replace("}}", "},\"result\":1}\n"));
          return Run.tool(folder);
        });
    c.add(
        LogErrors.FOREIGN_BEHIND_DAMAGE,
        folder -> {
          Files.writeString(folder.resolve(ErrorCauses.LOG), "damaged\n{}\n" + ErrorCauses.ENTRY);
          return Run.tool(folder);
        });
  }

  private static void addNames(ErrorCauses c) {
    c.add(
        LogErrors.LOG_IS_A_BACKUP,
        folder -> {
          Files.writeString(folder.resolve(BACKUP), ErrorCauses.ENTRY);
          return Run.tool(folder, "--audit-log", BACKUP, "--json");
        });
    c.add(
        LogErrors.LOG_IS_OF_A_RUN,
        folder -> Run.tool(folder, "--audit-log", ErrorCauses.LOCK, "--json"));
  }

  private static Run besideBackupsOfAnotherLog(Path folder) throws IOException {
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Files.writeString(kept.resolve(BACKUP), ErrorCauses.ENTRY.replace("2025", "2024").repeat(2));
    Files.writeString(folder.resolve(ErrorCauses.LOG), ErrorCauses.HEADER + ErrorCauses.ENTRY);
    return Run.tool(folder, "rollback", "--from-backup", "--backup-dir", "kept");
  }

  // ------------------------------------------------------------ faults that verify finds

  private static void addFaults(ErrorCauses c) {
    addFaultsOfLogs(c);
    addFaultsOfBackups(c);
    addFaultsOfHeaders(c);
    addFaultsOfLines(c);
  }

  private static void addFaultsOfLogs(ErrorCauses c) {
    c.add(EvidenceErrors.LOG_MISSING, folder -> Run.tool(folder, "verify"));
    c.golden(EvidenceErrors.LOG_REMOVED, "verify-log-deleted");
    c.add(EvidenceErrors.LOG_EMPTY, folder -> verified(folder, ""));
    c.golden(EvidenceErrors.LOG_EMPTIED, "verify-log-emptied");
    c.golden(ComparisonErrors.LOG_DIFFERS, "verify-bit-flipped");
    c.golden(ComparisonErrors.LOG_ENDS_EARLY, "verify-log-halved");
    c.add(
        RunErrors.CONCERN,
        folder -> verified(folder, ErrorCauses.HEADER + ErrorCauses.ENTRY, "--strict"));
    c.onLog(
        EvidenceErrors.LAST_LINE_BEING_WRITTEN,
        folder -> recoverWhileWriting(folder, ErrorCauses.LOG, "{\"timestamp\":\"2027"));
  }

  private static void addFaultsOfBackups(ErrorCauses c) {
    c.add(
        EvidenceErrors.BACKUP_OF_NOTHING_HERE,
        folder -> {
          Files.writeString(
              folder.resolve(BACKUP), ErrorCauses.ENTRY.replace("2025", "2024").repeat(2));
          return verified(folder, ErrorCauses.HEADER + ErrorCauses.ENTRY);
        });
    c.add(ComparisonErrors.EVIDENCE_UNREADABLE, FormatErrorCauses::besideATornArchive);
    c.onLog(
        EvidenceErrors.BACKUP_IS_THE_LOG,
        folder -> Run.tool(folder, "verify", "--backup", ErrorCauses.LOG));
    c.add(EvidenceErrors.BACKUP_OF_ANOTHER_LOG, FormatErrorCauses::besideBackupsOfAnotherLog);
    c.arguments(EvidenceErrors.BACKUP_NOT_A_LOG, "verify", "--backup", ".");
    c.arguments(EvidenceErrors.BACKUP_MISSING, "verify", "--backup", "gone");
    c.golden(RewriteErrors.BACKUP_EMPTY, "verify-backup-emptied");
    c.golden(ComparisonErrors.BACKUP_ENDS_EARLY, "verify-backup-halved");
    c.onLog(
        EvidenceErrors.BACKUP_OPEN_FOR_WRITING,
        folder -> recoverWhileWriting(folder, BACKUP, LATE));
    c.add(EvidenceErrors.NO_SPACE_FOR_LATE_LINES, FormatErrorCauses::recoverOnAFullDisk);
  }

  private static void addFaultsOfHeaders(ErrorCauses c) {
    c.golden(EvidenceErrors.HEADER_MISSING, "verify-header-deleted");
    c.add(
        EvidenceErrors.HEADER_OF_ANOTHER_VERSION,
        folder -> verified(folder, ErrorCauses.HEADER.replace(":2,", ":3,") + ErrorCauses.ENTRY));
    c.golden(EvidenceErrors.HEADER_DAMAGED, "verify-header-halved");
    c.golden(EvidenceErrors.HEADER_WITHOUT_TIME, "verify-header-damaged");
    c.golden(EvidenceErrors.HEADER_AMONG_ENTRIES, "verify-second-header");
  }

  private static void addFaultsOfLines(ErrorCauses c) {
    c.add(
        EvidenceErrors.LINE_FOREIGN,
        folder -> {
          Files.writeString(folder.resolve(BACKUP), ErrorCauses.ENTRY);
          return verified(folder, ErrorCauses.HEADER + ErrorCauses.ENTRY + "{}\n");
        });
    c.golden(EvidenceErrors.LINE_DAMAGED, "verify-damaged-since");
    c.golden(EvidenceErrors.LINE_TORN, "verify-torn-last-line");
  }

  private static Run verified(Path folder, String log, String... options) throws IOException {
    Files.writeString(folder.resolve(ErrorCauses.LOG), log);
    String[] arguments =
        Stream.concat(Stream.of("verify"), Stream.of(options)).toArray(String[]::new);
    return Run.tool(folder, arguments);
  }

  /** What the backup holds went into an archive, of which the end is missing. */
  private static Run besideATornArchive(Path folder) throws IOException {
    String entries =
        IntStream.range(0, 20_000)
            .mapToObj(i -> ErrorCauses.ENTRY.replace("\"\"", "\"" + i + "\""))
            .collect(Collectors.joining());
    Files.writeString(folder.resolve(BACKUP), entries);
    Files.writeString(folder.resolve(ErrorCauses.LOG), ErrorCauses.HEADER + ErrorCauses.ENTRY);
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(archive)) {
      out.write((ErrorCauses.HEADER + entries).getBytes(UTF_8));
    }
    byte[] torn = Arrays.copyOf(archive.toByteArray(), archive.size() / 2);
    Files.write(folder.resolve(ErrorCauses.LOG + ".1.gz"), torn);
    return Run.tool(folder, "verify");
  }

  /** The log has no room for the lines that a writer appended to its backup. */
  private static Run recoverOnAFullDisk(Path folder) throws IOException {
    try (SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), 1 << 20)) {
      Scene scene = new Scene(disk.folder(), 1);
      scene.run();
      Files.writeString(
          scene.log().resolveSibling(BACKUP), LATE.repeat(5_000), StandardOpenOption.APPEND);
      return scene.run("recover");
    }
  }

  /** Late lines in the backup, and this process at work on a file. */
  private static Run recoverWhileWriting(Path folder, String file, String text) throws IOException {
    Run.tool(folder);
    Files.writeString(folder.resolve(BACKUP), LATE, StandardOpenOption.APPEND);
    try (FileChannel open = FileChannel.open(folder.resolve(file), StandardOpenOption.APPEND)) {
      open.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
      return Run.tool(folder, "recover");
    }
  }
}
