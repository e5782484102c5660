///usr/bin/env true; exec "$(dirname "$(readlink -f "$0")")/../jbang" "$0" "$@"
//SOURCES ../migrate.java

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import support.log.AuditLog;
import support.log.AuditLog.Format;
import support.log.Header;
import support.log.LogScan;
import support.log.Tally;
import support.rewrite.Rewrite;
import support.rewrite.Target;
import support.rewrite.Verification;
import support.run.Exit;
import support.run.Failure;

/**
 * Puts the {@code _meta} header of schema version 2 in front of an audit log that has none: one of
 * AgentGuard up to v0.4.0, or a later one that logrotate has truncated. Every byte of the log stays
 * as it is, behind the header; the log as it was is kept as {@code <log>.v040-backup}.
 *
 * <p>Stats: {@code original_bytes}, {@code final_bytes}, and {@code backup_bytes} where a backup
 * was written; of a proof {@code entries}, {@code damaged_lines}, {@code migrated_bytes} and {@code
 * appended_bytes}. The lines it logs are those of AgentGuard v1.0.0, pkg/migrate/v040_to_v041.
 */
public final class v040_to_v041 implements migrate.Migration {
  /** What the log was before the migration, as AgentGuard names it. */
  private static final String BACKUP_SUFFIX = ".v040-backup";

  /** What the log was before it went back. */
  private static final String ROLLBACK_BACKUP_SUFFIX = ".v041-backup";

  private static final int TARGET_VERSION = 2;

  public static void main(String... args) {
    migrate.start(() -> migrate.Registry.of(new v040_to_v041()), args);
  }

  @Override
  public String id() {
    return "v040_to_v041";
  }

  @Override
  public String fromVersion() {
    return "1";
  }

  @Override
  public String toVersion() {
    return Integer.toString(TARGET_VERSION);
  }

  @Override
  public String description() {
    return "Add schema-v2 _meta header to an existing audit log (preserves a .v040-backup rollback"
        + " copy)";
  }

  /** True for a log without a header, and where an interrupted run left something to finish. */
  @Override
  public boolean detect(migrate.Env env) throws IOException {
    Format format = AuditLog.format(env.auditLog());
    return format instanceof Format.Headerless || isToBeFinished(format, env);
  }

  private static boolean isToBeFinished(Format format, migrate.Env env) throws IOException {
    boolean isDone = format instanceof Format.Headed || format instanceof Format.Empty;
    return isDone && Rewrite.wasInterrupted(env.auditLog());
  }

  @Override
  public migrate.Result migrate(migrate.Env env, boolean dryRun) throws IOException {
    Format format = formatOfExisting(env.auditLog());
    if (isToBeFinished(format, env)) {
      return finish(env, forward(env), dryRun);
    }
    if (format instanceof Format.Empty) {
      return result(
          dryRun, Map.of(), "the audit log is empty; the server writes its header itself");
    }
    if (format instanceof Format.Headed headed) {
      return alreadyDone(dryRun, headed.atFirstByte());
    }
    return dryRun
        ? plan(env, forward(env), "prepend _meta")
        : rewrite(env, (Format.Headerless) format);
  }

  private static Format formatOfExisting(Path log) throws IOException {
    Format format = AuditLog.format(log);
    if (format instanceof Format.Absent) {
      throw Failure.unchanged(
          Exit.FAILED,
          "stat audit log: %s: no such file or directory".formatted(log),
          "give the path of the log with --audit-log");
    }
    return format;
  }

  private migrate.Result alreadyDone(boolean dryRun, boolean visible) {
    String note = "the audit log already carries a schema-v2 _meta header; nothing to do";
    String hidden = "the header does not begin at the first byte: AgentGuard does not see it there";
    return result(dryRun, Map.of(), visible ? new String[] {note} : new String[] {note, hidden});
  }

  private migrate.Result plan(migrate.Env env, Rewrite rewrite, String change) throws IOException {
    Rewrite.Plan plan = rewrite.plan();
    String backup =
        plan.backupToBeWritten() ? "write backup to" : "keep the backup already present at";
    would(env, "%s and %s %s (%d bytes)", change, backup, plan.backup(), plan.originalBytes());
    if (plan.newlineMissing()) {
      would(env, "end the last line, which has no newline");
    }
    plan.checkpoints().forEach(path -> would(env, "remove replay checkpoint %s", path));
    plan.leftovers().forEach(path -> would(env, "remove %s, left by an interrupted run", path));
    return result(
        true, Map.of("original_bytes", plan.originalBytes()), "dry-run: no files written");
  }

  private void would(migrate.Env env, String what, Object... details) {
    env.log().accept("migrate %s: would %s".formatted(id(), what.formatted(details)));
  }

