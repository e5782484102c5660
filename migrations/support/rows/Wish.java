package support.rows;

/**
 * Which rows an operator wants of a line.
 *
 * @param since entries before it are left out; null for none
 * @param tenant of entries that name none; null where the operator did not say
 * @param holdsNul whether the store can hold U+0000
 */
public record Wish(GoTime since, String tenant, boolean holdsNul) {
  /** What an entry gets that names no tenant (AgentGuard v1.0.0, pkg/store). */
  public String tenantOrLocal() {
    return tenant == null ? EntryRow.LOCAL_TENANT : tenant;
  }

  /** Whether the store cannot hold a row. */
  public boolean refuses(EntryRow row) {
    return !holdsNul && row.holdsNul();
  }

  /** Whether an entry of that time is older than was asked for. */
  public boolean leavesOut(GoTime time) {
    return since != null && time.compareTo(since) < 0;
  }
}
