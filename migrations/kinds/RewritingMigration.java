//SOURCES HeaderMigration.java
//SOURCES KindErrors.java
//SOURCES LineMigration.java

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import support.evidence.Evidence;
import support.evidence.Proof;
import support.evidence.Verification;
import support.log.AuditLog;
import support.log.AuditLog.Format;
import support.log.LineEdit;
import support.log.LogErrors;
import support.log.LogNames;
import support.log.LogNames.BackupName;
import support.rewrite.Job;
import support.rewrite.Journal;
import support.rewrite.Journal.Direction;
import support.rewrite.Rewrite;
import support.rewrite.Target;
import support.run.Failure;
import support.run.Notes;

/**
 * What migrations share that make one log of another: the durable rewrite, and what is said of it.
 * A kind of them says what the log is to become, and how that is proven.
 *
 * <p>Stats: {@code original_bytes}, {@code final_bytes}, and {@code backup_bytes} where a backup
 * was written; of a proof {@code entries}, {@code damaged_lines}, {@code migrated_bytes} and {@code
 * appended_bytes}. The lines that are logged are those of AgentGuard v1.0.0,
 * pkg/migrate/v040_to_v041.
 */
abstract class RewritingMigration implements migrate.Migration {
  private final String id;
  private final String description;

  RewritingMigration(String id, String description) {
    this.id = id;
    this.description = description;
  }

  @Override
  public final String id() {
    return id;
  }

  @Override
  public final String description() {
    return description;
  }

  // ---------------------------------------------------------------- what a kind says

  /** What a log is to become. */
  abstract Target forward(migrate.Env env) throws IOException;

  /**
   * What it is to become on the way back.
   *
   * @throws Failure if there is no way back
   */
  abstract Target backward(migrate.Env env) throws IOException;

  /** How the log was made of its backup. */
  abstract Verification.Made made(migrate.Env env) throws IOException;

  /** What a dry run says that it would do, such as {@code "prepend _meta"}. */
  abstract String change();

  /** The same of the way back. */
  abstract String changeBack();

  /** What a run says that finds nothing to do. */
  abstract String nothingToDo();

  /** The same of the way back. */
  abstract String nothingToUndo();

  /** What the operator must know of lines before an older release reads them. */
  List<String> warningsOf(Path entries, migrate.Env env) throws IOException {
    return List.of();
  }

  /** Whether the way back has been gone, or never was a way there. */
  boolean isUndone(migrate.Env env, Target back) throws IOException {
    return rewrite(env, Direction.BACKWARD, back).isReached();
  }

  // ---------------------------------------------------------------- there

  /** True for a log of the version that it takes, and where a run of it left work to finish. */
  @Override
  public boolean detect(migrate.Env env) throws IOException {
    Format format = AuditLog.format(env.auditLog(), env.newestVersion());
    if (format instanceof Format.Absent) {
      return false;
    }
    Target target = forward(env);
    return target.startsFrom(format)
        || target.isReachedBy(format) && rewrite(env, Direction.FORWARD, target).wasInterrupted();
  }

  @Override
  public migrate.Result migrate(migrate.Env env, boolean dryRun) throws IOException {
    Format format = formatOfExisting(env);
    Rewrite rewrite = rewrite(env, Direction.FORWARD, forward(env));
    if (dryRun && !rewrite.isReached()) {
      return plan(env, rewrite, change());
    }
    if (dryRun) {
      return rewrite.wasInterrupted() ? wouldFinish(env) : nothingToDo(true, format);
    }
    Rewrite.Outcome outcome = rewrite.run();
    if (outcome instanceof Rewrite.Rewritten rewritten) {
      return result(
          false, stats(rewritten), notes(env, rewritten, notesOnLines(format, rewritten)));
    }
    return outcome instanceof Rewrite.Finished finished
        ? finished(finished)
        : nothingToDo(false, formatOfExisting(env));
  }

  private static Format formatOfExisting(migrate.Env env) throws IOException {
    Format format = AuditLog.format(env.auditLog(), env.newestVersion());
    if (format instanceof Format.Absent) {
      throw Failure.of(LogErrors.NO_LOG, env.auditLog());
    }
    return format;
  }

