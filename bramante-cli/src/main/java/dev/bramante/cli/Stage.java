package dev.bramante.cli;

import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import java.util.concurrent.atomic.AtomicReference;

/** What {@code --dump} prints instead of computing. */
enum Stage {
  /** The graph as traced. */
  GRAPH,
  /** The graph after each pass that changed it. */
  PASSES,
  /** The steps with their places in memory. */
  PLAN;

  /** The stage of a graph, as text. */
  String print(Engine engine, Graph graph) {
    return switch (this) {
      case GRAPH -> graph.toString();
      case PASSES -> passes(engine, graph);
      case PLAN -> engine.plan(graph).toString();
    };
  }

  private static String passes(Engine engine, Graph graph) {
    var text = new StringBuilder();
    var before = new AtomicReference<>(graph.toString());
    engine.plan(
        graph,
        (pass, rewritten) -> {
          String after = rewritten.toString();
          boolean same = after.equals(before.getAndSet(after));
          text.append(
              same ? "# %s changes nothing%n".formatted(pass.name()) : heading(pass.name(), after));
        });
    return text.toString();
  }

  private static String heading(String pass, String graph) {
    return "# after %s%n%s%n".formatted(pass, graph);
  }
}
