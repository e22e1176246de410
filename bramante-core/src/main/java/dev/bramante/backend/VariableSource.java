package dev.bramante.backend;

/**
 * Gives what a variable holds whenever somebody needs it, so that it need not be in memory twice:
 * an executable that only reads it to pack it keeps the packed form alone.
 */
@FunctionalInterface
public interface VariableSource {
  /**
   * Puts the variable's values into an array, row-major; the same ones each time. Two threads may
   * ask at once.
   *
   * @param to where they go
   * @param at the index of the first one
   */
  void read(float[] to, int at);
}
