package dev.bramante.cpu;

import dev.bramante.graph.CustomOp;
import dev.bramante.graph.Node;
import dev.bramante.graph.Type;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A user's operation, evaluated on host tensors. */
final class CustomKernel implements Kernel {
  private final CustomOp definition;
  private final List<Operand> inputs;
  private final List<Tensor> arguments = new ArrayList<>();
  private final Operand output;
  private final Tensor result;

  CustomKernel(CustomOp definition, Node node, List<Operand> inputs, Operand output) {
    this.definition = definition;
    this.inputs = inputs;
    this.output = output;
    node.inputs().forEach(input -> arguments.add(zeros(input.type())));
    this.result = zeros(node.type());
  }

  private static Tensor zeros(Type type) {
    return Tensor.zeros(type.dtype(), type.shape());
  }

  @Override
  public void run() {
    for (int i = 0; i < inputs.size(); i++) {
      Transfer.read(inputs.get(i), arguments.get(i));
    }
    definition.evaluate(arguments, result);
    Transfer.write(result, output);
  }
}
