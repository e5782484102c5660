package support.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
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
  public static String chain(String before, String sha256) {
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
