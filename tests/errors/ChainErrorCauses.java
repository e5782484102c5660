import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import support.comparison.ComparisonErrors;
import support.evidence.EvidenceErrors;
import support.log.LogErrors;
import support.options.UsageErrors;
import support.rewrite.RewriteErrors;
import support.run.ErrorCode;
import support.staging.StagingErrors;

/** How errors come about that take more than one migration. */
final class ChainErrorCauses {
  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"shell\",\"command\":\"ls\"},\"result\":{\"decision\":\"ALLOW\"}}\n";
  private static final String MASKED = ENTRY.replace("ls", "**");
  private static final String HEADER =
      "{\"_meta\":{\"schema_version\":%d,\"created_at\":\"2025-01-01T00:00:00Z\"}}\n";

  private ChainErrorCauses() {}

  static void addTo(ErrorCauses c) {
    addWrongVersions(c);
    addWaysBack(c);
    addLongLines(c);
    addFaults(c);
  }

  private static void addWrongVersions(ErrorCauses c) {
    c.onLog(CommandErrors.UNKNOWN_INTERRUPTED_RUN, ChainErrorCauses::withAnothersJournal);
    on(header(4) + ENTRY, c, CommandErrors.WRONG_VERSION, "--id", "second_header");
    on(ENTRY, c, CommandErrors.NO_SUCH_VERSION, "rollback", "--to", "9");
    on(ENTRY, c, CommandErrors.VERSION_IS_AHEAD, "rollback", "--to", "2");
  }

  private static void addWaysBack(ErrorCauses c) {
    on(ENTRY, c, KindErrors.NO_BACKUP_FOR_THE_WAY_BACK, "rollback", "--id", "mask_lines");
    c.onLog(CommandErrors.RECOVER_TO_BE_FINISHED, ChainErrorCauses::behindAnInterruptedRecover);
    on(ENTRY, c, UsageErrors.ID_AND_TO, "rollback", "--id", "mask_lines", "--to", "1");
    String twoSteps = header(4) + ENTRY;
    String[] toTheFirst = {"rollback", "--from-backup", "--to", "1"};
    on(twoSteps, c, CommandErrors.FROM_BACKUP_TAKES_ONE_STEP, toTheFirst);
    String sealed = header(2).replace("}}", "},\"seal\":1}") + ENTRY;
    on(sealed, c, KindErrors.HEADER_HAS_OTHER_KEYS, "rollback");
  }

  private static void addLongLines(ErrorCauses c) {
    String longHeader = header(2).replace("}}", " ".repeat(2 << 20) + "}}");
    on(longHeader + ENTRY, c, LogErrors.HEADER_TOO_LONG, "status");
    String longLine = ENTRY + " ".repeat(17 << 20) + "\n";
    on(longLine + ENTRY, c, StagingErrors.LINE_TOO_LONG, "--id", "mask_lines");
  }

  private static void addFaults(ErrorCauses c) {
    c.add(EvidenceErrors.LATE_LINE_UNFINISHED, ChainErrorCauses::withALateLineTorn);
    String dropped = ENTRY.replace("ls", "drop me") + "{\"foo\":1}\n";
    on(dropped, c, RewriteErrors.EDIT_LEAVES_NO_LOG, "--id", "mask_lines", "--dry-run");
    c.add(
        EvidenceErrors.HEADER_NOT_AS_MADE,
        folder -> verified(folder, "second_header", header(3) + ENTRY, header(2) + ENTRY));
    c.add(
        ComparisonErrors.LINE_NOT_AS_MADE,
        folder ->
            verified(
                folder,
                "mask_lines",
                header(2) + MASKED + MASKED.replace("2025", "2026"),
                header(2) + ENTRY + ENTRY));
  }

  private static String header(int version) {
    return HEADER.formatted(version);
  }

  private static void on(String log, ErrorCauses c, ErrorCode error, String... arguments) {
    c.add(
        error,
        folder -> {
          Files.writeString(folder.resolve("audit.jsonl"), log);
          return Run.toolWithTestMigrations(folder, ErrorCauses.asJson(arguments));
        });
  }

  private static Run withAnothersJournal(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("audit.jsonl.migrate.lock"),
        "agentguard migrate lock pid=1 word=0000000000000000\n"
            + "migration=elsewhere\n"
            + "direction=forward\n");
    return Run.tool(folder);
  }

  private static Run behindAnInterruptedRecover(Path folder) throws IOException {
    lockOfRecover(folder);
    return Run.tool(folder, "rollback");
  }

  private static Run withALateLineTorn(Path folder) throws IOException {
    lockOfRecover(folder);
    Files.writeString(folder.resolve("audit.jsonl"), header(2) + ENTRY + MASKED.substring(0, 9));
    Files.writeString(folder.resolve("audit.jsonl.v040-backup"), ENTRY + MASKED);
    return Run.tool(folder, "verify");
  }

  private static void lockOfRecover(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("audit.jsonl.migrate.lock"),
        "agentguard migrate lock pid=1 word=0000000000000000\nrecover\n");
  }

  private static Run verified(Path folder, String id, String log, String backup)
      throws IOException {
    Files.writeString(folder.resolve("audit.jsonl"), log);
    Files.writeString(folder.resolve("audit.jsonl." + id + "-backup"), backup);
    return Run.toolWithTestMigrations(folder, "verify", "--id", id);
  }
}
