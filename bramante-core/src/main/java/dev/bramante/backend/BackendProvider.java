package dev.bramante.backend;

/** Makes a backend; found by {@link java.util.ServiceLoader}. */
public interface BackendProvider {
  /** The name by which it is chosen, as {@code cpu}. */
  String name();

  /**
   * A new instance with its own variables.
   *
   * @param threads the number of threads, or 0 for as many as there are physical cores
   * @param vectorBits the width of vectors in bits, or 0 for the widest that pays
   * @param winograd whether convolutions may be computed by Winograd's formula, which takes a
   *     quarter of the work and rounds about twice as much
   */
  Backend create(int threads, int vectorBits, boolean winograd);
}
