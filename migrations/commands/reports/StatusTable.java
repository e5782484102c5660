import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import support.evidence.LateNotes;
import support.evidence.RotationChain;
import support.files.OpenFiles;
import support.lines.Era;
import support.lines.LineCounts;
import support.log.Header;
import support.run.Printable;
import support.scan.LogContent;
import support.survey.BackupSurvey;
import support.survey.CheckpointSurvey;
import support.survey.LockSurvey;
import support.survey.LogSurvey;
import support.survey.SideFile;
import support.survey.Survey;

/**
 * A survey for people: a table of two columns, in which a word in colour says how bad a thing is.
 */
record StatusTable(StatusColours colours) {
  private static final String ROW = "%-12s%s";

  /** The lines of the table. */
  List<String> lines(Survey survey, List<MigrationStatus> statuses) {
    List<String> lines = new ArrayList<>();
    add(lines, "log", log(survey.log()));
    statuses.forEach(s -> add(lines, "migration", List.of(status(s))));
    survey.backups().forEach(b -> add(lines, "backup", backup(b, survey.log())));
    survey.checkpoints().forEach(c -> add(lines, "checkpoint", List.of(checkpoint(c))));
    add(lines, "chain", chain(survey.chain()));
    survey.leftovers().forEach(l -> add(lines, "leftover", List.of(leftover(l, survey.lock()))));
    add(lines, "open by", openBy(survey.openBy()));
    add(lines, "lock", List.of(lock(survey.lock())));
    return lines;
  }

