package dev.bramante.cpu.warmup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Runs new code on small arrays until the JVM has compiled it, since in the interpreter the Vector
 * API is a thousand times slower. {@code docs/decisions/warm-up.md} has the measurements.
 */
public final class Warmup {
  private static final System.Logger LOG = System.getLogger(Warmup.class.getName());

  private static final ConcurrentLinkedQueue<Supplier<Warmable>> COLD =
      new ConcurrentLinkedQueue<>();

  private static final ConcurrentLinkedQueue<Result> DONE = new ConcurrentLinkedQueue<>();

  /** One calls while another is calling or waits for the compiler. */
  private static final int THREADS = 2;

  private Warmup() {}

  /** What came of one piece of code: whether it is compiled, and when it was, from the start. */
  public record Result(String name, boolean compiled, double milliseconds) {}

  /** Notes code that has just been made. */
  public static void add(Supplier<Warmable> code) {
    COLD.add(code);
  }

  /** Hands over the code that was made since the last call. */
  public static List<Warmable> takeCold() {
    var result = new ArrayList<Warmable>();
    for (var next = COLD.poll(); next != null; next = COLD.poll()) {
      result.add(next.get());
    }
    return result;
  }

  /** Warms the code that was made since the last call; what fell off the cliff is made anew. */
  public static List<Result> run() {
    List<Warmable> cold = takeCold();
    if (cold.isEmpty()) {
      return List.of();
    }
    List<Candidate> candidates = warm(cold);
    double best = candidates.stream().mapToDouble(Candidate::rate).max().orElseThrow();
    List<Warmable> renewed =
        candidates.stream().filter(c -> c.isOffTheCliff(best)).map(Candidate::renewed).toList();
    if (!renewed.isEmpty()) {
      warm(renewed);
    }
    List<Result> results = candidates.stream().map(Candidate::result).toList();
    log(results, renewed);
    DONE.addAll(results);
    return results;
  }

  /** What came of all code of this process so far. */
  public static List<Result> done() {
    return List.copyOf(DONE);
  }

  private static List<Candidate> warm(List<Warmable> cold) {
    long start = System.nanoTime();
    // What takes the compiler longest comes first.
    List<Candidate> candidates =
        cold.stream()
            .sorted(Comparator.comparingInt((Warmable code) -> -code.work(1)))
            .map(code -> new Candidate(code, start))
            .toList();
    var round = new Rounds(candidates);
    Thread helper = null;
    for (int i = 1; i < Math.min(THREADS, candidates.size()); i++) {
      helper = Thread.ofPlatform().daemon().name("bramante-warmup").start(round);
    }
    round.run();
    if (helper != null) {
      joinUninterruptibly(helper);
    }
    return candidates;
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void log(List<Result> results, List<Warmable> renewed) {
    if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
      results.forEach(result ->
          LOG.log(
              System.Logger.Level.DEBUG,
              "%s %s after %.0f ms"
                  .formatted(
                      result.name(),
                      result.compiled() ? "compiled" : "NOT compiled",
                      result.milliseconds())));
      renewed.forEach(code -> LOG.log(System.Logger.Level.DEBUG, code.name() + " made anew"));
    }
  }
}
