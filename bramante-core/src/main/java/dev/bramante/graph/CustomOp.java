package dev.bramante.graph;

import dev.bramante.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * An operation that a user adds: its type rule, its evaluation and, if it has one, its gradient.
 *
 * <p>The evaluation serves both as the definition and as the kernel; it is called once per run with
 * host tensors over the backend's own copies, on one thread. It must not keep its arguments.
 */
public interface CustomOp {
  /** The name, for printing. */
  String name();

  /**
   * The type of the result.
   *
   * @throws ShapeException if the operands don't fit
   */
  Type infer(List<Type> operands);

  /** Writes the result for the operands into {@code result}'s array. */
  void evaluate(List<Tensor> operands, Tensor result);

  /**
   * The gradient to each operand, empty where there is none.
   *
   * @param operands the operands
   * @param result this operation's value
   * @param gradient the gradient to the result
   */
  List<Optional<Value>> gradient(List<Value> operands, Value result, Value gradient);
}
