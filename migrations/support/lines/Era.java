package support.lines;

/** The releases that wrote an entry, told from its keys. */
public enum Era {
  /** Up to v0.4.0. */
  V04,
  /** v0.5: {@code transport}, or a {@code schema_version} in request or result. */
  V05,
  /** v0.6 or later: {@code tenant_id}. */
  V06;

  /**
   * The release of an entry.
   *
   * @param hasTenant whether it has {@code tenant_id}
   * @param isOfV05 whether it has what v0.5 brought
   */
  static Era of(boolean hasTenant, boolean isOfV05) {
    if (hasTenant) {
      return V06;
    }
    return isOfV05 ? V05 : V04;
  }
}
