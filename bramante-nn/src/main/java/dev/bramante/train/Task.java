package dev.bramante.train;

import dev.bramante.engine.Engine;
import dev.bramante.graph.Type;
import dev.bramante.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** What a network is to learn: batches to learn from, and a measure of what it has learnt. */
public sealed interface Task permits SampleTask, TextTask {
  /**
   * The shapes that batches come in: for each, the types of the network's inputs, with the axis of
   * the batch. The last is the largest.
   */
  List<List<Type>> shapes();

  /** Batches in an epoch. */
  int batches();

  /** Whether the targets of a loss are classes, so that hits can be counted. */
  default boolean counts(Loss loss) {
    return loss instanceof Loss.CrossEntropy;
  }

  /**
   * Batches to learn from.
   *
   * @param epoch the epoch of the first, from 0
   * @param batch its number in that epoch
   */
  StepBatches training(long epoch, int batch);

  /**
   * What measures a network on data that it doesn't learn from.
   *
   * @throws IllegalArgumentException if the network's output doesn't fit the targets
   */
  Validation validation(Engine engine, Network network, Weights weights);

  /** What the use of the trained network needs to know of its data, as strings of a checkpoint. */
  Map<String, String> toMetadata();

  /** Writes files that the use of the trained network needs into the folder of its run. */
  default void write(Path folder) throws IOException {}

  /** A network's measure on data that it doesn't learn from. */
  interface Validation {
    /** What {@link #measure} counts up to. */
    int size();

    /**
     * Measures the network as it is now.
     *
     * @param progress is told after each batch how much is done
     */
    Score measure(IntConsumer progress);
  }
}
