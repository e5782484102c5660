package support.evidence;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipException;
import support.comparison.Body;
import support.comparison.ComparisonErrors;
import support.comparison.Fit;
import support.comparison.LateTail;
import support.comparison.Making;
import support.files.Links;
import support.files.OpenFiles;
import support.files.Siblings;
import support.files.Snapshot;
import support.log.Archives;
import support.log.AuditLog;
import support.log.Encoding;
import support.log.LogNames;
import support.log.LogNames.BackupName;
import support.run.Failure;
import support.run.Monitor;

/** Finds out what the backups of a log prove: one search, which opens once what it opens. */
public final class EvidenceSearch {
  private final Evidence.Place place;
  private final Path live;
  private final boolean mayEndTorn;
  private final Monitor monitor;
  private final List<Evidence.NotLookedAt> notLookedAt = new ArrayList<>();
  private Map<Path, BackupName> backups = Map.of();
  private final Map<Path, Body> files = new LinkedHashMap<>();
  private final Map<Path, Finding> found = new LinkedHashMap<>();

  /** The backups whose file is not found yet, with their fits so far. */
  private final Map<Path, Case> open = new LinkedHashMap<>();

  private EvidenceSearch(Evidence.Place place, Path live, boolean mayEndTorn, Monitor monitor) {
    this.place = place;
    this.live = live;
    this.mayEndTorn = mayEndTorn;
    this.monitor = monitor;
  }

  /**
   * Looks at all backups of a log.
   *
   * @param mayEndTorn whether the log may end with the beginning of a late line, since a {@code
   *     recover} was interrupted
   * @throws IOException if a folder or a backup cannot be read
   */
  public static Evidence of(Evidence.Place place, boolean mayEndTorn, Monitor monitor)
      throws IOException {
    return new EvidenceSearch(place, Links.resolve(place.log()), mayEndTorn, monitor).evidence();
  }

  private Evidence evidence() throws IOException {
    backups = Evidence.backups(place);
    if (!backups.isEmpty()) {
      findFiles();
    }
    for (Map.Entry<Path, BackupName> backup : backups.entrySet()) {
      openCase(backup.getKey(), backup.getValue());
    }
    matchAll(Case::whole);
    matchWithFamily();
    matchLateWithFiles();
    findDamagedBeside(files.keySet());
    matchWithBackups(Case::late);
    findDamagedBeside(Set.copyOf(found.keySet()));
    for (Case one : open.values()) {
      found.put(one.path, one.finding(new Finding.Unattributed(explanation(one.path))));
    }
    open.clear();
    findEarlierBackup();
    List<Finding> inOrder = new ArrayList<>();
    backups.keySet().forEach(path -> Optional.ofNullable(found.get(path)).ifPresent(inOrder::add));
    return new Evidence(inOrder, notLookedAt);
  }

  // -------------------------------------------------------------- candidates

  private void findFiles() throws IOException {
    if (Files.isRegularFile(live)) {
      addFile(live); // an empty one, too: an edit may have dropped every line of its backup
    }
    for (Path folder : place.folders(live)) {
      List<Path> archives = new ArrayList<>(Archives.beside(sibling(folder)));
      Collections.reverse(archives);
      for (Path archive : archives) {
        addFile(archive);
      }
      for (Path other : Siblings.others(live, folder)) {
        if (LogNames.isOther(live, other)) {
          notLookedAt.add(new Evidence.NotLookedAt(other, "its name is none that rotation gives"));
        }
      }
    }
  }

  /** The log as it would be called in a folder. */
  private Path sibling(Path folder) {
    return folder.equals(Links.folderOf(live)) ? live : folder.resolve(live.getFileName());
  }

