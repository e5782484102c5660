package support.imports;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import support.files.Machine;
import support.files.OpenFiles;
import support.pieces.Chunk;
import support.pieces.Chunks;
import support.pieces.LiveCheck;
import support.pieces.LogFile;
import support.pieces.OpenLog;
import support.pieces.ParsedPiece;
import support.pieces.Parsing;
import support.pieces.Piece;
import support.pieces.PieceReader;
import support.pieces.Spot;
import support.rows.GoTime;
import support.rows.Line;
import support.rows.Reject;
import support.rows.Wish;
import support.run.Failure;
import support.run.Monitor;
import support.store.ImportRecord;
import support.store.Records;
import support.store.Store;
import support.store.StoreErrors;

/**
 * Brings the entries of files into a store, each exactly once, whatever died before: a transaction
 * holds the rows of a chunk and the record of what they were made of.
 */
final class Import implements Closeable {
  private static final int MOST_TRUNCATIONS = 5;

  /**
   * What an import works with.
   *
   * @param chunk how many bytes of a log a transaction takes, where no line is longer
   */
  record Env(Machine machine, Clock clock, Monitor monitor, String version, long chunk) {}

  private final Store store;
  private final Records records;
  private final ImportOptions options;
  private final Wish wish;
  private final Tenants tenants;
  private final Env env;
  private final ImportResult result;
  private final RejectFile rejectFile;
  private final Parsing parsing = new Parsing();
  private final boolean isShared;
  private final Set<Path> stopped = new HashSet<>();

  /** The chunks whose lines the file of rejects has: of two copies of a file, those of one. */
  private final Set<String> kept = new HashSet<>();

  private boolean isOutOfOrder;

  /**
   * @param store null in a dry run where there is none
   * @param isShared whether a server may be at work in the store
   */
  Import(
      Store store,
      boolean holdsNul,
      Records records,
      ImportOptions options,
      Env env,
      boolean isShared) {
    this.store = store;
    this.records = records;
    this.options = options;
    this.wish = options.wish(holdsNul);
    this.tenants = new Tenants(records, options.tenant(), wish, env.monitor());
    this.env = env;
    this.isShared = isShared;
    this.result = new ImportResult();
    this.rejectFile =
        new RejectFile(options.dryRun() ? null : options.rejectFile(), env.machine().disk());
  }

  /**
   * Imports files.
   *
   * @param files those of each log from its oldest to the live one
   * @throws Failure if something cannot be done; what was committed stays
   */
  ImportResult run(List<LogFile> files) throws IOException, SQLException {
    List<ImportPlan.Planned> plan = plan(files);
    for (ImportPlan.Planned planned : plan) {
      LogFile file = planned.file();
      if (stopped.contains(file.log())) {
        notReached(file);
      } else {
        importWhateverHappens(file);
      }
    }
    files.stream().filter(this::isUntold).forEach(this::notReached);
    if (isOutOfOrder) {
      result.note(
          "some entries are older than others that were imported before them: queries show them"
              + " in the order of the import");
    }
    if (rejectFile.path() != null) {
      result.note("the lines that make no rows are in " + rejectFile.path());
    }
    return result;
  }

  /** Whether it is behind an unreadable one, and so not even in the plan. */
  private boolean isUntold(LogFile file) {
    String name = file.path().toString();
    return result.files().stream().noneMatch(told -> told.file().equals(name));
  }

  private void notReached(LogFile file) {
    result.add(ImportResult.FileResult.of(file, "not reached"));
  }

  /**
   * Looks for what refuses an import, as far as the first entries of the files tell it.
   *
   * @return how much room it takes
   * @throws Failure with support.run.Exit#REFUSED
   */
  SpaceNeeded requireSound(List<LogFile> files) throws IOException, SQLException {
    return SpaceNeeded.of(plan(files), records);
  }

  /** The files in the order of the import. */
  private List<ImportPlan.Planned> plan(List<LogFile> files) throws IOException, SQLException {
    List<ImportPlan.Planned> plan = ImportPlan.of(files, wish, this::unreadable);
    tenants.requireTellable(plan);
    return plan;
  }

  /** Returns whether to go on with what is newer in its log. */
  private boolean unreadable(LogFile file, IOException e) {
    result.add(ImportResult.FileResult.of(file, "unreadable"));
    if (file.hasPlainTwin()) {
      result.note(LogFiles.noteOfUnfinished(e));
      return true;
    }
    if (options.skipUnreadable()) {
      result.note(
          "%s; it was left out, and if it is imported later, its entries come behind newer ones"
              .formatted(Failure.reason(e)));
      return true;
    }
    result.failed(
        Failure.of(StoreErrors.FILE_NOT_READ, Failure.reason(e))
            .withState(
                "of its log nothing newer was imported, so that the order stays; "
                    + Store.WHOLE_CHUNKS));
    return false;
  }

  // ------------------------------------------------------------ a file

