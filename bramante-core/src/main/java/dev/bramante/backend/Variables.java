package dev.bramante.backend;

import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.tensor.DType;
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

  /**
   * Copies values into a part of a variable.
   *
   * @param first the part's first element, in row-major order
   * @throws IllegalArgumentException if the type of elements is another, or the part is not within
   */
  void write(Variable variable, int first, Tensor values);

  /**
   * Lets a variable hold what a source gives, which is asked when it is needed, and maybe again:
   * the values are only kept where something has to find them in each run, or changes them.
   *
   * @throws IllegalArgumentException if the variable is not of single precision
   */
  default void supply(Variable variable, VariableSource source) {
    if (variable.type().dtype() != DType.F32) {
      throw new IllegalArgumentException("a source gives single precision, not " + variable);
    }
    Tensor value = Tensor.zeros(DType.F32, variable.type().shape());
    source.read(value.floats(), 0);
    write(variable, value);
  }

  /** A copy of what a variable holds. */
  Tensor read(Variable variable);

  /**
   * A copy of a part of what a variable holds.
   *
   * @param first the part's first element, in row-major order
   * @param part the type of the result
   * @throws IllegalArgumentException if the type of elements is another, or the part is not within
   */
  Tensor read(Variable variable, int first, Type part);
}
