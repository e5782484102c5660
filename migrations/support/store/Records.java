package support.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import support.pieces.Chunk;
import support.rows.GoTime;
import support.rows.Reject;

/** What the store has records of, and what this run adds to them. */
public final class Records {
  /** The first id of all: as small in a row as an id can be, and below all that servers write. */
  public static final long FIRST_ID = -(1L << 46);

  /** What would be kept with a record. */
  private record Unwritten(byte[] marks, List<Reject> rejects) {}

  private final Store store;
  private final List<ImportRecord> all = new ArrayList<>();
  private final Map<String, List<ImportRecord>> byContent = new HashMap<>();

  /** Of a dry run, whose records the store does not have: what it would keep with each. */
  private final Map<String, Unwritten> unwritten = new HashMap<>();

  /**
   * @param store null where there is none
   */
  public Records(Store store) throws SQLException {
    this.store = store;
    if (store != null) {
      store.records().forEach(this::add);
    }
  }

  /** Adds one that a run would write, if it were no dry run. */
  public void addUnwritten(ImportRecord record, Chunk chunk) {
    add(record);
    unwritten.put(
        record.chain(), new Unwritten(chunk.summary().marks(), List.copyOf(chunk.rejects())));
  }

  /** The first bytes of the digests of a chunk's rows, one behind the other. */
  public byte[] marks(ImportRecord record) throws SQLException {
    Unwritten chunk = unwritten.get(record.chain());
    return chunk != null ? chunk.marks() : store.marks(record);
  }

  /** The lines of a chunk that made no rows. */
  public List<Reject> rejects(ImportRecord record) throws SQLException {
    Unwritten chunk = unwritten.get(record.chain());
    return chunk != null ? chunk.rejects() : store.rejects(record);
  }

  /** Adds one that was written. */
  public void add(ImportRecord record) {
    all.add(record);
    List<ImportRecord> chunks = byContent.computeIfAbsent(record.content(), c -> new ArrayList<>());
    chunks.add(record);
    chunks.sort(Comparator.comparingLong(ImportRecord::number));
  }

  /** Of all chunks of all files. */
  public List<ImportRecord> all() {
    return all;
  }

  /** The logs that they are of, as they name them. */
  public Set<String> logs() {
    return all.stream().map(ImportRecord::log).collect(Collectors.toSet());
  }

  /** The first chunks of all files. */
  public List<ImportRecord> firstChunks() {
    return byContent.values().stream()
        .map(chunks -> chunks.get(0))
        .filter(first -> first.number() == 0)
        .toList();
  }

  /** The chunk that follows another in the same file. */
  public Optional<ImportRecord> after(ImportRecord record) {
    return byContent.get(record.content()).stream()
        .filter(other -> other.number() == record.number() + 1)
        .findFirst();
  }

  /** All chunks of a file, in order. */
  public List<ImportRecord> chunks(String content) {
    return byContent.get(content);
  }

  /** The id above all that were imported. */
  public long top() {
    return all.stream().mapToLong(ImportRecord::idTo).max().orElse(FIRST_ID);
  }

  /** The lowest id that was imported. */
  public long bottom() {
    return all.stream().mapToLong(ImportRecord::idFrom).min().orElse(FIRST_ID);
  }

  /** How many ids are free behind a chunk, before the next chunk's or the servers'. */
  public long roomBehind(ImportRecord record) {
    long next =
        all.stream()
            .filter(other -> other.entries() > 0 && other.idFrom() >= record.idTo())
            .mapToLong(ImportRecord::idFrom)
            .min()
            .orElse(Store.FIRST_ID_OF_SERVERS);
    return next - record.idTo();
  }

  /** The earliest time that was imported. */
  public Optional<GoTime> firstTime() {
    return all.stream()
        .filter(record -> !record.firstTime().isEmpty())
        .map(record -> GoTime.parse(record.firstTime()).orElseThrow())
        .min(GoTime::compareTo);
  }

  /** The latest. */
  public Optional<GoTime> lastTime() {
    return all.stream()
        .filter(record -> !record.lastTime().isEmpty())
        .map(record -> GoTime.parse(record.lastTime()).orElseThrow())
        .max(GoTime::compareTo);
  }
}
