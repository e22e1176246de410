package dev.bramante.cli;

import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;

/** What {@code --dump} prints instead of computing. */
enum Stage {
  /** The graph as traced. */
  GRAPH,
  /** The graph after all passes. */
  PASSES,
  /** The steps with their places in memory. */
  PLAN;

  /** The stage of a graph, as text. */
  String print(Engine engine, Graph graph) {
    return switch (this) {
      case GRAPH -> graph.toString();
      case PASSES -> engine.plan(graph).graph().toString();
      case PLAN -> engine.plan(graph).toString();
    };
  }
}
