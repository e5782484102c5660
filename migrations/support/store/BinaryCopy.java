package support.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import support.rows.EntryRow;

/**
 * Rows in the binary format of {@code COPY}: each value with its length in front, so that neither
 * side has to look for escapes (PostgreSQL 9.0 on; its manual, COPY, "Binary Format"). Never holds
 * more than a buffer of them.
 */
final class BinaryCopy {
  private static final int BUFFER = 64 << 10;

  private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(ISO_8859_1);

  /** No flags, and no more of a header. */
  private static final long NOTHING_ELSE = 0;

  private static final short COLUMNS = (short) (1 + EntryRow.COLUMNS.size());
  private static final short NO_MORE_ROWS = -1;

  private final CopyIn copy;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

  BinaryCopy(CopyIn copy) {
    this.copy = copy;
    buffer.put(SIGNATURE).putLong(NOTHING_ELSE);
  }

  /** Sends a row: its id, and the columns of {@link EntryRow#COLUMNS}. */
  void row(long id, EntryRow row) throws SQLException {
    require(Short.BYTES);
    buffer.putShort(COLUMNS);
    number(id);
    values(row.encoded(0, EntryRow.DURATION));
    number(row.duration());
    values(row.encoded(EntryRow.DURATION + 1, EntryRow.COLUMNS.size()));
  }

  /** Sends the end of the rows. */
  void end() throws SQLException {
    require(Short.BYTES);
    buffer.putShort(NO_MORE_ROWS);
    send();
  }

  private void number(long value) throws SQLException {
    require(Integer.BYTES + Long.BYTES);
    buffer.putInt(Long.BYTES).putLong(value);
  }

  /** Texts stand in a row as they are sent. */
  private void values(ByteBuffer encoded) throws SQLException {
    if (encoded.remaining() <= BUFFER) {
      require(encoded.remaining());
      buffer.put(encoded);
    } else {
      send();
      copy.writeToCopy(encoded.array(), encoded.position(), encoded.remaining());
    }
  }

  private void require(int bytes) throws SQLException {
    if (buffer.remaining() < bytes) {
      send();
    }
  }

  private void send() throws SQLException {
    copy.writeToCopy(buffer.array(), 0, buffer.position());
    buffer.clear();
  }
}