  private migrate.Result rewrite(migrate.Env env, Format.Headerless log) throws IOException {
    Optional<Rewrite.Outcome> outcome = forward(env).run();
    if (outcome.isEmpty()) {
      return migrate(env, false); // another run was faster: done, or to be finished
    }
    List<String> notes = notesOnFiles(outcome.get().plan());
    notes.addAll(notesOnLines(log));
    notes.addAll(notesOnWriters(outcome.get()));
    return result(false, stats(outcome.get()), notes.toArray(String[]::new));
  }

  private static Map<String, Long> stats(Rewrite.Outcome outcome) {
    Map<String, Long> stats = new TreeMap<>();
    stats.put("original_bytes", outcome.plan().originalBytes());
    stats.put("final_bytes", outcome.finalBytes());
    if (outcome.plan().backupToBeWritten()) {
      stats.put("backup_bytes", outcome.plan().originalBytes());
    }
    return stats;
  }

  private static List<String> notesOnFiles(Rewrite.Plan plan) {
    List<String> notes = notesOnBackups(plan);
    notes.addAll(notesOnCheckpoints(plan));
    if (plan.newlineMissing()) {
      notes.add("the last line had no newline; one was added, so that the next entry stays whole");
    }
    return notes;
  }

  private static List<String> notesOnBackups(Rewrite.Plan plan) {
    List<String> notes = new ArrayList<>();
    plan.otherBackups()
        .forEach(path -> notes.add("backup already present, not overwritten: " + path));
    notes.add(
        (plan.backupToBeWritten()
                ? "backup written: "
                : "backup already present, not overwritten: ")
            + plan.backup());
    return notes;
  }

  private static List<String> notesOnCheckpoints(Rewrite.Plan plan) {
    String note = "removed stale replay checkpoint (offsets invalid after rewrite)";
    return plan.checkpoints().size() == 1
        ? List.of(note)
        : plan.checkpoints().stream().map(path -> note + ": " + path).toList();
  }

  private static List<String> notesOnLines(Format.Headerless log) {
    List<String> notes = new ArrayList<>();
    if (log.damagedLines() > 0) {
      notes.add(
          "%d damaged line(s) before the first entry; kept as they are"
              .formatted(log.damagedLines()));
    }
    if (log.byteOrderMark()) {
      notes.add("the log began with a byte-order mark; kept, but readers cannot parse that line");
    }
    return notes;
  }

  private static List<String> notesOnWriters(Rewrite.Outcome outcome) {
    Rewrite.Plan plan = outcome.plan();
    List<String> notes = new ArrayList<>();
    plan.leftovers().forEach(path -> notes.add("removed " + path + ", left by an interrupted run"));
    if (outcome.carriedOverBytes() > 0) {
      notes.add(
          "%d bytes that were appended meanwhile were carried over"
              .formatted(outcome.carriedOverBytes()));
    }
    if (outcome.unfinishedBytes() > 0) {
      notes.add(
          "%d bytes of an unfinished line are in %s only"
              .formatted(outcome.unfinishedBytes(), plan.backup()));
    }
    if (!plan.writers().writers().isEmpty()) {
      notes.add(
          "WARN: %s still writes to %s; restart it now"
              .formatted(plan.writers().names(), plan.backup()));
    }
    if (!plan.writers().complete()) {
      notes.add(
          "could not look into all processes; if a server still runs, restart it now"
              + (plan.backupIsAnotherFile()
                  ? ": what it logs until then is in no file"
                  : ": what it logs until then is in " + plan.backup()));
    }
    return notes;
  }

  private migrate.Result finish(migrate.Env env, Rewrite rewrite, boolean dryRun)
      throws IOException {
    if (dryRun) {
      would(env, "finish what an interrupted run left; the log itself is done already");
      return result(true, Map.of(), "dry-run: no files written");
    }
    long bytesOnlyInBackup = rewrite.finishInterrupted();
    List<String> notes =
        new ArrayList<>(List.of("an earlier run was interrupted; finished what it left"));
    if (bytesOnlyInBackup > 0) {
      notes.add(
          "the last %d bytes of the latest backup are not in the log: a server was still writing to it"
              .formatted(bytesOnlyInBackup));
    }
    return result(false, Map.of(), notes.toArray(String[]::new));
  }

  private static Rewrite forward(migrate.Env env) throws IOException {
    byte[] header = Header.line(TARGET_VERSION, env.clock().instant());
    return rewriteTo(env, new Target.WithHeader(header, TARGET_VERSION), BACKUP_SUFFIX);
  }

  private static Rewrite rewriteTo(migrate.Env env, Target target, String backupSuffix)
      throws IOException {
    Rewrite.Job job =
        new Rewrite.Job(
            env.auditLog(), target, backupSuffix, env.backupDir(), env.checkpoint(), env.choices());
    return new Rewrite(job, env.machine(), env.monitor());
  }

