package dev.bramante.cli;

import dev.bramante.engine.Engine;
import dev.bramante.engine.EngineOptions;
import picocli.CommandLine.Option;

/** Options of every command that computes. */
final class EngineMixin {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to compute with (default: one for each physical core).")
  private int threads;

  @Option(
      names = "--vector-bits",
      paramLabel = "BITS",
      description = "Width of vectors: 128, 256 or 512 (default: the widest that pays).")
  private int vectorBits;

  @Option(
      names = "--no-winograd",
      description = "Compute every convolution directly, which rounds less and takes longer.")
  private boolean direct;

  /**
   * A new engine.
   *
   * @throws IllegalArgumentException if an option's value doesn't fit
   */
  Engine engine() {
    return new Engine(
        EngineOptions.defaults()
            .withThreads(threads)
            .withVectorBits(vectorBits)
            .withWinograd(!direct));
  }

  /** Whether convolutions of 3×3 may be computed by Winograd's formula. */
  boolean winograd() {
    return !direct;
  }

  /** The choice of threads; 0 for one for each physical core. */
  int threads() {
    return threads;
  }

  /** The choice of width; 0 for the widest that pays. */
  int vectorBits() {
    return vectorBits;
  }
}
