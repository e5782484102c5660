package support.options;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.ParameterException;
import support.run.ErrorCode;
import support.run.Exit;
import support.run.Failure;
import support.run.Template;

/**
 * What is wrong with a command line. The first ones are picocli's words, and it is by these words
 * that they are told apart, so that the more special stand before the more general.
 */
public enum UsageErrors implements ErrorCode {
  UNKNOWN_OPTION(
      "Unknown option<s>: <options>",
      "Mistyped, or not an option of this command.",
      "See `--help` of the command."),
  UNMATCHED_ARGUMENT(
      "Unmatched argument<s> <at or from> index <arguments>",
      "There is no such command; a path goes behind `--audit-log`.",
      "See `--help`."),
  MISSING_VALUE(
      "<Missing required or Expected> parameter for option <option>",
      "An option lacks its value.",
      "Give it one."),
  MISSING_OPTION(
      "Missing required argument(s): <options>",
      "`--backup` and `--discard-newer` only say how to restore.",
      "Add `--from-backup`, if the backup is really to replace the log."),
  PATH_NOT_IN_LOCALE(
      "Invalid value for option <option>: '<path>' is no path in this locale: set LC_ALL=C.UTF-8;"
          + " a name that is no UTF-8 must be changed",
      "The path has letters that the locale lacks.",
      "Set `LC_ALL=C.UTF-8`."),
  NOT_A_NUMBER(
      "Invalid value for option <option>: '<value>' is no whole number up to <most>",
      "Not a number, or more than the option takes.",
      "Correct it."),
  INVALID_VALUE(
      "Invalid value for option <option>: <value>",
      "What else an option may not take.",
      "Correct it."),
  REPEATED_OPTION(
      "option <option> should be specified only once",
      "Which of them is meant cannot be told.",
      "Give it once."),
  REPEATED_GROUP(
      "expected only one match but got <options>",
      "Which of them is meant cannot be told.",
      "Give it once."),

  /** Whatever else picocli may say. */
  USAGE("<words>", "What else may be wrong with a command line.", "See `--help`."),

  NO_PATH(
      "<option> needs a path, and was given nothing",
      "Mostly a variable of a script that is not set.",
      "Set it."),
  NO_BACKUP_PATH(
      "<option> needs the path of a file, not '<path>'",
      "Mostly a variable of a script that is not set.",
      "Give the path of the backup."),
  AUDIT_LOG_NOT_A_FILE(
      "--audit-log needs the path of a file, not <path>",
      "A folder's root is no log.",
      "Give the path of the log."),
  PATTERN_WITHOUT_LOG(
      "--audit-log <pattern> matches no log",
      "No file has such a name, or only what stands beside a log.",
      "Look for the logs with `ls`; archives are taken along with their log."),
  ONE_FILE_FOR_SEVERAL(
      "<option> names a file of one log, and there are <count>",
      "Each log, and each archive, has a checkpoint and a backup of its own.",
      "Leave it out, or take them one by one."),
  NEGATIVE_TIMEOUT(
      "--lock-timeout is a number of seconds, 0 or more",
      "A wait cannot be negative.",
      "Leave it out to wait for nobody."),
  NO_JOB(
      "--jobs is a number of logs, 1 or more",
      "None at a time would be none at all.",
      "Give a number of 1 or more; 1 takes them one after the other."),
  METRICS_FILE_OF_THE_LOG(
      "--metrics-file <path> has a name of the log, its backups or its checkpoint",
      "Metrics would take the place of evidence.",
      "Give a path that ends in `.prom`."),
  QUIET_AND_VERBOSE(
      "--quiet and --verbose exclude each other",
      "Which is meant cannot be told.",
      "Give one of them."),
  LIST_WITH_OTHERS(
      "--list only lists: it cannot be combined with --id, --dry-run or --reset-checkpoint",
      "So that nobody takes a list for a dry run.",
      "Give `--list` alone."),
  OPTIONS_BEFORE_COMMAND(
      "give the options after '<command>', not before it",
      "There they would do nothing, and `--dry-run` would be lost.",
      "Put them behind the command."),
  ID_AND_TO(
      "--id and --to exclude each other",
      "One names a step, the other where to stop.",
      "Give one of them.");

  private static final List<UsageErrors> OF_PICOCLI =
      List.of(values()).subList(0, USAGE.ordinal() + 1);

  private final Entry entry;

  UsageErrors(String what, String meaning, String remedy) {
    entry = new Entry(Exit.USAGE, what, "<advice>", meaning, remedy);
  }

  @Override
  public Entry entry() {
    return entry;
  }

  /** What picocli is to say of the value of an option that is {@link #PATH_NOT_IN_LOCALE}. */
  public static String noPath(String value) {
    String what = PATH_NOT_IN_LOCALE.entry.what().text();
    return new Template(what.substring(what.indexOf("'<path>'"))).fill(value);
  }

  /**
   * What is wrong with a command line, from whoever says it.
   *
   * @param advice one line: what the operator should do
   */
  public static Failure failure(ParameterException e, String advice) {
    if (e instanceof WrongUsage ours) {
      return ours.failure(advice);
    }
    String words = e.getMessage().replaceFirst("^Error: ", "");
    for (UsageErrors error : OF_PICOCLI) {
      Optional<List<String>> places = error.entry.what().match(words);
      if (places.isPresent()) {
        return Failure.of(error, Stream.concat(places.get().stream(), Stream.of(advice)).toArray());
      }
    }
    throw new IllegalStateException(words, e);
  }
}