  private migrate.Result nothingToDo(boolean dryRun, Format format) {
    if (format instanceof Format.Empty) {
      return result(
          dryRun, Map.of(), List.of("the audit log is empty; the server writes its header itself"));
    }
    List<String> notes = new ArrayList<>(List.of(nothingToDo()));
    if (format instanceof Format.Headed headed && !headed.atFirstByte()) {
      notes.add("the header does not begin at the first byte: AgentGuard does not see it there");
    }
    return result(dryRun, Map.of(), notes);
  }

  // ---------------------------------------------------------------- and back

  /**
   * Keeps every entry that was logged since; or, if the operator chose so, restores the backup.
   * AgentGuard's documents only know the latter, which discards them.
   */
  @Override
  public migrate.Result rollback(migrate.Env env, boolean dryRun) throws IOException {
    Format format = formatOfExisting(env);
    verification(env).requireNamed();
    Target target = env.options().fromBackup() ? restored(env, format) : backward(env);
    boolean isUndone = isUndone(env, target);
    List<String> warnings = new ArrayList<>();
    if (!isUndone) {
      requireKnownHeader(env, target);
    }
    if (!isUndone || format instanceof Format.Empty) {
      warnings.addAll(requireUndamaged(env));
    }
    Rewrite rewrite = rewrite(env, Direction.BACKWARD, target);
    if (isUndone) {
      return finishedOrNothingToUndo(env, rewrite, dryRun);
    }
    warnings.addAll(warningsOf(env.options().fromBackup() ? backup(env) : env.auditLog(), env));
    if (dryRun) {
      String change = env.options().fromBackup() ? "restore " + backup(env) : changeBack();
      return with(warnings, plan(env, rewrite, change));
    }
    Rewrite.Outcome outcome = rewrite.run();
    if (outcome instanceof Rewrite.Rewritten rewritten) {
      return wentBack(
          with(warnings, result(false, stats(rewritten), notes(env, rewritten, List.of()))));
    }
    return outcome instanceof Rewrite.Finished finished
        ? wentBack(finished(finished))
        : result(false, Map.of(), List.of(nothingToUndo()));
  }

  private Target restored(migrate.Env env, Format format) throws IOException {
    long from = versionOr(toVersion(), format);
    long to = versionOr(fromVersion(), format);
    return new Target.Restored(backup(env), env.options().discardNewer(), from, to);
  }

  static long versionOr(String version, Format format) {
    return version.equals(ANY_VERSION) ? format.version() : Long.parseLong(version);
  }

  private migrate.Result finishedOrNothingToUndo(migrate.Env env, Rewrite rewrite, boolean dryRun)
      throws IOException {
    if (!rewrite.wasInterrupted()) {
      return result(dryRun, Map.of(), List.of(nothingToUndo()));
    }
    return dryRun ? wouldFinish(env) : wentBack(finished(rewrite.finishInterrupted()));
  }

  /** What an operator must do before an older server starts is said last. */
  private migrate.Result wentBack(migrate.Result result) {
    return keepsVersion()
        ? result
        : with(
            List.of(
                "before the old server starts, disable what runs 'migrate startup' at its start:"
                    + " it would migrate the log forward again"),
            result);
  }

  private static migrate.Result with(List<String> warnings, migrate.Result result) {
    List<String> notes = new ArrayList<>(result.notes());
    notes.addAll(warnings);
    return result.withNotes(notes);
  }

  /**
   * An earlier version must not lose, nor carry where nobody can know it, what a later release
   * keeps in the header.
   */
  private static void requireKnownHeader(migrate.Env env, Target target) throws IOException {
    boolean isGivenUp = target instanceof Target.Restored restored && restored.discardNewer();
    if (target.from() != target.to()
        && !isGivenUp
        && AuditLog.hasOtherKeysInHeader(env.auditLog())) {
      throw Failure.of(KindErrors.HEADER_HAS_OTHER_KEYS, env.auditLog());
    }
  }

  /** What is damaged must be looked at by somebody, and not be carried on. */
  private List<String> requireUndamaged(migrate.Env env) throws IOException {
    long late = env.options().fromBackup() ? 0 : verification(env).requireUndamaged();
    return late == 0
        ? List.of()
        : List.of(
            "%d line(s) of %s are in no other file; bring them over with 'migrate recover'"
                .formatted(late, backup(env)));
  }

  /** The backup that the operator names, or else the one that the log was migrated from. */
  final Path backup(migrate.Env env) throws IOException {
    return verification(env).backup();
  }

