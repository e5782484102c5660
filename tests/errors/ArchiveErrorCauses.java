import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import support.evidence.EvidenceErrors;
import support.log.LogErrors;
import support.rewrite.RewriteErrors;
import support.run.ErrorCode;

/** How errors come about that take an archive which is compressed. */
final class ArchiveErrorCauses {
  private static final String ARCHIVE = ErrorCauses.LOG + ".2.gz";
  private static final byte[] ENTRIES = Gzip.of(ErrorCauses.ENTRY);
  private static final byte[] HEADED = Gzip.of(ErrorCauses.HEADER + ErrorCauses.ENTRY);

  private ArchiveErrorCauses() {}

  static void addTo(ErrorCauses c) {
    byte[] cut = Arrays.copyOf(ENTRIES, ENTRIES.length - 1);
    on(cut, c, LogErrors.COMPRESSED_DAMAGED);
    on(Gzip.join(ENTRIES, new byte[9]), c, LogErrors.BYTES_BEHIND_COMPRESSED);
    c.add(
        LogErrors.COMPRESSION_UNFINISHED,
        folder -> {
          Files.writeString(folder.resolve(ErrorCauses.LOG + ".2"), ErrorCauses.ENTRY);
          return on(ENTRIES, folder);
        });
    c.add(
        LogErrors.LOG_OF_ANOTHER_ENCODING,
        folder -> {
          Files.write(folder.resolve(ErrorCauses.LOG), new byte[] {0x28, (byte) 0xB5, 0x2F, -3});
          return Run.tool(folder, "--json");
        });
    on(HEADED, c, RewriteErrors.LINES_ARE_COMPRESSED, "--id", "mask_lines");
    on(HEADED, c, RewriteErrors.HEADER_IS_COMPRESSED_WITH_ENTRIES, "--id", "second_header");
    c.add(
        KindErrors.BACKUP_OF_ANOTHER_ENCODING,
        folder -> {
          Files.writeString(folder.resolve("plain"), ErrorCauses.ENTRY);
          return on(HEADED, folder, "rollback", "--from-backup", "--backup", "plain");
        });
    c.add(
        RewriteErrors.OPEN_FOR_WRITING_AND_NOT_KEPT,
        folder -> {
          Path archive = folder.resolve(ErrorCauses.LOG + ".1");
          Files.writeString(archive, ErrorCauses.ENTRY);
          try (OutputStream writer = Files.newOutputStream(archive, StandardOpenOption.APPEND)) {
            writer.flush(); // still open
            return Run.tool(
                folder, "--no-archive-backup", "--json", "--audit-log", archive.toString());
          }
        });
    byte[] behind = Gzip.join(HEADED, new byte[9]);
    on(behind, c, EvidenceErrors.LOG_NOT_DECOMPRESSED, "verify");
  }

  private static void on(byte[] archive, ErrorCauses c, ErrorCode error, String... arguments) {
    c.add(error, folder -> on(archive, folder, arguments));
  }

  private static Run on(byte[] archive, Path folder, String... arguments) throws IOException {
    Files.write(folder.resolve(ARCHIVE), archive);
    String[] all = Arrays.copyOf(ErrorCauses.asJson(arguments), arguments.length + 3);
    all[arguments.length + 1] = "--audit-log";
    all[arguments.length + 2] = ARCHIVE;
    return Run.toolWithTestMigrations(folder, all);
  }
}
