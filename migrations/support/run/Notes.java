package support.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run notes for the operator, in whole sentences without content of records. Some notes are
 * concerns: something about the integrity of the log that a strict operator wants to fail.
 */
public final class Notes {
  private final List<String> texts = new ArrayList<>();
  private final List<String> concerns = new ArrayList<>();

  /** One note, which is no concern. */
  public static Notes of(String text) {
    Notes notes = new Notes();
    notes.add(text);
    return notes;
  }

  /** Adds a note that fails nothing. */
  public void add(String text) {
    texts.add(text);
  }

  /** Adds a note that {@code --strict} makes a failure. */
  public void addConcern(String text) {
    texts.add(text);
    concerns.add(text);
  }

  /** Adds all of them. */
  public void addAll(Notes others) {
    texts.addAll(others.texts);
    concerns.addAll(others.concerns);
  }

  /** All of them, in the order in which they were added. */
  public List<String> texts() {
    return List.copyOf(texts);
  }

  /** Those that a strict operator wants to fail. */
  public List<String> concerns() {
    return List.copyOf(concerns);
  }

  /**
   * Fails at the first concern, where the operator is strict.
   *
   * @param state how things stand
   * @throws Failure with {@link Exit#UNVERIFIED}
   */
  public void requireNoConcern(boolean isStrict, String state) {
    Optional<String> first = concerns.stream().findFirst();
    if (isStrict && first.isPresent()) {
      throw Failure.of(RunErrors.CONCERN, first.get()).withState(state);
    }
  }
}
