import java.util.Random;

/** How hard the proofs try, and where their chance comes from. */
final class Proof {
  /** The system property that {@code ./jbang test --exhaustive} sets. */
  static final String EXHAUSTIVE = "tests.exhaustive";

  private Proof() {}

  /** Whether to try every point, instead of a sample that keeps the usual run short. */
  static boolean isExhaustive() {
    return Boolean.getBoolean(EXHAUSTIVE);
  }

  /** A new random number generator whose seed is printed, so that a failure can be repeated. */
  static Random random(String what) {
    long seed = System.nanoTime();
    System.out.println("%s: seed %d".formatted(what, seed));
    return new Random(seed);
  }
}
