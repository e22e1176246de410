package dev.bramante.train;

import dev.bramante.data.text.TokenBatch;
import dev.bramante.data.text.TokenBatches;
import dev.bramante.graph.Type;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Token batches as tensors over their arrays. */
final class TextTensors {
  private final TokenBatches source;
  private final KnownTensors known = new KnownTensors();

  TextTensors(TokenBatches source) {
    this.source = source;
  }

  /** The types of the inputs, for each shape. */
  List<List<Type>> types() {
    return source.shapes().stream()
        .map(list -> list.stream().map(shape -> new Type(DType.I32, shape)).toList())
        .toList();
  }

  /** The inputs of a batch. */
  List<Tensor> inputs(TokenBatch batch) {
    List<Shape> shapes = source.shapes().get(batch.shape());
    var inputs = new ArrayList<Tensor>();
    for (int i = 0; i < shapes.size(); i++) {
      inputs.add(known.of(DType.I32, shapes.get(i), batch.input(i)));
    }
    return inputs;
  }

  /** The targets of a batch. */
  Tensor targets(TokenBatch batch) {
    return known.of(DType.I32, source.targets().get(batch.shape()), batch.targets());
  }

  /** The targets that count. */
  static int counted(TokenBatch batch) {
    int counted = 0;
    for (int target : batch.targets()) {
      counted += target == TokenBatch.IGNORED ? 0 : 1;
    }
    return counted;
  }
}
