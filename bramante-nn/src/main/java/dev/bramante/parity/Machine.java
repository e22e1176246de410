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

  /** As {@code Machine.of(engine.variables(), engine::compile)}. */
  static Machine of(Variables variables, Function<Graph, Executable> compiler) {
    return new Machine() {
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
