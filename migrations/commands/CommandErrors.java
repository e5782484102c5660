import support.run.ErrorCode;
import support.run.Exit;

/** The errors that are met by the runner and by the commands. */
enum CommandErrors implements ErrorCode {
  MIGRATION_NOT_FOUND(
      Exit.FAILED,
      "migration not found in registry: <id>",
      "see the ids with --list",
      "This release has no such migration.",
      "Take an id that `--list` shows."),
  MIGRATION_NOT_COMPILED_IN(
      Exit.FAILED,
      "jbang-catalog.json names the migration <id>, which is not compiled in",
      "add the line '//SOURCES <id>.java' to migrations/all.java",
      "The checkout is incomplete, or a new migration is.",
      "Add its line to `migrations/all.java`."),
  NO_WAY_BACK(
      Exit.FAILED,
      "<id> has no way back",
      "restore what you need from the backup by hand, with the server stopped",
      "The migration cannot be undone by this tool.",
      "Look at its backup."),
  ANOTHER_RUN_AT_WORK(
      Exit.BUSY,
      "another run is at work on audit file <log> (process <id>, lock file <file>)",
      "wait for that run to end; what this one would do is not known before",
      "A dry run waits for nobody.",
      "Let the other run end."),
  RECOVER_TO_BE_FINISHED(
      Exit.BUSY,
      "'migrate recover' on audit file <log> has not finished",
      "run 'migrate recover' again first: nothing is lost, and it finishes what it began",
      "A `recover` died; the log may end with the beginning of a late line.",
      "Run `recover` again, then `rollback`."),
  UNKNOWN_INTERRUPTED_RUN(
      Exit.FAILED,
      "an interrupted run of <id> left work beside <log>, and only that migration may "
          + "finish it",
      "run the script <id>.java on the log, with the command that was interrupted",
      "This program does not have that migration. Nothing was touched.",
      "Run the script that `next` names, with the command that was interrupted."),
  NAME_NOT_IN_LOCALE(
      Exit.FAILED,
      "the name of a file cannot be expressed in this locale",
      "set LC_ALL=C.UTF-8, and run the same command again",
      "A symbolic link leads to a name that Java cannot express here.",
      "Set `LC_ALL=C.UTF-8`."),
  NO_SPACE_FOR_ALL(
      Exit.FAILED,
      "<count> rewrites need <needed> bytes together in <folder>, and <free> are free",
      "free some space there, or take fewer logs at a time",
      "Each file is written once more, and the old one stays as its backup.",
      "Free space, but delete no backups or archives for it; or take fewer logs at a time."),
  METRICS_NOT_WRITTEN(
      Exit.FAILED,
      "write metrics file: <reason>",
      "fix the cause; the next run writes the file again",
      "The run itself is done; monitoring shows an older one.",
      "Fix the cause. No need to run again."),
  OUTPUT_NOT_WRITTEN(
      Exit.FAILED,
      "standard output could not be written",
      "run the same command again with a standard output that can be written",
      "The run itself is done; only its results were not told.",
      "Look with `verify`; fix the disk."),
  OUTPUT_NOT_READ(
      Exit.UNREAD,
      "standard output is a pipe that nobody reads",
      "run the same command again with a standard output that is read to its end",
      "The run itself is done; who asked for its results wanted no more. Nothing is said.",
      "Nothing, if that was meant; else look with `verify`."),
  NO_MIGRATIONS(
      Exit.USAGE,
      "migrate.java run by itself knows no migrations",
      "run ./migrate.java, or jbang with the alias migrate, instead",
      "JBang was given the wrong file.",
      "Run `./migrate.java`, or the alias."),
  NO_SUCH_VERSION(
      Exit.USAGE,
      "there is no version <n> to go back to",
      "see the versions with --list",
      "No migration starts or ends there.",
      "See the versions with `--list`."),
  FROM_BACKUP_TAKES_ONE_STEP(
      Exit.USAGE,
      "--from-backup restores one backup, and there is more than one step to version <n>",
      "go back step by step, or without --from-backup",
      "Each step has a backup of its own.",
      "Go back step by step, or without `--from-backup`."),
  WRONG_VERSION(
      Exit.REFUSED,
      "<id> goes from version <from> to <to>, and <log> is of version <version>",
      "<advice>",
      "A migration never touches a log of another version than its own two.",
      "Run or undo first what `next` names."),
  VERSION_IS_AHEAD(
      Exit.REFUSED,
      "<log> is of version <version>, which is before version <to>",
      "migrate the log, if it is to be of that version",
      "`rollback` only goes back.",
      "Migrate the log, if it is to be of that version."),
  RESULT_UNREADABLE(
      Exit.UNVERIFIED,
      "<reason>",
      "do not start the server; fix the cause, and run 'migrate verify'",
      "A migration is done; what it made could not be read.",
      "Do not start the server. Fix the cause, and `verify`.");

  private final Entry entry;

  CommandErrors(Exit exit, String what, String next, String meaning, String remedy) {
    entry = new Entry(exit, what, next, meaning, remedy);
  }

  @Override
  public Entry entry() {
    return entry;
  }
}
