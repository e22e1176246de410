package dev.bramante.parity;

import dev.bramante.backend.Executable;
import dev.bramante.backend.Variables;
import dev.bramante.graph.Graph;
import dev.bramante.tensor.Tensor;
import java.util.List;
import java.util.function.Function;

/** What runs graphs: an engine, or the evaluator that defines the operations. */
public interface Machine {
  /** A graph that can be run. */
  @FunctionalInterface
  interface Program {
    /** Runs it once. */
    List<Tensor> run(Tensor... inputs);
  }

  /** What variables hold. */
  Variables variables();

  /** Makes a graph runnable. */
  Program compile(Graph graph);

  /**
   * Whether convolutions of 3×3 may be computed by Winograd's formula, which trades accuracy for
   * speed.
   */
  default boolean winograd() {
    return false;
  }

  /** As {@code Machine.of(engine.variables(), engine::compile, true)}. */
  static Machine of(Variables variables, Function<Graph, Executable> compiler, boolean winograd) {
    return new Machine() {
      @Override
      public boolean winograd() {
        return winograd;
      }

      @Override
      public Variables variables() {
        return variables;
      }

      @Override
      public Program compile(Graph graph) {
        return compiler.apply(graph)::run;
      }
    };
  }
}
