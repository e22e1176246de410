package dev.bramante.backend;

import dev.bramante.graph.Variable;
import dev.bramante.tensor.Tensor;

/**
 * What variables currently hold. All executables of one backend instance share it. A variable that
 * was never written holds zeros.
 */
public interface Variables {
  /**
   * Copies a value into a variable.
   *
   * @throws IllegalArgumentException if the type is another
   */
  void write(Variable variable, Tensor value);

  /** A copy of what a variable holds. */
  Tensor read(Variable variable);
}