  private void importWhateverHappens(LogFile file) throws IOException, SQLException {
    for (int i = 0; i < MOST_TRUNCATIONS; i++) {
      try {
        importFile(file);
        return;
      } catch (LiveCheck.Truncated e) {
        env.monitor().check("while reading " + file.path());
      } catch (IOException e) {
        if (!unreadable(file, e)) {
          stopped.add(file.log());
        }
        return;
      }
    }
    throw Failure.of(StoreErrors.LOG_KEEPS_BEING_TRUNCATED, file.path());
  }

  private void importFile(LogFile file) throws IOException, SQLException {
    try (OpenLog log = OpenLog.open(file)) {
      env.monitor().during("import " + file.path(), log.size(), () -> importFile(log));
    }
  }

  private void importFile(OpenLog log) throws IOException, SQLException {
    LiveCheck check = log.file().isLive() && log.isPlain() ? new LiveCheck(log) : null;
    KnownPart known = known(log, check);
    requireSameWish(log, known);
    try (FileImport work = new FileImport(log, known, check)) {
      work.keepKnownRejects();
      if (known.isShorter()) {
        result.note(
            "%s is an earlier copy of a file that was imported, and adds nothing"
                .formatted(log.path()));
      } else {
        work.run();
      }
      work.finish();
    }
  }

  /** What was found in a log that was truncated meanwhile says nothing. */
  private KnownPart known(OpenLog log, LiveCheck check) throws IOException, SQLException {
    try {
      return KnownPart.of(log, wish.holdsNul(), records, env.monitor());
    } finally {
      if (check != null) {
        check.requireSameHead();
      }
    }
  }

  private void requireSameWish(OpenLog log, KnownPart known) {
    if (known.last() == null) {
      return;
    }
    String since = options.since() == null ? "" : options.since().format();
    if (!known.last().since().equals(since)) {
      String before = known.last().since();
      throw before.isEmpty()
          ? Failure.of(StoreErrors.IMPORTED_WITHOUT_SINCE, log.path())
          : Failure.of(StoreErrors.IMPORTED_SINCE, log.path(), before);
    }
  }

  /** The import of one file. */
  private final class FileImport implements Closeable {
    private final OpenLog log;
    private final KnownPart known;
    private final LiveCheck check;
    private final RejectFile.Lines rejectedLines;
    private ImportRecord last;
    private long entries;
    private long rejects;
    private long nextId;
    private boolean hasRows;

    /**
     * @param check null where nobody can truncate the file
     */
    FileImport(OpenLog log, KnownPart known, LiveCheck check) {
      this.log = log;
      this.known = known;
      this.check = check;
      this.rejectedLines = rejectFile.of(log);
      this.last = known.last();
      this.hasRows = known.found().stream().anyMatch(found -> found.record().entries() > 0);
    }

    void run() throws IOException, SQLException {
      boolean mayEndOpen = !log.file().isLive() || hasNoWriter();
      int piece = (int) Math.min(OpenLog.PIECE, env.chunk());
      try (PieceReader reader = log.from(known.rest(), piece);
          Chunks chunks = parsing.chunks(reader, known.rest(), wish, mayEndOpen, env.chunk())) {
        for (Chunk chunk = await(chunks); chunk != null; chunk = await(chunks)) {
          if (chunk.isComplete()) {
            long nanos = commit(chunk);
            chunks.pace(isShared ? nanos : 0);
          }
          env.monitor().advance(chunk.length());
        }
        if (chunks.hasTornLine()) {
          result.note(
              "%s ends in the middle of line %d, which waits for its end"
                  .formatted(log.path(), chunks.end().line()));
        }
      }
    }

    private Chunk await(Chunks chunks) throws IOException {
      return chunks.next(() -> env.monitor().check("while importing " + log.path()));
    }

    private boolean hasNoWriter() throws IOException {
      OpenFiles.Answer answer = env.machine().openFiles().holdersOf(log.path());
      return answer.complete() && answer.writers().isEmpty();
    }

    /** Returns how long its transaction took, in nanoseconds. */
    private long commit(Chunk chunk) throws IOException, SQLException {
      if (chunk.summary().withoutTenant() > 0) {
        tenants.requireTellable(log.file());
      }
      boolean isReal = !options.dryRun();
      if (isReal) {
        chunk.refuse(store.refusedByIndex(chunk), Line.Reason.INDEX);
        requireFewRejects(chunk);
      }
      place(chunk);
      ImportRecord record = record(chunk);
      long begun = System.nanoTime();
      if (isReal) {
        write(record, chunk);
        records.add(record);
      } else {
        records.addUnwritten(record, chunk);
      }
      final long nanos = System.nanoTime() - begun;
      last = record;
      entries += record.entries();
      nextId = record.idTo();
      rejects += chunk.rejects().size();
      result.add(log.file(), chunk);
      if (isReal && isShared) {
        store.letOthersIn();
      }
      return nanos;
    }

