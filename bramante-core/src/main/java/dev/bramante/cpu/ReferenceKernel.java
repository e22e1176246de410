package dev.bramante.cpu;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Tensor;
import java.util.List;

/** A step computed by the reference evaluator. */
final class ReferenceKernel implements Kernel {
  private final Graph body;
  private final List<Operand> inputs;
  private final List<Tensor> arguments;
  private final Operand output;

  ReferenceKernel(Node node, List<Operand> inputs, Operand output) {
    this.body = Bodies.of(node);
    this.inputs = inputs;
    this.output = output;
    this.arguments =
        node.inputs().stream()
            .map(input -> Tensor.zeros(input.type().dtype(), input.type().shape()))
            .toList();
  }

  @Override
  public void run() {
    for (int i = 0; i < inputs.size(); i++) {
      Transfer.read(inputs.get(i), arguments.get(i));
    }
    Tensor[] tensors = arguments.toArray(Tensor[]::new);
    Transfer.write(Reference.run(body, tensors).output(0).toTensor(), output);
  }
}
