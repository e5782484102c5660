import java.nio.file.Path;
import java.util.List;
import support.log.AuditLog.Format;
import support.rewrite.Backup;
import support.rewrite.Rewrite;
import support.run.Notes;

/** What an operator must know of a rewrite that is done. */
final class RewriteNotes {
  private RewriteNotes() {}

  /**
   * Of a rewrite.
   *
   * @param onLines what there is to say of the log's lines; stands among the others
   */
  static Notes of(migrate.Env env, Rewrite.Rewritten outcome, Notes onLines) {
    Notes notes = new Notes();
    addBackups(notes, outcome.plan());
    addCheckpoints(notes, outcome.plan());
    if (outcome.plan().made().endsTornLine()) {
      notes.add("the last line had no newline; one was added, so that the next entry stays whole");
    }
    notes.addAll(onLines);
    notes.addAll(onAccess(env, outcome.plan()));
    notes.addAll(onNames(outcome.plan()));
    addLateBytes(notes, outcome);
    addWriters(notes, env, outcome);
    return notes;
  }

  /** Of one that went back. */
  static Notes onWayBack(migrate.Env env, Rewrite.Rewritten outcome, Notes warnings) {
    Notes notes = of(env, outcome, new Notes());
    if (env.options().discardNewer()) {
      notes.add(
          "what was logged since is in %s only (--discard-newer)"
              .formatted(outcome.plan().backup().path()));
    }
    notes.addAll(warnings);
    return notes;
  }

  /** Of what an interrupted run left, and is finished now. */
  static Notes of(Rewrite.Finished finished) {
    Notes notes = Notes.of("an earlier run was interrupted; finished what it left");
    if (finished.bytesOnlyInBackup() > 0) {
      notes.addConcern(
          "the last %d bytes of the latest backup are not in the log: a server was still writing to"
                  .formatted(finished.bytesOnlyInBackup())
              + " it; bring them over with 'migrate recover'");
    }
    return notes;
  }

  /** Of the first lines of a log that has no header. */
  static Notes onLines(Format format) {
    Notes notes = new Notes();
    if (format instanceof Format.Headerless log) {
      if (log.damagedLines() > 0) {
        notes.addConcern(
            "%d damaged line(s) before the first entry; kept as they are"
                .formatted(log.damagedLines()));
      }
      if (log.byteOrderMark()) {
        notes.addConcern(
            "the log began with a byte-order mark; kept, but readers cannot parse that line");
      }
    }
    return notes;
  }

  /** Of lines that no reader takes, which only the run itself sees. */
  static Notes onLongLines(Rewrite.Rewritten outcome) {
    Notes notes = new Notes();
    if (outcome.longLines() > 0) {
      notes.addConcern(
          "WARN: %d line(s) of 4 MiB or more; every reader stops at the first, and 'migrate status'"
                  .formatted(outcome.longLines())
              + " says where it is");
    }
    return notes;
  }

  /** What becomes of an access-control list that the new log does not get. */
  static Notes onAccess(migrate.Env env, Rewrite.Plan plan) {
    return switch (plan.access().known()) {
      case ALL ->
          plan.access().own() != null && env.options().withoutAcl()
              ? Notes.of("the log's access-control list is not carried over (--without-acl)")
              : new Notes();
      case THAT_THERE_IS_ONE ->
          Notes.of(
              "no access-control list is carried over (--without-acl); what the log's group may"
                  + " could not be told from it, so it may nothing");
      case NOTHING -> Notes.of("access-control list not looked at: nothing here tells of one");
    };
  }

  /** Of other names of the log, which do not lead to the new one. */
  static Notes onNames(Rewrite.Plan plan) {
    return plan.otherNames() == 0
        ? new Notes()
        : Notes.of(
            "WARN: the log has %d more name(s) (hard links), which lead to the log as it was before"
                .formatted(plan.otherNames()));
  }

  /** Of who writes to the log, before a run: afterwards it is too late to stop them. */
  static Notes onWritersBefore(migrate.Env env, Rewrite.Plan plan) {
    Notes notes = new Notes();
    if (!plan.writers().writers().isEmpty()) {
      notes.addConcern(
          "WARN: %s would go on writing to %s; restart it right behind the run%s"
              .formatted(plan.writers().names(), plan.backup().path(), whatThen(env)));
    }
    if (!plan.writers().complete()) {
      notes.add(
          "could not look into all processes; if a server still runs, stop it first: what it logs"
              + " behind the run would be in "
              + whereLateLinesAre(plan));
    }
    return notes;
  }

  /** What is discarded is not brought back. */
  private static String whatThen(migrate.Env env) {
    return env.options().discardNewer()
        ? ": what it writes there is discarded, too"
        : ", then run 'migrate recover'";
  }

  private static Object whereLateLinesAre(Rewrite.Plan plan) {
    return plan.backupIsAnotherFile() ? "no file" : plan.backup().path();
  }

  private static void addBackups(Notes notes, Rewrite.Plan plan) {
    String present = "backup already present, not overwritten: ";
    Backup backup = plan.backup();
    backup.others().forEach(path -> notes.add(present + path));
    if (!backup.isKept()) {
      notes.add(
          "no backup was kept (--no-archive-backup); the old bytes are the end of the archive");
      return;
    }
    notes.add((backup.isToBeWritten() ? "backup written: " : present) + backup.path());
  }

  private static void addCheckpoints(Notes notes, Rewrite.Plan plan) {
    String note = "removed stale replay checkpoint (offsets invalid after rewrite)";
    List<Path> checkpoints = plan.checkpoints();
    checkpoints.forEach(path -> notes.add(checkpoints.size() == 1 ? note : note + ": " + path));
  }

  private static void addLateBytes(Notes notes, Rewrite.Rewritten outcome) {
    Rewrite.Plan plan = outcome.plan();
    plan.leftovers().forEach(path -> notes.add("removed " + path + ", left by an interrupted run"));
    if (outcome.carriedOverBytes() > 0) {
      notes.add(
          "%d bytes that were appended meanwhile were carried over"
              .formatted(outcome.carriedOverBytes()));
    }
    if (outcome.unfinishedBytes() > 0) {
      notes.addConcern(
          "%d bytes of an unfinished line are in %s only"
              .formatted(outcome.unfinishedBytes(), plan.backup().path()));
    }
  }

  private static void addWriters(Notes notes, migrate.Env env, Rewrite.Rewritten outcome) {
    Rewrite.Plan plan = outcome.plan();
    if (!outcome.writers().writers().isEmpty()) {
      notes.addConcern(
          "WARN: %s still writes to %s; restart it now%s"
              .formatted(outcome.writers().names(), plan.backup().path(), whatThen(env)));
    }
    if (!outcome.writers().complete()) {
      notes.add(
          "could not look into all processes; if a server still runs, restart it now: what it logs"
              + " until then is in "
              + whereLateLinesAre(plan));
    }
  }
}
