import java.io.IOException;
import java.time.Instant;
import java.util.List;
import support.evidence.Verification;
import support.log.AuditLog;
import support.log.Header;
import support.log.HeaderEdit;
import support.rewrite.Target;

/**
 * A migration that only changes the header: the entries stay, byte for byte. A log without a header
 * gets a line of its own; an existing header is edited in place, the digits of its version and what
 * is added, and every other byte of it stays, its {@code created_at} above all.
 */
abstract class HeaderMigration extends RewritingMigration {
  private final Spec spec;

  /**
   * What there is to know of one.
   *
   * @param id as the contract says
   * @param from the schema version that it takes; 1 for logs without a header
   * @param to the schema version that it makes
   * @param description as the contract says
   * @param members what the header gets besides its version
   */
  record Spec(String id, int from, int to, String description, HeaderEdit.Member... members) {}

  HeaderMigration(Spec spec) {
    super(spec.id(), spec.description());
    this.spec = spec;
  }

  @Override
  public final String fromVersion() {
    return Integer.toString(spec.from());
  }

  @Override
  public final String toVersion() {
    return Integer.toString(spec.to());
  }

  private boolean isNew() {
    return spec.from() == AuditLog.HEADERLESS_VERSION;
  }

  private HeaderEdit edit() {
    return HeaderEdit.forward(spec.to(), List.of(spec.members()));
  }

  @Override
  final Target forward(migrate.Env env) {
    if (!isNew()) {
      return new Target.EditedHeader(edit(), spec.from());
    }
    return new Target.WithHeader(() -> newHeader(env), spec.to());
  }

  /** Only asked for where a log is to get one: the headers of its archives are looked at. */
  private byte[] newHeader(migrate.Env env) throws IOException {
    Instant createdAt = env.creationTimes().of(env.auditLog(), env.clock().instant());
    return edit().apply(Header.line(spec.to(), createdAt));
  }

  @Override
  final Target backward(migrate.Env env) {
    return isNew()
        ? new Target.WithoutHeader(spec.to())
        : new Target.EditedHeader(
            HeaderEdit.backward(spec.from(), List.of(spec.members())), spec.to());
  }

  @Override
  final Verification.Made made(migrate.Env env) {
    return new Verification.Made(spec.to(), isNew() ? null : edit());
  }

  @Override
  final String change() {
    return isNew() ? "prepend _meta" : "set schema_version to %d in _meta".formatted(spec.to());
  }

  @Override
  final String changeBack() {
    return isNew() ? "remove _meta" : "set schema_version to %d in _meta".formatted(spec.from());
  }

  @Override
  final String nothingToDo() {
    return carries(spec.to());
  }

  @Override
  final String nothingToUndo() {
    return isNew() ? "the audit log has no _meta header; nothing to do" : carries(spec.from());
  }

  private static String carries(int version) {
    return "the audit log already carries a schema-v%d _meta header; nothing to do"
        .formatted(version);
  }
}
