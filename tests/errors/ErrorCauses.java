import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import support.run.ErrorCode;

/**
 * How the errors of the catalogue come about: real files, rights and processes. Where a golden case
 * is about an error, its recorded run counts.
 */
final class ErrorCauses {
  static final String LOG = "audit.jsonl";
  static final String LOCK = LOG + ".migrate.lock";
  static final String ENTRY =
      "{\"timestamp\":\"2025-01-01T00:00:00Z\",\"request\":{\"scope\":\"\"},\"result\":{\"decision\":\"\"}}\n";
  static final String HEADER =
      "{\"_meta\":{\"schema_version\":2,\"created_at\":\"2025-01-01T00:00:00Z\"}}\n";

  private final Map<ErrorCode, List<Cause>> all = new LinkedHashMap<>();

  /** Brings an error about. */
  interface Cause {
    /**
     * @param folder an empty one
     */
    Run run(Path folder) throws Exception;
  }

  /**
   * All of them.
   *
   * @param work a folder that other users can reach once they may
   * @param memory the same, on another file system
   */
  static Map<ErrorCode, List<Cause>> all(Path work, Path memory) {
    ErrorCauses causes = new ErrorCauses();
    UsageErrorCauses.addTo(causes);
    FormatErrorCauses.addTo(causes);
    ArchiveErrorCauses.addTo(causes);
    ChainErrorCauses.addTo(causes);
    new SystemErrorCauses(work, memory).addTo(causes);
    new RareErrorCauses(work, memory).addTo(causes);
    return causes.all;
  }

  /** An error may come about in several ways. */
  void add(ErrorCode error, Cause cause) {
    all.computeIfAbsent(error, e -> new ArrayList<>()).add(cause);
  }

  /** On a log without a header. */
  void onLog(ErrorCode error, Cause cause) {
    add(
        error,
        folder -> {
          Files.writeString(folder.resolve(LOG), ENTRY);
          return cause.run(folder);
        });
  }

  /** By a command line, on such a log; its document says the code. */
  void arguments(ErrorCode error, String... arguments) {
    onLog(error, folder -> Run.tool(folder, asJson(arguments)));
  }

  static String[] asJson(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    return all.toArray(String[]::new);
  }

  void golden(ErrorCode error, String name) {
    Path folder = Checkout.fixtures().resolve("v040_to_v041").resolve(name);
    add(error, unused -> new GoldenCase(folder).expected());
  }
}
