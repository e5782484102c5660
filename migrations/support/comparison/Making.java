package support.comparison;

import java.util.Map;
import support.lines.LineEdit;
import support.log.LogNames.BackupName;

/**
 * What a rewrite made of the lines that it kept as a backup.
 *
 * @param edit null where they stayed as they were
 * @param isUndone whether the rewrite took the edit back: then the backup has edited lines, and the
 *     file those that they were made of
 */
public record Making(LineEdit edit, boolean isUndone) {
  /** Of lines that stayed as they were. */
  public static final Making SAME = new Making(null, false);

  /** Of lines that a rewrite edited. */
  public static Making edited(LineEdit edit) {
    return new Making(edit, false);
  }

  static Making undone(LineEdit edit) {
    return new Making(edit, true);
  }

  /** Of a backup, as its name says. */
  public static Making of(BackupName name, Map<String, LineEdit> edits) {
    LineEdit edit = edits.get(name.migration());
    if (edit == null) {
      return SAME;
    }
    return name.isForward() ? edited(edit) : undone(edit);
  }

  boolean isSame() {
    return edit == null;
  }

  /** What is appended behind lines that an edit was taken back of was never edited. */
  public Making ofLateLines() {
    return isUndone ? SAME : this;
  }
}
