import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a dry run printed that it would do, to be held against what a run then did. */
record Plan(String printed) {
  private static final Pattern WRITE_BACKUP =
      Pattern.compile("would .* and write backup to (\\S+) \\((\\d+) bytes\\)");
  private static final Pattern KEEP_BACKUP =
      Pattern.compile("would .* and keep the backup already present at (\\S+) ");
  private static final Pattern REMOVE =
      Pattern.compile("would remove (?:replay checkpoint )?(\\S+?),? ?(?:left.*)?\\n");
  private static final Pattern BYTES = Pattern.compile("final_bytes=(\\d+) original_bytes=(\\d+)");

  /** The size of the header line that the fixed clock gives. */
  private static final int HEADER_BYTES = 77;

  /** What a gzip member has besides. */
  private static final int MEMBER_BYTES = 23;

  /** What the plan said and the run did not do, and the other way round; in lines for a person. */
  List<String> differencesTo(Tree before, Tree after, String result) {
    List<String> differences = new ArrayList<>();
    if (printed.contains("would finish what an interrupted run left")) {
      compare("files written", Set.of(), gone(after, before), differences);
      return differences;
    }
    Set<String> removed = gone(before, after);
    removed.removeIf(name -> name.endsWith(".migrate.lock"));
    compare("files removed", found(REMOVE), removed, differences);
    Set<String> written = found(WRITE_BACKUP);
    compare("files written", written, gone(after, before), differences);
    for (String kept : found(KEEP_BACKUP)) {
      if (!before.entries().containsKey(kept)) {
        differences.add("plan: keeps %s, which is not there".formatted(kept));
      }
    }
    Matcher bytes = BYTES.matcher(result);
    if (!bytes.find()) {
      differences.add("the run printed no sizes");
      return differences;
    }
    int header = printed.contains(".gz.archive.") ? HEADER_BYTES + MEMBER_BYTES : HEADER_BYTES;
    long added = Long.parseLong(bytes.group(1)) - Long.parseLong(bytes.group(2)) - header;
    if (printed.contains("would prepend _meta")
        && added != (printed.contains("would end the last line") ? 1 : 0)) {
      differences.add("plan and run differ in whether the last line is ended");
    }
    if (!printed.contains("original_bytes=" + bytes.group(2))) {
      differences.add("plan and run differ in the size of the log");
    }
    return differences;
  }

  private static void compare(
      String what, Set<String> planned, Set<String> done, List<String> differences) {
    if (!planned.equals(done)) {
      differences.add("%s: planned %s, done %s".formatted(what, planned, done));
    }
  }

  private Set<String> found(Pattern pattern) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = pattern.matcher(printed);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  private static Set<String> gone(Tree from, Tree to) {
    Set<String> names = new TreeSet<>(from.entries().keySet());
    names.removeAll(to.entries().keySet());
    return names;
  }
}
