package dev.bramante.engine;

/**
 * How graphs are compiled and run.
 *
 * @param backend the backend's name
 * @param threads the number of threads, or 0 for as many as there are physical cores
 * @param vectorBits the width of vectors in bits, or 0 for the widest that pays
 * @param winograd whether convolutions of 3×3 may be computed by Winograd's formula, which takes a
 *     quarter of the work and rounds about twice as much
 */
public record EngineOptions(String backend, int threads, int vectorBits, boolean winograd) {
  /** With Winograd's formula. */
  public EngineOptions(String backend, int threads, int vectorBits) {
    this(backend, threads, vectorBits, true);
  }

  /** The CPU with all its cores. */
  public static EngineOptions defaults() {
    return new EngineOptions("cpu", 0, 0);
  }

  /** The same with another number of threads. */
  public EngineOptions withThreads(int count) {
    return new EngineOptions(backend, count, vectorBits, winograd);
  }

  /** The same with another width of vectors. */
  public EngineOptions withVectorBits(int bits) {
    return new EngineOptions(backend, threads, bits, winograd);
  }

  /** The same with or without Winograd's formula for convolutions. */
  public EngineOptions withWinograd(boolean use) {
    return new EngineOptions(backend, threads, vectorBits, use);
  }
}
