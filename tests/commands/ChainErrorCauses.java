import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** How each error of docs/errors.md comes about that takes more than one migration. */
final class ChainErrorCauses {
  private static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"shell\",\"command\":\"ls\"},\"result\":{\"decision\":\"ALLOW\"}}\n";
  private static final String HEADER =
      "{\"_meta\":{\"schema_version\":%d,\"created_at\":\"2025-01-01T00:00:00Z\"}}\n";

  private ChainErrorCauses() {}

  static Map<ErrorTable.Row, ErrorCauses.Cause> all() {
    ErrorCauses.Causes c = new ErrorCauses.Causes();
    c.onLog(
        1,
        "an interrupted run of <id> left work beside <log>, and only that migration may finish it",
        ChainErrorCauses::withAnothersJournal);
    on(
        ENTRY,
        c,
        1,
        "backup <backup> is missing, and the way back of <id> is its backup",
        "rollback",
        "--id",
        "mask_lines");
    on(
        header(2).replace("}}", " ".repeat(2 << 20) + "}}") + ENTRY,
        c,
        1,
        "<log>: its header is longer than 1 MiB",
        "status");
    on(
        ENTRY,
        c,
        2,
        "--id and --to exclude each other",
        "rollback",
        "--id",
        "mask_lines",
        "--to",
        "1");
    on(ENTRY, c, 2, "there is no version <n> to go back to", "rollback", "--to", "9");
    on(
        header(4) + ENTRY,
        c,
        2,
        "--from-backup restores one backup, and there is more than one step to version <n>",
        "rollback",
        "--from-backup",
        "--to",
        "1");
    on(
        header(4) + ENTRY,
        c,
        5,
        "<id> goes from version <n> to <n>, and <log> is of version <n>",
        "--id",
        "second_header");
    on(
        header(2).replace("}}", "},\"seal\":1}") + ENTRY,
        c,
        5,
        "the header of <log> has keys besides _meta, such as a seal, which no earlier release"
            + " knows",
        "rollback");
    on(
        ENTRY,
        c,
        5,
        "<log> is of version <n>, which is before version <n>",
        "rollback",
        "--to",
        "2");
    on(
        ENTRY + " ".repeat(17 << 20) + "\n" + ENTRY,
        c,
        5,
        "<log>, byte <n>: the line is longer than 16 MiB, and cannot be edited",
        "--id",
        "mask_lines");
    c.add(
        6,
        "<log>, line <n>, byte <n>: the header is not what was made of that of <backup>",
        folder -> verified(folder, "second_header", header(3) + ENTRY, header(2) + ENTRY));
    c.add(
        6,
        "<backup>, line <n>, byte <n>: what was made of this line does not stand in <log>",
        folder -> verified(folder, "mask_lines", header(2) + ENTRY, header(2) + ENTRY));
    return c.all();
  }

  private static String header(int version) {
    return HEADER.formatted(version);
  }

  private static void on(
      String log, ErrorCauses.Causes c, int exit, String text, String... arguments) {
    c.add(
        exit,
        text,
        folder -> {
          Files.writeString(folder.resolve("audit.jsonl"), log);
          return Run.toolWithTestMigrations(folder, arguments);
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

  private static Run verified(Path folder, String id, String log, String backup)
      throws IOException {
    Files.writeString(folder.resolve("audit.jsonl"), log);
    Files.writeString(folder.resolve("audit.jsonl." + id + "-backup"), backup);
    return Run.toolWithTestMigrations(folder, "verify", "--id", id);
  }
}
