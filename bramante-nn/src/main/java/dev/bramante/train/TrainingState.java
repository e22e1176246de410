package dev.bramante.train;

import dev.bramante.backend.Variables;
import dev.bramante.io.TensorSource;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The numbers that a training step changes, to and from checkpoints. */
final class TrainingState {
  private final TrainingStep step;
  private final Variables variables;

  TrainingState(TrainingStep step, Variables variables) {
    this.step = step;
    this.variables = variables;
  }

  /** Sets the numbers with which training begins. */
  void initialise(long seed) {
    step.weights().write(variables, (name, parameter) -> parameter.initial(seed, name));
    if (step.options().averages()) {
      step.averages().write(variables, (name, parameter) -> parameter.initial(seed, name));
    }
  }

  /** Sets the numbers with which training begins, which others have learnt. */
  void initialise(Map<String, Tensor> values) {
    step.weights().write(variables, values);
    if (step.options().averages()) {
      step.averages().write(variables, values);
    }
  }

  /** Writes all numbers to a file, tensor by tensor. */
  void save(Path file, Map<String, String> metadata) throws IOException {
    Map<String, List<TensorSource>> state = new LinkedHashMap<>();
    kinds().forEach((kind, weights) -> state.put(kind, weights.sources(variables)));
    Checkpoint.write(file, step.weights().sources(variables), state, metadata);
    System.gc(); // large copies are old at once, and are only looked for when the heap is full
  }

  /** Writes the weights to use to a file, which are averages where there are any. */
  void saveAverages(Path file, Map<String, String> metadata) throws IOException {
    Checkpoint.write(file, step.averages().sources(variables), Map.of(), metadata);
  }

  /**
   * Sets all numbers.
   *
   * @throws IllegalArgumentException if the checkpoint was made with another optimizer
   */
  void restore(Checkpoint checkpoint) {
    Map<String, Weights> kinds = kinds();
    if (!kinds.keySet().equals(checkpoint.state().keySet())) {
      throw new IllegalArgumentException(
          "the checkpoint keeps %s for each weight, this run %s; resume with the same settings"
              .formatted(checkpoint.state().keySet(), kinds.keySet()));
    }
    step.weights().write(variables, checkpoint.weights());
    kinds.forEach((kind, weights) -> weights.write(variables, checkpoint.state().get(kind)));
  }

  private Map<String, Weights> kinds() {
    Map<String, Weights> kinds = new LinkedHashMap<>(step.state());
    if (step.options().averages()) {
      kinds.put(Checkpoint.AVERAGE, step.averages());
    }
    return kinds;
  }
}