  /**
   * A numbered archive has become the next one at each rotation, and its backup kept its name. The
   * others of the log are looked at one by one, those first that it may just have become: there may
   * be thousands.
   */
  private void matchWithFamily() throws IOException {
    Optional<Path> log = LogNames.liveLog(live);
    if (log.isEmpty() || open.isEmpty()) {
      return;
    }
    List<Path> family = new ArrayList<>(Archives.beside(log.get()));
    if (Files.isRegularFile(log.get()) && Files.size(log.get()) > 0) {
      family.add(log.get());
    }
    int own = family.indexOf(live);
    List<Path> others = new ArrayList<>(family.subList(0, Math.max(0, own)));
    Collections.reverse(others);
    others.addAll(family.subList(own + 1, family.size()));
    for (Path other : others) {
      if (!open.isEmpty() && addFile(other)) {
        match(List.of(files.get(other)), Case::whole);
      }
    }
  }

  /** Whether it could be looked at. */
  private boolean addFile(Path file) throws IOException {
    try {
      Encoding encoding = Encoding.of(file);
      if (encoding.isReadable()) {
        files.put(file, Body.of(file));
        return true;
      }
      notLookedAt.add(new Evidence.NotLookedAt(file, "its encoding is none that AgentGuard reads"));
    } catch (NoSuchFileException e) {
      // rotated meanwhile
    } catch (IOException e) {
      if (file.equals(live) && !isUndecodable(e)) {
        throw e;
      }
      notLookedAt.add(new Evidence.NotLookedAt(file, Failure.reason(e)));
    }
    return false;
  }

  private static boolean isUndecodable(IOException e) {
    return e instanceof ZipException || e instanceof EOFException;
  }

  // -------------------------------------------------------------- what belongs to what

  private void openCase(Path path, BackupName name) throws IOException {
    Snapshot snapshot;
    try {
      snapshot = Snapshot.of(Links.resolve(path));
    } catch (NoSuchFileException e) {
      return; // removed meanwhile
    }
    long bytes = snapshot.size();
    if (Files.exists(live) && snapshot.isSameFileAs(Snapshot.of(live))) {
      found.put(path, new Finding(path, name, bytes, new Finding.TheLog()));
    } else if (bytes == 0) {
      found.put(path, new Finding(path, name, 0, new Finding.Emptied()));
    } else if (name.isDiscarded()) {
      OpenFiles.Answer writers = place.openFiles().holdersOf(path);
      found.put(path, new Finding(path, name, bytes, new Finding.Discarded(writers)));
    } else {
      openCase(path, name, bytes);
    }
  }

  private void openCase(Path path, BackupName name, long bytes) throws IOException {
    try {
      open.put(path, new Case(path, name, bytes));
    } catch (ZipException | EOFException e) {
      Failure fault = Failure.of(ComparisonErrors.EVIDENCE_UNREADABLE, Failure.reason(e));
      found.put(path, new Finding(path, name, bytes, new Finding.Damaged(path, fault)));
    } catch (AccessDeniedException e) {
      found.put(path, new Finding(path, name, bytes, new Finding.Unreadable(e)));
    }
  }

  /** Of an archive that has none under its own name: that which it had as the log, say. */
  private void findEarlierBackup() throws IOException {
    boolean hasOwn =
        found.values().stream().anyMatch(f -> f.name().isForward() && f.belongsTo(live));
    boolean isSought = LogNames.isArchive(live) && Files.isRegularFile(live) && !hasOwn;
    if (!isSought || !files.containsKey(live) && !addFile(live)) {
      return;
    }
    List<Body> archive = List.of(files.get(live));
    Map<Path, BackupName> earlier = EarlierNames.backups(live, place.folders(live));
    for (Path path : earlier.keySet()) {
      openCase(path, earlier.get(path));
      match(archive, Case::whole);
      match(archive, Case::late);
      open.clear();
      Finding finding = found.remove(path);
      if (finding != null && finding.belongsTo(live)) {
        backups.put(path, finding.name());
        found.put(path, finding);
        return;
      }
    }
  }

  /** How a backup belongs to a file; null if it does not, as far as it looks. */
  private interface Test {
    Finding.Belongs of(Case backup, Body file) throws IOException;
  }

