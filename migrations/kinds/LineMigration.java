import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import support.evidence.Verification;
import support.lines.LineEdit;
import support.log.AuditLog;
import support.log.HeaderEdit;
import support.rewrite.Target;
import support.run.Failure;

/**
 * A migration that edits lines, such as one that takes keys and passwords out of old entries. Its
 * {@link #edit} is a pure function, and the proof of the new log is the edit, applied again to the
 * old one. It may raise the version; if not, it runs by {@code --id} only, never in a plain run or
 * at startup, and its edit must be idempotent.
 *
 * <p>The way back is the backup, followed by what was appended since. Stats besides those of every
 * rewrite: {@code changed_lines}, {@code dropped_lines}.
 */
abstract class LineMigration extends RewritingMigration implements LineEdit {
  private final Spec spec;

  /**
   * What there is to know of one.
   *
   * @param id as the contract says
   * @param from the schema version that it takes, at least 2; null for any
   * @param to the one that it makes; null where the version stays
   * @param description as the contract says
   */
  record Spec(String id, Integer from, Integer to, String description) {
    /** One that keeps the version. */
    Spec(String id, String description) {
      this(id, null, null, description);
    }

    private boolean raisesVersion() {
      return to != null;
    }
  }

  LineMigration(Spec spec) {
    super(spec.id(), spec.description());
    this.spec = spec;
  }

  @Override
  public final String fromVersion() {
    return spec.raisesVersion() ? spec.from().toString() : ANY_VERSION;
  }

  @Override
  public final String toVersion() {
    return spec.raisesVersion() ? spec.to().toString() : ANY_VERSION;
  }

  private HeaderEdit header() {
    return spec.raisesVersion() ? HeaderEdit.forward(spec.to(), List.of()) : null;
  }

  /** Without a version of its own, nothing on disk says that it is to run. */
  @Override
  public final boolean detect(migrate.Env env) throws IOException {
    return spec.raisesVersion() && super.detect(env);
  }

  @Override
  final Target forward(migrate.Env env) throws IOException {
    AuditLog.Format format = AuditLog.format(env.auditLog());
    return new Target.EditedLog(
        this, header(), versionOr(fromVersion(), format), versionOr(toVersion(), format));
  }

  @Override
  final Target backward(migrate.Env env) throws IOException {
    AuditLog.Format format = AuditLog.format(env.auditLog());
    Path backup = requireBackup(env);
    long migrated = Verification.madeOf(env.auditLog(), backup, this, env.monitor());
    long from = versionOr(toVersion(), format);
    long to = versionOr(fromVersion(), AuditLog.format(backup));
    return new Target.BackupAndNewer(followed(backup, env), migrated, this, from, to);
  }

  private Path requireBackup(migrate.Env env) throws IOException {
    Path backup = backup(env);
    if (!Files.isRegularFile(backup)) {
      throw Failure.of(KindErrors.NO_BACKUP_FOR_THE_WAY_BACK, backup, id());
    }
    return backup;
  }

  /** Where the version says nothing, it is undone if the log begins as its backup does. */
  @Override
  final boolean isUndone(migrate.Env env, Target back) throws IOException {
    if (spec.raisesVersion()) {
      return super.isUndone(env, back);
    }
    Path backup = backup(env);
    return Files.isRegularFile(backup)
        && !Verification.isBegunBy(env.auditLog(), backup, this, env.monitor())
        && Verification.isBegunBy(env.auditLog(), backup, null, env.monitor());
  }

  @Override
  final Verification.Made made(migrate.Env env) throws IOException {
    AuditLog.Format format = AuditLog.format(env.auditLog());
    return new Verification.Made(versionOr(toVersion(), format), header());
  }

  @Override
  final String change() {
    return "edit lines";
  }

  @Override
  final String changeBack() {
    return "restore the lines as they were, followed by what was appended since,";
  }

  @Override
  final String nothingToDo() {
    return "no line of the audit log is to be changed; nothing to do";
  }

  @Override
  final String nothingToUndo() {
    return "the lines of the audit log are as they were; nothing to do";
  }
}