  private Verification verification(migrate.Env env) throws IOException {
    Map<String, LineEdit> edits = new LinkedHashMap<>(env.edits());
    if (this instanceof LineEdit edit) {
      edits.put(id, edit);
    }
    Path named = env.options().backup();
    Evidence.Place place =
        new Evidence.Place(
            env.auditLog(),
            env.backupDir(),
            named,
            named == null ? null : new BackupName(id, true, Integer.MAX_VALUE),
            edits,
            env.machine().openFiles());
    return new Verification(place, id, made(env), env.monitor());
  }

  // ---------------------------------------------------------------- what was interrupted

  @Override
  public migrate.Result recover(migrate.Env env, boolean dryRun) throws IOException {
    if (dryRun) {
      return wouldFinish(env);
    }
    Direction direction =
        Journal.find(env.auditLog()).map(Journal::direction).orElse(Direction.FORWARD);
    Target target = direction == Direction.FORWARD ? forward(env) : backward(env);
    migrate.Result finished = finished(rewrite(env, direction, target).finishInterrupted());
    return direction == Direction.FORWARD ? finished : wentBack(finished);
  }

  private migrate.Result wouldFinish(migrate.Env env) {
    would(env, "finish what an interrupted run left; the log itself is done already");
    return result(true, Map.of(), List.of("dry-run: no files written"));
  }

  private migrate.Result finished(Rewrite.Finished finished) {
    List<String> notes =
        new ArrayList<>(List.of("an earlier run was interrupted; finished what it left"));
    if (finished.bytesOnlyInBackup() > 0) {
      notes.add(
          "the last %d bytes of the latest backup are not in the log: a server was still writing to it; bring them over with 'migrate recover'"
              .formatted(finished.bytesOnlyInBackup()));
    }
    return result(false, Map.of(), notes);
  }

  // ---------------------------------------------------------------- what is proven

  /**
   * The first non-empty line must be a header of the target version. An empty log passes: the
   * server writes its header.
   */
  @Override
  public void verify(migrate.Env env) throws IOException {
    Format format;
    try {
      format = AuditLog.format(env.auditLog(), env.newestVersion());
    } catch (Failure failure) {
      throw unverified(env, KindErrors.MIGRATED_LOG_UNREADABLE, failure.getMessage());
    } catch (IOException e) {
      throw unverified(env, KindErrors.MIGRATED_LOG_UNREADABLE, Failure.reason(e));
    }
    if (format instanceof Format.Absent) {
      throw unverified(env, KindErrors.MIGRATED_LOG_MISSING);
    }
    long expected = versionOr(toVersion(), format);
    if (format instanceof Format.Headerless && expected > AuditLog.HEADERLESS_VERSION) {
      throw unverified(env, KindErrors.MIGRATED_LOG_HEADERLESS);
    }
    if (!(format instanceof Format.Empty) && format.version() != expected) {
      throw unverified(env, KindErrors.MIGRATED_LOG_OF_ANOTHER_VERSION, format.version());
    }
  }

  private Failure unverified(migrate.Env env, KindErrors error, Object... places) {
    List<Object> all = new ArrayList<>(List.of(places));
    all.add(LogNames.backupSuffix(id));
    return Failure.of(error, all.toArray())
        .withState("%s was left as it is, and so were its backups".formatted(env.auditLog()));
  }

  /** Every line, and every byte of the backups. */
  @Override
  public migrate.Result prove(migrate.Env env) throws IOException {
    Verification verification = verification(env);
    Verification.Account account = verification.prove();
    Notes notes = new Proof(verification.place().log(), account).notes();
    notes.requireNoConcern(env.options().strict(), Failure.UNCHANGED);
    Map<String, Long> stats =
        Map.of(
            "entries", account.entries(),
            "damaged_lines", account.damaged(),
            "migrated_bytes", account.migratedBytes(),
            "appended_bytes", account.appendedBytes());
    return result(false, stats, notes.texts());
  }

  // ---------------------------------------------------------------- what is said

  private Rewrite rewrite(migrate.Env env, Direction direction, Target target) throws IOException {
    Job job =
        new Job(
            env.auditLog(),
            target,
            id,
            direction,
            env.backupDir(),
            env.checkpoint(),
            env.options());
    return new Rewrite(job, env.machine(), env.monitor());
  }