  /** With files first, then with backups. */
  private void matchAll(Test test) throws IOException {
    match(List.copyOf(files.values()), test);
    matchWithBackups(test);
  }

  /** That one has grown may only show by a later one that belongs to the file. */
  private void matchLateWithFiles() throws IOException {
    List<Body> candidates = List.copyOf(files.values());
    while (!match(candidates, Case::late).isEmpty()) {
      monitor.check("while comparing backups");
    }
  }

  /** With those that belong to a file themselves. */
  private void matchWithBackups(Test test) throws IOException {
    Collection<Finding> news = List.copyOf(found.values());
    while (!news.isEmpty()) {
      List<Body> proven = new ArrayList<>();
      for (Finding finding : news) {
        if (finding.verdict() instanceof Finding.Belongs) {
          proven.add(Body.of(finding.path()));
        }
      }
      news = match(proven, test);
    }
  }

  /**
   * Beside files first: an earlier backup is like a later one, too, whose lines that it lacks would
   * count as late ones.
   */
  private void findDamagedBeside(Set<Path> candidates) throws IOException {
    for (Case one : List.copyOf(open.values())) {
      Optional<Finding> damaged = one.damagedBeside(candidates);
      if (damaged.isPresent()) {
        open.remove(one.path);
        found.put(one.path, damaged.get());
      }
    }
  }

  private List<Finding> match(List<Body> candidates, Test test) throws IOException {
    List<Finding> matched = new ArrayList<>();
    for (Case one : List.copyOf(open.values())) {
      for (Body candidate : candidates) {
        Finding.Belongs verdict = open.containsKey(one.path) ? test.of(one, candidate) : null;
        if (verdict != null) {
          open.remove(one.path);
          matched.add(one.finding(verdict));
        }
      }
    }
    matched.forEach(finding -> found.put(finding.path(), finding));
    return matched;
  }

  /** A backup whose file is not found yet. */
  private final class Case {
    private final Path path;
    private final BackupName name;
    private final long bytes;
    private final Body body;
    private final OpenFiles.Answer writers;
    private final Map<Path, Fit> fits = new LinkedHashMap<>();

    Case(Path path, BackupName name, long bytes) throws IOException {
      this.path = path;
      this.name = name;
      this.bytes = bytes;
      this.body = Body.of(path);
      this.writers = place.openFiles().holdersOf(path);
    }

    Finding finding(Finding.Verdict verdict) {
      return new Finding(path, name, bytes, verdict);
    }

    Finding.Belongs whole(Body file) throws IOException {
      Fit fit = fit(file);
      Finding.Late none = new Finding.Late(0, 0, 0, false, false, 0, writers);
      return fit.isWhole()
          ? new Finding.Belongs(file.file(), fit.common().inFile(), fit.common().inBackup(), none)
          : null;
    }

    Finding.Belongs late(Body file) throws IOException {
      Fit fit = fit(file);
      if (goesOnBehindWhatWasRestored(file, fit)) {
        Optional<LateTail> discarded = fit.discarded();
        if (discarded.isPresent()) {
          return belongs(file, fit, discarded.get(), true);
        }
      }
      boolean isStillWritten = !writers.writers().isEmpty();
      if (!isStillWritten && !fit.mayHaveGrown() && !grewBeforeAWayBack(file, fit)) {
        return null;
      }
      boolean mayBeTorn = mayEndTorn && file.file().equals(live);
      Optional<LateTail> tail = fit.late(isStillWritten, mayBeTorn);
      return tail.isEmpty() ? null : belongs(file, fit, tail.get(), false);
    }

    /** A way back that discards leaves the log as a backup of the way there was. */
    private boolean goesOnBehindWhatWasRestored(Body file, Fit fit) {
      return name.way() == BackupName.Way.BACKWARD
          && fit.common() != null
          && fit.common().inBackup() > 0
          && found.values().stream()
              .filter(other -> other.name().isForward() && other.belongsTo(file.file()))
              .map(other -> ((Finding.Belongs) other.verdict()).end())
              .anyMatch(end -> end == fit.common().inFile());
    }

