package dev.bramante.backend;

import dev.bramante.plan.Plan;
import dev.bramante.tensor.Tensor;
import java.util.List;

/**
 * A plan loaded into a backend. Not safe for concurrent use: load the plan once per thread instead.
 * Variables are shared, and so is memory between executables that run one after the other.
 */
public interface Executable {
  /**
   * Runs the plan and gives fresh tensors.
   *
   * @param inputs the arguments, in the order of the graph's inputs
   * @throws IllegalArgumentException if number or types differ, or an index doesn't fit 32 bits
   */
  List<Tensor> run(Tensor... inputs);

  /**
   * Runs the plan and copies the results into the given tensors. Allocates nothing.
   *
   * @throws IllegalArgumentException as {@link #run(Tensor...)}
   */
  void run(Tensor[] inputs, Tensor[] outputs);

  /** What is executed. */
  Plan plan();

  /** The memory that it takes from its first run on. */
  Footprint footprint();

  /**
   * Begins to measure each step, or begins anew.
   *
   * @return the figures, which grow with each run from now on
   */
  Profile profile();
}
