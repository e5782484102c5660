package support.rows;

import java.util.Set;

/** What one line of a log is to the store. */
public sealed interface Line {
  /** There is no byte in it. */
  record Blank() implements Line {}

  /** It says of which version the log is, and nothing else. */
  record Header() implements Line {}

  /**
   * It makes a row.
   *
   * @param time that of the entry
   * @param namesTenant whether it says whose it is
   * @param lost the names of what it holds and no column does
   */
  record Entry(EntryRow row, GoTime time, boolean namesTenant, Set<String> lost) implements Line {}

  /** It makes none. */
  record Reject(Reason reason) implements Line {}

  /** Why a line makes no row. */
  enum Reason {
    NOT_JSON("not JSON"),
    OTHER_TYPE("a field has a value of another type"),
    NO_OBJECT("JSON, but no object"),
    WRONG_TIME("its timestamp is no time"),
    NO_TIME("it has no timestamp"),
    HEADER_WITH_MORE("a header that holds more than _meta"),
    TOO_LONG("longer than 16 MiB"),
    NUL("a text holds U+0000, which PostgreSQL cannot store"),
    INDEX("a value is too long for an index of PostgreSQL");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }
  }
}