    /**
     * Of a log that went back and there again, the header is younger than what was appended to an
     * earlier backup meanwhile; that of the log as it was before it went back is not.
     */
    private boolean grewBeforeAWayBack(Body file, Fit fit) throws IOException {
      for (Finding other : found.values()) {
        if (!other.name().isForward() && other.belongsTo(file.file())) {
          Fit before = fit(Body.of(other.path()));
          if (before.mayHaveGrown() && before.isAsFarAs(fit)) {
            return true;
          }
        }
      }
      return false;
    }

    private Finding.Belongs belongs(Body file, Fit fit, LateTail tail, boolean wereDiscarded)
        throws IOException {
      return new Finding.Belongs(
          file.file(),
          fit.common().inFile(),
          fit.common().inBackup(),
          new Finding.Late(
              tail.present(),
              tail.missingLines(),
              tail.missingBytes(),
              wereDiscarded,
              !wereDiscarded && fit.mayBeCutOff(tail),
              tail.unfinishedBytes(),
              writers));
    }

    private Fit fit(Body file) throws IOException {
      Fit known = fits.get(file.file());
      if (known == null) {
        known = bestFit(file);
        fits.put(file.file(), known);
      }
      return known;
    }

    /** Another edit than the backup's own only counts where it makes all of the file. */
    private Fit bestFit(Body file) throws IOException {
      Fit own = Fit.of(body, making(), file, monitor);
      if (own.isWhole()) {
        return own;
      }
      Set<Making> others = new LinkedHashSet<>(List.of(Making.SAME));
      place.edits().values().forEach(edit -> others.add(Making.edited(edit)));
      others.remove(making());
      for (Making other : others) {
        Fit fit = Fit.of(body, other, file, monitor);
        if (fit.isWhole()) {
          return fit;
        }
      }
      return own;
    }

    private Making making() {
      return Making.of(name, place.edits());
    }

    private boolean isLatest() {
      return backups.entrySet().stream()
          .filter(other -> Links.folderOf(other.getKey()).equals(Links.folderOf(path)))
          .map(Map.Entry::getValue)
          .filter(other -> other.migration().equals(name.migration()))
          .filter(other -> other.way() == name.way())
          .noneMatch(other -> other.number() > name.number());
    }

    /** By the first file that looks as if it had been made of the backup. */
    Optional<Finding> damagedBeside(Set<Path> candidates) throws IOException {
      for (Map.Entry<Path, Fit> fit : fits.entrySet()) {
        if (candidates.contains(fit.getKey()) && fit.getValue().isDamaged(isLatest())) {
          return Optional.of(finding(new Finding.Damaged(fit.getKey(), fit.getValue().fault())));
        }
      }
      return Optional.empty();
    }
  }

  /** What is no log any more was damaged, whatever became of the file that was made of it. */
  private static boolean isLog(Path backup) throws IOException {
    try {
      AuditLog.format(backup);
      return true;
    } catch (Failure notUnderstood) {
      return false;
    }
  }

  /** What explains that the file which was made of a backup is not among those that are here. */
  private String explanation(Path backup) throws IOException {
    if (LogNames.isNumberedArchive(live) && isLog(backup)) {
      return "rotation has moved it on since, and removes the oldest";
    }
    Body log = files.get(live);
    String rotatedFrom = log == null || log.header() == null ? null : log.header().rotatedFrom();
    RotationChain chain = RotationChain.of(live, rotatedFrom);
    if (chain.end() != RotationChain.End.COMPLETE) {
      return "the chain of archives has a gap at " + chain.next();
    }
    if (!notLookedAt.isEmpty()) {
      return "%s was not looked at".formatted(notLookedAt.get(0).path());
    }
    if (!chain.others().isEmpty()) {
      return "older archives may have been removed";
    }
    return place.isShared(backup)
        ? "it may be of another log whose backups are kept there, too"
        : null;
  }
}
