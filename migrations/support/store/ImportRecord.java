package support.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.reflect.RecordComponent;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import support.pieces.Chunk;
import support.rows.Digests;
import support.rows.GoTime;
import support.rows.Wish;

/**
 * What the store keeps of a chunk, in the same transaction as its rows.
 *
 * @param chain the SHA-256 of the chain of chunks up to this one; no two records have the same
 * @param content the chain of the first chunk: what the file is known by
 * @param number of the chunk in the file, from 0
 * @param log the live log that the file belonged to, absolute
 * @param file the file as it was called, absolute
 * @param entryFrom where its entry bytes begin
 * @param entryTo where they end
 * @param sha256 of its entry bytes
 * @param rowsSha256 see {@link Chunk.Summary#sha256}
 * @param idFrom the id of its first row
 * @param entries how many rows it has, with ids in a row
 * @param rejects how many lines it has that make none
 * @param leftOut how many entries are older than {@code since}
 * @param withoutTenant how many rows have the tenant of entries that name none
 * @param since as text, or empty
 * @param tenant of entries that name none; empty where the operator did not say
 * @param firstTime the earliest time of its rows, or empty
 * @param lastTime the latest, or empty
 * @param importedAt when that was
 * @param version of this tool
 */
public record ImportRecord(
    String chain,
    String content,
    long number,
    String log,
    String file,
    long entryFrom,
    long entryTo,
    String sha256,
    String rowsSha256,
    long idFrom,
    long entries,
    long rejects,
    long leftOut,
    long withoutTenant,
    String since,
    String tenant,
    String firstTime,
    String lastTime,
    String importedAt,
    String version) {
  public static final String TABLE = "agentguard_migrate_imports";

  /** Those of the table, but what is kept of each row and each line that makes none. */
  static final List<Column> COLUMNS =
      Arrays.stream(ImportRecord.class.getRecordComponents()).map(Column::new).toList();

  /** The column of a component. */
  record Column(RecordComponent component) {
    String name() {
      return component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    boolean isNumber() {
      return component.getType() == long.class;
    }

    /** Its value, a text or a number. */
    Object of(ImportRecord record) {
      try {
        return component.getAccessor().invoke(record);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    private Object of(ResultSet answer) throws SQLException {
      return isNumber() ? (Object) answer.getLong(name()) : answer.getString(name());
    }
  }

  /** The names of all columns, as a statement lists them. */
  static String columns() {
    return COLUMNS.stream().map(Column::name).collect(Collectors.joining(", "));
  }

  /** One that a store holds. */
  static ImportRecord of(ResultSet answer) throws SQLException {
    Class<?>[] types = COLUMNS.stream().map(c -> c.component().getType()).toArray(Class<?>[]::new);
    Object[] values = new Object[types.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = COLUMNS.get(i).of(answer);
    }
    try {
      return ImportRecord.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Where chunks come from, and who brings them.
   *
   * @param log see {@link ImportRecord#log}
   * @param file see {@link ImportRecord#file}
   * @param at when that is
   * @param version of this tool
   */
  public record Origin(String log, String file, Instant at, String version) {}

  /**
   * What is recorded of a chunk.
   *
   * @param before the record of the chunk before it; null for the first of a file
   * @param wish what was wanted of its lines
   * @param idFrom the id of its first row
   */
  public static ImportRecord of(
      Origin origin, ImportRecord before, Chunk chunk, Wish wish, long idFrom) {
    Chunk.Summary rows = chunk.summary();
    String chain = chain(before == null ? "" : before.chain, chunk.sha256());
    return new ImportRecord(
        chain,
        before == null ? chain : before.content,
        before == null ? 0 : before.number + 1,
        origin.log(),
        origin.file(),
        chunk.start().entryOffset(),
        chunk.end().entryOffset(),
        chunk.sha256(),
        rows.sha256(),
        idFrom,
        chunk.rows().size(),
        chunk.rejects().size(),
        chunk.leftOut(),
        rows.withoutTenant(),
        textOf(wish.since()),
        wish.tenant() == null ? "" : wish.tenant(),
        textOf(rows.firstTime()),
        textOf(rows.lastTime()),
        origin.at().toString(),
        origin.version());
  }

  private static String textOf(GoTime time) {
    return time == null ? "" : time.format();
  }

  /** What stands in the table while an import is at work: no chunk, as its number says. */
  static ImportRecord lock(String chain, String holder) {
    return new ImportRecord(
        chain, "", -1, "", holder, 0, 0, "", "", 0, 0, 0, 0, 0, "", "", "", "", "", "");
  }

  /** The id behind its last row. */
  public long idTo() {
    return idFrom + entries;
  }

  /** The chain of chunks up to one. */
  private static String chain(String before, String sha256) {
    MessageDigest digest = Digests.sha256();
    digest.update((before + sha256).getBytes(US_ASCII));
    return Digests.soFar(digest);
  }

  /** Which rows were wanted of its lines. */
  public Wish wish(boolean holdsNul) {
    return new Wish(
        since.isEmpty() ? null : GoTime.parse(since).orElseThrow(),
        tenant.isEmpty() ? null : tenant,
        holdsNul);
  }
}
