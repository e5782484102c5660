import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import support.console.ConsoleErrors;
import support.files.FileErrors;
import support.lock.LockErrors;
import support.log.LogErrors;
import support.options.UsageErrors;
import support.rewrite.RewriteErrors;
import support.run.RunErrors;

/** How errors come about that take a wrong command line, a wrong path, or a file in the way. */
final class UsageErrorCauses {
  private UsageErrorCauses() {}

  static void addTo(ErrorCauses causes) {
    addUsage(causes);
    addPaths(causes);
    addThingsInTheWay(causes);
  }

  // ------------------------------------------------------------ the command line

  private static void addUsage(ErrorCauses c) {
    c.arguments(UsageErrors.UNKNOWN_OPTION, "--nonsense");
    c.arguments(UsageErrors.UNKNOWN_OPTION, "--nonsense", "--more");
    c.arguments(UsageErrors.UNMATCHED_ARGUMENT, "nonsense");
    c.arguments(UsageErrors.UNMATCHED_ARGUMENT, "nonsense", "more");
    c.arguments(UsageErrors.MISSING_VALUE, "--id");
    c.arguments(UsageErrors.MISSING_VALUE, "--audit-log", "--dry-run");
    c.golden(UsageErrors.MISSING_OPTION, "rollback-discard-without-from-backup");
    c.arguments(UsageErrors.NOT_A_NUMBER, "--lock-timeout", "0.5");
    c.onLog(UsageErrors.PATH_NOT_IN_LOCALE, UsageErrorCauses::withAPathWithoutALocale);
    c.arguments(UsageErrors.REPEATED_OPTION, "--id", "a", "--id", "b");
    c.arguments(UsageErrors.REPEATED_GROUP, "rollback", "--from-backup", "--from-backup");
    c.arguments(UsageErrors.NO_PATH, "--audit-log", "");
    c.arguments(UsageErrors.AUDIT_LOG_NOT_A_FILE, "--audit-log", "/");
    c.arguments(UsageErrors.PATTERN_WITHOUT_LOG, "--audit-log", "nothing-*.jsonl");
    c.arguments(
        UsageErrors.ONE_FILE_FOR_SEVERAL,
        "--checkpoint",
        "c",
        "--audit-log",
        "a.jsonl",
        "--audit-log",
        "b.jsonl");
    c.arguments(UsageErrors.NO_BACKUP_PATH, "verify", "--backup", "");
    c.arguments(UsageErrors.NEGATIVE_TIMEOUT, "--lock-timeout", "-1");
    c.arguments(UsageErrors.NO_JOB, "--jobs", "0");
    c.arguments(UsageErrors.METRICS_FILE_OF_THE_LOG, "--metrics-file", ErrorCauses.LOG);
    c.arguments(UsageErrors.QUIET_AND_VERBOSE, "--quiet", "--verbose");
    c.golden(UsageErrors.LIST_WITH_OTHERS, "reset-checkpoint-with-list");
    c.arguments(UsageErrors.OPTIONS_BEFORE_COMMAND, "--dry-run", "startup");
    c.add(CommandErrors.NO_MIGRATIONS, folder -> Run.main("migrate", folder));
    c.golden(CommandErrors.MIGRATION_NOT_FOUND, "unknown-id");
    c.add(CommandErrors.MIGRATION_NOT_COMPILED_IN, UsageErrorCauses::withAMigrationTooMany);
  }

  /** The catalog of the jar gives way to one that is found before it. */
  private static Run withAMigrationTooMany(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("jbang-catalog.json"),
        "{\"aliases\":{\"v1_to_v2\":{\"script-ref\":\"migrations/v1_to_v2.java\"}}}");
    return Run.tool(List.of("-Xbootclasspath/a:" + folder), folder, "--list");
  }

  private static Run withAPathWithoutALocale(Path folder) {
    String script = "export LC_ALL=C; exec \"$@\" --audit-log caf$'\\xc3\\xa9'";
    Run run = Run.toolInShell(script, folder);
    assumeTrue(run.exit() != 0, "this JDK can express any name");
    return run;
  }

  // ------------------------------------------------------------ paths

  private static void addPaths(ErrorCauses c) {
    c.golden(LogErrors.NO_LOG, "missing-by-id");
    c.arguments(LogErrors.NO_FOLDER_OF_LOG, "--audit-log", "not/here.jsonl");
    c.golden(LogErrors.LINK_TO_NOTHING, "missing-dangling-link");
    c.add(
        FileErrors.LINK_CIRCLE,
        folder -> {
          Files.createSymbolicLink(folder.resolve(ErrorCauses.LOG), Path.of(ErrorCauses.LOG));
          return Run.tool(folder);
        });
    c.golden(KindErrors.NO_BACKUP_TO_RESTORE, "rollback-from-missing-backup");
    c.add(
        RunErrors.NO_SUCH_FILE,
        folder -> {
          Path nowhere = folder.resolve("nowhere");
          return Run.tool(List.of("-Djava.io.tmpdir=" + nowhere), folder, "demo");
        });
    c.arguments(RunErrors.IO_ERROR, "--audit-log", "a".repeat(300));
    c.add(ConsoleErrors.WORKING_FOLDER_NOT_IN_LOCALE, UsageErrorCauses::inAFolderWithoutALocale);
    c.golden(RewriteErrors.NO_BACKUP_FOLDER, "backup-dir-missing");
    c.arguments(
        ConsoleErrors.METRICS_FOLDER_NOT_WRITABLE, "--metrics-file", "nowhere/metrics.prom");
    c.onLog(
        ConsoleErrors.NOT_A_METRICS_FILE,
        folder -> {
          Files.writeString(folder.resolve("somebody's"), "data");
          return Run.tool(folder, "--metrics-file", "somebody's");
        });
    // Its staged file has a longer name.
    c.arguments(CommandErrors.METRICS_NOT_WRITTEN, "--metrics-file", "m".repeat(250));
  }

  private static Run inAFolderWithoutALocale(Path folder) throws IOException {
    Files.createDirectory(folder.resolve("caf\u00e9"));
    Run run = Run.toolInShell("cd caf*; export LC_ALL=C; exec \"$@\"", folder);
    assumeTrue(run.exit() != 0, "this JDK can express any name");
    return run;
  }

  // ------------------------------------------------------------ what stands in the way

  private static void addThingsInTheWay(ErrorCauses c) {
    c.onLog(
        RewriteErrors.BACKUP_IN_THE_WAY,
        folder -> {
          Files.createDirectory(folder.resolve(ErrorCauses.LOG + ".v040-backup"));
          return Run.tool(folder);
        });
    c.onLog(RewriteErrors.TOO_MANY_BACKUPS, UsageErrorCauses::withManyBackups);
    c.onLog(
        LockErrors.LOCK_IN_THE_WAY,
        folder -> {
          Files.writeString(folder.resolve(ErrorCauses.LOCK), ErrorCauses.ENTRY);
          return Run.tool(folder);
        });
    c.golden(LogErrors.NOT_A_CHECKPOINT, "legacy-checkpoint-that-is-an-archive");
    c.golden(RewriteErrors.WOULD_DISCARD_ENTRIES, "rollback-from-backup-that-would-discard");
  }

  private static Run withManyBackups(Path folder) throws IOException {
    for (int i = 0; i < 1000; i++) {
      Files.writeString(
          folder.resolve(ErrorCauses.LOG + ".v040-backup" + (i == 0 ? "" : "." + i)), "{");
    }
    return Run.tool(folder);
  }
}
