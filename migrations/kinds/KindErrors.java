import support.run.ErrorCode;
import support.run.Exit;

/** The errors that are met by migrations of every kind. */
enum KindErrors implements ErrorCode {
  NO_BACKUP_FOR_THE_WAY_BACK(
      Exit.FAILED,
      "backup <backup> is missing, and the way back of <id> is its backup",
      "say where it is with --backup-dir",
      "Edited lines cannot be made again from what they became.",
      "Say where it is: `--backup-dir`."),
  NO_BACKUP_TO_RESTORE(
      Exit.FAILED,
      "backup <backup> is missing, and it is what --from-backup restores",
      "say where it is with --backup-dir, or with --backup",
      "It was moved away, or never made there. The log was not touched.",
      "Say where it is: `--backup-dir`, `--backup`."),
  BACKUP_OF_ANOTHER_ENCODING(
      Exit.REFUSED,
      "of backup <backup> and <log>, one is compressed and the other is not",
      "compress or decompress a copy of the backup, and give that with --backup",
      "The name of an archive says how its content is stored.",
      "Give a copy of the backup that is stored as the archive is."),
  HEADER_HAS_OTHER_KEYS(
      Exit.REFUSED,
      "the header of <log> has keys besides _meta, such as a seal, which no earlier release knows",
      "keep the log with a release that knows them; 'migrate rollback --from-backup"
          + " --discard-newer' gives them up, with all that was logged since",
      "A later release wrote them; the way back would lose or break what they are for.",
      "Keep the log with a release that knows them. `rollback --from-backup --discard-newer` gives"
          + " them up."),
  MIGRATED_LOG_UNREADABLE(
      Exit.UNVERIFIED,
      "post-migration ReadMeta: <reason>",
      "do not start the server; compare the log with its <suffix>",
      "The log was replaced and then could not be read. The old one is its backup.",
      "Do not start the server. Read the disk's health, then `verify`."),
  MIGRATED_LOG_MISSING(
      Exit.UNVERIFIED,
      "post-migration audit file is missing",
      "do not start the server; compare the log with its <suffix>",
      "Somebody removed the new log right after it was made. The old one is its backup.",
      "Do not start the server. Find out who; compare by `verify`."),
  MIGRATED_LOG_HEADERLESS(
      Exit.UNVERIFIED,
      "post-migration audit file is still headerless",
      "do not start the server; compare the log with its <suffix>",
      "Somebody replaced the new log right after it was made. The old one is its backup.",
      "Do not start the server. Find out who; compare by `verify`."),
  MIGRATED_LOG_OF_ANOTHER_VERSION(
      Exit.UNVERIFIED,
      "post-migration audit file is of schema version <version>",
      "do not start the server; compare the log with its <suffix>",
      "As the row above.",
      "As the row above.");

  private final Entry entry;

  KindErrors(Exit exit, String what, String next, String meaning, String remedy) {
    entry = new Entry(exit, what, next, meaning, remedy);
  }

  @Override
  public Entry entry() {
    return entry;
  }
}