  /** The name stands in the first row of its block only. */
  private static void add(List<String> lines, String name, List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      lines.add(ROW.formatted(i == 0 ? name : "", texts.get(i)));
    }
  }

  private List<String> log(LogSurvey log) {
    List<String> texts = new ArrayList<>();
    texts.add(
        Printable.of(log.path())
            + (log.realPath() == null ? "" : " -> " + Printable.of(log.realPath())));
    texts.add(format(log));
    if (log.header() != null) {
      texts.add(header(log.header()));
    }
    if (log.content() != null) {
      texts.addAll(content(log.content()));
    }
    return texts;
  }

  private String format(LogSurvey log) {
    String size = "%d bytes".formatted(log.bytes());
    return switch (log.format()) {
      case ABSENT -> "does not exist";
      case EMPTY -> "empty; the server writes its header itself";
      case HEADERLESS -> "schema version 1 (no header), " + size;
      case HEADED -> "schema version %d, %s".formatted(log.schemaVersion(), size);
      case REFUSED -> colours.bad("refused") + ": " + Printable.of(log.problem());
    };
  }

  private String header(Header.Fields header) {
    String created =
        header.createdAt() == null
            ? colours.bad("does not say when the log was created")
            : "created " + header.createdAt();
    String hidden =
        header.atFirstByte()
            ? ""
            : ", " + colours.warning("not at the first byte") + ": AgentGuard does not see it";
    return "header: " + created + hidden;
  }

  private List<String> content(LogContent content) {
    List<String> texts = new ArrayList<>();
    texts.add(entries(content));
    addLines(texts, colours.bad("damaged"), "not JSON", content.damagedLines());
    addLines(texts, colours.bad("foreign"), "JSON, but no entries", content.foreignLines());
    addLines(texts, colours.bad("further headers"), "readers skip them", content.furtherHeaders());
    if (content.tornLastLine() != null) {
      texts.add(
          colours.warning("torn last line") + ": no newline; " + position(content.tornLastLine()));
    }
    addLines(texts, colours.warning("long"), "v0.4.0 stops at the first", content.tooLongForV040());
    addLines(
        texts, colours.bad("too long"), "every reader stops at the first", content.tooLongForAll());
    return texts;
  }

  private static String entries(LogContent content) {
    String eras =
        content.entriesByEra().entrySet().stream()
            .filter(era -> era.getValue() > 0)
            .map(era -> "%d of %s".formatted(era.getValue(), era(era.getKey())))
            .collect(Collectors.joining(", "));
    String times =
        content.firstTime() == null
            ? ""
            : "; %s to %s".formatted(content.firstTime(), content.lastTime());
    return "entries: %s%s".formatted(eras.isEmpty() ? "none" : eras, times);
  }

  private static String era(Era era) {
    return switch (era) {
      case V04 -> "v0.4";
      case V05 -> "v0.5";
      case V06 -> "v0.6 or later";
    };
  }

  private static void addLines(
      List<String> texts, String kind, String meaning, LineCounts.Places lines) {
    if (lines.count() > 0) {
      String first =
          lines.first().stream().map(StatusTable::position).collect(Collectors.joining("; "));
      String more = lines.count() > lines.first().size() ? "; …" : "";
      texts.add("%s: %d line(s), %s: %s%s".formatted(kind, lines.count(), meaning, first, more));
    }
  }

  private static String position(LineCounts.Position position) {
    return "line %d, byte %d".formatted(position.line(), position.offset());
  }

  private String status(MigrationStatus status) {
    String state =
        switch (status.state()) {
          case PENDING -> colours.warning("pending");
          case WAITING -> colours.warning("waiting") + " for the one before it";
          case DONE -> colours.good("done");
          case ON_DEMAND -> "runs by --id only";
          case BLOCKED -> colours.bad("blocked");
        };
    String why = status.why() == null ? "" : ": " + Printable.of(status.why().getMessage());
    migrate.Migration m = status.migration();
    return "%s (%s -> %s) %s%s".formatted(m.id(), m.fromVersion(), m.toVersion(), state, why);
  }

  private List<String> backup(BackupSurvey backup, LogSurvey log) {
    String state = backup.state() == null ? "" : ", " + state(backup);
    List<String> texts = new ArrayList<>();
    texts.add("%s: %d bytes%s".formatted(Printable.of(backup.path()), backup.bytes(), state));
    if (backup.openBy() != null) {
      backup
          .openBy()
          .forEach(
              holder ->
                  texts.add(Printable.of(holder) + ": " + colours.warning("still writing to it")));
    }
    if (backup.lateLines() != null) {
      texts.add(late(backup, log));
    }
    return texts;
  }

  private String late(BackupSurvey backup, LogSurvey log) {
    boolean mayBeCutOff = backup.mayBeCutOff() != null;
    String live = log.realPath() == null ? log.path() : log.realPath();
    return "%s: %d in it only%s%s"
        .formatted(
            colours.warning(mayBeCutOff ? "cut off or late" : "late lines"),
            backup.lateLines(),
            mayBeCutOff ? LateNotes.CUT_OFF_OR_LATE : "",
            LateNotes.whatToDo(backup.file().equals(live), backup.openBy() != null));
  }

  private String state(BackupSurvey backup) {
    return switch (backup.state()) {
      case THE_LOG -> colours.warning("the log itself") + ": a run was interrupted";
      case BELONGS -> colours.good("belongs") + " to " + Printable.of(backup.file());
      case DAMAGED -> colours.bad("damaged") + ": " + Printable.of(backup.problem());
      case DISCARDED -> "discarded by a rollback, as --discard-newer says";
      case UNREADABLE -> colours.warning("not readable") + ": " + Printable.of(backup.problem());
      case UNATTRIBUTED ->
          colours.warning("belongs to no file here")
              + (backup.problem() == null ? "" : ": " + Printable.of(backup.problem()));
    };
  }

  private String checkpoint(CheckpointSurvey checkpoint) {
    String at = checkpoint.offset() == null ? "" : ", offset " + checkpoint.offset();
    String state =
        switch (checkpoint.state()) {
          case VALID -> colours.good("valid");
          case STALE -> colours.bad("stale") + ": written for another log, or before a rewrite";
          case UNREADABLE -> colours.warning("unreadable") + ": the server replays the whole log";
          case UNUSED -> "not read by any release";
        };
    return Printable.of(checkpoint.path()) + ": " + state + at;
  }

  private List<String> chain(RotationChain chain) {
    List<String> texts = new ArrayList<>();
    for (RotationChain.Link link : chain.links()) {
      String created = link.createdAt() == null ? "" : ", created " + link.createdAt();
      texts.add(
          "%s: schema version %d%s"
              .formatted(Printable.of(link.path()), link.schemaVersion(), created));
    }
    switch (chain.end()) {
      case COMPLETE -> {}
      case MISSING -> texts.add(Printable.of(chain.next()) + ": " + colours.warning("missing"));
      case CYCLE ->
          texts.add(
              Printable.of(chain.next()) + ": " + colours.bad("a cycle") + " back to this file");
      case UNREADABLE -> texts.add(Printable.of(chain.next()) + ": " + colours.bad("unreadable"));
    }
    chain.others().forEach(path -> texts.add(Printable.of(path) + ": no header names it"));
    return texts;
  }

  private String leftover(SideFile leftover, LockSurvey lock) {
    String what =
        switch (leftover.kind()) {
          case STAGED -> staged(lock);
          case AGENTGUARD_STAGED -> "of AgentGuard's own migration; needed by nobody";
          case CHECKPOINT_STAGED -> "of a server that wrote its checkpoint; needed by nobody";
          case OVERFLOW ->
              colours.warning("entries not in the log yet") + "; a server takes them up";
          case DRAINING ->
              colours.bad("entries that are in no log") + " unless a server is at work";
        };
    String entries = leftover.entries() == null ? "" : ", entries: " + leftover.entries();
    return "%s: %d bytes%s, %s"
        .formatted(Printable.of(leftover.path()), leftover.bytes(), entries, what);
  }

  private List<String> openBy(Survey.OpenBy openBy) {
    List<String> texts = new ArrayList<>();
    for (OpenFiles.Holder holder : openBy.processes()) {
      texts.add(
          Printable.of(holder)
              + (holder.writes() ? ": " + colours.warning("writing") : ": reading"));
    }
    if (!openBy.complete()) {
      texts.add("not all processes could be looked at");
    } else if (texts.isEmpty()) {
      texts.add("nobody");
    }
    return texts;
  }

  private static String staged(LockSurvey lock) {
    return switch (lock.state()) {
      case HELD -> "of the run at work";
      case UNKNOWN -> "of a run that is at work or was interrupted";
      default -> "of an interrupted run; the next one removes it";
    };
  }

  private String lock(LockSurvey lock) {
    String by = lock.pid() == null ? "" : " by process " + lock.pid();
    return switch (lock.state()) {
      case FREE -> "free";
      case HELD ->
          Printable.of(lock.path())
              + ": "
              + colours.warning("held")
              + by
              + "; a migration is at work"
              + (lock.stopped() ? stopped(lock) : "");
      case LEFT_BEHIND ->
          Printable.of(lock.path())
              + ": "
              + colours.warning("left behind")
              + by
              + (lock.command() == null
                  ? "; the next run finishes its work"
                  : ": 'migrate %s' was interrupted; nothing is lost, run it again"
                      .formatted(lock.command()));
      case UNKNOWN ->
          Printable.of(lock.path())
              + ": "
              + colours.warning("written")
              + by
              + " of another container; whether that is still at work cannot be told from here";
      case NOT_OURS ->
          Printable.of(lock.path()) + ": " + colours.bad("not a lock file of this tool");
    };
  }

  private String stopped(LockSurvey lock) {
    return ", but %s: 'kill -CONT %d' lets it go on"
        .formatted(colours.warning("stopped"), lock.pid());
  }
}
