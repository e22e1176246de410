package dev.bramante.testing;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Runs a check on many random graphs. A failing one is shrunk and printed with the expression that
 * makes it again.
 *
 * <p>The seeds are the same in every run; {@code -Dbramante.fuzz.seed=N} begins elsewhere, and
 * {@code -Dbramante.fuzz.cases=N} runs more.
 */
public final class Fuzzer {
  private static final int MAX_STEPS = 24;

  private Fuzzer() {}

  /** Runs the check, which throws if it isn't satisfied, on this many cases. */
  public static void check(int cases, Consumer<FuzzCase> check) {
    long first = Long.getLong("bramante.fuzz.seed", 1);
    int count = Integer.getInteger("bramante.fuzz.cases", cases);
    for (long seed = first; seed < first + count; seed++) {
      int steps = 1 + Math.floorMod(seed * 7, MAX_STEPS);
      FuzzCase whole = FuzzCase.of(seed, steps);
      if (failure(whole, check).isPresent()) {
        report(shrunk(whole, check), check);
      }
    }
  }

  private static FuzzCase shrunk(FuzzCase whole, Consumer<FuzzCase> check) {
    FuzzCase fewest =
        IntStream.range(0, whole.steps())
            .mapToObj(steps -> FuzzCase.of(whole.seed(), steps))
            .filter(c -> failure(c, check).isPresent())
            .findFirst()
            .orElse(whole);
    return IntStream.range(0, fewest.graph().outputs().size())
        .mapToObj(fewest::only)
        .filter(c -> failure(c, check).isPresent())
        .findFirst()
        .orElse(fewest);
  }

  /** Whatever the check throws: a rewriting that breaks the graph may fail in any way. */
  private static Optional<Throwable> failure(FuzzCase c, Consumer<FuzzCase> check) {
    try {
      check.accept(c);
      return Optional.empty();
    } catch (RuntimeException | AssertionError | VirtualMachineError e) {
      return Optional.of(e);
    }
  }

  private static void report(FuzzCase c, Consumer<FuzzCase> check) {
    Throwable cause = failure(c, check).orElseThrow();
    throw new AssertionError(
        "FuzzCase.of(%d, %d) fails: %s%n%s"
            .formatted(c.seed(), c.steps(), cause.getMessage(), c.graph()),
        cause);
  }
}
