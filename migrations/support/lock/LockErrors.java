package support.lock;

import support.run.ErrorCode;
import support.run.Exit;

/** Why the lock of a log cannot be had. */
public enum LockErrors implements ErrorCode {
  LOCK_IN_THE_WAY(
      Exit.FAILED,
      "<file> is in the way: it is not a lock file of this tool",
      "find out who put it there, and move it away",
      "Something else has the name of the lock file.",
      "Find out who put it there, and move it away."),
  ANOTHER_RUN(
      Exit.BUSY,
      "audit file <log> is being migrated by another run (process <id>, lock file <file>)",
      "wait for that run to end, or give --lock-timeout to wait here",
      "Two runs would undo each other's work. A run that has just begun is `unknown` yet.",
      "Let it end, or wait with `--lock-timeout`; do not remove the lock file."),
  ANOTHER_RUN_STOPPED(
      Exit.BUSY,
      "audit file <log> is being migrated by another run (process <id>, lock file <file>), and that"
          + " process is stopped",
      "let it go on with 'kill -CONT <id>', or end it with 'kill -KILL <id>': the next run finishes"
          + " what it left",
      "Somebody suspended it, as Ctrl-Z does; it holds its lock for as long as it lives.",
      "Let it go on (`kill -CONT`), or end it (`kill -KILL`): the next run finishes what it left.");

  private final Entry entry;

  LockErrors(Exit exit, String what, String next, String meaning, String remedy) {
    entry = new Entry(exit, what, next, meaning, remedy);
  }

  @Override
  public Entry entry() {
    return entry;
  }
}