    /** A line that makes no row may be in no other place when its chunk was committed. */
    private void write(ImportRecord record, Chunk chunk) throws IOException, SQLException {
      rejectedLines.keep(
          chunk.rejects(),
          () -> {
            Future<?> read = Machine.begin("reader of the log", () -> requireUnchanged(chunk));
            store.write(record, chunk, () -> Machine.await(read));
          });
      kept.add(record.chain());
    }

    /** What no index takes is known only now, and what was appended since they were counted. */
    private void requireFewRejects(Chunk chunk) {
      long rejectCount = result.rejectCount() + chunk.rejects().size();
      if (options.maxRejects() != null && rejectCount > options.maxRejects()) {
        throw Failure.of(StoreErrors.TOO_MANY_REJECTS, rejectCount, options.maxRejects());
      }
    }

    /** What was still in the log after it was read was read rightly, whatever became of it. */
    private void requireUnchanged(Chunk chunk) throws IOException {
      if (check != null) {
        check.require(chunk);
      }
    }

    // ---------------------------------------------------------- ids

    /** Decides where the ids of the file's new rows begin, and of each chunk whether it fits. */
    private void place(Chunk chunk) throws IOException {
      boolean isEmpty = chunk.rows().isEmpty();
      if (hasRows && records.roomBehind(last) >= chunk.rows().size()) {
        nextId = last.idTo();
      } else if (!hasRows && !isEmpty && isOlderThanAll(chunk)) {
        nextId = records.bottom() - mostEntries();
      } else {
        nextId = records.top();
      }
      if (isEmpty) {
        return;
      }
      hasRows = true;
      noteOrder(chunk);
      if (nextId + chunk.rows().size() > Store.FIRST_ID_OF_SERVERS) {
        throw Failure.of(StoreErrors.NO_IDS_LEFT, store.name());
      }
    }

    /** Whether all entries of the file are older than all that was imported. */
    private boolean isOlderThanAll(Chunk first) throws IOException {
      Optional<GoTime> earliest = records.firstTime();
      if (earliest.isEmpty() || first.summary().lastTime().compareTo(earliest.get()) >= 0) {
        return false;
      }
      try (PieceReader reader = log.from(first.end())) {
        Parsing.Pieces pieces = parsing.new Pieces(reader, wish, true);
        for (ParsedPiece next = pieces.next(); next != null; next = pieces.next()) {
          boolean isOlder =
              next.rows().stream().allMatch(row -> row.time().compareTo(earliest.get()) < 0);
          if (!isOlder) {
            return false;
          }
        }
      }
      return true;
    }

    private long mostEntries() throws IOException {
      long lines = 0;
      try (PieceReader reader = log.from(Spot.START)) {
        for (Piece piece = reader.next(); piece != null; piece = reader.next()) {
          lines += piece.lines();
        }
      }
      return lines;
    }

    private void noteOrder(Chunk chunk) {
      isOutOfOrder |=
          records.all().stream()
              .filter(record -> record.entries() > 0 && !record.content().equals(content()))
              .anyMatch(record -> isAgainstTime(record, chunk));
    }

    private boolean isAgainstTime(ImportRecord record, Chunk chunk) {
      GoTime from = GoTime.parse(record.firstTime()).orElseThrow();
      GoTime to = GoTime.parse(record.lastTime()).orElseThrow();
      return nextId >= record.idTo()
          ? chunk.summary().firstTime().compareTo(to) < 0
          : chunk.summary().lastTime().compareTo(from) > 0;
    }

    private String content() {
      return last == null ? "" : last.content();
    }

    private ImportRecord record(Chunk chunk) {
      String ofLog = LogFiles.nameOf(log.file().log());
      ImportRecord.Origin origin =
          new ImportRecord.Origin(
              ofLog, LogFiles.nameOf(log.path()), env.clock().instant(), env.version());
      return ImportRecord.of(origin, last, chunk, wish, nextId);
    }

    /** Also those of what was imported before: the file of rejects holds all of them. */
    void keepKnownRejects() throws IOException, SQLException {
      List<Reject> all = new ArrayList<>();
      for (KnownPart.Found found : known.found()) {
        boolean isWanted = options.rejectFile() != null && found.record().rejects() > 0;
        if (isWanted && !kept.contains(found.record().chain())) {
          Wish earlier = found.record().wish(wish.holdsNul());
          Chunk chunk = log.chunk(found.start(), found.end(), earlier);
          chunk.refuseAgain(records.rejects(found.record()));
          all.addAll(chunk.rejects());
        }
      }
      rejectedLines.keep(
          all,
          () -> {
            if (check != null) {
              check.requireSameHead();
            }
          });
      known.found().forEach(found -> kept.add(found.record().chain()));
    }

    void finish() {
      long knownEntries = known.found().stream().mapToLong(found -> found.record().entries()).sum();
      String state = last == known.last() ? "known" : "imported";
      result.add(
          new ImportResult.FileResult(
              log.path().toString(), state, entries, knownEntries, rejects));
    }

    @Override
    public void close() throws IOException {
      rejectedLines.close();
    }
  }

  @Override
  public void close() throws IOException {
    parsing.close();
    rejectFile.close();
  }
}
