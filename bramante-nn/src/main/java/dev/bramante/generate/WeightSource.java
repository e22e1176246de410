package dev.bramante.generate;

import dev.bramante.graph.Trace;

/** Where an engine has what a network holds. */
@FunctionalInterface
public interface WeightSource {
  /** Lets the network's parameters be these weights in a trace. */
  void bind(Trace trace);
}
