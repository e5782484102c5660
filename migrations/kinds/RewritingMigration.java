//SOURCES HeaderMigration.java
//SOURCES KindErrors.java
//SOURCES LineMigration.java
//SOURCES RewriteNotes.java

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import support.evidence.Evidence;
import support.evidence.Proof;
import support.evidence.Verification;
import support.files.Links;
import support.lines.LineEdit;
import support.lock.Journal;
import support.lock.Journal.Direction;
import support.log.AuditLog;
import support.log.AuditLog.Format;
import support.log.CompressedHeader;
import support.log.Encoding;
import support.log.LogErrors;
import support.log.LogNames;
import support.log.LogNames.BackupName;
import support.rewrite.Backup;
import support.rewrite.Job;
import support.rewrite.Rewrite;
import support.rewrite.RewriteErrors;
import support.rewrite.Target;
import support.run.Failure;
import support.run.Notes;

/**
 * What migrations share that make one log of another: the durable rewrite, and what is said of it.
 * A kind of them says what the log is to become, and how that is proven.
 *
 * <p>Stats: {@code original_bytes}, {@code final_bytes}, and {@code backup_bytes} where a backup
 * was written; of a proof {@code entries}, {@code damaged_lines}, {@code migrated_bytes} and {@code
 * appended_bytes}; of a way back that there is none of, {@code left_as_it_is}. The lines that are
 * logged are those of AgentGuard v1.0.0, pkg/migrate/v040_to_v041.
 */
abstract class RewritingMigration implements migrate.Migration {
  /** The count in the result of a way back that was not gone, since there is none. */
  static final String LEFT_AS_IT_IS = "left_as_it_is";

  private final String id;
  private final String description;

