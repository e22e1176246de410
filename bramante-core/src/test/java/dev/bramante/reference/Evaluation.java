package dev.bramante.reference;

import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Evaluates functions of a few tensors. */
final class Evaluation {
  private Evaluation() {}

  /** What the function gives for the tensors. */
  static Array of(Function<List<Value>, Value> function, Tensor... tensors) {
    var trace = new Trace();
    List<Value> inputs =
        Arrays.stream(tensors)
            .map(tensor -> trace.input("x", new Type(tensor.dtype(), tensor.shape())))
            .toList();
    return Reference.run(trace.graph(function.apply(inputs)), tensors).output(0);
  }

  /** What the operation gives for the tensors. */
  static Array of(Op op, Tensor... tensors) {
    return of(in -> in.getFirst().trace().add(op, in), tensors);
  }
}
