package dev.bramante.train;

import dev.bramante.data.Batch;
import dev.bramante.data.Normalization;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/** The targets of a batch as its loss wants them. Allocates nothing once all arrays are known. */
final class StepTargets {
  private final KnownTensors tensors = new KnownTensors();
  private final boolean classes;
  private final Shape rows;
  private final Shape numbers;
  private final Optional<Normalization> normalization;
  private final float[] oneOfAll;

  /**
   * Targets for batches of so many samples.
   *
   * @param facts tells how many outputs there are, and how numbers are normalised
   */
  StepTargets(Loss loss, DataFacts facts, int samples) {
    this.classes = loss instanceof Loss.CrossEntropy;
    this.rows = Shape.of(samples);
    this.numbers = Shape.of(samples, facts.classes().size());
    this.normalization = facts.targets();
    this.oneOfAll = new float[numbers.size()];
  }

  /** The classes; or numbers; or shares of all classes, of which one is whole if none is mixed. */
  Tensor of(Batch batch) {
    if (classes) {
      return tensors.of(DType.I32, rows, batch.targets());
    }
    float[] values = batch.values();
    if (values.length == 0) {
      return tensors.of(DType.F32, numbers, oneOfAll(batch.targets()));
    }
    if (normalization.isPresent()) {
      for (int i = 0; i < values.length; i += numbers.dim(1)) {
        normalization.get().apply(values, i, Shape.of(numbers.dim(1)));
      }
    }
    return tensors.of(DType.F32, numbers, values);
  }

  private float[] oneOfAll(int[] targets) {
    Arrays.fill(oneOfAll, 0);
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] != Batch.IGNORED) {
        oneOfAll[i * numbers.dim(1) + targets[i]] = 1;
      }
    }
    return oneOfAll;
  }
}