  /**
   * @param id as in the catalog; backups are recognised by it
   * @throws IllegalArgumentException if it is no name of a migration: a programming error
   */
  RewritingMigration(String id, String description) {
    if (!LogNames.isMigration(id)) {
      throw new IllegalArgumentException(
          "'%s' has not the form of vNNN_to_vMMM: two words or more, 39 letters or fewer"
              .formatted(id));
    }
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
      return plan(env, rewrite, change(), RewriteNotes.onLines(format));
    }
    if (dryRun) {
      return rewrite.wasInterrupted() ? wouldFinish(env) : nothingToDo(true, format);
    }
    Rewrite.Outcome outcome = rewrite.run();
    if (outcome instanceof Rewrite.Rewritten rewritten) {
      Notes onLines = RewriteNotes.onLines(format);
      onLines.addAll(RewriteNotes.onLongLines(rewritten));
      return result(false, stats(rewritten), RewriteNotes.of(env, rewritten, onLines));
    }
    return outcome instanceof Rewrite.Finished finished
        ? finished(RewriteNotes.of(finished))
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
          dryRun,
          Map.of(),
          Notes.of("the audit log is empty; the server writes its header itself"));
    }
    Notes notes = Notes.of(nothingToDo());
    if (format instanceof Format.Headed headed && !headed.atFirstByte()) {
      notes.addConcern(
          "the header does not begin at the first byte: AgentGuard does not see it there");
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
    if (isLeftAsItIs(env, format)) {
      return leftAsItIs(env, dryRun);
    }
    verification(env).requireNamed();
    Target target = env.options().fromBackup() ? restored(env, format) : backward(env);
    boolean isUndone = isUndone(env, target);
    Notes warnings = new Notes();
    if (!isUndone) {
      requireBackupToRestore(env, target);
      requireKnownHeader(env, target);
    }
    if (!isUndone || format instanceof Format.Empty) {
      warnings.addAll(requireUndamaged(env));
    }
    Rewrite rewrite = rewrite(env, Direction.BACKWARD, target);
    if (isUndone) {
      return finishedOrNothingToUndo(env, rewrite, dryRun);
    }
    Path entries = env.options().fromBackup() ? backup(env) : env.auditLog();
    if (!Encoding.of(entries).isCompressed()) { // which no earlier release opens
      warningsOf(entries, env).forEach(warnings::addConcern);
    }
    if (dryRun) {
      String change = env.options().fromBackup() ? "restore " + backup(env) : changeBack();
      return plan(env, rewrite, change, warnings);
    }
    Rewrite.Outcome outcome = rewrite.run();
    if (outcome instanceof Rewrite.Rewritten rewritten) {
      return wentBack(stats(rewritten), RewriteNotes.onWayBack(env, rewritten, warnings));
    }
    return outcome instanceof Rewrite.Finished finished
        ? wentBack(Map.of(), RewriteNotes.of(finished))
        : result(false, Map.of(), Notes.of(nothingToUndo()));
  }

  /** A header that is compressed with entries cannot be taken out; v0.4.0 opens no archive. */
  private boolean isLeftAsItIs(migrate.Env env, Format format) throws IOException {
    Path live = Links.resolve(env.auditLog());
    return format instanceof Format.Headed
        && !env.options().fromBackup()
        && Encoding.of(live).isCompressed()
        && CompressedHeader.of(live).isShared();
  }

  private migrate.Result leftAsItIs(migrate.Env env, boolean dryRun) {
    String note =
        "%s %s as it is: its header is compressed together with entries, and no server of an"
            + " earlier version opens an archive";
    String what = dryRun ? "would be left" : "was left";
    return result(
        dryRun, Map.of(LEFT_AS_IT_IS, 1L), Notes.of(note.formatted(env.auditLog(), what)));
  }

  private Target restored(migrate.Env env, Format format) throws IOException {
    requireSameEncoding(env.auditLog(), backup(env));
    long from = versionOr(toVersion(), format);
    Path backup = backup(env);
    long to = versionOr(fromVersion(), keepsVersion() ? AuditLog.format(backup) : format);
    LineEdit undone = this instanceof LineEdit edit ? edit : null;
    boolean discardNewer = env.options().discardNewer();
    return new Target.Restored(followed(backup, env), discardNewer, undone, from, to);
  }

  /** A backup that the operator named may be a link; at a name beside the log none is followed. */
  static Path followed(Path backup, migrate.Env env) throws IOException {
    return env.options().backup() == null ? backup : Links.resolve(backup);
  }

  /** What stands in an archive must be what its name says. */
  private static void requireSameEncoding(Path log, Path backup) throws IOException {
    boolean isSame =
        !Files.isRegularFile(backup)
            || Encoding.of(backup).isCompressed() == Encoding.of(log).isCompressed();
    if (!isSame) {
      throw Failure.of(KindErrors.BACKUP_OF_ANOTHER_ENCODING, backup, log);
    }
  }

  static long versionOr(String version, Format format) {
    return version.equals(ANY_VERSION) ? format.version() : Long.parseLong(version);
  }

  private migrate.Result finishedOrNothingToUndo(migrate.Env env, Rewrite rewrite, boolean dryRun)
      throws IOException {
    if (!rewrite.wasInterrupted()) {
      return result(dryRun, Map.of(), Notes.of(nothingToUndo()));
    }
    return dryRun
        ? wouldFinish(env)
        : wentBack(Map.of(), RewriteNotes.of(rewrite.finishInterrupted()));
  }

  /** What an operator must do before an older server starts is said last. */
  private migrate.Result wentBack(Map<String, Long> stats, Notes notes) {
    if (!keepsVersion()) {
      notes.add(
          "before the old server starts, disable what runs 'migrate startup' at its start:"
              + " it would migrate the log forward again");
    }
    return result(false, stats, notes);
  }

  /** One that is in a folder which this user may not look into may be there. */
  private void requireBackupToRestore(migrate.Env env, Target target) throws IOException {
    if (!(target instanceof Target.Restored restored)) {
      return;
    }
    if (Files.notExists(restored.backup())) {
      throw Failure.of(KindErrors.NO_BACKUP_TO_RESTORE, restored.backup());
    }
    verification(env).requireOwnBackup();
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
  private Notes requireUndamaged(migrate.Env env) throws IOException {
    return env.options().fromBackup() ? new Notes() : verification(env).requireUndamaged();
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
            named == null ? null : new BackupName(id, wayOf(named, env), Integer.MAX_VALUE),
            edits,
            env.machine().openFiles());
    return new Verification(place, id, made(env), env.monitor());
  }

  /**
   * As its name says, if it says anything: the one that is asked for mostly is that of the way
   * there.
   */
  private static BackupName.Way wayOf(Path named, migrate.Env env) throws IOException {
    return BackupName.of(Links.resolve(env.auditLog()), named)
        .map(BackupName::way)
        .orElse(BackupName.Way.FORWARD);
  }

  // ---------------------------------------------------------------- what was interrupted

  @Override
  public migrate.Result recover(migrate.Env env, boolean dryRun) throws IOException {
    Direction direction =
        Journal.find(env.auditLog()).map(Journal::direction).orElse(Direction.FORWARD);
    Target target = direction == Direction.FORWARD ? forward(env) : backward(env);
    Rewrite rewrite = rewrite(env, direction, target);
    if (dryRun) {
      return rewrite.isReached() ? wouldFinish(env) : wouldFinish(env, "");
    }
    Notes notes = RewriteNotes.of(rewrite.finishInterrupted());
    return direction == Direction.FORWARD ? finished(notes) : wentBack(Map.of(), notes);
  }

  private migrate.Result finished(Notes notes) {
    return result(false, Map.of(), notes);
  }

  private migrate.Result wouldFinish(migrate.Env env) {
    return wouldFinish(env, "; the log itself is done already");
  }

  private migrate.Result wouldFinish(migrate.Env env, String howFarItCame) {
    would(env, "finish what an interrupted run left" + howFarItCame);
    return result(true, Map.of(), Notes.of("dry-run: no files written"));
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
    Notes notes =
        new Proof(verification.place().log(), account, env.options().noArchiveBackup()).notes();
    notes.requireNoConcern(env.options().strict(), Failure.UNCHANGED);
    Map<String, Long> stats =
        Map.of(
            "entries", account.entries(),
            "damaged_lines", account.damaged(),
            "migrated_bytes", account.migratedBytes(),
            "appended_bytes", account.appendedBytes());
    return result(false, stats, notes);
  }

  // ---------------------------------------------------------------- what is said

  private Rewrite rewrite(migrate.Env env, Direction direction, Target target) throws IOException {
    if (target.edit() != null) {
      requirePlain(env.auditLog());
    }
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

  private static void requirePlain(Path log) throws IOException {
    if (Files.exists(log) && Encoding.of(log).isCompressed()) {
      throw Failure.of(RewriteErrors.LINES_ARE_COMPRESSED, log);
    }
  }

  private migrate.Result result(boolean dryRun, Map<String, Long> stats, Notes notes) {
    return migrate.Result.of(this, dryRun, stats, notes.texts()).withConcerns(notes.concerns());
  }

  private void would(migrate.Env env, String what, Object... details) {
    env.log().accept("migrate %s: would %s".formatted(id, what.formatted(details)));
  }

  private migrate.Result plan(migrate.Env env, Rewrite rewrite, String change, Notes warnings)
      throws IOException {
    Rewrite.Plan plan = rewrite.plan();
    rewrite.requireSound();
    would(env, "%s and %s (%d bytes)", change, planOf(plan.backup()), plan.originalBytes());
    Rewrite.Made made = plan.made();
    if (made.hasEditedLines()) {
      would(env, "change %d line(s) and drop %d", made.changedLines(), made.droppedLines());
    }
    if (made.endsTornLine()) {
      would(env, "end the last line, which has no newline");
    }
    plan.checkpoints().forEach(path -> would(env, "remove replay checkpoint %s", path));
    plan.leftovers().forEach(path -> would(env, "remove %s, left by an interrupted run", path));
    Notes notes = new Notes();
    notes.addAll(RewriteNotes.onAccess(env, plan));
    notes.add("dry-run: no files written");
    notes.addAll(RewriteNotes.onNames(plan));
    notes.addAll(RewriteNotes.onWritersBefore(env, plan));
    notes.addAll(warnings);
    return result(true, Map.of("original_bytes", plan.originalBytes()), notes);
  }

  private static String planOf(Backup backup) {
    if (!backup.isKept()) {
      return "keep no backup";
    }
    return (backup.isToBeWritten() ? "write backup to " : "keep the backup already present at ")
        + backup.path();
  }

  private static Map<String, Long> stats(Rewrite.Rewritten outcome) {
    Rewrite.Plan plan = outcome.plan();
    Map<String, Long> stats = new TreeMap<>();
    stats.put("original_bytes", plan.originalBytes());
    stats.put("final_bytes", outcome.finalBytes());
    if (plan.backup().isToBeWritten()) {
      stats.put("backup_bytes", plan.originalBytes());
    }
    if (plan.made().hasEditedLines()) {
      stats.put("changed_lines", plan.made().changedLines());
      stats.put("dropped_lines", plan.made().droppedLines());
    }
    return stats;
  }
}
