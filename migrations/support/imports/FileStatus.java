package support.imports;

/**
 * How far the store has a file.
 *
 * @param state {@code done}, {@code pending}, {@code following} (a log that grows), {@code differs}
 *     or {@code unreadable}
 * @param entries rows that the store has of it
 * @param newLines lines that it does not have, blank ones included
 * @param why what is wrong, or null
 */
public record FileStatus(String file, String state, long entries, long newLines, String why) {}