  private migrate.Result result(boolean dryRun, Map<String, Long> stats, String... notes) {
    return new migrate.Result(id(), fromVersion(), toVersion(), dryRun, stats, List.of(notes));
  }

  /**
   * The first non-empty line must be a header of the target version. An empty log passes: the
   * server writes its header.
   */
  @Override
  public void verify(migrate.Env env) throws IOException {
    Format format;
    try {
      format = AuditLog.format(env.auditLog());
    } catch (Failure failure) {
      throw unverified(env, "post-migration ReadMeta: " + failure.getMessage());
    } catch (IOException e) {
      throw unverified(env, "post-migration ReadMeta: " + Failure.reason(e));
    }
    if (format instanceof Format.Headerless) {
      throw unverified(env, "post-migration audit file is still headerless");
    }
    if (format instanceof Format.Absent) {
      throw unverified(env, "post-migration audit file is missing");
    }
  }

  private static Failure unverified(migrate.Env env, String what) {
    return new Failure(
        Exit.UNVERIFIED,
        what,
        "%s was left as it is, and so were its backups".formatted(env.auditLog()),
        "do not start the server; compare the log with its %s".formatted(BACKUP_SUFFIX));
  }

  /** Every line, and every byte of the backup. */
  @Override
  public migrate.Result prove(migrate.Env env) throws IOException {
    Verification verification =
        new Verification(env.auditLog(), backup(env), TARGET_VERSION, env.monitor());
    Verification.Account account = verification.prove();
    Map<String, Long> stats =
        Map.of(
            "entries", account.entries(),
            "damaged_lines", account.damaged(),
            "migrated_bytes", account.migratedBytes(),
            "appended_bytes", account.appendedBytes());
    return result(false, stats, verification.describe(account).toArray(String[]::new));
  }

  private static Path backup(migrate.Env env) throws IOException {
    return env.choices().backup() != null
        ? env.choices().backup()
        : Verification.backupOf(env.auditLog(), BACKUP_SUFFIX, env.backupDir(), env.monitor());
  }

  /**
   * Takes the header away, so that v0.4.0 does not report it as an entry of the year 1; or, if the
   * operator chose so, restores the backup. AgentGuard's documents only know the latter, which
   * discards every decision that was logged since.
   */
  @Override
  public migrate.Result rollback(migrate.Env env, boolean dryRun) throws IOException {
    Format format = formatOfExisting(env.auditLog());
    Rewrite backward = backward(env);
    requireUndamaged(env);
    if (!(format instanceof Format.Headed)) {
      return Rewrite.wasInterrupted(env.auditLog())
          ? finish(env, backward, dryRun)
          : result(dryRun, Map.of(), "the audit log has no _meta header; nothing to do");
    }
    List<String> warnings = warningsOfLongLines(env);
    if (dryRun) {
      String change = env.choices().fromBackup() ? "restore " + backup(env) : "remove _meta";
      return with(warnings, plan(env, backward, change));
    }
    Optional<Rewrite.Outcome> outcome = backward.run();
    if (outcome.isEmpty()) {
      return rollback(env, false); // another run was faster: done, or to be finished
    }
    List<String> notes = notesOnFiles(outcome.get().plan());
    notes.addAll(notesOnWriters(outcome.get()));
    return with(warnings, result(false, stats(outcome.get()), notes.toArray(String[]::new)));
  }

  private static migrate.Result with(List<String> warnings, migrate.Result result) {
    List<String> notes = new ArrayList<>(result.notes());
    notes.addAll(warnings);
    return new migrate.Result(
        result.migrationId(), result.from(), result.to(), result.dryRun(), result.stats(), notes);
  }

  /** What is damaged must be looked at by somebody, and not be carried on. */
  private static void requireUndamaged(migrate.Env env) throws IOException {
    Path log = env.auditLog();
    Path backup = backup(env);
    boolean isCompared = !env.choices().fromBackup() && Files.exists(backup);
    if (isCompared && !(AuditLog.format(log) instanceof Format.Headerless)) {
      new Verification(log, backup, TARGET_VERSION, env.monitor()).requireBegunByBackup();
    }
  }

  private static Rewrite backward(migrate.Env env) throws IOException {
    Target target =
        env.choices().fromBackup()
            ? new Target.Restored(backup(env), env.choices().discardNewer())
            : new Target.WithoutHeader();
    return rewriteTo(env, target, ROLLBACK_BACKUP_SUFFIX);
  }

  private static List<String> warningsOfLongLines(migrate.Env env) throws IOException {
    Path entries = env.choices().fromBackup() ? backup(env) : env.auditLog();
    Tally.Places longLines = LogScan.readEntries(entries, env.monitor()).stopV040();
    return longLines.count() == 0
        ? List.of()
        : List.of(
            "WARN: %d line(s) of 64 KiB or more; v0.4.0 reads no further than the first, line %d"
                .formatted(longLines.count(), longLines.first().get(0).line()));
  }
}