  private migrate.Result result(boolean dryRun, Map<String, Long> stats, List<String> notes) {
    return new migrate.Result(id, fromVersion(), toVersion(), dryRun, stats, notes);
  }

  private void would(migrate.Env env, String what, Object... details) {
    env.log().accept("migrate %s: would %s".formatted(id, what.formatted(details)));
  }

  private migrate.Result plan(migrate.Env env, Rewrite rewrite, String change) throws IOException {
    Rewrite.Plan plan = rewrite.plan();
    String backup =
        plan.backupToBeWritten() ? "write backup to" : "keep the backup already present at";
    would(env, "%s and %s %s (%d bytes)", change, backup, plan.backup(), plan.originalBytes());
    if (plan.changedLines() + plan.droppedLines() > 0) {
      would(env, "change %d line(s) and drop %d", plan.changedLines(), plan.droppedLines());
    }
    if (plan.newlineMissing()) {
      would(env, "end the last line, which has no newline");
    }
    plan.checkpoints().forEach(path -> would(env, "remove replay checkpoint %s", path));
    plan.leftovers().forEach(path -> would(env, "remove %s, left by an interrupted run", path));
    List<String> notes = new ArrayList<>(notesOnAccess(env, plan));
    notes.add("dry-run: no files written");
    notes.addAll(notesOnNames(plan));
    return result(true, Map.of("original_bytes", plan.originalBytes()), notes);
  }

  private static Map<String, Long> stats(Rewrite.Rewritten outcome) {
    Rewrite.Plan plan = outcome.plan();
    Map<String, Long> stats = new TreeMap<>();
    stats.put("original_bytes", plan.originalBytes());
    stats.put("final_bytes", outcome.finalBytes());
    if (plan.backupToBeWritten()) {
      stats.put("backup_bytes", plan.originalBytes());
    }
    if (plan.changedLines() + plan.droppedLines() > 0) {
      stats.put("changed_lines", plan.changedLines());
      stats.put("dropped_lines", plan.droppedLines());
    }
    return stats;
  }

  private static List<String> notes(
      migrate.Env env, Rewrite.Rewritten outcome, List<String> onLines) {
    List<String> notes = new ArrayList<>(notesOnBackups(outcome.plan()));
    notes.addAll(notesOnCheckpoints(outcome.plan()));
    if (outcome.plan().newlineMissing()) {
      notes.add("the last line had no newline; one was added, so that the next entry stays whole");
    }
    notes.addAll(onLines);
    notes.addAll(notesOnAccess(env, outcome.plan()));
    notes.addAll(notesOnNames(outcome.plan()));
    notes.addAll(notesOnWriters(outcome));
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

  private static List<String> notesOnNames(Rewrite.Plan plan) {
    return plan.otherNames() == 0
        ? List.of()
        : List.of(
            "WARN: the log has %d more name(s) (hard links), which lead to the log as it was before"
                .formatted(plan.otherNames()));
  }

  private static List<String> notesOnLines(Format format, Rewrite.Rewritten outcome) {
    List<String> notes = new ArrayList<>();
    if (format instanceof Format.Headerless log) {
      if (log.damagedLines() > 0) {
        notes.add(
            "%d damaged line(s) before the first entry; kept as they are"
                .formatted(log.damagedLines()));
      }
      if (log.byteOrderMark()) {
        notes.add("the log began with a byte-order mark; kept, but readers cannot parse that line");
      }
    }
    if (outcome.longLines() > 0) {
      notes.add(
          "WARN: %d line(s) of 4 MiB or more; every reader stops at the first, and 'migrate status'"
                  .formatted(outcome.longLines())
              + " says where it is");
    }
    return notes;
  }

  /** What becomes of an access-control list that the new log does not get. */
  private static List<String> notesOnAccess(migrate.Env env, Rewrite.Plan plan) {
    return switch (plan.access().known()) {
      case ALL ->
          plan.access().own() != null && env.options().withoutAcl()
              ? List.of("the log's access-control list is not carried over (--without-acl)")
              : List.of();
      case THAT_THERE_IS_ONE ->
          List.of(
              "no access-control list is carried over (--without-acl); what the log's group may"
                  + " could not be told from it, so it may nothing");
      case NOTHING -> List.of("access-control list not looked at: nothing here tells of one");
    };
  }

  private static List<String> notesOnWriters(Rewrite.Rewritten outcome) {
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
}
